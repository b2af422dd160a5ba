#include "descent/create.h"

#include <cmath>
#include <cstring>

#include "core/cast.h"
#include "core/generator.h"
#include "core/op.h"
#include "descent/autograd.h"

namespace descent {
namespace {

Tensor make(const Dims& shape, DType dtype, const TensorOptions& options) {
  Tensor result = Tensor::adopt(make_impl(shape, options.dtype.value_or(dtype)));
  if (options.requires_grad) result.requires_grad_();
  return result;
}

Tensor filled(const Dims& shape, double value, const TensorOptions& options) {
  Tensor result = Tensor::adopt(make_filled(shape, options.dtype.value_or(float32), value));
  if (options.requires_grad) result.requires_grad_();
  return result;
}

// `result`, converted and marked as the options ask.
Tensor finish(const Tensor& result, const TensorOptions& options) {
  const NoGrad no_grad;
  const Tensor converted = options.dtype ? cast_to(result, *options.dtype) : result;
  if (options.requires_grad) converted.requires_grad_();
  return converted;
}

TensorOptions with_dtype(TensorOptions options, DType dtype) {
  options.dtype = options.dtype.value_or(dtype);
  return options;
}

template <class T>
Tensor from_span(std::span<const T> values, const Dims& shape, const TensorOptions& options) {
  if (numel_of(shape) != static_cast<std::int64_t>(values.size())) {
    fail("tensor: ", values.size(), " values do not fill shape ", shape);
  }
  Tensor result = Tensor::adopt(make_impl(shape, dtype_of<T>()));
  if (!values.empty()) std::memcpy(result.impl()->data, values.data(), values.size_bytes());
  return finish(result, options);
}

template <class T>
std::span<T> elements_of(const Tensor& tensor) {
  return {tensor.data<T>(), static_cast<std::size_t>(tensor.numel())};
}

template <class Fill>
Tensor random_real(const Dims& shape, const TensorOptions& options, const char* what, const Fill& fill) {
  const Tensor result = make(shape, float32, options);
  if (!is_floating_point(result.dtype())) {
    fail(what, ": random real numbers are float32 or float64, not ", result.dtype());
  }
  dispatch_floating(what, result.dtype(), [&](auto zero) { fill(elements_of<decltype(zero)>(result)); });
  return result;
}

bool is_integer(const Tensor& x) { return !is_floating_point(x.dtype()); }

}  // namespace

Tensor tensor(const NestedList& values, TensorOptions options) {
  Dims shape;
  for (const NestedList* list = &values; list->is_list_; list = &list->items_.front()) {
    shape.push_back(static_cast<std::int64_t>(list->items_.size()));
    if (list->items_.empty()) break;
  }
  std::vector<const NestedList*> leaves;
  DType dtype = boolean;
  const auto collect = [&](const auto& self, const NestedList& list, int depth) -> void {
    if (!list.is_list_) {
      if (depth != shape.size()) fail("tensor: a number at depth ", depth, " among lists; the braces must nest evenly");
      leaves.push_back(&list);
      dtype = promoted(dtype, list.dtype_);
      return;
    }
    if (depth >= shape.size() || static_cast<std::int64_t>(list.items_.size()) != shape[depth]) {
      fail("tensor: a list of ", list.items_.size(), " at depth ", depth, " does not fit into shape ", shape);
    }
    for (const NestedList& item : list.items_) self(self, item, depth + 1);
  };
  collect(collect, values, 0);
  if (leaves.empty()) dtype = float32;
  if (dtype == float32) {
    std::vector<double> numbers;
    for (const NestedList* leaf : leaves) numbers.push_back(leaf->value_);
    return tensor(std::span<const double>(numbers), shape, with_dtype(options, float32));
  }
  std::vector<std::int64_t> integers;
  for (const NestedList* leaf : leaves) integers.push_back(leaf->integer_);
  return tensor(std::span<const std::int64_t>(integers), shape, with_dtype(options, dtype));
}

Tensor tensor(std::span<const float> values, const Dims& shape, TensorOptions options) {
  return from_span(values, shape, options);
}
Tensor tensor(std::span<const double> values, const Dims& shape, TensorOptions options) {
  return from_span(values, shape, options);
}
Tensor tensor(std::span<const std::int64_t> values, const Dims& shape, TensorOptions options) {
  return from_span(values, shape, options);
}
Tensor tensor(std::span<const int> values, const Dims& shape, TensorOptions options) {
  return tensor(std::vector<std::int64_t>(values.begin(), values.end()), {})
      .reshape(shape)
      .to(options.dtype.value_or(int64))
      .requires_grad_(options.requires_grad);
}

Tensor empty(const Dims& shape, TensorOptions options) { return make(shape, float32, options); }

Tensor zeros(const Dims& shape, TensorOptions options) { return filled(shape, 0, options); }

Tensor ones(const Dims& shape, TensorOptions options) { return filled(shape, 1, options); }

Tensor full(const Dims& shape, const Tensor& value, TensorOptions options) {
  const Tensor* input = &value;
  impl_of(value, "full");
  const Tensor result = make(shape, promoted_dtype(Inputs(&input, 1)), options);
  copy_elements(value, result);
  return result;
}

Tensor arange(const Tensor& start, const Tensor& end, const Tensor& step, TensorOptions options) {
  const bool integers = is_integer(start) && is_integer(end) && is_integer(step);
  if (step.item() == 0) fail("arange: step = 0 leads nowhere");
  if ((end.item() - start.item()) / step.item() < 0) {
    fail("arange: from ", start.item(), " to ", end.item(), " in steps of ", step.item(), " leads nowhere");
  }
  if (integers) {
    const auto first = start.item<std::int64_t>(), last = end.item<std::int64_t>(), by = step.item<std::int64_t>();
    const std::int64_t count = (last - first + (by > 0 ? by - 1 : by + 1)) / by;
    const Tensor result = Tensor::adopt(make_impl(count, int64));
    std::int64_t value = first;
    for (std::int64_t& element : elements_of<std::int64_t>(result)) {
      element = value;
      value += by;
    }
    return finish(result, options);
  }
  const double first = start.item(), by = step.item();
  const Tensor result =
      Tensor::adopt(make_impl(static_cast<std::int64_t>(std::ceil((end.item() - first) / by)), float64));
  std::int64_t i = 0;
  for (double& element : elements_of<double>(result)) element = first + static_cast<double>(i++) * by;
  return finish(result, with_dtype(options, float32));
}
Tensor arange(const Tensor& end, TensorOptions options) { return arange(0, end, 1, options); }

Tensor linspace(double start, double end, std::int64_t steps, TensorOptions options) {
  if (steps < 0) fail("linspace: steps = ", steps, " must not be negative");
  const Tensor result = Tensor::adopt(make_impl(steps, float64));
  const double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  std::int64_t i = 0;
  // From the nearer end, so that both ends are exact.
  for (double& element : elements_of<double>(result)) {
    element = i < steps / 2 || steps == 1 ? start + static_cast<double>(i) * step
                                          : end - static_cast<double>(steps - 1 - i) * step;
    ++i;
  }
  return finish(result, with_dtype(options, float32));
}

Tensor eye(std::int64_t rows, std::int64_t columns, TensorOptions options) {
  const Tensor result = zeros({rows, columns}, {.dtype = options.dtype});
  if (result.numel() > 0) copy_elements(1, result.diagonal());
  return finish(result, options);
}
Tensor eye(std::int64_t n, TensorOptions options) { return eye(n, n, options); }

Tensor empty_like(const Tensor& other, TensorOptions options) {
  return empty(impl_of(other, "empty_like").sizes, with_dtype(options, other.dtype()));
}
Tensor zeros_like(const Tensor& other, TensorOptions options) {
  return zeros(impl_of(other, "zeros_like").sizes, with_dtype(options, other.dtype()));
}
Tensor ones_like(const Tensor& other, TensorOptions options) {
  return ones(impl_of(other, "ones_like").sizes, with_dtype(options, other.dtype()));
}
Tensor full_like(const Tensor& other, const Tensor& value, TensorOptions options) {
  return full(impl_of(other, "full_like").sizes, value, with_dtype(options, other.dtype()));
}
Tensor rand_like(const Tensor& other, TensorOptions options) {
  return rand(impl_of(other, "rand_like").sizes, with_dtype(options, other.dtype()));
}
Tensor randn_like(const Tensor& other, TensorOptions options) {
  return randn(impl_of(other, "randn_like").sizes, with_dtype(options, other.dtype()));
}

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

Tensor rand(const Dims& shape, TensorOptions options) {
  return random_real(shape, options, "rand", [](auto out) { random::fill_uniform(default_generator(), out); });
}
Tensor randn(const Dims& shape, TensorOptions options) {
  return random_real(shape, options, "randn", [](auto out) { random::fill_normal(default_generator(), out); });
}
Tensor randint(std::int64_t low, std::int64_t high, const Dims& shape, TensorOptions options) {
  const Tensor result = Tensor::adopt(make_impl(shape, int64));
  random::fill_integers(default_generator(), elements_of<std::int64_t>(result), low, high);
  return finish(result, options);
}
Tensor randperm(std::int64_t n, TensorOptions options) {
  if (n < 0) fail("randperm: n = ", n, " must not be negative");
  const Tensor result = Tensor::adopt(make_impl(n, int64));
  random::fill_permutation(default_generator(), elements_of<std::int64_t>(result));
  return finish(result, options);
}

}  // namespace descent
