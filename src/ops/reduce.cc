#include "ops/reduce.h"

#include <cmath>
#include <limits>

#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "core/iterate.h"
#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "kernels/reduce.h"

namespace descent {
namespace {

using kernels::ReduceOp;

// The dimensions that `dims` names, all where it names none.
DimSet set_of(const Dims& dims, const Tensor& x, const char* what) {
  const int rank = impl_of(x, what).sizes.size();
  if (dims.empty()) return {(1u << rank) - 1};
  DimSet set;
  for (const std::int64_t dim : dims) {
    const int d = wrap_dim(dim, rank, what);
    if (set.contains(d)) fail(what, ": dimension ", d, " is named twice in ", dims);
    if (rank > 0) set.insert(d);
  }
  return set;
}

Dims reduced_shape(const Dims& sizes, DimSet dims, bool keepdim) {
  Dims result;
  for (int d = 0; d < sizes.size(); ++d) {
    if (!dims.contains(d))
      result.push_back(sizes[d]);
    else if (keepdim)
      result.push_back(1);
  }
  return result;
}

// The shape that keepdim would have given, or one that broadcasts as it would.
Tensor restore_dims(const Tensor& x, const Dims& sizes, const Attributes& attributes) {
  return attributes.flag || x.impl()->sizes.empty() ? x : reshape(x, reduced_shape(sizes, attributes.set, true));
}

// How many elements reducing `dims` joins into one.
std::int64_t count_of(const Dims& sizes, DimSet dims) {
  std::int64_t count = 1;
  for (int d = 0; d < sizes.size(); ++d) count *= dims.contains(d) ? sizes[d] : 1;
  return count;
}

inline namespace compute {

// How the kernels see a reduction: the middle of three dimensions.
struct Fold {
  const std::byte* data;  // row-major
  std::int64_t outer, n, inner;
  Tensor gathered = {};  // keeps the data where they had to be put in order
};

Fold fold(const Tensor& x, DimSet dims) {
  const TensorImpl& input = *x.impl();
  const Dims& sizes = input.sizes;
  if (input.is_contiguous && dims.is_run()) {
    std::int64_t outer = 1, n = 1, inner = 1;
    for (int d = 0; d < sizes.size(); ++d) {
      const bool reduced = dims.contains(d), is_outer = !reduced && dims.any_after(d);
      outer *= is_outer ? sizes[d] : 1;
      n *= reduced ? sizes[d] : 1;
      inner *= reduced || is_outer ? 1 : sizes[d];
    }
    return {input.data, outer, n, inner};
  }
  Dims order;
  for (const bool reduced : {false, true}) {
    for (int d = 0; d < sizes.size(); ++d) {
      if (dims.contains(d) == reduced) order.push_back(d);
    }
  }
  const Tensor view = Tensor::adopt(permuted_view(input, order));
  Tensor gathered = row_major(view);
  const std::byte* data = gathered.impl()->data;
  const std::int64_t n = count_of(sizes, dims);
  const std::int64_t outer = n == 0 ? numel_of(reduced_shape(sizes, dims, false)) : input.numel / n;
  return {data, outer, n, 1, std::move(gathered)};
}

TensorImpl& reduce(ReduceOp reduction, const Tensor& x, DimSet dims, const Dims& shape, DType dtype, Output& out) {
  const TensorImpl& input = *x.impl();
  TensorImpl& result = out.make(shape, dtype);
  if (result.numel == 1 && input.is_contiguous) {  // all of it
    kernels::reduce(reduction, input.dtype, input.data, 1, input.numel, 1, result.data);
  } else {
    const Fold folded = fold(x, dims);
    kernels::reduce(reduction, input.dtype, folded.data, folded.outer, folded.n, folded.inner, result.data);
  }
  return result;
}

// set: the dimensions; flag: keepdim.
TensorImpl& reduce(ReduceOp reduction, const Tensor& x, const Attributes& attributes, DType dtype, Output& out) {
  return reduce(reduction, x, attributes.set, reduced_shape(x.impl()->sizes, attributes.set, attributes.flag), dtype,
                out);
}

// The first `numel` of `result` in memory = elements / count.
void divide(const std::byte* elements, std::int64_t count, std::int64_t numel, const TensorImpl& result) {
  if (numel == 1) {  // as most losses are: done before a kernel is found
    return dispatch_floating("mean", result.dtype, [&](auto zero) {
      using T = decltype(zero);
      *reinterpret_cast<T*>(result.data) = *reinterpret_cast<const T*>(elements) / static_cast<T>(count);
    });
  }
  const std::size_t size = size_of(result.dtype);
  alignas(8) std::byte divisor[kMaxElementSize];
  kernels::cast(int64, &count, result.dtype, divisor, 1);
  const kernels::Operand operands[] = {{elements, 1}, {divisor, 0}};
  const std::size_t sizes[] = {size, size};
  run_contiguous(kernels::elementwise(kernels::Formula::div, result.dtype), operands, sizes, result.data, size, numel);
}

}  // namespace compute

Attributes reduction_of(DimSet dims, bool keepdim) {
  Attributes attributes;
  attributes.set = dims;
  attributes.flag = keepdim;
  return attributes;
}

// Reductions without an identity refuse to reduce nothing.
void refuse_empty(const Tensor& x, DimSet dims, const char* function, const char* what) {
  const Dims& sizes = x.impl()->sizes;
  for (int d = 0; d < sizes.size(); ++d) {
    if (dims.contains(d) && sizes[d] == 0) {
      fail(function, ": dimension ", d, " of shape ", sizes, " is empty, so it has no ", what);
    }
  }
}

// f(x) with the slope 0 where x is 0, for functions whose own slope is infinite there.
template <class F>
Tensor flat_at_zero(const Tensor& x, const F& f) {
  if (!x.requires_grad()) return f(x);
  const Tensor zero = x == 0;
  return where(zero, x, f(where(zero, 1, x)));
}

// Equal extremes share the gradient. A NaN is one, and then no number is.
Tensor extreme_gradient(const Tensor& g, const Call& c) {
  const Tensor& x = c.input(0);
  const Tensor mask = x == restore_dims(c.output(), c.shape(0), c.attributes()) || isnan(x);
  const Tensor share =
      restore_dims(g, c.shape(0), c.attributes()) / sum_over(mask, c.attributes().set, true).to(g.dtype());
  return where(mask, share, 0);
}

template <ReduceOp reduction>
void compute_same_dtype(Inputs inputs, const Attributes& attributes, Output& out) {
  reduce(reduction, *inputs[0], attributes, inputs[0]->impl()->dtype, out);
}
template <ReduceOp reduction>
void compute_positions(Inputs inputs, const Attributes& attributes, Output& out) {
  reduce(reduction, *inputs[0], attributes, int64, out);
}

template <const Op& op>
Tensor positions(const Tensor& x, const Dims& dims, bool keepdim) {
  const DimSet set = set_of(dims, x, op.name);
  refuse_empty(x, set, op.name, op.name);
  return apply<op>({&x}, reduction_of(set, keepdim));
}

Tensor argmax_over(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "argmax", .compute = compute_positions<ReduceOp::argmax>, .gradients = {}};
  return positions<op>(x, dims, keepdim);
}

Tensor argmin_over(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "argmin", .compute = compute_positions<ReduceOp::argmin>, .gradients = {}};
  return positions<op>(x, dims, keepdim);
}

