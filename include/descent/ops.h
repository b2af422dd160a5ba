// Functions on tensors.
//
// Names, argument order, defaults, dtypes and broadcasting are PyTorch's (https://pytorch.org/docs/stable/torch.html).
// Every function is differentiable where its result is floating point and mathematics allows; at a kink (relu at 0, abs
// at 0) the gradient is PyTorch's. Arguments that read `const Tensor&` take C++ numbers too: `pow(x, 2)`. `dims` takes
// one dimension or a list, negative ones count from the end, and none means all. After `using namespace descent;` each
// goes by its mere name; beside `using namespace std;`, which has a max, an empty and an any of its own, not all do.
//
// Less common functions have headers of their own: pointwise.h, rearrangement.h, grids.h, indexing.h, products.h,
// ordering.h, statistics.h, sequences.h and sampling.h.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

// Arithmetic.
Tensor add(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
/// True division: integers give float32.
Tensor div(const Tensor& a, const Tensor& b);
/// floor(a / b), in the common dtype. A zero divisor of integers is an error.
Tensor floor_divide(const Tensor& a, const Tensor& b);
/// a - b * floor(a / b): the sign of b. A zero divisor of integers is an error.
Tensor remainder(const Tensor& a, const Tensor& b);
/// a - b * trunc(a / b): the sign of a.
Tensor fmod(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& base, const Tensor& exponent);
Tensor neg(const Tensor& x);
Tensor reciprocal(const Tensor& x);
Tensor square(const Tensor& x);
/// a + b * c, with one rounding.
Tensor addcmul(const Tensor& a, const Tensor& b, const Tensor& c);
/// start + weight * (end - start).
Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator%(const Tensor& a, const Tensor& b) { return remainder(a, b); }
inline Tensor operator-(const Tensor& x) { return neg(x); }

// Powers, exponentials and logarithms.
Tensor sqrt(const Tensor& x);
Tensor rsqrt(const Tensor& x);
/// The cube root, of negative numbers too.
Tensor cbrt(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor exp2(const Tensor& x);
Tensor expm1(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log2(const Tensor& x);
Tensor log10(const Tensor& x);
Tensor log1p(const Tensor& x);
/// log(exp(a) + exp(b)), stably.
Tensor logaddexp(const Tensor& a, const Tensor& b);

// Trigonometric and hyperbolic functions.
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tan(const Tensor& x);
Tensor asin(const Tensor& x);
Tensor acos(const Tensor& x);
Tensor atan(const Tensor& x);
Tensor atan2(const Tensor& y, const Tensor& x);
Tensor hypot(const Tensor& a, const Tensor& b);
Tensor sinh(const Tensor& x);
Tensor cosh(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor asinh(const Tensor& x);
Tensor acosh(const Tensor& x);
Tensor atanh(const Tensor& x);

// Activations and special functions.
Tensor relu(const Tensor& x);
/// 1 / (1 + exp(-x)).
Tensor sigmoid(const Tensor& x);
/// log(sigmoid(x)), stably.
Tensor log_sigmoid(const Tensor& x);
/// x * sigmoid(x).
Tensor silu(const Tensor& x);
/// How gelu computes the normal distribution function.
enum class Gelu : std::uint8_t { erf, tanh };
/// x * Phi(x), exactly or by the tanh approximation (Hendrycks and Gimpel, arXiv:1606.08415).
Tensor gelu(const Tensor& x, Gelu form = Gelu::erf);
/// log(1 + exp(x)), stably, without PyTorch's threshold.
Tensor softplus(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
Tensor elu(const Tensor& x, double alpha = 1.0);
Tensor erf(const Tensor& x);
Tensor erfc(const Tensor& x);
Tensor erfinv(const Tensor& x);
/// log |Gamma(x)|.
Tensor lgamma(const Tensor& x);
/// The derivative of lgamma; not differentiable further.
Tensor digamma(const Tensor& x);
Tensor softmax(const Tensor& x, std::int64_t dim);
Tensor log_softmax(const Tensor& x, std::int64_t dim);

// Rounding, signs and bounds.
Tensor abs(const Tensor& x);
Tensor sign(const Tensor& x);
Tensor copysign(const Tensor& magnitude, const Tensor& sign);
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
/// To the nearest, halves to even.
Tensor round(const Tensor& x);
Tensor trunc(const Tensor& x);
Tensor frac(const Tensor& x);
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, const Tensor& b);
/// min(max(x, low), high); an undefined bound is none. The gradient passes where x lies within, ends included.
Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high);
Tensor clamp_min(const Tensor& x, const Tensor& low);
Tensor clamp_max(const Tensor& x, const Tensor& high);

// Comparisons and logic; the results are bool.
Tensor eq(const Tensor& a, const Tensor& b);
Tensor ne(const Tensor& a, const Tensor& b);
Tensor lt(const Tensor& a, const Tensor& b);
Tensor le(const Tensor& a, const Tensor& b);
Tensor gt(const Tensor& a, const Tensor& b);
Tensor ge(const Tensor& a, const Tensor& b);
inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);
Tensor logical_not(const Tensor& x);
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_xor(const Tensor& a, const Tensor& b);
inline Tensor operator!(const Tensor& x) { return logical_not(x); }
inline Tensor operator&&(const Tensor& a, const Tensor& b) { return logical_and(a, b); }
inline Tensor operator||(const Tensor& a, const Tensor& b) { return logical_or(a, b); }
/// a where `condition` (bool), b elsewhere.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
/// Same shape and every element equal.
bool equal(const Tensor& a, const Tensor& b);
/// Same shape and |a - b| <= atol + rtol * |b| everywhere; NaN equals NaN if asked.
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);

// Reductions. Sums and products of bool and int64 are int64.
Tensor sum(const Tensor& x);
Tensor sum(const Tensor& x, const Dims& dims, bool keepdim = false);
Tensor mean(const Tensor& x);
Tensor mean(const Tensor& x, const Dims& dims, bool keepdim = false);
/// sum((x - mean)^2) / (n - correction).
Tensor var(const Tensor& x);
Tensor var(const Tensor& x, const Dims& dims, double correction = 1, bool keepdim = false);
/// The square root of var; as a method x.std(). PyTorch's name for it is that of C++'s namespace.
Tensor standard_deviation(const Tensor& x);
Tensor standard_deviation(const Tensor& x, const Dims& dims, double correction = 1, bool keepdim = false);
Tensor prod(const Tensor& x);
Tensor prod(const Tensor& x, std::int64_t dim, bool keepdim = false);
Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim = false);
/// (sum |x|^p)^(1/p); p may be infinite (the largest |x|).
Tensor norm(const Tensor& x, double p = 2);
Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim = false);
Tensor any(const Tensor& x);
Tensor any(const Tensor& x, const Dims& dims, bool keepdim = false);
Tensor all(const Tensor& x);
Tensor all(const Tensor& x, const Dims& dims, bool keepdim = false);

