// Features: the columns of a table as the inputs of a network.
//
// What turns a column into numbers (its mean and spread, its categories, what stands in for a missing value) is learnt
// from the training part of a table, kept with the model, and applied to every table after it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "descent/data/column_options.h"
#include "descent/data/csv.h"
#include "descent/data/sparse_rows.h"
#include "descent/data/split.h"
#include "descent/data/text_terms.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// Which number of a date with three of them is what, where they do not tell.
enum class DateOrder : std::uint8_t { year_month_day, day_month_year, month_day_year };

/// What of a date is an input. Weekdays count from 0, a Monday; hours have the minutes as a fraction.
enum class DatePart : std::uint8_t { year, month, day, weekday, hour };

const char* to_string(DateOrder order);
const char* to_string(DatePart part);

/// How one column, or a part of the dates in one, is encoded.
///
/// - A numeric one is one input, (x - mean) / scale, held to +-kMaxDeviation; a missing value is 0, as the mean is.
/// - A text one is an input for each category, 1 for the category a row has and 0 for the others. Texts that differ in
///   case only are one category, by the spelling of most rows. A category never seen is 0 everywhere; a missing value
///   takes the commonest category.
/// - One of texts is a row of a sparse matrix (TextTerms), and none of the inputs.
/// - One of dates is a numeric Feature for each part that differs between rows.
/// - A column with missing values in the training part has one further input, 1 where the value is missing (and a text
///   column none of its categories, or terms, there).
struct Feature {
  static constexpr double kMaxDeviation = 20;

  std::string name;
  bool numeric = true;
  double mean = 0;
  double scale = 1;
  std::vector<std::string> categories = {};
  /// The position of the commonest category.
  std::size_t commonest = 0;
  bool missing_indicator = false;
  /// Of a column of dates, which is read as text: what of them this is, and how they are written.
  std::optional<DatePart> part = std::nullopt;
  DateOrder order = DateOrder::year_month_day;
  /// Of a column of texts.
  std::optional<TextTerms> texts = std::nullopt;

  std::int64_t width() const {
    return (numeric ? 1 : static_cast<std::int64_t>(categories.size())) + (missing_indicator ? 1 : 0);
  }
};

/// A column that is no input, and why: "has one value only".
struct IgnoredColumn {
  std::string name;
  std::string reason;
};

struct Features {
  std::vector<Feature> columns;
  /// Columns of the table they were learnt from that tell a network nothing.
  std::vector<IgnoredColumn> ignored = {};
  /// What was taken for granted, and may be wrong: each a line without its end. ignored is told here too.
  std::vector<std::string> notes = {};

  /// The number of inputs.
  std::int64_t width() const;
  /// Which of the inputs are numbers or parts of dates, in increasing order; the others are 0 or 1.
  std::vector<std::int64_t> number_positions() const;
  /// The number of terms of all columns of texts.
  std::int64_t term_count() const;
  /// The names of the columns that are read as text, and as numbers, to read further tables with
  /// (CsvOptions::text_columns and number_columns).
  std::vector<std::string> text_columns() const;
  std::vector<std::string> number_columns() const;
};

/// The most categories of a column that become inputs: the commonest, of equals the first. The rarer count as unseen.
inline constexpr std::size_t kMaxCategories = 256;

/// The most n-grams that count of a column of texts: those that the most rows have, of equals the first.
inline constexpr std::size_t kMaxTerms = 200'000;

/// Learns how to encode the columns that `options` make inputs, of all but `target`, from `rows`, the training part.
/// Ignored are columns without a value, or with one only, or of words that all differ. Text columns of which most
/// values are dates are taken for such, and those of which most values differ and have several words for texts. An
/// Error if nothing is left, or a column of a role was read as another kind (csv_options_for).
Features learn_features(const Table& table, const Rows& rows, const std::string& target,
                        const ColumnOptions& options = {});

/// Values of a column that training never saw.
struct UnseenCategory {
  std::string column;
  std::size_t rows;
  std::string example;
};

struct EncodedFeatures {
  /// [rows, features.width()], float32.
  Tensor inputs;
  /// With features.term_count() columns; without any rows if there are no columns of texts.
  SparseRows texts;
  std::vector<UnseenCategory> unseen;
};

/// A number for each row of a table by which a column orders them: its numbers, the moments of its dates if most of its
/// values are such, else the places of its texts in the order of their bytes. NaN where there is none.
std::vector<double> ordered_keys(const Table& table, const Column& column);

/// Values of a column that are no `thing`, "number" or "date", and count as missing; the first of them.
struct MisfitCount {
  std::string column;
  std::string thing;
  std::size_t count;
  std::string example;
  std::size_t line;
};
/// Of the features' columns that have such, in all rows of a table.
std::vector<MisfitCount> count_misfits(const Features& features, const Table& table);
/// "column 'age': 2 values are no numbers and count as missing, the first 'abc' in line 52".
std::string note_on(const MisfitCount& misfits);

/// What to say of the values that are no number or no date where a feature's column holds such, in all rows of a table:
/// a line each.
std::vector<std::string> notes_on_misfits(const Features& features, const Table& table);

/// Encodes `rows`. Columns are matched by name. An Error names what is missing, or the line and the value where a
/// numeric column holds text.
EncodedFeatures encode_features(const Features& features, const Table& table, const Rows& rows);

}  // namespace data
}  // namespace descent
