#include "descent/data/target.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "data/category_finder.h"
#include "data/column_values.h"
#include "data/moments.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent::data {

namespace {

/// Both zeros are one class.
std::string to_text(double value) { return exactly(value == 0 ? 0.0 : value); }

/// Rows of one number.
struct NumberClass {
  std::int64_t rows = 0;
  /// Those that have it written so.
  std::map<std::string_view, std::int64_t> spellings = {};
};

/// By value.
std::map<double, NumberClass> number_classes(const Column& column, const Rows& rows) {
  std::map<double, NumberClass> classes;
  for (const std::size_t row : rows) {
    NumberClass& of_number = classes[column.numbers[row]];
    ++of_number.rows;
    if (!column.codes.empty()) ++of_number.spellings[column.text(row)];
  }
  return classes;
}

void learn_numbers_as_classes(const Column& column, const Rows& rows, Target& target) {
  for (const auto& [number, of_number] : number_classes(column, rows)) {
    const auto& spellings = of_number.spellings;
    const auto commonest = std::max_element(spellings.begin(), spellings.end(),
                                            [](const auto& a, const auto& b) { return a.second < b.second; });
    target.classes.push_back(commonest == spellings.end() ? to_text(number) : std::string(commonest->first));
    target.counts.push_back(of_number.rows);
    target.numbers.push_back(number);
  }
}

void learn_texts_as_classes(const Column& column, const Rows& rows, Target& target) {
  std::vector<Spelling> classes = spellings_of(column, rows);
  std::sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) { return a.text < b.text; });
  for (const Spelling& of_class : classes) {
    target.classes.push_back(of_class.text);
    target.counts.push_back(static_cast<std::int64_t>(of_class.rows));
  }
}

void learn_classes(const Table& table, const Column& column, const Rows& rows, Target& target) {
  if (column.numeric)
    learn_numbers_as_classes(column, rows, target);
  else
    learn_texts_as_classes(column, rows, target);
  if (target.classes.size() == 1)
    fail(table.source, ": target ", in_quotes(column.name), " has one class only, ", in_quotes(target.classes.front()),
         "; there must be two");
  if (target.classes.size() > 20 && target.classes.size() * 2 > rows.size())
    fail(table.source, ": target ", in_quotes(column.name), " has ", target.classes.size(), " classes for ",
         counted(rows.size(), "row"), "; there must be two rows or more to a class on average");
}

/// Finds the class that a row of a table has.
class ClassFinder {
 public:
  ClassFinder(const Target& target, const Column& column) : column_(column), categories_(target.classes) {
    for (std::size_t c = 0; c < target.numbers.size(); ++c) numbers_.emplace(target.numbers[c], c);
  }
  /// Its position, or CategoryFinder::kUnseen.
  std::size_t operator()(std::size_t row) const {
    if (!column_.numeric) return categories_(std::string(column_.text(row)));
    if (numbers_.empty()) return categories_(name_in(row));
    const auto found = numbers_.find(column_.numbers[row]);
    return found == numbers_.end() ? CategoryFinder::kUnseen : found->second;
  }
  std::string name_in(std::size_t row) const {
    const std::string_view text = column_.text(row);
    return text.empty() ? to_text(column_.numbers[row]) : std::string(text);
  }

 private:
  const Column& column_;
  CategoryFinder categories_;
  std::map<double, std::size_t> numbers_;
};

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

constexpr double kLeastVariance = 1e-3;

}  // namespace

const char* to_string(Task task) { return task == Task::regression ? "regression" : "classification"; }

const char* to_string(Link link) {
  constexpr const char* kNames[] = {"identity", "log", "log1p", "normal", "interval"};
  return kNames[static_cast<std::size_t>(link)];
}