// Sums and products of integers and bool are int64, as in PyTorch.
bool sums_as_int64(const Tensor& x) { return x.impl()->dtype != int64 && !is_floating_point(x.impl()->dtype); }

ValuesAndIndices at_positions(const Tensor& x, std::int64_t dim, const Tensor& indices, bool keepdim) {
  if (x.dim() == 0) return {x, squeeze(indices)};
  const Tensor values = gather(x, dim, indices);
  if (keepdim) return {values, indices};
  return {squeeze(values, dim), squeeze(indices, dim)};
}

// The last of several runs of dimensions, if `dims` is that: reduced first, each walk goes through memory in order. No
// dimension where there is but one run.
DimSet last_of_several_runs(const Dims& sizes, DimSet dims) {
  if (dims.is_run()) return {};
  DimSet run;
  int d = sizes.size() - 1;
  const auto is_reduced = [&](int dim) { return dims.contains(dim) && sizes[dim] != 1; };
  while (d >= 0 && !is_reduced(d)) --d;
  for (; d >= 0 && is_reduced(d); --d) run.insert(d);
  while (d >= 0 && !is_reduced(d)) --d;
  return d >= 0 ? run : DimSet();
}

}  // namespace

Tensor sum_over(const Tensor& x, DimSet dims, bool keepdim) {
  static constexpr Op op = {.name = "sum",
                            .whole = Whole::sum,
                            .compute = compute_same_dtype<ReduceOp::sum>,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              return expand(restore_dims(g, c.shape(0), c.attributes()), c.shape(0));
                            }}}};
  if (sums_as_int64(x)) return sum_over(x.to(int64), dims, keepdim);
  if (const DimSet run = last_of_several_runs(x.impl()->sizes, dims); !run.empty()) [[unlikely]]
    return sum_over(sum_over(x, run, true), dims, keepdim);
  return apply<op>({&x}, reduction_of(dims, keepdim));
}
Tensor sum(const Tensor& x, const Dims& dims, bool keepdim) { return sum_over(x, set_of(dims, x, "sum"), keepdim); }
Tensor sum(const Tensor& x) { return sum(x, Dims()); }

