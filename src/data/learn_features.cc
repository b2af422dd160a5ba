#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

#include "data/calendar.h"
#include "data/column_values.h"
#include "data/moments.h"
#include "data/text_columns.h"
#include "data/unicode.h"
#include "descent/data/features.h"
#include "descent/data/target.h"
#include "descent/text.h"

namespace descent::data {

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Why a column whose values, missing ones aside, are these many tells nothing; "" if it may.
std::string uselessness(std::size_t values, std::size_t different, std::size_t missing, bool text) {
  if (values == 0) return "has no values";
  if (different == 1 && missing == 0) return "has one value only";
  if (text && different == values && values > 2) return concat("holds a different text in each of ", values, " rows");
  return "";
}

/// Learns the mean and the scale of numbers, NaN where missing; returns why they are no input.
std::string learn_numbers(const std::vector<double>& numbers, Feature& feature) {
  std::vector<double> values;
  values.reserve(numbers.size());
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(values), [](double x) { return !std::isnan(x); });
  const Moments moments = moments_of(values);
  feature.mean = moments.mean;
  // A constant is worth an input when its absence is one.
  feature.scale = moments.scale > 0 ? moments.scale : 1;
  feature.missing_indicator = values.size() < numbers.size();
  return uselessness(values.size(), moments.scale > 0 ? 2 : 1, numbers.size() - values.size(), false);
}

/// "id", "ID", "user_id", "userId".
bool is_called_an_identifier(std::string_view name) {
  if (name.ends_with("Id") && name.size() > 2) return true;
  const std::string lower = lower_case(name);
  return lower == "id" || lower == "index" || lower == "uuid" || lower.ends_with("_id") || lower.ends_with(" id") ||
         lower.ends_with("-id");
}

/// Learns how to encode the columns of a table, one by one, and collects what there is to say.
class FeatureLearner {
 public:
  FeatureLearner(const Table& table, const Rows& rows, const ColumnOptions& options)
      : table_(table), rows_(rows), options_(options) {}

  void learn(const Column& column) {
    if (holds(options_.number, column.name) && !column.numeric)
      fail(table_.source, ": column ", in_quotes(column.name),
           " was read as text; quantities are to be read as numbers");
    if (holds(options_.date, column.name))
      learn_dates(column, true);
    else if (column.numeric)
      learn_number_column(column);
    else if (holds(options_.text, column.name))
      learn_texts(column, true);
    else if (holds(options_.category, column.name))
      learn_categories(column);
    else if (most_are_dates(column))
      learn_dates(column, false);
    else if (are_texts(column))
      learn_texts(column, false);
    else
      learn_categories(column);
  }

  Features take() { return std::move(features_); }

 private:
  template <class... Parts>
  void note(const Column& column, const Parts&... parts) {
    features_.notes.push_back(concat("column ", in_quotes(column.name), parts...));
  }

  void ignore(const Column& column, std::string reason) {
    note(column, " is left out: it ", reason);
    features_.ignored.push_back({column.name, std::move(reason)});
  }

  void learn_number_column(const Column& column) {
    for (const auto& [thing, names] : {std::pair("categories", &options_.category), std::pair("texts", &options_.text)})
      if (holds(*names, column.name))
        fail(table_.source, ": column ", in_quotes(column.name), " was read as numbers; ", thing,
             " are to be read as text");
    Feature feature{.name = column.name};
    std::vector<double> numbers;
    numbers.reserve(rows_.size());
    for (const std::size_t row : rows_) numbers.push_back(column.numbers[row]);
    note_misfits(column, column.misfits, "number");
    if (std::string reason = learn_numbers(numbers, feature); !reason.empty()) return ignore(column, std::move(reason));
    features_.columns.push_back(std::move(feature));
    if (holds(options_.number, column.name)) return;
    if (column.leading_zero)
      note(column, " holds numbers with a leading zero, the first ", in_quotes(column.leading_zero->text), " in line ",
           table_.line_of(column.leading_zero->row), ", and is taken for quantities; --category keeps codes apart");
    else if (const std::string seems = identity(column.name, numbers); !seems.empty())
      note(column, " seems to ", seems, "; --ignore leaves it out");
  }

  /// What numbers seem to be for that tell the rows apart as an identifier does, whole and each one once: "" unless
  /// they are no further apart than the rows of the table, of which some are not learnt from, or are called so.
  std::string identity(const std::string& name, std::vector<double> numbers) const {
    std::erase_if(numbers, [](double x) { return std::isnan(x); });
    if (numbers.size() < 20 || table_.columns.size() < 3) return "";
    std::sort(numbers.begin(), numbers.end());
    const bool is_index = numbers.back() - numbers.front() < static_cast<double>(table_.rows);
    if (!is_index && !is_called_an_identifier(name)) return "";
    if (std::any_of(numbers.begin(), numbers.end(), [](double x) { return x != std::floor(x); })) return "";
    if (std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end()) return "";
    return is_index ? "count the rows" : "name the rows";
  }

