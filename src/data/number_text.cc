#include "data/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace descent::data {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

NumberKind parse_plain(std::string_view text, double& value) {
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

/// The sign between groups of digits that `text` begins with; "" if it is none.
std::string_view group_sign(std::string_view text, char decimal) {
  // An apostrophe, typographic too; spaces: plain, not to be broken, thin, narrow.
  for (const std::string_view sign : {decimal == '.' ? "," : ".", "'", "\u2019", " ", "\u00A0", "\u2009", "\u202F"})
    if (text.starts_with(sign)) return sign;
  return "";
}

/// `text` as parse_plain wants it; "" if it cannot be a number.
std::string normalised(std::string_view text, char decimal) {
  std::string plain;
  if (text.starts_with('-') || text.starts_with('+')) {
    plain = text.substr(0, 1);
    text.remove_prefix(1);
  }
  std::size_t digits = 0;
  std::string_view sign;
  while (!text.empty() && text[0] != decimal && text[0] != 'e' && text[0] != 'E') {
    if (is_digit(text[0])) {
      plain += text[0];
      text.remove_prefix(1);
      ++digits;
      continue;
    }
    const std::string_view found = group_sign(text, decimal);
    if (found.empty() || digits == 0 || digits > 3 || (!sign.empty() && (found != sign || digits != 3))) return "";
    // Nobody writes 0,123 for 123.
    if (sign.empty() && plain.ends_with('0') && digits == 1) return "";
    sign = found;
    digits = 0;
    text.remove_prefix(found.size());
  }
  if (!sign.empty() && digits != 3) return "";
  if (text.starts_with(decimal)) {
    plain += '.';
    text.remove_prefix(1);
  }
  // The fraction and the exponent are parse_plain's to judge, but for a second sign.
  return text.find('.') == text.npos ? plain.append(text) : "";
}

}  // namespace

NumberKind parse_number(std::string_view text, double& value, char decimal) {
  if (decimal == '.') {
    const NumberKind kind = parse_plain(text, value);
    if (kind != NumberKind::none) return kind;
  }
  if (text.empty() || !std::ranges::any_of(text, is_digit))
    return decimal == '.' ? NumberKind::none : parse_plain(text, value);
  const std::string plain = normalised(text, decimal);
  return plain.empty() ? NumberKind::none : parse_plain(plain, value);
}

bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && is_digit(text[1]);
}

DecimalEvidence decimal_evidence(std::string_view text) {
  if (text.find_first_of(".,") == text.npos) return DecimalEvidence::none;
  double value;
  const bool point = parse_number(text, value) != NumberKind::none;
  const bool comma = parse_number(text, value, ',') != NumberKind::none;
  if (point && !comma) return DecimalEvidence::point;
  if (!comma) return DecimalEvidence::none;
  // 1.234.567 may be something else, such as an address.
  return point || text.find(',') == text.npos ? DecimalEvidence::either : DecimalEvidence::comma;
}

}  // namespace descent::data
