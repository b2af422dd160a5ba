// The one exception type of Descent.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
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

/// There was no memory: "matmul: there is no memory for 4000000 bytes". What the op would have changed, it has not.
/// Where there is none even for that message, the exception is a std::bad_alloc.
class OutOfMemory : public Error {
 public:
  /// `op` may be empty, and `bytes` 0 if nobody knows how many.
  OutOfMemory(std::string_view op, std::size_t bytes);

  std::size_t bytes() const { return bytes_; }
  bool names_op() const { return names_op_; }

 private:
  std::size_t bytes_;
  bool names_op_;
};

/// Adds `part` to the end of `text`: text and characters as they are, numbers as a stream writes them in the C locale
/// (floating point with six digits), anything else as `to_string(part)` says, found by its argument.
template <class Part>
void append(std::string& text, const Part& part) {
  if constexpr (std::convertible_to<const Part&, std::string_view>) {
    text += std::string_view(part);
  } else if constexpr (std::same_as<Part, char>) {
    text += part;
  } else if constexpr (std::same_as<Part, bool>) {
    text += part ? '1' : '0';
  } else if constexpr (std::integral<Part> || std::floating_point<Part>) {
    char digits[64];
    char* const end = digits + sizeof digits;
    if constexpr (std::integral<Part>)
      text.append(digits, std::to_chars(digits, end, part).ptr);
    else
      text.append(digits, std::to_chars(digits, end, part, std::chars_format::general, 6).ptr);
  } else {
    text += to_string(part);
  }
}

/// Its arguments, written one after another. Whole, or std::bad_alloc: a stream would cut it short without a word.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string text;
  (append(text, parts), ...);
  return text;
}

template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  throw Error(concat(parts...));
}

inline OutOfMemory::OutOfMemory(std::string_view op, std::size_t bytes)
    : Error(
          concat(op, op.empty() ? "" : ": ", "there is no memory", bytes == 0 ? "" : concat(" for ", bytes, " bytes"))),
      bytes_(bytes),
      names_op_(!op.empty()) {}

/// Where a function is made of others: an Error of theirs, in the name of the one that was called.
[[noreturn]] inline void fail_as(std::string_view function, const Error& error) {
  constexpr std::string_view kNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  std::string_view message = error.what();
  const std::size_t end = std::min(message.find_first_not_of(kNames), message.size());
  if (message.substr(end).starts_with(": ")) message.remove_prefix(end + 2);
  if (const auto* memory = dynamic_cast<const OutOfMemory*>(&error)) throw OutOfMemory(function, memory->bytes());
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
