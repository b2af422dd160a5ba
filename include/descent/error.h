// The one exception type of Descent.
#pragma once

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "descent/export.h"

namespace DESCENT_EXPORT descent {

/// What every failure of Descent throws. The message is one line that names the operation, what it got and what it
/// wanted.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Its arguments, printed one after another.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Error(concat(parts...));
}

/// Where a function is made of others: an Error of theirs, in the name of the one that was called.
[[noreturn]] inline void fail_as(std::string_view function, const Error& error) {
  constexpr std::string_view kNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  std::string_view message = error.what();
  const std::size_t end = std::min(message.find_first_not_of(kNames), message.size());
  if (message.substr(end).starts_with(": ")) message.remove_prefix(end + 2);
  fail(function, ": ", message);
}

/// `text`, which may come from a stranger, for a message of one line: in single quotes, control characters as spaces,
/// and cut after 60 bytes or a little before.
inline std::string in_quotes(std::string_view text) {
  std::size_t size = text.size() < 60 ? text.size() : 60;
  // Not within a character of UTF-8.
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  std::string result = "'";
  for (const char c : text.substr(0, size)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return result + (size < text.size() ? "...'" : "'");
}

}  // namespace descent
