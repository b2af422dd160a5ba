#pragma once

#include <string>

#include "descent/error.h"

namespace descent {

/// The message of the Error that `f` throws; empty if it throws none.
template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace descent
