// How a fuzzed property fails: an exception that nothing expects.
#pragma once

#include <stdexcept>

namespace descent::fuzz {

inline void check(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace descent::fuzz
