// Making tensors.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "descent/generator.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// A number, or braces around such: what `tensor({{1, 2}, {3, 4}})` is written with.
class NestedList {
 public:
  template <Number T>
  NestedList(T value)
      : value_(static_cast<double>(value)),
        integer_(std::is_integral_v<T> ? static_cast<std::int64_t>(value) : 0),
        dtype_(std::is_same_v<T, bool> ? boolean
               : std::is_integral_v<T> ? int64
                                       : float32) {}
  NestedList(std::initializer_list<NestedList> items) : items_(items), is_list_(true) {}

 private:
  friend Tensor tensor(const NestedList&, TensorOptions);
  double value_ = 0;
  std::int64_t integer_ = 0;
  DType dtype_ = float32;
  std::vector<NestedList> items_;
  bool is_list_ = false;
};

/// A tensor of the numbers in `values`: int64 if all are integers, bool if all are, float32 otherwise, unless
/// `options.dtype` says. Ragged braces are an error.
Tensor tensor(const NestedList& values, TensorOptions options = {});

/// A tensor of the elements of `values` (bool, std::int64_t, int, float or double), which are copied. Shape: [size], or
/// `shape` if given. dtype: that of T (int gives int64), unless `options.dtype` says.
Tensor tensor(std::span<const float> values, const Dims& shape, TensorOptions options = {});
Tensor tensor(std::span<const double> values, const Dims& shape, TensorOptions options = {});
Tensor tensor(std::span<const std::int64_t> values, const Dims& shape, TensorOptions options = {});
Tensor tensor(std::span<const int> values, const Dims& shape, TensorOptions options = {});
template <class T>
Tensor tensor(const std::vector<T>& values, TensorOptions options = {}) {
  if constexpr (std::is_same_v<T, bool>) {
    return tensor(std::vector<int>(values.begin(), values.end()),
                  TensorOptions{options.dtype.value_or(boolean), options.requires_grad});
  } else {
    return tensor(std::span<const T>(values), Dims(static_cast<std::int64_t>(values.size())), options);
  }
}

/// Uninitialised.
Tensor empty(const Dims& shape, TensorOptions options = {});
Tensor zeros(const Dims& shape, TensorOptions options = {});
Tensor ones(const Dims& shape, TensorOptions options = {});
/// dtype: that of `value` (float32 for floating point).
Tensor full(const Dims& shape, const Tensor& value, TensorOptions options = {});
/// start, start + step, ... up to, not including, end. int64 if all three are integers, float32 otherwise.
Tensor arange(const Tensor& end, TensorOptions options = {});
Tensor arange(const Tensor& start, const Tensor& end, const Tensor& step = 1, TensorOptions options = {});
/// `steps` numbers, evenly spaced, both ends included.
Tensor linspace(double start, double end, std::int64_t steps, TensorOptions options = {});
/// `steps` powers of `base`, the exponents evenly spaced from `start` to `end`, both included.
Tensor logspace(double start, double end, std::int64_t steps, double base = 10, TensorOptions options = {});
Tensor eye(std::int64_t n, TensorOptions options = {});
Tensor eye(std::int64_t rows, std::int64_t columns, TensorOptions options = {});

/// Of the shape and dtype of `other`.
Tensor empty_like(const Tensor& other, TensorOptions options = {});
Tensor zeros_like(const Tensor& other, TensorOptions options = {});
Tensor ones_like(const Tensor& other, TensorOptions options = {});
Tensor full_like(const Tensor& other, const Tensor& value, TensorOptions options = {});

// Random tensors, drawn from `generator`: the same numbers as PyTorch's for the same seed.

/// Uniform on [0, 1).
Tensor rand(const Dims& shape, TensorOptions options = {}, Generator& generator = default_generator());
Tensor rand_like(const Tensor& other, TensorOptions options = {}, Generator& generator = default_generator());
/// Normal, mean 0, variance 1.
Tensor randn(const Dims& shape, TensorOptions options = {}, Generator& generator = default_generator());
Tensor randn_like(const Tensor& other, TensorOptions options = {}, Generator& generator = default_generator());
/// Integers of [low, high); int64.
Tensor randint(std::int64_t low, std::int64_t high, const Dims& shape, TensorOptions options = {},
               Generator& generator = default_generator());
inline Tensor randint(std::int64_t high, const Dims& shape, TensorOptions options = {},
                      Generator& generator = default_generator()) {
  return randint(0, high, shape, options, generator);
}
/// The integers of [0, n) in random order; int64.
Tensor randperm(std::int64_t n, TensorOptions options = {}, Generator& generator = default_generator());

}  // namespace descent
