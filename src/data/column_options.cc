#include "descent/data/column_options.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "descent/error.h"

namespace descent::data {

namespace {

/// Each role that excludes the others, and its columns.
std::vector<std::pair<const char*, std::vector<std::string>>> exclusive_roles(const ColumnOptions& columns) {
  const auto one = [](const std::string& name) {
    return name.empty() ? std::vector<std::string>{} : std::vector<std::string>{name};
  };
  return {{"ignore", columns.ignore},     {"number", columns.number}, {"category", columns.category},
          {"text", columns.text},         {"date", columns.date},     {"id", one(columns.id)},
          {"weight", one(columns.weight)}};
}

}  // namespace

std::vector<std::string> named_columns(const ColumnOptions& columns) {
  std::vector<std::string> names = columns.only;
  for (const auto& [role, of_role] : exclusive_roles(columns))
    names.insert(names.end(), of_role.begin(), of_role.end());
  for (const std::string& name : {columns.group, columns.order}) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

void check_columns(const ColumnOptions& columns, const std::string& target) {
  std::map<std::string, const char*> roles = {{target, "target"}};
  for (const auto& [role, names] : exclusive_roles(columns)) {
    for (const std::string& name : names) {
      // As which kind the target is read can be said.
      const bool of_kind = std::string_view(role) == "number" || std::string_view(role) == "category";
      if (name == target && of_kind) continue;
      const auto [earlier, fresh] = roles.emplace(name, role);
      if (!fresh && std::string_view(earlier->second) != role)
        fail("column ", in_quotes(name), " cannot be both ", earlier->second, " and ", role);
    }
  }
  for (const auto& [role, name] : {std::pair("group", columns.group), std::pair("order", columns.order)}) {
    if (name == target && !name.empty()) fail("column ", in_quotes(name), " cannot be both target and ", role);
  }
  if (std::ranges::find(columns.only, target) != columns.only.end())
    fail("column ", in_quotes(target), " cannot be both target and only");
}

CsvOptions csv_options_for(const ColumnOptions& columns, const std::string& target, CsvOptions csv) {
  const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& names) {
    to.insert(to.end(), names.begin(), names.end());
  };
  add(csv.text_columns, columns.category);
  add(csv.text_columns, columns.text);
  add(csv.text_columns, columns.date);
  if (!columns.id.empty()) csv.text_columns.push_back(columns.id);
  add(csv.number_columns, columns.number);
  if (!columns.weight.empty()) csv.number_columns.push_back(columns.weight);
  csv.spelled_columns.push_back(target);
  csv.needed = named_columns(columns);
  csv.needed.push_back(target);
  return csv;
}

}  // namespace descent::data
