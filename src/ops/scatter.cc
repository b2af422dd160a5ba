// Bringing elements to positions, where they replace what stands there or are reduced with it.
#include <limits>

#include "core/apply.h"
#include "core/promotion.h"
#include "descent/create.h"
#include "descent/indexing.h"
#include "kernels/index.h"
#include "ops/positions.h"

namespace descent {
namespace {

using kernels::Scatter;

template <Scatter how>
void compute_scatter(Inputs inputs, const Attributes& attributes, Output& out) {
  const auto kernel = [](auto... arguments) { return kernels::scatter(how, arguments...); };
  scatter_into(how == Scatter::replace ? "scatter" : "scatter_reduce", kernel, inputs, attributes, out);
}

// index: the dimension. Of numbers other than 0 alone: the product over the number is the product of the others.
Tensor scatter_prod(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  static constexpr Op op = {
      .name = "scatter_prod",
      .keeps_integers = true,
      .compute = compute_scatter<Scatter::product>,
      .gradients = {{[](const Tensor& g, const Call& c) { return g * c.output() / c.input(0); }, kInput0 | kOutput},
                    {},
                    {[](const Tensor& g, const Call& c) {
                       return gather(g * c.output(), c.attributes().index, c.input(1)) / c.input(2);
                     },
                     kInput1 | kInput2 | kOutput}}};
  return apply<op>({&x, &index, &source}, index_attribute(dim));
}

// Zeros are counted, and taken into the product as their sum, which has its value and slope while there is one.
Tensor scatter_prod_with_zeros(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  if (!x.requires_grad() && !source.requires_grad()) return scatter_prod(x, dim, index, source);
  const Tensor x_zero = x == 0, source_zero = source == 0;
  const Tensor others = scatter_prod(where(x_zero, 1, x), dim, index, where(source_zero, 1, source));
  const Tensor count = scatter_add(x_zero.to(int64), dim, index, source_zero.to(int64));
  const Tensor zero = scatter_add(where(x_zero, x, 0), dim, index, where(source_zero, source, 0));
  return others * where(count == 0, 1, where(count == 1, zero, 0));
}

// index: the dimension. Equal extremes share the gradient. A NaN is one, and then no number is.
Tensor is_extreme(const Tensor& x, const Tensor& extreme) { return x == extreme || isnan(x); }
Tensor share_of_extreme(const Tensor& g, const Call& c) {
  const std::int64_t dim = c.attributes().index;
  const Tensor &index = c.input(1), result = c.output();
  const Tensor own = is_extreme(c.input(0), result), sent = is_extreme(c.input(2), gather(result, dim, index));
  return g / scatter_add(own.to(g.dtype()), dim, index, sent.to(g.dtype()));
}
Tensor extreme_slope_of_x(const Tensor& g, const Call& c) {
  return where(is_extreme(c.input(0), c.output()), share_of_extreme(g, c), 0);
}
Tensor extreme_slope_of_source(const Tensor& g, const Call& c) {
  const std::int64_t dim = c.attributes().index;
  const Tensor& index = c.input(1);
  return where(is_extreme(c.input(2), gather(c.output(), dim, index)), gather(share_of_extreme(g, c), dim, index), 0);
}
constexpr std::uint32_t kAllOfExtreme = kInput0 | kInput1 | kInput2 | kOutput;

Tensor scatter_max(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  static constexpr Op op = {
      .name = "scatter_max",
      .keeps_integers = true,
      .compute = compute_scatter<Scatter::maximum>,
      .gradients = {{extreme_slope_of_x, kAllOfExtreme}, {}, {extreme_slope_of_source, kAllOfExtreme}}};
  return apply<op>({&x, &index, &source}, index_attribute(dim));
}

Tensor scatter_min(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  static constexpr Op op = {
      .name = "scatter_min",
      .keeps_integers = true,
      .compute = compute_scatter<Scatter::minimum>,
      .gradients = {{extreme_slope_of_x, kAllOfExtreme}, {}, {extreme_slope_of_source, kAllOfExtreme}}};
  return apply<op>({&x, &index, &source}, index_attribute(dim));
}

// The number that is a reduction of nothing; of a bool or an integer, the end of its range.
Tensor neutral(ScatterReduction reduce, DType dtype) {
  if (reduce == ScatterReduction::sum || reduce == ScatterReduction::mean) return 0;
  if (reduce == ScatterReduction::prod) return 1;
  return dispatch_computed("scatter_reduce", computed_dtype(dtype), [&](auto zero) -> Tensor {
    using Limits = std::numeric_limits<decltype(zero)>;
    if (Limits::has_infinity)
      return (reduce == ScatterReduction::amax ? -1 : 1) * std::numeric_limits<double>::infinity();
    return reduce == ScatterReduction::amax ? Limits::lowest() : Limits::max();
  });
}

Tensor mean_of_scattered(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source,
                         bool include_self) {
  const Tensor ones = ones_like(source);
  const Tensor before = include_self ? ones_like(x) : scatter(ones_like(x), dim, index, 0);
  const Tensor total = scatter_add(x, dim, index, source), count = scatter_add(before, dim, index, ones);
  return is_floating_point(x.dtype()) ? total / count : floor_divide(total, count);
}

// A position for each element of the slices at those of `index`, of the shape `sizes`.
Tensor of_slices(const Tensor& index, int dim, const Dims& sizes) {
  Dims along = Dims::filled(sizes.size(), 1);
  if (!along.empty()) along[dim] = index.numel();
  return expand(reshape(index, along), sizes);
}

}  // namespace

Tensor scatter(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  // index: the dimension.
  static constexpr Op op = {
      .name = "scatter",
      .keeps_integers = true,
      .compute = compute_scatter<Scatter::replace>,
      .gradients = {
          {[](const Tensor& g, const Call& c) { return scatter(g, c.attributes().index, c.input(1), 0); }, kInput1},
          {},
          {[](const Tensor& g, const Call& c) { return gather(g, c.attributes().index, c.input(1)); }, kInput1}}};
  const int d = wrap_dim(dim, impl_of(x, "scatter").sizes.size(), "scatter");
  if (impl_of(source, "scatter").is_number) {
    return scatter(x, d, index, expand(cast_to(source, x.dtype()), check_index("scatter", index).sizes));
  }
  const Tensor used = scattered_part("scatter", x, d, index, source);
  return apply<op>({&x, &index, &used}, index_attribute(d));
}

Tensor index_copy(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) try {
  const int d = wrap_dim(dim, impl_of(x, "index_copy").sizes.size(), "index_copy");
  check_slices("index_copy", x, d, index, source);
  return scatter(x, d, of_slices(index, d, source.sizes()), source);
} catch (const Error& error) {
  fail_as("index_copy", error);
}

Tensor index_fill(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& value) try {
  Dims sizes = impl_of(x, "index_fill").sizes;
  const int d = wrap_dim(dim, sizes.size(), "index_fill");
  check_vector_index("index_fill", index);
  if (!impl_of(value, "index_fill").sizes.empty()) {
    fail("index_fill: one value is needed, not shape ", value.sizes());
  }
  const std::int64_t n = sizes.empty() ? 1 : sizes[d];
  if (!sizes.empty()) sizes[d] = index.numel();
  const Tensor positions = of_slices(where(index < 0, index + n, index), d, sizes);
  return scatter(x, d, positions, expand(cast_to(value, x.dtype()), sizes));
} catch (const Error& error) {
  fail_as("index_fill", error);
}

Tensor scatter_reduce(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source,
                      ScatterReduction reduce, bool include_self) try {
  const int d = wrap_dim(dim, impl_of(x, "scatter_reduce").sizes.size(), "scatter_reduce");
  const Tensor used = scattered_part("scatter_reduce", x, d, index, source);
  const Tensor start = include_self ? x : scatter(x, d, index, neutral(reduce, x.dtype()));
  switch (reduce) {
    case ScatterReduction::sum:
      return scatter_add(start, d, index, used);
    case ScatterReduction::mean:
      return mean_of_scattered(start, d, index, used, include_self);
    case ScatterReduction::prod:
      return scatter_prod_with_zeros(start, d, index, used);
    case ScatterReduction::amax:
      return scatter_max(start, d, index, used);
    case ScatterReduction::amin:
      return scatter_min(start, d, index, used);
  }
  __builtin_unreachable();
} catch (const Error& error) {
  fail_as("scatter_reduce", error);
}

Tensor index_reduce(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source,
                    ScatterReduction reduce, bool include_self) try {
  const int d = wrap_dim(dim, impl_of(x, "index_reduce").sizes.size(), "index_reduce");
  check_slices("index_reduce", x, d, index, source);
  return scatter_reduce(x, d, of_slices(index, d, source.sizes()), source, reduce, include_self);
} catch (const Error& error) {
  fail_as("index_reduce", error);
}

Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source) try {
  if (impl_of(mask, "masked_scatter").dtype != boolean) {
    fail("masked_scatter: the mask must be bool, not ", mask.dtype());
  }
  check_same_dtype("masked_scatter", impl_of(x, "masked_scatter"), impl_of(source, "masked_scatter"));
  const Dims sizes = broadcast_shapes("masked_scatter", x.sizes(), mask.sizes());
  const Tensor taken = expand(mask, sizes), count = sum(taken);
  check(count, count <= source.numel(),
        {"masked_scatter", "the number of places", "is more than the % elements of the source", source.numel()});
  if (source.numel() == 0) return expand(x, sizes).clone();
  const Tensor positions = clamp_min(cumsum(reshape(taken, {-1}).to(int64), 0) - 1, 0);
  const Tensor elements =
      reshape(index_select(reshape(source, {-1}), 0, clamp_max(positions, source.numel() - 1)), sizes);
  return where(taken, elements, x);
} catch (const Error& error) {
  fail_as("masked_scatter", error);
}

}  // namespace descent
