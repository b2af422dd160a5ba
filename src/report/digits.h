#pragma once

#include <string>

#include "descent/text.h"

namespace descent::report {

/// A number for people: "0.1235", its first four digits.
inline std::string in_digits(double value) { return in_format(value, std::chars_format::general, 4); }

}  // namespace descent::report
