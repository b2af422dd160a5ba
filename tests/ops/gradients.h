// What the gradient tests share: inputs in every layout, and the check itself.
#pragma once

#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace descent::gradients {

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// float64 numbers spread over (low, high) in no order, no two alike: multiples of the golden ratio, modulo 1. Another
/// `start` gives other numbers.
inline Tensor spread(const Dims& shape, double low = -2, double high = 2, double start = 0.31) {
  std::vector<double> values(static_cast<std::size_t>(numel_of(shape)));
  double at = start;
  for (double& value : values) {
    at = std::fmod(at + 0.6180339887498949, 1.0);
    value = low + (high - low) * at;
  }
  return tensor(std::span<const double>(values), shape);
}

inline Tensor float64s(const std::vector<double>& values) { return tensor(values); }

/// First and second order, at `inputs`.
inline void check(const std::string& name, const Function& f, const std::vector<Tensor>& inputs, int order = 2) {
  CAPTURE(name);
  CHECK_NOTHROW(check_grads(f, inputs, {.order = order}));
}

/// The same of the square of `f`: the second order of a linear function says nothing.
inline void check_square(const std::string& name, const Function& f, const std::vector<Tensor>& inputs) {
  check(
      name, [&f](const std::vector<Tensor>& in) { return square(f(in)); }, inputs);
}

}  // namespace descent::gradients