namespace {

Tensor sum_of_squares(const Tensor& x, DimSet dims, bool keepdim) {
  static constexpr Op op = {
      .name = "sum_of_squares",
      .compute = compute_same_dtype<ReduceOp::sum_of_squares>,
      .compose = [](Inputs in,
                    const Attributes& attributes) { return sum_over(square(*in[0]), attributes.set, attributes.flag); },
      .gradients = {
          {[](const Tensor& g, const Call& c) { return c.input(0) * restore_dims(g * 2, c.shape(0), c.attributes()); },
           kInput0}}};
  if (const DimSet run = last_of_several_runs(x.impl()->sizes, dims); !run.empty())
    return sum_over(sum_of_squares(x, run, true), dims, keepdim);
  return apply<op>({&x}, reduction_of(dims, keepdim));
}

// What every bias comes to: a sum over leading dimensions, which leaves the shape of the rest.
Tensor sum_leading(const Tensor& x, DimSet dims, const Dims& shape) {
  // set: the dimensions; sizes: those of the result.
  static constexpr Op op = {.name = "sum_leading",
                            .whole = Whole::sum,
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  reduce(ReduceOp::sum, *inputs[0], attributes.set, attributes.sizes,
                                         inputs[0]->impl()->dtype, out);
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) { return expand(g, c.shape(0)); }}}};
  Attributes attributes;
  attributes.set = dims;
  attributes.sizes = shape;
  return apply<op>({&x}, attributes);
}

}  // namespace

Tensor sum_to(const Tensor& gradient, const Dims& shape) {
  const Dims& sizes = gradient.impl()->sizes;
  const int leading = sizes.size() - shape.size();
  DimSet lead, spread;
  bool fits = leading >= 0;
  for (int d = 0; fits && d < sizes.size(); ++d) {
    if (d < leading) {
      lead.insert(d);
    } else if (shape[d - leading] != sizes[d]) {
      fits = shape[d - leading] == 1;
      spread.insert(d);
    }
  }
  if (!fits) fail("backward: a gradient of shape ", sizes, " arrived at a tensor of shape ", shape);
  const Tensor result = spread.empty() ? gradient : sum_over(gradient, spread, true);
  if (lead.empty()) return result;
  return sum_leading(result, lead, shape);
}

