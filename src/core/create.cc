#include "descent/create.h"

#include <cmath>
#include <cstring>

#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "core/host.h"
#include "core/promotion.h"

namespace descent {
namespace {

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
  host_wrote(result);
  return with_options(result, options);
}

bool is_integer(const Tensor& x) { return !is_floating_point(x.dtype()); }

// first, first + step, ...: `count` of them, int64 or float64.
Tensor progression(const Tensor& first, const Tensor& step, std::int64_t count, DType dtype) {
  static constexpr Op op = {
      .name = "arange", .kind = Kind::write, .write = [](Inputs inputs, const Attributes&, const TensorImpl& target) {
        dispatch_numbers("arange", target.dtype, [&](auto zero) {
          using Element = decltype(zero);
          const Element first = *elements_of<Element>(*inputs[0]), step = *elements_of<Element>(*inputs[1]);
          auto* out = elements_of<Element>(target);
          for (std::int64_t i = 0; i < target.numel; ++i) {
            out[i] = static_cast<Element>(first + static_cast<Element>(i) * step);
          }
        });
      }};
  const Tensor from = cast_to(first, dtype), by = cast_to(step, dtype);
  const Tensor result = empty(count, {.dtype = dtype});
  write_new<op>(result, {&from, &by});
  return result;
}

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

Tensor empty(const Dims& shape, TensorOptions options) {
  static constexpr Op op = {.name = "empty",
                            .kind = Kind::write,
                            .whole = Whole::nothing,
                            .write = [](Inputs, const Attributes&, const TensorImpl&) {}};
  const Tensor result = Tensor::adopt(make_impl(shape, options.dtype.value_or(float32)));
  write_new<op>(result, {});
  return with_options(result, options);
}

Tensor zeros(const Dims& shape, TensorOptions options) {
  return with_options(filled(shape, options.dtype.value_or(float32), number_0()), options);
}

Tensor ones(const Dims& shape, TensorOptions options) {
  return with_options(filled(shape, options.dtype.value_or(float32), number_1()), options);
}

Tensor full(const Dims& shape, const Tensor& value, TensorOptions options) {
  const Tensor* input = &value;
  impl_of(value, "full");
  return with_options(filled(shape, options.dtype.value_or(promoted_dtype(Inputs(&input, 1))), value), options);
}

Tensor arange(const Tensor& start, const Tensor& end, const Tensor& step, TensorOptions options) {
  const double first = constant(start, "arange"), last = constant(end, "arange"), by = constant(step, "arange");
  if (by == 0) fail("arange: step = 0 leads nowhere");
  if ((last - first) / by < 0) fail("arange: from ", first, " to ", last, " in steps of ", by, " leads nowhere");
  if (is_integer(start) && is_integer(end) && is_integer(step)) {
    const std::int64_t span = integer_constant(end, "arange") - integer_constant(start, "arange");
    const std::int64_t stride = integer_constant(step, "arange");
    return with_options(progression(start, step, (span + (stride > 0 ? stride - 1 : stride + 1)) / stride, int64),
                        options);
  }
  const auto count = static_cast<std::int64_t>(std::ceil((last - first) / by));
  return with_options(progression(start, step, count, float64), with_dtype(options, float32));
}
Tensor arange(const Tensor& end, TensorOptions options) { return arange(0, end, 1, options); }

Tensor linspace(double start, double end, std::int64_t steps, TensorOptions options) {
  // From the nearer end, so that both ends are exact.
  static constexpr Op op = {
      .name = "linspace", .kind = Kind::write, .write = [](Inputs inputs, const Attributes&, const TensorImpl& target) {
        const double start = *elements_of<double>(*inputs[0]), end = *elements_of<double>(*inputs[1]);
        const std::int64_t steps = target.numel;
        const double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
        auto* out = elements_of<double>(target);
        for (std::int64_t i = 0; i < steps; ++i) {
          out[i] = i < steps / 2 || steps == 1 ? start + static_cast<double>(i) * step
                                               : end - static_cast<double>(steps - 1 - i) * step;
        }
      }};
  if (steps < 0) fail("linspace: steps = ", steps, " must not be negative");
  const Tensor first = start, last = end, result = empty(steps, {.dtype = float64});
  write_new<op>(result, {&first, &last});
  return with_options(result, with_dtype(options, float32));
}

Tensor eye(std::int64_t rows, std::int64_t columns, TensorOptions options) {
  const Tensor result = zeros({rows, columns}, {.dtype = options.dtype});
  if (result.numel() > 0) result.diagonal().fill_(1);
  return with_options(result, options);
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

Tensor Tensor::new_empty(const Dims& shape, TensorOptions options) const {
  return empty(shape, with_dtype(options, impl_of(*this, "new_empty").dtype));
}
Tensor Tensor::new_zeros(const Dims& shape, TensorOptions options) const {
  return zeros(shape, with_dtype(options, impl_of(*this, "new_zeros").dtype));
}
Tensor Tensor::new_ones(const Dims& shape, TensorOptions options) const {
  return ones(shape, with_dtype(options, impl_of(*this, "new_ones").dtype));
}
Tensor Tensor::new_full(const Dims& shape, const Tensor& value, TensorOptions options) const {
  return full(shape, value, with_dtype(options, impl_of(*this, "new_full").dtype));
}
Tensor Tensor::new_tensor(const NestedList& values, TensorOptions options) const {
  return tensor(values, with_dtype(options, impl_of(*this, "new_tensor").dtype));
}

}  // namespace descent
