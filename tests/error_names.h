// Errors are in the name of the function that was called, however it is made.
#pragma once

#include <descent/descent.h>
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "error_of.h"

namespace descent {

/// Checks that an Error, if there is one, is of one line that begins "function: " or "function is not defined for".
inline void check_name(const std::string& function, const std::string& error) {
  CAPTURE(function);
  CAPTURE(error);
  const bool named = error.starts_with(function + ": ") || error.starts_with(function + " is not defined for ");
  CHECK((error.empty() || named));
  CHECK(error.find('\n') == std::string::npos);
}

/// Tensors of which most functions refuse some: undefined first, then of another shape and another dtype.
inline std::vector<Tensor> odd_tensors() {
  return {Tensor(),
          ones({2, 4}),
          ones({0, 3}),
          tensor(1.5),
          tensor({0, 5}),
          tensor({{0, 1, 2}, {1, 1, 0}}),
          tensor({{true, false, true}, {true, true, false}}),
          ones({2, 3}, {.dtype = float64}),
          ones({2, 3, 2})};
}

using OfOne = std::function<void(const Tensor&)>;
using OfTwo = std::function<void(const Tensor&, const Tensor&)>;

inline void check_names_of_one(const std::string& function, const OfOne& f) {
  CAPTURE(function);
  CHECK_FALSE(error_of([&] { f(Tensor()); }).empty());
  for (const Tensor& odd : odd_tensors()) check_name(function, error_of([&] { f(odd); }));
}

/// Each argument in turn is odd, the other one an ordinary matrix.
inline void check_names_of_two(const std::string& function, const OfTwo& f) {
  CAPTURE(function);
  const Tensor ordinary = tensor({{0.5, 0.25, 0.25}, {0.125, 0.5, 0.375}});
  CHECK_FALSE(error_of([&] { f(Tensor(), ordinary); }).empty());
  CHECK_FALSE(error_of([&] { f(ordinary, Tensor()); }).empty());
  for (const Tensor& odd : odd_tensors()) {
    check_name(function, error_of([&] { f(ordinary, odd); }));
    check_name(function, error_of([&] { f(odd, ordinary); }));
  }
}

#define DESCENT_OF_ONE(function) check_names_of_one(#function, [](const Tensor& x) { (void)function(x); })
#define DESCENT_OF_TWO(function) \
  check_names_of_two(#function, [](const Tensor& a, const Tensor& b) { (void)function(a, b); })

}  // namespace descent