namespace {

// Mean and its gradient, which gives each of the elements that were averaged its share: either is the other's gradient.
Tensor share_of_mean(const Tensor& g, const Dims& sizes, DimSet dims, bool keepdim);

Tensor mean_over(const Tensor& x, DimSet dims, bool keepdim) {
  static constexpr Op op = {.name = "mean",
                            .whole = Whole::mean,
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const TensorImpl& x = *inputs[0]->impl();
                                  const TensorImpl& result =
                                      reduce(ReduceOp::sum, *inputs[0], attributes, x.dtype, out);
                                  divide(result.data, count_of(x.sizes, attributes.set), result.numel, result);
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              return share_of_mean(g, c.shape(0), c.attributes().set, c.attributes().flag);
                            }}}};
  if (const DimSet run = last_of_several_runs(x.impl()->sizes, dims); !run.empty()) [[unlikely]]
    return mean_over(mean_over(x, run, true), dims, keepdim);
  return apply<op>({&x}, reduction_of(dims, keepdim));
}

// set, flag: of the mean; sizes: of what it was taken of. One element for all that share it, as of an expanded tensor.
Tensor share_of_mean(const Tensor& g, const Dims& sizes, DimSet dims, bool keepdim) {
  static constexpr Op op = {
      .name = "share_of_mean",
      .whole = Whole::share_of_mean,
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Tensor gradient = row_major(*inputs[0]);
            const TensorImpl& g = *gradient.impl();
            const TensorImpl& share = out.make_repeated(attributes.sizes, attributes.set, g.dtype);
            if (share.numel == 0) return;
            divide(g.data, count_of(attributes.sizes, attributes.set), g.numel, share);
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
        const auto over = numel_of(c.output_shape()) == 0 ? sum_over : mean_over;  // the mean of nothing is NaN
        return over(g, c.attributes().set, c.attributes().flag);
      }}}};
  Attributes attributes = reduction_of(dims, keepdim);
  attributes.sizes = sizes;
  return apply<op>({&g}, attributes);
}

}  // namespace

Tensor mean(const Tensor& x, const Dims& dims, bool keepdim) {
  if (!is_floating_point(impl_of(x, "mean").dtype))
    fail("mean: ", x.dtype(), " has no mean; convert it with to(float32)");
  return mean_over(x, set_of(dims, x, "mean"), keepdim);
}
Tensor mean(const Tensor& x) { return mean(x, Dims()); }

Tensor var(const Tensor& x, const Dims& dims, double correction, bool keepdim) try {
  if (!is_floating_point(impl_of(x, "var").dtype))
    fail("var: ", x.dtype(), " has no variance; convert it with to(float32)");
  const Tensor deviations = x - mean(x, dims, true);
  const double degrees =
      std::max(0.0, static_cast<double>(count_of(x.impl()->sizes, set_of(dims, x, "mean"))) - correction);
  return sum_of_squares(deviations, set_of(dims, x, "var"), keepdim) / degrees;
} catch (const Error& error) {
  fail_as("var", error);
}
Tensor var(const Tensor& x) { return var(x, Dims()); }

Tensor standard_deviation(const Tensor& x, const Dims& dims, double correction, bool keepdim) try {
  return flat_at_zero(var(x, dims, correction, keepdim), [](const Tensor& v) { return sqrt(v); });
} catch (const Error& error) {
  fail_as("standard_deviation", error);
}
Tensor standard_deviation(const Tensor& x) { return standard_deviation(x, Dims()); }

