// Statistics beside mean, var and standard_deviation of ops.h; what is said there holds here.
#pragma once

#include <utility>

#include "descent/ops.h"

namespace DESCENT_EXPORT descent {

/// The element in the middle, of two the smaller; NaN if there is one. Over all dimensions equal ones share the
/// gradient.
Tensor median(const Tensor& x);
ValuesAndIndices median(const Tensor& x, std::int64_t dim, bool keepdim = false);
/// The same of what is not NaN.
Tensor nanmedian(const Tensor& x);
ValuesAndIndices nanmedian(const Tensor& x, std::int64_t dim, bool keepdim = false);

/// What lies between two elements: from one to the other in proportion, the one, the other, the middle, the nearer one
/// (halves to even).
enum class QuantileInterpolation : std::uint8_t { linear, lower, higher, midpoint, nearest };
/// The quantiles `q` (a number, or a vector, whose dimension then comes first) of all elements, or along `dim`; NaN if
/// one is. At position q * (n - 1) of the sorted n.
Tensor quantile(const Tensor& x, const Tensor& q, QuantileInterpolation interpolation = QuantileInterpolation::linear);
Tensor quantile(const Tensor& x, const Tensor& q, std::int64_t dim, bool keepdim = false,
                QuantileInterpolation interpolation = QuantileInterpolation::linear);
/// The same of what is not NaN.
Tensor nanquantile(const Tensor& x, const Tensor& q,
                   QuantileInterpolation interpolation = QuantileInterpolation::linear);
Tensor nanquantile(const Tensor& x, const Tensor& q, std::int64_t dim, bool keepdim = false,
                   QuantileInterpolation interpolation = QuantileInterpolation::linear);

/// Sum and mean of what is not NaN.
Tensor nansum(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
Tensor nanmean(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
Tensor count_nonzero(const Tensor& x, const Dims& dims = {});
/// var (standard_deviation) and mean.
std::pair<Tensor, Tensor> var_mean(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);
std::pair<Tensor, Tensor> std_mean(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);

/// The covariances of variables, one a row (a vector is one): sum over observations of w (x_i - mean_i) (x_j - mean_j)
/// / norm, where w are the products of `fweights` (int64: how often an observation is there) and `aweights` (how much
/// it counts), norm is sum w - correction, or sum w - correction * sum(w aweights) / sum w.
Tensor cov(const Tensor& x, std::int64_t correction = 1, const Tensor& fweights = {}, const Tensor& aweights = {});
/// The correlation coefficients: cov(x) divided by the standard deviations, within [-1, 1].
Tensor corrcoef(const Tensor& x);

/// How many elements fall into each of `bins` intervals of equal width from `min` to `max` (the smallest and the
/// largest element, if both are 0), which belongs to the last. Others are not counted. In the dtype of x; not
/// differentiable.
Tensor histc(const Tensor& x, std::int64_t bins = 100, double min = 0, double max = 0);
/// How often each number 0, 1, ... is in the vector x (int64), or the sum of the `weights` that stand there. As long as
/// the largest asks for, and at least `minlength`.
Tensor bincount(const Tensor& x, const Tensor& weights = {}, std::int64_t minlength = 0);

/// x with the slices along `dim` scaled down to the p-norm `maxnorm` where theirs is larger.
Tensor renorm(const Tensor& x, double p, std::int64_t dim, double maxnorm);

}  // namespace descent