/// What max, min, sort and topk along a dimension give.
struct ValuesAndIndices {
  Tensor values;
  Tensor indices;
};
/// The largest element; a NaN wins. Over all dimensions equal ones share the gradient; along one dimension the first
/// takes it.
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);
ValuesAndIndices max(const Tensor& x, std::int64_t dim, bool keepdim = false);
ValuesAndIndices min(const Tensor& x, std::int64_t dim, bool keepdim = false);
/// The largest along any dimensions; equal ones share the gradient.
Tensor amax(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
Tensor amin(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The position of the largest element, the first of equals.
Tensor argmax(const Tensor& x);
Tensor argmax(const Tensor& x, std::int64_t dim, bool keepdim = false);
Tensor argmin(const Tensor& x);
Tensor argmin(const Tensor& x, std::int64_t dim, bool keepdim = false);
Tensor cumsum(const Tensor& x, std::int64_t dim);
Tensor cumprod(const Tensor& x, std::int64_t dim);

// Products.
/// Vectors, matrices and batches of matrices, with all of PyTorch's broadcasting.
Tensor matmul(const Tensor& a, const Tensor& b);
/// x weight^T + bias, with weight [out, in].
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});
/// Sums of products written as in NumPy: einsum("bij,bjk->bik", {a, b}).
Tensor einsum(std::string_view equation, const std::vector<Tensor>& operands);

// Views: the result shares storage with x.
Tensor reshape(const Tensor& x, const Dims& shape);
Tensor transpose(const Tensor& x, std::int64_t dim0, std::int64_t dim1);
Tensor permute(const Tensor& x, const Dims& dims);
Tensor expand(const Tensor& x, const Dims& shape);
Tensor squeeze(const Tensor& x);
Tensor squeeze(const Tensor& x, const Dims& dims);
Tensor unsqueeze(const Tensor& x, std::int64_t dim);
Tensor flatten(const Tensor& x, std::int64_t start_dim = 0, std::int64_t end_dim = -1);
Tensor diagonal(const Tensor& x, std::int64_t offset = 0, std::int64_t dim1 = 0, std::int64_t dim2 = 1);
Tensor select(const Tensor& x, std::int64_t dim, std::int64_t index);
/// Positions start, start + step, ... below end along `dim`; out of range bounds are clipped, step > 0.
Tensor slice(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step = 1);
/// `length` positions along `dim` from `start` on, which counts from the end if negative; all must be there.
Tensor narrow(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t length);
/// Pieces of `size` along `dim`, the last one shorter if need be.
std::vector<Tensor> split(const Tensor& x, std::int64_t size, std::int64_t dim = 0);
/// Pieces of these sizes, which must add up.
std::vector<Tensor> split(const Tensor& x, const std::vector<std::int64_t>& sizes, std::int64_t dim = 0);
std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, std::int64_t dim = 0);

// Joining, repeating and moving.
Tensor cat(const std::vector<Tensor>& tensors, std::int64_t dim = 0);
Tensor stack(const std::vector<Tensor>& tensors, std::int64_t dim = 0);
Tensor repeat(const Tensor& x, const Dims& repeats);
Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims = {});
Tensor flip(const Tensor& x, const Dims& dims);
Tensor tril(const Tensor& x, std::int64_t diagonal = 0);
Tensor triu(const Tensor& x, std::int64_t diagonal = 0);

// Indexing. Indices are int64 and, as in PyTorch, must lie in range.
Tensor gather(const Tensor& x, std::int64_t dim, const Tensor& index);
/// x with source[i] added at index[i] along `dim`.
Tensor scatter_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
Tensor index_select(const Tensor& x, std::int64_t dim, const Tensor& index);
/// x with source's slices added at `index` along `dim`.
Tensor index_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);
/// The elements of x where `mask`, in one dimension.
Tensor masked_select(const Tensor& x, const Tensor& mask);
/// The positions of the elements that are not zero: [count, rank].
Tensor nonzero(const Tensor& x);
/// int64 classes to [..., classes] of 0 and 1; `classes` -1 is the largest class + 1.
Tensor one_hot(const Tensor& classes, std::int64_t class_count = -1);
ValuesAndIndices sort(const Tensor& x, std::int64_t dim = -1, bool descending = false);
Tensor argsort(const Tensor& x, std::int64_t dim = -1, bool descending = false);
ValuesAndIndices topk(const Tensor& x, std::int64_t k, std::int64_t dim = -1, bool largest = true);

}  // namespace descent