// A tree of products: differentiable to any order, zeros included, and accurate.
Tensor prod(const Tensor& x, std::int64_t dim, bool keepdim) try {
  static constexpr Op op = {.name = "prod", .compute = compute_same_dtype<ReduceOp::prod>, .gradients = {}};
  const int rank = impl_of(x, "prod").sizes.size();
  const int d = wrap_dim(dim, rank, "prod");
  if (!is_floating_point(x.dtype())) {
    const Tensor integers = x.to(int64);
    return apply<op>({&integers}, reduction_of(set_of(d, x, "prod"), keepdim));
  }
  if (rank == 0) return x;
  Tensor product = x;
  std::int64_t n = x.size(d);
  if (n == 0) product = sum(x, d, true) + 1;  // with history
  for (; n > 1; n = (n + 1) / 2) {
    const std::int64_t half = n / 2;
    const Tensor pairs = narrow(product, d, 0, half) * narrow(product, d, half, half);
    product = n % 2 == 0 ? pairs : cat({pairs, narrow(product, d, n - 1, 1)}, d);
  }
  return keepdim ? product : squeeze(product, d);
} catch (const Error& error) {
  fail_as("prod", error);
}
Tensor prod(const Tensor& x) {
  impl_of(x, "prod");
  return prod(flatten(x), 0);
}

Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim) try {
  if (impl_of(x, "logsumexp").numel == 0) return log(sum(exp(x), dims, keepdim));
  const Tensor largest = amax(x.detach(), dims, true);
  const Tensor shift = where(isinf(largest), 0, largest);  // inf - inf would be NaN
  const Tensor shifted = log(sum(exp(x - shift), dims, true)) + shift;
  return keepdim ? shifted : reshape(shifted, reduced_shape(x.impl()->sizes, set_of(dims, x, "logsumexp"), false));
} catch (const Error& error) {
  fail_as("logsumexp", error);
}

Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim) try {
  if (!is_floating_point(impl_of(x, "norm").dtype))
    fail("norm: ", x.dtype(), " has no norm; convert it with to(float32)");
  if (std::isnan(p)) fail("norm: p = nan is no exponent");
  if (p == std::numeric_limits<double>::infinity()) return amax(abs(x), dims, keepdim);
  if (p == -std::numeric_limits<double>::infinity()) return amin(abs(x), dims, keepdim);
  if (p == 0) return sum((x != 0).to(x.dtype()), dims, keepdim);
  if (p == 1) return sum(abs(x), dims, keepdim);
  if (p == 2) {
    return flat_at_zero(sum_of_squares(x, set_of(dims, x, "norm"), keepdim),
                        [](const Tensor& squares) { return sqrt(squares); });
  }
  const Tensor powers = flat_at_zero(abs(x), [p](const Tensor& size) { return pow(size, p); });
  return flat_at_zero(sum(powers, dims, keepdim), [p](const Tensor& total) { return pow(total, 1 / p); });
} catch (const Error& error) {
  fail_as("norm", error);
}
Tensor norm(const Tensor& x, double p) { return norm(x, p, Dims()); }

Tensor any(const Tensor& x, const Dims& dims, bool keepdim) try {
  static constexpr Op op = {
      .name = "any", .whole = Whole::any, .compute = compute_same_dtype<ReduceOp::any>, .gradients = {}};
  const Tensor truth = cast_to(x, boolean);
  return apply<op>({&truth}, reduction_of(set_of(dims, x, "any"), keepdim));
} catch (const Error& error) {
  fail_as("any", error);
}
Tensor any(const Tensor& x) { return any(x, Dims()); }

Tensor all(const Tensor& x, const Dims& dims, bool keepdim) try {
  static constexpr Op op = {
      .name = "all", .whole = Whole::all, .compute = compute_same_dtype<ReduceOp::all>, .gradients = {}};
  const Tensor truth = cast_to(x, boolean);
  return apply<op>({&truth}, reduction_of(set_of(dims, x, "all"), keepdim));
} catch (const Error& error) {
  fail_as("all", error);
}
Tensor all(const Tensor& x) { return all(x, Dims()); }

Tensor amax(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "amax",
                            .keeps_integers = true,
                            .whole = Whole::maximum,
                            .compute = compute_same_dtype<ReduceOp::maximum>,
                            .gradients = {{extreme_gradient, kInput0 | kOutput}}};
  const DimSet set = set_of(dims, x, "amax");
  refuse_empty(x, set, "amax", "maximum");
  return apply<op>({&x}, reduction_of(set, keepdim));
}

Tensor amin(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "amin",
                            .keeps_integers = true,
                            .whole = Whole::minimum,
                            .compute = compute_same_dtype<ReduceOp::minimum>,
                            .gradients = {{extreme_gradient, kInput0 | kOutput}}};
  const DimSet set = set_of(dims, x, "amin");
  refuse_empty(x, set, "amin", "minimum");
  return apply<op>({&x}, reduction_of(set, keepdim));
}

