#pragma once

#include <string>
#include <vector>

namespace descent::program::c {

/// A function or macro that written code calls, by the name alone: it stands before the code that has the name in it.
struct Helper {
  std::string name;
  std::string text;
};

}  // namespace descent::program::c
