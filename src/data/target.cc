#include "descent/data/target.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "data/moments.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent::data {

namespace {

/// With the fewest digits that read back the same.
std::string to_text(double value) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value == 0 ? 0.0 : value);
  return std::string(text, result.ptr);
}

/// Rows by the value they have, in the order of the values.
std::map<double, std::int64_t> count_numbers(const Column& column, const Rows& rows) {
  std::map<double, std::int64_t> counts;
  for (const std::size_t row : rows) ++counts[column.numbers[row]];
  return counts;
}

std::map<std::string, std::int64_t> count_texts(const Column& column, const Rows& rows) {
  std::vector<std::int64_t> counts(column.categories.size());
  for (const std::size_t row : rows) ++counts[static_cast<std::size_t>(column.codes[row])];
  std::map<std::string, std::int64_t> result;
  for (std::size_t code = 0; code < counts.size(); ++code)
    if (counts[code] > 0) result.emplace(column.categories[code], counts[code]);
  return result;
}

void learn_classes(const Table& table, const Column& column, const Rows& rows, Target& target) {
  if (column.numeric) {
    for (const auto& [number, count] : count_numbers(column, rows)) {
      target.classes.push_back(to_text(number));
      target.counts.push_back(count);
    }
  } else {
    for (const auto& [text, count] : count_texts(column, rows)) {
      target.classes.push_back(text);
      target.counts.push_back(count);
    }
  }
  if (target.classes.size() == 1)
    fail(table.source, ": target ", in_quotes(column.name), " has one class only, ", in_quotes(target.classes.front()),
         "; there must be two");
  if (target.classes.size() > 20 && target.classes.size() * 2 > rows.size())
    fail(table.source, ": target ", in_quotes(column.name), " has ", target.classes.size(), " classes for ",
         counted(rows.size(), "row"), "; there must be two rows or more to a class on average");
}

void learn_scale(const Table& table, const Column& column, const Rows& rows, Target& target) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows)
    values.push_back(target.link == Link::log1p ? std::log1p(column.numbers[row]) : column.numbers[row]);
  const Moments moments = moments_of(values);
  if (moments.scale == 0)
    fail(table.source, ": target ", in_quotes(column.name), " has one value only, ",
         to_text(column.numbers[rows.front()]), "; there is nothing to learn");
  target.mean = moments.mean;
  target.scale = target.link == Link::log ? moments.mean : moments.scale;
}

[[noreturn]] void fail_at(const Table& table, const Column& column, std::size_t row, const std::string& what) {
  fail(table.source, ':', table.line_of(row), ": column ", in_quotes(column.name), ": ", what);
}

}  // namespace

const char* to_string(Task task) { return task == Task::regression ? "regression" : "classification"; }

const char* to_string(Link link) {
  constexpr const char* kNames[] = {"identity", "log", "log1p", "normal"};
  return kNames[static_cast<std::size_t>(link)];
}

Tensor variance_of(const Tensor& output) { return exp(output) + 1e-3; }

const Column& find_column(const Table& table, const std::string& name) {
  if (const Column* column = table.find(name)) return *column;
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  std::string known = suggestion(name, names);
  if (known.empty() && names.size() <= 12) {
    for (const std::string& other : names) known += (known.empty() ? "; there are " : ", ") + in_quotes(other);
  }
  fail(table.source, ": there is no column ", in_quotes(name), known);
}

std::string rows_left_out(std::size_t count, std::string_view target) {
  return concat(counted(count, "row"), " without a value of ", in_quotes(target), count == 1 ? " is" : " are",
                " left out");
}

Rows rows_with_value(const Column& column) {
  Rows rows = all_rows(column.numeric ? column.numbers.size() : column.codes.size());
  std::erase_if(rows, [&](std::size_t row) { return column.missing(row); });
  return rows;
}

