// Words that people write and read: numbers, names that may hold a slip, counts of things.
#pragma once

#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "descent/error.h"
#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// Whether all of `text` is a number that a T can hold, which is stored in `value` then.
template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// With the fewest digits that read back the same.
inline std::string exactly(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

/// As printf writes it in the C locale, in whichever the program is: general is %g, fixed %f, scientific %e.
inline std::string in_format(double value, std::chars_format format, int precision) {
  char digits[400];  // the largest, and as many behind the point as anybody asks for
  return {digits, std::to_chars(digits, digits + sizeof digits, value, format, precision).ptr};
}

/// `text`, which may come from a stranger, as a terminal may show it: what would move the cursor, end the line, change
/// colours or turn the direction of writing is written as \\n, \\x1b or \\u{202e}, and so are bytes that are not UTF-8.
/// All else is as it was.
std::string printable(std::string_view text);

/// Whether all of it is UTF-8 (Unicode 15, table 3-7).
bool is_utf8(std::string_view text);

/// "1 row", "2 rows".
inline std::string counted(std::size_t count, std::string_view thing) {
  return concat(count, ' ', thing, count == 1 ? "" : "s");
}

/// "; did you mean 'price'?" for the candidate nearest to `name`, or "" if none is near: if it takes to insert, remove,
/// replace or swap more than a third of the letters, without regard to case.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace descent
