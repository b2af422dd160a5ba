// From the fields of a CSV file to a column: whether it is one of numbers or of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "data/dictionary.h"
#include "descent/data/csv.h"

namespace descent::data {

enum class NumberKind : std::uint8_t { none, finite, unbounded };

/// Whether all of `text` is a number, and its value if it is finite.
NumberKind parse_number(std::string_view text, double& value);

/// Whether a zero begins `text`, and another digit follows: "007", which as a number would lose how it is written.
bool has_leading_zero(std::string_view text);

/// Collects the values of one column, row by row.
///
/// Numbers are kept as such from the first row on. Where a value turns up whose spelling a number does not keep (a
/// text, or a leading zero), the column has to be collected again, as text; finish() decides by all values what it is.
class ColumnBuilder {
 public:
  /// What the options say about the column.
  enum class Kind : std::uint8_t { by_values, spelled, numbers, text };

  Column column;
  /// Whether the last number was a short one; the parser's.
  bool are_short = true;

  void be(Kind kind);
  void reserve(std::size_t rows);

  bool collects_numbers() const { return state_ == State::numbers && !skipped_; }
  void add_number(double value) {
    column.numbers.push_back(value);
    any_value_ = true;
  }
  void add(std::size_t row, std::string_view text, bool missing);

  /// Whether the spelling of values that came before is needed now.
  bool has_lost_text() const { return state_ == State::lost; }
  /// To collect the column again as text, or to be left alone while others are.
  void begin_again();
  void skip() { skipped_ = true; }

  /// `missing_numbers`: those that stand for no value.
  Column finish(std::span<const double> missing_numbers);

 private:
  enum class State : std::uint8_t { numbers, text, lost };

  void be_text();
  void drop_dashes();
  void decide(std::span<const double> missing_numbers);

  Kind kind_ = Kind::by_values;
  State state_ = State::numbers;
  bool any_value_ = false;
  bool skipped_ = false;
  std::int32_t dash_ = -1;
  Dictionary dictionary_;
};

}  // namespace descent::data
