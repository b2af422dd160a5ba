#include "kernels/reduce.h"

#include <cmath>
#include <limits>

#include "core/cast.h"
#include "core/op.h"
#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

using kernels::Reduction;

// `dims` sorted, so that it can be compared with a run of neighbours.
Dims sorted(Dims dims) {
  std::sort(dims.begin(), dims.end());
  return dims;
}

Dims reduced_shape(const Dims& sizes, const Dims& dims, bool keepdim) {
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
  return attributes.flag || x.impl()->sizes.empty() ? x : reshape(x, reduced_shape(sizes, attributes.dims, true));
}

// How the kernels see a reduction: the middle of three dimensions.
struct Fold {
  Tensor input;  // row-major
  std::int64_t outer = 1, n = 1, inner = 1;
};

Fold fold(const Tensor& x, const Dims& dims) {
  const Dims& sizes = x.impl()->sizes;
  const bool neighbours = dims.empty() || dims.back() - dims[0] == dims.size() - 1;
  if (neighbours && x.impl()->is_contiguous) {
    Fold result{x};
    for (int d = 0; d < sizes.size(); ++d) {
      (dims.empty() || d < dims[0] ? result.outer : d <= dims.back() ? result.n : result.inner) *= sizes[d];
    }
    return result;
  }
  Dims order;
  std::int64_t n = 1;
  for (int d = 0; d < sizes.size(); ++d) {
    if (!dims.contains(d)) order.push_back(d);
  }
  for (const std::int64_t d : dims) {
    order.push_back(d);
    n *= sizes[static_cast<int>(d)];
  }
  const NoGrad no_grad;
  return {permute(x, order).contiguous(), n == 0 ? numel_of(reduced_shape(sizes, dims, false)) : x.impl()->numel / n, n,
          1};
}

// dims: sorted; flag: keepdim.
Tensor reduce(Reduction reduction, const Tensor& x, const Attributes& attributes, DType result_dtype) {
  const Fold folded = fold(x, attributes.dims);
  Tensor result =
      Tensor::adopt(make_impl(reduced_shape(x.impl()->sizes, attributes.dims, attributes.flag), result_dtype));
  kernels::reduce(reduction, x.impl()->dtype, folded.input.impl()->data, folded.outer, folded.n, folded.inner,
                  result.impl()->data);
  return result;
}

Attributes attributes_of(const Tensor& x, const Dims& dims, bool keepdim, const char* what) {
  Attributes attributes;
  attributes.dims = wrap_dims(dims, impl_of(x, what).sizes.size(), what);
  if (dims.size() > 1) attributes.dims = sorted(attributes.dims);
  attributes.flag = keepdim;
  return attributes;
}

// Reductions without an identity refuse to reduce nothing.
void refuse_empty(const Tensor& x, const Dims& dims, const char* what) {
  for (const std::int64_t d : dims) {
    if (x.impl()->sizes[static_cast<int>(d)] == 0) {
      fail(what, ": dimension ", d, " of shape ", x.impl()->sizes, " is empty, so it has no ", what);
    }
  }
}

// How many elements reducing `dims` joins into one.
std::int64_t count_of(const Dims& sizes, const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t d : dims) count *= sizes[static_cast<int>(d)];
  return count;
}
std::int64_t count_of(const Tensor& x, const Dims& dims) {
  return count_of(x.impl()->sizes, wrap_dims(dims, x.impl()->sizes.size(), "mean"));
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
  const Tensor share = restore_dims(g, c.shape(0), c.attributes()) / sum(mask, c.attributes().dims, true).to(g.dtype());
  return where(mask, share, 0);
}

template <Reduction reduction>
Tensor compute_same_dtype(Inputs inputs, const Attributes& attributes) {
  return reduce(reduction, *inputs[0], attributes, inputs[0]->impl()->dtype);
}
template <Reduction reduction>
Tensor compute_positions(Inputs inputs, const Attributes& attributes) {
  return reduce(reduction, *inputs[0], attributes, int64);
}

Tensor positions(const Op& op, const Tensor& x, const Dims& dims, bool keepdim) {
  const Attributes attributes = attributes_of(x, dims, keepdim, op.name);
  refuse_empty(x, attributes.dims, op.name);
  return apply(op, {&x}, attributes);
}

Tensor argmax_over(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "argmax", .compute = compute_positions<Reduction::argmax>, .gradients = {}};
  return positions(op, x, dims, keepdim);
}

Tensor argmin_over(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "argmin", .compute = compute_positions<Reduction::argmin>, .gradients = {}};
  return positions(op, x, dims, keepdim);
}

