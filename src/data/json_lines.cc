#include "data/json_lines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "descent/error.h"

namespace descent::data {
namespace {

using nlohmann::ordered_json;

constexpr const char* kWanted =
    "; wanted an object a line, as pandas writes with to_json(orient=\"records\", lines=True), and jq -c '.[]' makes "
    "of a "
    "list";

/// The next line that is not blank, which is cut off `text`; `line` counts. "" at the end.
std::string_view next_line(std::string_view& text, std::size_t& line) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (found.find_first_not_of(" \t\r") != found.npos) return found;
  }
  return {};
}

ordered_json parse_line(std::string_view line) {
  return ordered_json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
}

void add_value(const ordered_json& value, const MissingValues& missing, ColumnPart& part) {
  if (value.is_null())
    part.add_missing();
  else if (value.is_string())
    part.add(value.get_ref<const std::string&>(), missing);
  else if (value.is_number() && part.collects_numbers())
    part.add_number(value.get<double>(), missing);
  else
    part.add(value.dump(), missing);
}

}  // namespace

std::optional<Layout> json_layout(std::string_view sample, const std::optional<std::vector<std::string>>& only,
                                  const std::string& source) {
  const std::size_t first = std::min(sample.find_first_not_of(" \t\r\n"), sample.size());
  const std::size_t second = std::min(sample.find_first_not_of(" \t\r\n", first + 1), sample.size());
  if (sample.substr(first).starts_with('[') && sample.substr(second).starts_with('{'))
    fail(source, ": is a list of JSON", kWanted);
  if (!sample.substr(first).starts_with('{')) return std::nullopt;
  Layout layout;
  layout.json = true;
  layout.dialect.decimal = '.';
  std::size_t line = 0;
  std::vector<std::size_t> texts, numbers;
  while (true) {
    const std::string_view text = next_line(sample, line);
    if (text.empty()) break;
    const ordered_json object = parse_line(text);
    if (!object.is_object()) {
      // It may be a CSV file whose first name has a brace.
      if (layout.names.empty() && text.find_first_not_of(" \t\r{") != text.npos && text.find(':') == text.npos)
        return std::nullopt;
      fail(source, ":", line, ": is no JSON object", kWanted);
    }
    for (const auto& [name, value] : object.items()) {
      const auto found = std::ranges::find(layout.names, name);
      const auto at = static_cast<std::size_t>(found - layout.names.begin());
      if (found == layout.names.end()) {
        layout.names.push_back(name);
        texts.push_back(0);
        numbers.push_back(0);
      }
      texts[at] += value.is_string();
      numbers[at] += value.is_number();
    }
  }
  for (std::size_t i = 0; i < layout.names.size(); ++i) layout.likely_text.push_back(texts[i] > numbers[i]);
  for (const std::string& name : only.value_or(std::vector<std::string>())) {
    if (std::ranges::find(layout.names, name) != layout.names.end()) continue;
    layout.names.push_back(name);
    layout.likely_text.push_back(false);
  }
  return layout;
}

void read_json_rows(std::string_view text, const std::vector<std::string>& names, const MissingValues& missing,
                    CsvRows& rows) {
  if ((rows.error = text_error(text))) return;
  std::unordered_map<std::string_view, std::size_t> columns;
  for (std::size_t i = 0; i < names.size(); ++i) columns.emplace(names[i], i);
  std::vector<bool> there(names.size());
  std::size_t line = 0;
  while (true) {
    const std::string_view found = next_line(text, line);
    if (found.empty()) break;
    const ordered_json object = parse_line(found);
    if (!object.is_object()) {
      rows.error = ScanError{line, ScanError::Blame::text, concat("is no JSON object", kWanted)};
      return;
    }
    std::fill(there.begin(), there.end(), false);
    for (const auto& [name, value] : object.items()) {
      const auto column = columns.find(name);
      if (column == columns.end()) {
        if (std::ranges::find(rows.new_names, name) == rows.new_names.end()) rows.new_names.push_back(name);
        continue;
      }
      auto& part = rows.columns[column->second];
      if (!part) continue;
      if (value.is_structured()) {
        rows.error = ScanError{line, ScanError::Blame::column,
                               "holds a list or an object; wanted a number, a text, true, false or null"};
        rows.error_column = column->second;
        return;
      }
      add_value(value, missing, *part);
      there[column->second] = true;
    }
    for (std::size_t i = 0; i < names.size(); ++i)
      if (rows.columns[i] && !there[i]) rows.columns[i]->add_missing();
    if (line != rows.next_line) rows.line_runs.push_back({rows.rows, line});
    rows.next_line = line + 1;
    ++rows.rows;
  }
  rows.lines = line;
}

}  // namespace descent::data
