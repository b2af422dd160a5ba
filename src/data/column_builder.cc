#include "data/column_builder.h"

#include <algorithm>
#include <cmath>

#include "descent/data/csv.h"

namespace descent::data {
namespace {

/// `field` less the no-break spaces (U+00A0) around it, which spreadsheets and web pages leave there.
std::string_view without_no_break_spaces(std::string_view field) {
  constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  while (field.starts_with(kNoBreakSpace)) field.remove_prefix(kNoBreakSpace.size());
  while (field.ends_with(kNoBreakSpace)) field.remove_suffix(kNoBreakSpace.size());
  return field;
}

bool mostly_numbers(std::size_t numbers, std::size_t texts) {
  return numbers > 0 && static_cast<double>(numbers) >= kMostlyNumbers * static_cast<double>(numbers + texts);
}

}  // namespace

MissingValues::MissingValues(const std::vector<std::string>& values, char decimal) : texts_(values) {
  for (const std::string& value : values) {
    begins_[value.empty() ? 0 : static_cast<unsigned char>(value[0])] = true;
    double number;
    if (parse_number(value, number, decimal) == NumberKind::finite) numbers_.push_back(number);
  }
}

bool MissingValues::has(std::string_view text) const {
  return begins_[text.empty() ? 0 : static_cast<unsigned char>(text[0])] &&
         std::ranges::find(texts_, text) != texts_.end();
}

void ColumnPart::add(std::string_view field, const MissingValues& missing) {
  const std::string_view text = without_no_break_spaces(field);
  const bool none = missing.has(text);
  // Whether a dash stands for none is told by the other values, at the end.
  const bool dash = none && text == "-";
  if (none && !dash) return add_missing();
  if (!as_text_) {
    double value = kNone;
    const NumberKind kind = dash ? NumberKind::none : parse_number(text, value, decimal_);
    const std::size_t row = numbers_.size();
    numbers_.push_back(kind == NumberKind::finite && !missing.has(value) ? value : kNone);
    numbers_seen_ += kind != NumberKind::none;
    if (kind == NumberKind::finite) {
      if (!leading_zero_ && has_leading_zero(text)) leading_zero_ = {row, std::string(text)};
      return;
    }
    rows_.push_back(static_cast<std::uint32_t>(row));
  }
  codes_.push_back(texts_.code_of(text));
  if (dash) dash_ = codes_.back();
}

void ColumnPart::clear() {
  numbers_.clear();
  numbers_seen_ = 0;
  codes_.clear();
  rows_.clear();
  texts_.clear();
  dash_ = -1;
  leading_zero_.reset();
}

ColumnPart ColumnBuilder::part(bool likely_text) const {
  const bool by_values = kind_ == ColumnKind::by_values;
  return {again_ || kind_ == ColumnKind::text || kind_ == ColumnKind::spelled || (by_values && likely_text), decimal_};
}

void ColumnBuilder::reserve(std::size_t rows) {
  if (as_text_)
    column_.codes.reserve(rows);
  else
    column_.numbers.reserve(rows);
}

void ColumnBuilder::add(const ColumnPart& part) {
  as_text_ = part.as_text_;
  std::vector<std::int32_t> codes;
  for (const std::string& text : part.texts_.values()) codes.push_back(texts_.code_of(text));
  const auto own = [&](std::int32_t code) { return code < 0 ? code : codes[static_cast<std::size_t>(code)]; };
  if (part.dash_ >= 0) dash_ = own(part.dash_);
  if (as_text_) {
    for (const std::int32_t code : part.codes_) column_.codes.push_back(own(code));
    rows_ = column_.codes.size();
    return;
  }
  column_.numbers.insert(column_.numbers.end(), part.numbers_.begin(), part.numbers_.end());
  for (std::size_t i = 0; i < part.rows_.size(); ++i) others_.emplace_back(rows_ + part.rows_[i], own(part.codes_[i]));
  if (part.leading_zero_ && !column_.leading_zero)
    column_.leading_zero = {rows_ + part.leading_zero_->first, part.leading_zero_->second};
  numbers_seen_ += part.numbers_seen_;
  rows_ = column_.numbers.size();
}

std::size_t ColumnBuilder::bytes() const {
  return column_.numbers.size() * sizeof(double) + column_.codes.size() * sizeof(std::int32_t) +
         others_.size() * sizeof(others_[0]) + texts_.bytes();
}

bool ColumnBuilder::begins_again() {
  if (as_text_ || kind_ != ColumnKind::by_values || numbers_seen_ == 0) return false;
  std::vector<bool> is_text;
  for (const std::string& text : texts_.values()) {
    double value;
    is_text.push_back(parse_number(text, value, decimal_) == NumberKind::none);
  }
  const auto texts = static_cast<std::size_t>(std::ranges::count_if(others_, [&](const auto& other) {
    return other.second != dash_ && is_text[static_cast<std::size_t>(other.second)];
  }));
  if (mostly_numbers(numbers_seen_, texts) && !column_.leading_zero) return false;
  *this = ColumnBuilder(std::move(column_.name), kind_, decimal_);
  again_ = true;
  return true;
}

Column ColumnBuilder::finish(const MissingValues& missing) {
  if (!as_text_ && (kind_ == ColumnKind::numbers || numbers_seen_ > 0 || others_.empty())) {
    for (const auto& [row, code] : others_)
      if (code != dash_) column_.misfits.push_back({row, texts_.values()[static_cast<std::size_t>(code)]});
    return std::move(column_);
  }
  if (!as_text_) to_texts();
  column_.numeric = false;
  column_.categories = texts_.take_values();
  drop_dashes();
  decide(missing);
  return std::move(column_);
}

/// Makes texts of a column without numbers.
void ColumnBuilder::to_texts() {
  column_.codes.assign(rows_, -1);
  for (const auto& [row, code] : others_) column_.codes[row] = code;
  column_.numbers = {};
}

/// A dash stands for none, unless there is a plus that it is the other of.
void ColumnBuilder::drop_dashes() {
  if (dash_ < 0 || std::ranges::find(column_.categories, "+") != column_.categories.end()) return;
  for (std::int32_t& code : column_.codes) code = code == dash_ ? -1 : code > dash_ ? code - 1 : code;
  column_.categories.erase(column_.categories.begin() + dash_);
}

/// Makes a column of texts one of numbers if most of its values are such.
void ColumnBuilder::decide(const MissingValues& missing) {
  std::vector<double> values;
  std::vector<NumberKind> kinds;
  for (const std::string& text : column_.categories)
    kinds.push_back(parse_number(text, values.emplace_back(), decimal_));
  std::size_t numbers = 0, texts = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    if (column_.codes[row] < 0) continue;
    if (kinds[static_cast<std::size_t>(column_.codes[row])] != NumberKind::none)
      ++numbers;
    else if (texts++ == 0)
      column_.text_row = row;
  }
  const bool nothing = numbers + texts == 0 && kind_ == ColumnKind::by_values;
  if (kind_ == ColumnKind::text || !(nothing || mostly_numbers(numbers, texts))) return;
  column_.numeric = true;
  column_.text_row = 0;
  column_.numbers.assign(rows_, ColumnPart::kNone);
  for (std::size_t row = 0; row < rows_; ++row) {
    if (column_.codes[row] < 0) continue;
    const auto code = static_cast<std::size_t>(column_.codes[row]);
    const std::string& text = column_.categories[code];
    if (kinds[code] != NumberKind::finite) {
      column_.misfits.push_back({row, text});
    } else if (!missing.has(values[code])) {
      column_.numbers[row] = values[code];
      if (!column_.leading_zero && has_leading_zero(text)) column_.leading_zero = {row, text};
    }
  }
  if (column_.leading_zero || kind_ == ColumnKind::spelled) return;
  column_.codes = {};
  column_.categories = {};
}

}  // namespace descent::data
