// Numbers that people write, in options.
#pragma once

#include <charconv>
#include <string_view>

namespace descent::data {

/// Whether all of `text` is a number that a T can hold, which is stored in `value` then.
template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace descent::data