ValuesAndIndices at_positions(const Tensor& x, std::int64_t dim, const Tensor& indices, bool keepdim) {
  if (x.dim() == 0) return {x, squeeze(indices)};
  const Tensor values = gather(x, dim, indices);
  if (keepdim) return {values, indices};
  return {squeeze(values, dim), squeeze(indices, dim)};
}

}  // namespace

Tensor sum(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "sum",
                            .compute = compute_same_dtype<Reduction::sum>,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              return expand(restore_dims(g, c.shape(0), c.attributes()), c.shape(0));
                            }}}};
  if (impl_of(x, "sum").dtype == boolean) return sum(x.to(int64), dims, keepdim);
  return apply(op, {&x}, attributes_of(x, dims, keepdim, "sum"));
}
Tensor sum(const Tensor& x) { return sum(x, Dims()); }

Tensor mean(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "mean",
                            .compute = [](Inputs inputs, const Attributes& attributes) -> Tensor {
                              const Tensor& x = *inputs[0];
                              Tensor total = reduce(Reduction::sum, x, attributes, x.impl()->dtype);
                              total.div_(count_of(x.impl()->sizes, attributes.dims));
                              return total;
                            },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              const Dims& sizes = c.shape(0);
                              const Tensor share = g / count_of(sizes, c.attributes().dims);
                              return expand(restore_dims(share, sizes, c.attributes()), sizes);
                            }}}};
  if (!is_floating_point(impl_of(x, "mean").dtype))
    fail("mean: ", x.dtype(), " has no mean; convert it with to(float32)");
  return apply(op, {&x}, attributes_of(x, dims, keepdim, "mean"));
}
Tensor mean(const Tensor& x) { return mean(x, Dims()); }

Tensor var(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  if (!is_floating_point(impl_of(x, "var").dtype))
    fail("var: ", x.dtype(), " has no variance; convert it with to(float32)");
  const Tensor deviations = x - mean(x, dims, true);
  const double degrees = std::max(0.0, static_cast<double>(count_of(x, dims)) - correction);
  return sum(square(deviations), dims, keepdim) / degrees;
}
Tensor var(const Tensor& x) { return var(x, Dims()); }

Tensor std(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  return flat_at_zero(var(x, dims, correction, keepdim), [](const Tensor& v) { return sqrt(v); });
}
Tensor std(const Tensor& x) { return std(x, Dims()); }

// A tree of products: differentiable to any order, zeros included, and accurate.
Tensor prod(const Tensor& x, std::int64_t dim, bool keepdim) {
  static constexpr Op op = {.name = "prod", .compute = compute_same_dtype<Reduction::prod>, .gradients = {}};
  const int rank = impl_of(x, "prod").sizes.size();
  const int d = wrap_dim(dim, rank, "prod");
  if (!is_floating_point(x.dtype())) {
    const Tensor integers = x.to(int64);
    return apply(op, {&integers}, attributes_of(x, d, keepdim, "prod"));
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
}
Tensor prod(const Tensor& x) { return prod(flatten(x), 0); }

Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim) {
  if (impl_of(x, "logsumexp").numel == 0) return log(sum(exp(x), dims, keepdim));
  const Tensor largest = amax(x.detach(), dims, true);
  const Tensor shift = where(isinf(largest), 0, largest);  // inf - inf would be NaN
  const Tensor shifted = log(sum(exp(x - shift), dims, true)) + shift;
  return keepdim ? shifted
                 : reshape(shifted, reduced_shape(x.sizes(), attributes_of(x, dims, false, "logsumexp").dims, false));
}

Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim) {
  if (!is_floating_point(impl_of(x, "norm").dtype))
    fail("norm: ", x.dtype(), " has no norm; convert it with to(float32)");
  if (std::isnan(p)) fail("norm: p = nan is no exponent");
  if (p == std::numeric_limits<double>::infinity()) return amax(abs(x), dims, keepdim);
  if (p == -std::numeric_limits<double>::infinity()) return amin(abs(x), dims, keepdim);
  if (p == 0) return sum((x != 0).to(x.dtype()), dims, keepdim);
  if (p == 1) return sum(abs(x), dims, keepdim);
  if (p == 2) {
    return flat_at_zero(sum(square(x), dims, keepdim), [](const Tensor& squares) { return sqrt(squares); });
  }
  const Tensor powers = flat_at_zero(abs(x), [p](const Tensor& size) { return pow(size, p); });
  return flat_at_zero(sum(powers, dims, keepdim), [p](const Tensor& total) { return pow(total, 1 / p); });
}
Tensor norm(const Tensor& x, double p) { return norm(x, p, Dims()); }

