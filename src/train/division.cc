#include "train/division.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "descent/data/target.h"

namespace descent::train {

Division::Division(const data::Table& table, const data::Column& target, data::Task task,
                   const data::ColumnOptions& columns)
    : way_(task == data::Task::classification ? Way::stratified : Way::random) {
  const data::Rows rows = data::all_rows(table.rows);
  const auto all_with_values = [&](const std::string& name) -> const data::Column& {
    const data::Column& column = data::find_column(table, name);
    for (const std::size_t row : rows) {
      if (column.missing(row))
        fail(table.source, ':', table.line_of(row), ": column ", in_quotes(name),
             " has no value, and is to set rows aside by");
    }
    return column;
  };
  if (!columns.group.empty()) {
    way_ = Way::grouped;
    classes_ = data::distinct_values(all_with_values(columns.group), rows);
  } else if (!columns.order.empty()) {
    way_ = Way::ordered;
    keys_ = data::ordered_keys(table, all_with_values(columns.order));
    const auto no_key = std::find_if(keys_.begin(), keys_.end(), [](double key) { return std::isnan(key); });
    if (no_key != keys_.end())
      fail(table.source, ':', table.line_of(static_cast<std::size_t>(no_key - keys_.begin())), ": column ",
           in_quotes(columns.order), " has no date, as the other rows have");
  } else if (way_ == Way::stratified) {
    classes_ = data::distinct_values(target, rows);
  }
}

std::vector<std::int64_t> Division::classes_of(const data::Rows& rows) const {
  std::vector<std::int64_t> classes;
  classes.reserve(rows.size());
  for (const std::size_t row : rows) classes.push_back(classes_[row]);
  return classes;
}

std::vector<double> Division::keys_of(const data::Rows& rows) const {
  std::vector<double> keys;
  keys.reserve(rows.size());
  for (const std::size_t row : rows) keys.push_back(keys_[row]);
  return keys;
}

std::int64_t Division::most_folds(const data::Rows& rows) const {
  if (way_ != Way::grouped) return std::ssize(rows);
  const std::vector<std::int64_t> groups = classes_of(rows);
  return std::ssize(std::set<std::int64_t>(groups.begin(), groups.end()));
}

bool Division::can_split(const data::Rows& rows) const {
  const auto is_other = [&](std::size_t row) { return classes_[row] != classes_[rows.front()]; };
  return way_ != Way::grouped || std::any_of(rows.begin(), rows.end(), is_other);
}

data::Split Division::split(const data::Rows& rows, double fraction, Generator& generator) const {
  switch (way_) {
    case Way::stratified:
      return data::stratified_split(rows, classes_of(rows), fraction, generator);
    case Way::grouped:
      return data::grouped_split(rows, classes_of(rows), fraction, generator);
    case Way::ordered:
      return data::last_split(rows, keys_of(rows), fraction);
    case Way::random:
      break;
  }
  return data::split(rows, fraction, generator);
}

std::vector<data::Split> Division::folds(const data::Rows& rows, std::int64_t k, Generator& generator) const {
  switch (way_) {
    case Way::stratified:
      return data::stratified_k_fold(rows, classes_of(rows), k, generator);
    case Way::grouped:
      return data::group_k_fold(rows, classes_of(rows), k, generator);
    case Way::ordered:
      return data::time_series_split(rows, keys_of(rows), k);
    case Way::random:
      break;
  }
  return data::k_fold(rows, k, generator);
}

}  // namespace descent::train