  /// Whether dates are most of the values, and plainly such.
  bool most_are_dates(const Column& column) const {
    const DatesFound found = find_dates(column, rows_);
    return 2 * found.plain_rows > count_values(column);
  }

  void learn_dates(const Column& column, bool asked) {
    if (column.numeric && column.codes.empty())
      fail(table_.source, ": column ", in_quotes(column.name), " was read as numbers; dates are to be read as text");
    const DatesFound found = find_dates(column, rows_);
    if (found.rows == 0) return ignore(column, "has no dates");
    std::string parts;
    bool any = false;
    for (const DatePart part : {DatePart::year, DatePart::month, DatePart::day, DatePart::weekday, DatePart::hour}) {
      Feature feature{.name = column.name, .part = part, .order = found.order};
      std::vector<double> numbers;
      numbers.reserve(rows_.size());
      for (const std::size_t row : rows_) numbers.push_back(part_of_date(column.text(row), found.order, part));
      // That a date is missing is told once.
      learn_numbers(numbers, feature);
      feature.missing_indicator = feature.missing_indicator && !any;
      if (is_constant(numbers)) continue;
      parts += (any ? ", " : "") + std::string(to_string(part));
      any = true;
      features_.columns.push_back(std::move(feature));
    }
    if (!any) return ignore(column, "has one date only");
    if (!asked) note(column, " holds dates, which become ", parts, "; --category takes them as they are");
    if (found.ambiguous)
      note(column, ": days and months cannot be told apart, and the month is taken to be first, as in ",
           in_quotes(first_text(column)));
    note_misfits(column, misfits_of_dates(column, all_rows(table_.rows), found.order), "date");
  }

  void note_misfits(const Column& column, const std::vector<Misfit>& misfits, const char* thing) {
    std::string text = note_on_misfits(table_, column, misfits, thing);
    if (!text.empty()) features_.notes.push_back(std::move(text));
  }

  /// Missing ones aside.
  static bool is_constant(std::vector<double> numbers) {
    std::erase_if(numbers, [](double x) { return std::isnan(x); });
    return std::adjacent_find(numbers.begin(), numbers.end(), std::not_equal_to<>()) == numbers.end();
  }

  std::string_view first_text(const Column& column) const {
    for (const std::size_t row : rows_)
      if (!column.missing(row)) return column.text(row);
    return "";
  }

  std::size_t count_values(const Column& column) const {
    return static_cast<std::size_t>(
        std::count_if(rows_.begin(), rows_.end(), [&](std::size_t row) { return !column.missing(row); }));
  }

  bool are_texts(const Column& column) const {
    std::set<std::int32_t> different;
    for (const std::size_t row : rows_)
      if (!column.missing(row)) different.insert(column.codes[row]);
    return reads_as_texts(column, rows_, count_values(column), different.size());
  }

  void learn_texts(const Column& column, bool asked) {
    const std::size_t values = count_values(column);
    Feature feature{.name = column.name, .numeric = false, .missing_indicator = values > 0 && values < rows_.size()};
    feature.texts = learn_terms(column, rows_);
    if (values == 0) return ignore(column, "has no values");
    if (feature.texts->terms.empty()) return ignore(column, "has no two texts with a word in common");
    if (!asked)
      note(column, " holds texts, of which ", counted(feature.texts->terms.size(), "word"), " and pairs of words count",
           feature.texts->ngrams.most_characters > 0 ? ", parts of words among them" : "",
           "; --category takes them as they are");
    features_.columns.push_back(std::move(feature));
  }

  void learn_categories(const Column& column) {
    std::vector<Spelling> spellings = spellings_of(column, rows_);
    std::size_t values = 0;
    for (const Spelling& spelling : spellings) values += spelling.rows;
    if (std::string reason = uselessness(values, spellings.size(), rows_.size() - values, true); !reason.empty())
      return ignore(column, std::move(reason));
    note_case(column, spellings);
    std::stable_sort(spellings.begin(), spellings.end(), [](const auto& a, const auto& b) { return a.rows > b.rows; });
    if (spellings.size() > kMaxCategories)
      note(column, " holds ", spellings.size(), " different texts, of which the ", kMaxCategories,
           " commonest are told apart");
    spellings.resize(std::min(spellings.size(), kMaxCategories));
    Feature feature{.name = column.name, .numeric = false, .missing_indicator = values < rows_.size()};
    for (const Spelling& spelling : spellings) feature.categories.push_back(spelling.text);
    const std::string commonest = feature.categories.front();
    std::sort(feature.categories.begin(), feature.categories.end());
    feature.commonest = static_cast<std::size_t>(
        std::find(feature.categories.begin(), feature.categories.end(), commonest) - feature.categories.begin());
    features_.columns.push_back(std::move(feature));
    note_numbers(column);
  }