Tensor any(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "any", .compute = compute_same_dtype<Reduction::any>, .gradients = {}};
  const Tensor truth = cast_to(x, boolean);
  return apply(op, {&truth}, attributes_of(x, dims, keepdim, "any"));
}
Tensor any(const Tensor& x) { return any(x, Dims()); }

Tensor all(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "all", .compute = compute_same_dtype<Reduction::all>, .gradients = {}};
  const Tensor truth = cast_to(x, boolean);
  return apply(op, {&truth}, attributes_of(x, dims, keepdim, "all"));
}
Tensor all(const Tensor& x) { return all(x, Dims()); }

Tensor amax(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "amax",
                            .compute = compute_same_dtype<Reduction::maximum>,
                            .gradients = {{extreme_gradient, kInput0 | kOutput}}};
  const Attributes attributes = attributes_of(x, dims, keepdim, "amax");
  refuse_empty(x, attributes.dims, "maximum");
  return apply(op, {&x}, attributes);
}

Tensor amin(const Tensor& x, const Dims& dims, bool keepdim) {
  static constexpr Op op = {.name = "amin",
                            .compute = compute_same_dtype<Reduction::minimum>,
                            .gradients = {{extreme_gradient, kInput0 | kOutput}}};
  const Attributes attributes = attributes_of(x, dims, keepdim, "amin");
  refuse_empty(x, attributes.dims, "minimum");
  return apply(op, {&x}, attributes);
}

Tensor max(const Tensor& x) { return amax(x); }
Tensor min(const Tensor& x) { return amin(x); }

ValuesAndIndices max(const Tensor& x, std::int64_t dim, bool keepdim) {
  return at_positions(x, dim, argmax_over(x, dim, true), keepdim);
}
ValuesAndIndices min(const Tensor& x, std::int64_t dim, bool keepdim) {
  return at_positions(x, dim, argmin_over(x, dim, true), keepdim);
}

Tensor argmax(const Tensor& x) { return argmax_over(flatten(x), 0, false); }
Tensor argmax(const Tensor& x, std::int64_t dim, bool keepdim) { return argmax_over(x, dim, keepdim); }
Tensor argmin(const Tensor& x) { return argmin_over(flatten(x), 0, false); }
Tensor argmin(const Tensor& x, std::int64_t dim, bool keepdim) { return argmin_over(x, dim, keepdim); }

Tensor cumsum(const Tensor& x, std::int64_t dim) {
  // index: the dimension.
  static constexpr Op op = {
      .name = "cumsum",
      .compute = [](Inputs inputs, const Attributes& attributes) -> Tensor {
        const Dims dims(attributes.index);
        const Fold folded = fold(inputs[0]->is_contiguous() ? *inputs[0] : clone_elements(*inputs[0]), dims);
        Tensor result = Tensor::adopt(make_impl(inputs[0]->impl()->sizes, inputs[0]->impl()->dtype));
        kernels::scan(kernels::Scan::sum, folded.input.impl()->dtype, folded.input.impl()->data, folded.outer, folded.n,
                      folded.inner, result.impl()->data);
        return result;
      },
      .gradients = {{[](const Tensor& g, const Call& c) {
        const std::int64_t dim = c.attributes().index;
        return flip(cumsum(flip(g, dim), dim), dim);
      }}}};
  const int d = wrap_dim(dim, impl_of(x, "cumsum").sizes.size(), "cumsum");
  if (x.dtype() == boolean) return cumsum(x.to(int64), dim);
  if (x.dim() == 0) return x.clone();
  Attributes attributes;
  attributes.index = d;
  return apply(op, {&x}, attributes);
}

// Every element is multiplied by the one 1, 2, 4, ... before it (Hillis and Steele, 1986): products only, so that the
// gradient is right where elements are zero.
Tensor cumprod(const Tensor& x, std::int64_t dim) {
  const int d = wrap_dim(dim, impl_of(x, "cumprod").sizes.size(), "cumprod");
  if (x.dtype() == boolean) return cumprod(x.to(int64), dim);
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
Tensor Tensor::max() const { return descent::max(*this); }
Tensor Tensor::min() const { return descent::min(*this); }
Tensor Tensor::argmax() const { return descent::argmax(*this); }
Tensor Tensor::argmax(std::int64_t dim, bool keepdim) const { return descent::argmax(*this, dim, keepdim); }

}  // namespace descent
