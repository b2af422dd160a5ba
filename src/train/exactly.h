#pragma once

#include <charconv>
#include <iterator>
#include <string>

namespace descent::train {

/// With as many digits as it takes to read the same number.
inline std::string exactly(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, std::end(digits), value).ptr};
}

}  // namespace descent::train