  void note_case(const Column& column, const std::vector<Spelling>& spellings) {
    const auto differs = [](const Spelling& spelling) { return spelling.all.size() > 1; };
    const auto first = std::find_if(spellings.begin(), spellings.end(), differs);
    if (first != spellings.end())
      note(column, ": ", differing_spellings(*first), " differ in case only and are one category");
  }

  /// A column that holds numbers too may be meant as one of numbers.
  void note_numbers(const Column& column) {
    if (holds(options_.category, column.name)) return;
    std::string text = note_on_numbers(table_, column, rows_, "categories");
    if (!text.empty()) features_.notes.push_back(std::move(text));
  }

  const Table& table_;
  const Rows& rows_;
  const ColumnOptions& options_;
  Features features_;
};

/// Whether a column is an input by the options.
bool is_input(const std::string& name, const std::string& target, const ColumnOptions& options) {
  if (name == target || holds(options.ignore, name)) return false;
  for (const std::string* other : {&options.id, &options.weight, &options.group, &options.order})
    if (name == *other) return false;
  return options.only.empty() || holds(options.only, name);
}

/// The correlation of two columns of numbers in the rows that have both.
double correlation(const Column& a, const Column& b, const Rows& rows) {
  std::vector<double> x, y;
  for (const std::size_t row : rows) {
    if (a.missing(row) || b.missing(row)) continue;
    x.push_back(a.numbers[row]);
    y.push_back(b.numbers[row]);
  }
  const Moments of_x = moments_of(x), of_y = moments_of(y);
  if (x.size() < 20 || of_x.scale == 0 || of_y.scale == 0) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sum += (x[i] / of_x.scale - of_x.mean / of_x.scale) * (y[i] / of_y.scale - of_y.mean / of_y.scale);
  return sum / static_cast<double>(x.size());
}

/// Whether each of a few values of a column comes with one value of the target only, and the other way round.
bool is_copy(const Column& column, const Column& target, const Rows& rows) {
  const auto value_of = [](const Column& of, std::size_t row) {
    return of.numeric ? of.numbers[row] : static_cast<double>(of.codes[row]);
  };
  std::map<double, double> there, back;
  for (const std::size_t row : rows) {
    if (column.missing(row) || target.missing(row)) continue;
    const double x = value_of(column, row), y = value_of(target, row);
    if (there.emplace(x, y).first->second != y || back.emplace(y, x).first->second != x) return false;
    if (there.size() > 100) return false;
  }
  return rows.size() >= 20 && there.size() > 1 && 2 * there.size() <= rows.size();
}

/// Says which inputs seem to be made of the target.
void note_leaks(Features& features, const Table& table, const Rows& rows, const Column& target) {
  std::set<std::string> names;
  for (const Feature& feature : features.columns) names.insert(feature.name);
  if (names.size() < 2) return;
  for (const std::string& name : names) {
    const Column& column = find_column(table, name);
    const bool both_numbers = column.numeric && target.numeric;
    if (is_copy(column, target, rows) || (both_numbers && std::fabs(correlation(column, target, rows)) > 0.99999))
      features.notes.push_back(concat("column ", in_quotes(name), " alone tells ", in_quotes(target.name),
                                      "; if it is not known when predicting, --ignore it"));
  }
}

}  // namespace

Features learn_features(const Table& table, const Rows& rows, const std::string& target, const ColumnOptions& options) {
  FeatureLearner learner(table, rows, options);
  for (const Column& column : table.columns) {
    if (is_input(column.name, target, options)) learner.learn(column);
  }
  Features features = learner.take();
  if (features.columns.empty()) {
    if (features.ignored.empty()) fail(table.source, ": there is no column but the target ", in_quotes(target));
    fail(table.source, ": there is nothing to learn from; column ", in_quotes(features.ignored.front().name), " ",
         features.ignored.front().reason);
  }
  if (const Column* column = table.find(target)) note_leaks(features, table, rows, *column);
  return features;
}

}  // namespace descent::data
