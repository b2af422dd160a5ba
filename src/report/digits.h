#pragma once

#include <cstdio>
#include <string>

namespace descent::report {

/// A number for people: "0.1235", its first four digits.
inline std::string in_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace descent::report