Tensor max(const Tensor& x) try { return amax(x); } catch (const Error& error) {
  fail_as("max", error);
}
Tensor min(const Tensor& x) try { return amin(x); } catch (const Error& error) {
  fail_as("min", error);
}

ValuesAndIndices max(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return at_positions(x, dim, argmax_over(x, dim, true), keepdim);
} catch (const Error& error) {
  fail_as("max", error);
}
ValuesAndIndices min(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return at_positions(x, dim, argmin_over(x, dim, true), keepdim);
} catch (const Error& error) {
  fail_as("min", error);
}

Tensor argmax(const Tensor& x) try { return argmax_over(flatten(x), 0, false); } catch (const Error& error) {
  fail_as("argmax", error);
}
Tensor argmax(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return argmax_over(x, dim, keepdim);
} catch (const Error& error) {
  fail_as("argmax", error);
}
Tensor argmin(const Tensor& x) try { return argmin_over(flatten(x), 0, false); } catch (const Error& error) {
  fail_as("argmin", error);
}
Tensor argmin(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return argmin_over(x, dim, keepdim);
} catch (const Error& error) {
  fail_as("argmin", error);
}

Tensor cumsum(const Tensor& x, std::int64_t dim) {
  // index: the dimension.
  static constexpr Op op = {.name = "cumsum",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const Tensor x = row_major(*inputs[0]);
                                  const Fold folded = fold(x, {1u << attributes.index});
                                  kernels::scan(kernels::Scan::sum, x.impl()->dtype, folded.data, folded.outer,
                                                folded.n, folded.inner,
                                                out.make(x.impl()->sizes, x.impl()->dtype).data);
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              const std::int64_t dim = c.attributes().index;
                              return flip(cumsum(flip(g, dim), dim), dim);
                            }}}};
  const int d = wrap_dim(dim, impl_of(x, "cumsum").sizes.size(), "cumsum");
  if (sums_as_int64(x)) return cumsum(x.to(int64), dim);
  if (x.dim() == 0) return x.clone();
  Attributes attributes;
  attributes.index = d;
  return apply<op>({&x}, attributes);
}

// Every element is multiplied by the one 1, 2, 4, ... before it (Hillis and Steele, 1986): products only, so that the
// gradient is right where elements are zero.
Tensor cumprod(const Tensor& x, std::int64_t dim) {
  const int d = wrap_dim(dim, impl_of(x, "cumprod").sizes.size(), "cumprod");
  if (sums_as_int64(x)) return cumprod(x.to(int64), dim);
  Tensor product = x.clone();
  const std::int64_t n = x.dim() == 0 ? 1 : x.size(d);
  for (std::int64_t reach = 1; reach < n; reach *= 2) {
    const std::int64_t rest = n - reach;
    product = cat({narrow(product, d, 0, reach), narrow(product, d, reach, rest) * narrow(product, d, 0, rest)}, d);
  }
  return product;
}

Tensor Tensor::sum() const { return descent::sum(*this); }
Tensor Tensor::sum(const Dims& dims, bool keepdim) const { return descent::sum(*this, dims, keepdim); }
Tensor Tensor::mean() const { return descent::mean(*this); }
Tensor Tensor::mean(const Dims& dims, bool keepdim) const { return descent::mean(*this, dims, keepdim); }
Tensor Tensor::var() const { return descent::var(*this); }
Tensor Tensor::var(const Dims& dims, double correction, bool keepdim) const {
  return descent::var(*this, dims, correction, keepdim);
}
Tensor Tensor::std() const { return standard_deviation(*this); }
Tensor Tensor::std(const Dims& dims, double correction, bool keepdim) const {
  return standard_deviation(*this, dims, correction, keepdim);
}
Tensor Tensor::max() const { return descent::max(*this); }
Tensor Tensor::min() const { return descent::min(*this); }
Tensor Tensor::argmax() const { return descent::argmax(*this); }
Tensor Tensor::argmax(std::int64_t dim, bool keepdim) const { return descent::argmax(*this, dim, keepdim); }

}  // namespace descent