AssumedTask assume_task(const Column& column) {
  if (!column.numeric) return {Task::classification, concat(in_quotes(column.name), " holds text")};
  std::set<double> numbers;
  std::size_t rows = 0;
  for (const double number : column.numbers) {
    if (std::isnan(number)) continue;
    ++rows;
    if (number != std::floor(number))
      return {Task::regression, concat(in_quotes(column.name), " holds numbers with fractions")};
    if (numbers.size() <= kMaxNumericClasses) numbers.insert(number);
  }
  if (numbers.size() <= 2 || (numbers.size() <= kMaxNumericClasses && numbers.size() * 5 <= rows))
    return {Task::classification,
            concat(in_quotes(column.name), " holds ", numbers.size(), " different whole numbers")};
  return {Task::regression,
          concat(in_quotes(column.name), " holds ", numbers.size() > kMaxNumericClasses ? "more than " : "",
                 std::min(numbers.size(), kMaxNumericClasses), " different numbers",
                 numbers.size() > kMaxNumericClasses ? "" : concat(" in ", counted(rows, "row")))};
}

std::vector<std::int64_t> distinct_values(const Column& column, const Rows& rows) {
  std::unordered_map<double, std::int64_t> numbers;
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) {
    const double value = column.numeric ? column.numbers[row] : column.codes[row];
    values.push_back(numbers.emplace(value, static_cast<std::int64_t>(numbers.size())).first->second);
  }
  return values;
}

std::size_t Target::commonest_class() const {
  return static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

void check_target(const Table& table, const Column& column, const Rows& rows, Task task, Link link) {
  if (task != Task::regression) return;
  if (!column.numeric)
    fail_at(table, column, column.text_row,
            concat(in_quotes(column.text(column.text_row)), " is not a number; regression wants numbers"));
  if (link != Link::log && link != Link::log1p) return;
  std::optional<std::size_t> first;
  for (const std::size_t row : rows) {
    if (column.numbers[row] < 0 && (!first || row < *first)) first = row;
  }
  if (first)
    fail_at(table, column, *first,
            concat(to_text(column.numbers[*first]), " is below 0; this loss wants quantities of at least 0"));
}

Target learn_target(const Table& table, const std::string& name, const Rows& rows, Task task, Link link) {
  const Column& column = find_column(table, name);
  if (rows.empty()) fail(table.source, ": target ", in_quotes(name), " has no values");
  check_target(table, column, rows, task, link);
  Target target{.name = column.name, .task = task, .numeric = column.numeric, .link = link};
  if (task == Task::classification) {
    learn_classes(table, column, rows, target);
  } else {
    learn_scale(table, column, rows, target);
  }
  return target;
}

Tensor encode_target(const Target& target, const Table& table, const Rows& rows) {
  const Column& column = find_column(table, target.name);
  if (target.numeric && !column.numeric)
    fail_at(table, column, column.text_row, concat(in_quotes(column.text(column.text_row)), " is not a number"));
  if (target.task == Task::regression) {
    check_target(table, column, rows, target.task, target.link);
    std::vector<float> values;
    values.reserve(rows.size());
    const double zero = target.link == Link::log ? 0 : target.mean / target.scale;
    for (const std::size_t row : rows) {
      const double y = target.link == Link::log1p ? std::log1p(column.numbers[row]) : column.numbers[row];
      values.push_back(static_cast<float>(y / target.scale - zero));
    }
    return tensor(values);
  }
  std::unordered_map<std::string, std::int64_t> positions;
  for (const std::string& name : target.classes) positions.emplace(name, positions.size());
  std::vector<std::int64_t> classes;
  classes.reserve(rows.size());
  for (const std::size_t row : rows) {
    const std::string name = column.numeric ? to_text(column.numbers[row]) : std::string(column.text(row));
    const auto found = positions.find(name);
    if (found == positions.end())
      fail_at(table, column, row,
              concat(in_quotes(name), " is none of the ", positions.size(), " classes of the model"));
    classes.push_back(found->second);
  }
  return tensor(classes);
}

Tensor decode_target(const Target& target, const Tensor& encoded) {
  const Tensor unscaled = encoded.to(float64) * target.scale + (target.link == Link::log ? 0 : target.mean);
  return target.link == Link::log1p ? expm1(unscaled) : unscaled;
}

Tensor decode_outputs(const Target& target, const Tensor& outputs) {
  if (target.link == Link::normal) return decode_target(target, select(outputs, 1, 0));
  const Tensor precise = outputs.to(float64);
  return decode_target(target, target.link == Link::log ? exp(precise) : precise);
}

Tensor decode_deviations(const Target& target, const Tensor& outputs) {
  return target.scale * sqrt(variance_of(select(outputs, 1, 1).to(float64)));
}

}  // namespace descent::data
