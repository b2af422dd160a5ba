#include "data/column_builder.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace descent::data {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Of a decimal number that no double can hold: whether it is too large (else it is too near zero).
bool is_too_large(std::string_view number) {
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark < number.size()) {
    const bool plus = number[mark + 1] == '+';
    const auto [stop, error] =
        std::from_chars(number.data() + mark + 1 + plus, number.data() + number.size(), exponent);
    if (error == std::errc::result_out_of_range) return number[mark + 1] != '-';
  }
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first_digit = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  return exponent > first_digit - point;
}

}  // namespace

NumberKind parse_number(std::string_view text, double& value) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return NumberKind::none;
  if (error == std::errc::result_out_of_range) {
    if (is_too_large(text)) return NumberKind::unbounded;
    value = 0;
  }
  if (std::isnan(value)) return NumberKind::none;
  return std::isinf(value) ? NumberKind::unbounded : NumberKind::finite;
}

bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

void ColumnBuilder::be(Kind kind) {
  kind_ = kind;
  if (kind == Kind::text || kind == Kind::spelled) be_text();
}

void ColumnBuilder::reserve(std::size_t rows) {
  if (column.numeric)
    column.numbers.reserve(rows);
  else
    column.codes.reserve(rows);
}

void ColumnBuilder::be_text() {
  column.numeric = false;
  column.numbers = {};
  state_ = State::text;
}

void ColumnBuilder::begin_again() {
  column.codes.clear();
  be_text();
}

void ColumnBuilder::add(std::size_t row, std::string_view text, bool missing) {
  if (skipped_) return;
  if (state_ == State::text) {
    // Whether a dash stands for none is told by the other values, at the end.
    if (missing && text != "-") return column.codes.push_back(-1);
    column.codes.push_back(dictionary_.code_of(text));
    if (missing) dash_ = column.codes.back();
  } else if (state_ == State::numbers) {
    double value = kMissing;
    const NumberKind kind = missing ? NumberKind::none : parse_number(text, value);
    const bool plain = missing || (kind == NumberKind::finite && !has_leading_zero(text));
    if (plain || kind_ == Kind::numbers) {
      if (!missing && kind != NumberKind::finite) column.misfits.push_back({row, std::string(text)});
      if (!plain && kind == NumberKind::finite && !column.leading_zero) column.leading_zero = {row, std::string(text)};
      column.numbers.push_back(kind == NumberKind::finite ? value : kMissing);
      any_value_ = any_value_ || !missing || text == "-";
    } else if (any_value_) {
      state_ = State::lost;
    } else {
      be_text();
      column.codes.assign(row, -1);
      column.codes.push_back(dictionary_.code_of(text));
    }
  }
}

Column ColumnBuilder::finish(std::span<const double> missing_numbers) {
  column.categories = dictionary_.take_values();
  if (column.codes.empty()) return std::move(column);
  drop_dashes();
  if (kind_ != Kind::text) decide(missing_numbers);
  return std::move(column);
}

/// A dash stands for none, unless there is a plus that it is the other of.
void ColumnBuilder::drop_dashes() {
  if (dash_ < 0 || std::ranges::find(column.categories, "+") != column.categories.end()) return;
  for (std::int32_t& code : column.codes) code = code == dash_ ? -1 : code > dash_ ? code - 1 : code;
  column.categories.erase(column.categories.begin() + dash_);
}

/// Makes the column one of numbers if most of its values are such.
void ColumnBuilder::decide(std::span<const double> missing_numbers) {
  std::vector<double> values;
  std::vector<NumberKind> kinds;
  for (const std::string& text : column.categories) kinds.push_back(parse_number(text, values.emplace_back()));
  std::size_t numbers = 0, texts = 0;
  for (std::size_t row = 0; row < column.codes.size(); ++row) {
    if (column.codes[row] < 0) continue;
    if (kinds[static_cast<std::size_t>(column.codes[row])] != NumberKind::none)
      ++numbers;
    else if (texts++ == 0)
      column.text_row = row;
  }
  if (numbers == 0 || static_cast<double>(numbers) < kMostlyNumbers * static_cast<double>(numbers + texts)) return;
  column.numeric = true;
  column.numbers.reserve(column.codes.size());
  for (std::size_t row = 0; row < column.codes.size(); ++row) {
    column.numbers.push_back(kMissing);
    if (column.codes[row] < 0) continue;
    const auto code = static_cast<std::size_t>(column.codes[row]);
    const std::string& text = column.categories[code];
    if (kinds[code] != NumberKind::finite) {
      column.misfits.push_back({row, text});
    } else if (std::ranges::find(missing_numbers, values[code]) == missing_numbers.end()) {
      column.numbers.back() = values[code];
      if (!column.leading_zero && has_leading_zero(text)) column.leading_zero = {row, text};
    }
  }
}

}  // namespace descent::data