Tensor variance_of(const Tensor& output) { return exp(output) + kLeastVariance; }
Tensor quantiles_of(const Tensor& outputs) {
  const auto part = [&](std::int64_t i) { return select(outputs, 1, i); };
  return stack({part(0) - exp(part(1)), part(0), part(0) + exp(part(2))}, 1);
}
Tensor output_of_variance(const Tensor& variance) { return log(clamp_min(variance - kLeastVariance, 1e-30)); }

const Column& find_column(const Table& table, const std::string& name) {
  if (const Column* column = table.find(name)) return *column;
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  names.insert(names.end(), table.unread.begin(), table.unread.end());
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

std::vector<std::string> notes_on_missing(const Table& table, const Column& column) {
  std::vector<std::string> notes;
  if (std::string note = note_on_misfits(table, column, column.misfits, "number"); !note.empty())
    notes.push_back(std::move(note));
  if (const std::size_t left_out = table.rows - rows_with_value(column).size(); left_out > 0)
    notes.push_back(rows_left_out(left_out, column.name));
  return notes;
}

std::vector<std::string> notes_on_classes(const Table& table, const Column& column, const Rows& rows) {
  std::vector<std::string> notes;
  if (column.numeric) return notes;
  if (std::string note = note_on_numbers(table, column, rows, "classes"); !note.empty())
    notes.push_back(std::move(note));
  for (const Spelling& spelling : spellings_of(column, rows)) {
    if (spelling.all.size() < 2) continue;
    notes.push_back(concat("column ", in_quotes(column.name), ": ", differing_spellings(spelling),
                           " differ in case only and are one class, ", in_quotes(spelling.text)));
    break;
  }
  return notes;
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
  const ClassFinder find(target, column);
  std::vector<std::int64_t> classes;
  classes.reserve(rows.size());
  for (const std::size_t row : rows) {
    const std::size_t position = find(row);
    if (position == CategoryFinder::kUnseen)
      fail_at(table, column, row,
              concat(in_quotes(find.name_in(row)), " is none of the ", target.classes.size(), " classes of the model"));
    classes.push_back(static_cast<std::int64_t>(position));
  }
  return tensor(classes);
}

KnownRows known_rows(const Target& target, const Table& table, const Rows& rows) {
  if (target.task == Task::regression) return {rows, {}};
  const Column& column = find_column(table, target.name);
  const ClassFinder find(target, column);
  KnownRows known;
  for (const std::size_t row : rows) {
    if (find(row) == CategoryFinder::kUnseen)
      known.unknown.push_back({row, find.name_in(row)});
    else
      known.rows.push_back(row);
  }
  return known;
}

std::string note_on_unknown(const Table& table, const Target& target, const std::vector<Misfit>& unknown) {
  const bool one = unknown.size() == 1;
  return concat(counted(unknown.size(), "row"), one ? " has a " : " have a ", in_quotes(target.name),
                " that is none of the model's ", target.classes.size(), " classes, and ",
                one ? "is left out: " : "are left out, the first: ", in_quotes(unknown.front().text), " in line ",
                table.line_of(unknown.front().row));
}

Tensor decode_target(const Target& target, const Tensor& encoded) {
  const Tensor unscaled = encoded.to(float64) * target.scale + (target.link == Link::log ? 0 : target.mean);
  return target.link == Link::log1p ? expm1(unscaled) : unscaled;
}

Tensor decode_outputs(const Target& target, const Tensor& outputs) {
  if (target.width() > 1) return decode_target(target, select(outputs, 1, 0));
  const Tensor precise = outputs.to(float64);
  return decode_target(target, target.link == Link::log ? exp(precise) : precise);
}

Tensor decode_deviations(const Target& target, const Tensor& outputs) {
  return target.scale * sqrt(variance_of(select(outputs, 1, 1).to(float64)));
}

Tensor decode_intervals(const Target& target, const Tensor& outputs) {
  const Tensor quantiles = quantiles_of(outputs.to(float64));
  return decode_target(target, stack({select(quantiles, 1, 0), select(quantiles, 1, 2)}, 1));
}

}  // namespace descent::data
