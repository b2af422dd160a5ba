#include "descent/statistics.h"

#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/rearrangement.h"
#include "ops/check.h"

namespace descent {
namespace {

// Which of the variables' observations count, and how much; undefined where all count alike.
Tensor weights_of(const Tensor& fweights, const Tensor& aweights, std::int64_t observations) {
  for (const Tensor* weights : {&fweights, &aweights}) {
    if (weights->defined() && !(weights->sizes() == Dims(observations))) {
      fail("cov: weights of shape ", weights->sizes(), " do not fit ", observations, " observations");
    }
  }
  if (fweights.defined() && is_floating_point(fweights.dtype())) {
    fail("cov: fweights must be int64, not ", fweights.dtype());
  }
  if (aweights.defined() && !is_floating_point(aweights.dtype())) {
    fail("cov: aweights must be floating point, not ", aweights.dtype());
  }
  if (!fweights.defined()) return aweights;
  return aweights.defined() ? fweights * aweights : fweights;
}

}  // namespace

Tensor nansum(const Tensor& x, const Dims& dims, bool keepdim) try {
  return sum(where(isnan(x), zeros({}, {.dtype = x.dtype()}), x), dims, keepdim);
} catch (const Error& error) {
  fail_as("nansum", error);
}

Tensor nanmean(const Tensor& x, const Dims& dims, bool keepdim) try {
  if (!is_floating_point(x.dtype())) fail("nanmean: ", x.dtype(), " has no mean; convert it with to(float32)");
  return nansum(x, dims, keepdim) / sum(!isnan(x), dims, keepdim);
} catch (const Error& error) {
  fail_as("nanmean", error);
}

Tensor count_nonzero(const Tensor& x, const Dims& dims) try { return sum(x != 0, dims); } catch (const Error& error) {
  fail_as("count_nonzero", error);
}

std::pair<Tensor, Tensor> var_mean(const Tensor& x, const Dims& dims, double correction, bool keepdim) try {
  return {var(x, dims, correction, keepdim), mean(x, dims, keepdim)};
} catch (const Error& error) {
  fail_as("var_mean", error);
}

std::pair<Tensor, Tensor> std_mean(const Tensor& x, const Dims& dims, double correction, bool keepdim) try {
  return {standard_deviation(x, dims, correction, keepdim), mean(x, dims, keepdim)};
} catch (const Error& error) {
  fail_as("std_mean", error);
}

Tensor cov(const Tensor& x, std::int64_t correction, const Tensor& fweights, const Tensor& aweights) try {
  if (impl_of(x, "cov").sizes.size() > 2) fail("cov: a matrix or a vector is wanted, not shape ", x.sizes());
  if (x.dtype() == boolean) fail("cov: bool has no covariance; convert it with to(float32)");
  const Tensor variables = atleast_2d(is_floating_point(x.dtype()) ? x : x.to(float32));
  const std::int64_t observations = variables.size(1);
  const Tensor weights = weights_of(fweights, aweights, observations);
  Tensor deviations, weighted, degrees;
  if (weights.defined()) {
    const Tensor total = sum(weights);
    deviations = variables - sum(variables * weights, 1, true) / total;
    weighted = deviations * weights;
    degrees = total - (aweights.defined() ? correction * sum(weights * aweights) / total : Tensor(correction));
  } else {
    weighted = deviations = variables - mean(variables, 1, true);
    degrees = observations - correction;
  }
  return squeeze(matmul(deviations, weighted.t()) / clamp_min(degrees, 0));
} catch (const Error& error) {
  fail_as("cov", error);
}

Tensor corrcoef(const Tensor& x) try {
  const Tensor covariance = cov(x);
  if (covariance.dim() == 0) return covariance / covariance;
  const Tensor deviations = sqrt(diagonal(covariance));
  return clamp(covariance / unsqueeze(deviations, 1) / deviations, -1, 1);
} catch (const Error& error) {
  fail_as("corrcoef", error);
}

Tensor histc(const Tensor& x, std::int64_t bins, double min, double max) try {
  if (!is_floating_point(impl_of(x, "histc").dtype)) {
    fail("histc: ", x.dtype(), " has no intervals; convert it with to(float32)");
  }
  if (bins <= 0) fail("histc: bins = ", bins, " must be positive");
  if (!(min <= max)) fail("histc: min = ", min, " must not be larger than max = ", max);
  const Tensor values = flatten(x.detach());
  Tensor low = full({}, min, {.dtype = x.dtype()}), high = full({}, max, {.dtype = x.dtype()});
  if (min == max && values.numel() > 0) {
    low = amin(values);
    high = amax(values);
    check(high, isfinite(low) && isfinite(high), {"histc", nullptr, "the range of the elements is not finite"});
  }
  const Tensor point = low == high;
  low = where(point, low - 1, low);
  high = where(point, high + 1, high);
  const Tensor counted = values >= low && values <= high;
  const Tensor position = trunc((where(counted, values, low) - low) * bins / (high - low));
  const Tensor interval = clamp(position, 0, bins - 1).to(int64);
  return scatter_add(zeros({bins}, {.dtype = x.dtype()}), 0, interval, counted.to(x.dtype()));
} catch (const Error& error) {
  fail_as("histc", error);
}

Tensor bincount(const Tensor& x, const Tensor& weights, std::int64_t minlength) try {
  if (impl_of(x, "bincount").dtype != int64 || x.dim() != 1) {
    fail("bincount: a vector of int64 is wanted, not ", x.dtype(), " of shape ", x.sizes());
  }
  if (minlength < 0) fail("bincount: minlength = ", minlength, " must not be negative");
  if (weights.defined() && !(weights.sizes() == x.sizes())) {
    fail("bincount: weights of shape ", weights.sizes(), " do not fit ", x.numel(), " numbers");
  }
  check(x, x >= 0, {"bincount", "the number", "must not be negative"});
  const std::int64_t length = x.numel() == 0 ? 0 : amax(x).item<std::int64_t>() + 1;
  const Tensor share = weights.defined() ? weights.to(weights.dtype() == float32 ? float32 : float64) : ones_like(x);
  return scatter_add(zeros({std::max(length, minlength)}, {.dtype = share.dtype()}), 0, x, share);
} catch (const Error& error) {
  fail_as("bincount", error);
}

Tensor renorm(const Tensor& x, double p, std::int64_t dim, double maxnorm) try {
  const int rank = impl_of(x, "renorm").sizes.size();
  if (rank < 2) fail("renorm: a tensor of shape ", x.sizes(), " has no slices; at least 2 dimensions are needed");
  if (!(p > 0)) fail("renorm: p = ", p, " must be positive");
  if (!(maxnorm >= 0)) fail("renorm: maxnorm = ", maxnorm, " must not be negative");
  const int d = wrap_dim(dim, rank, "renorm");
  Dims others;
  for (int k = 0; k < rank; ++k) {
    if (k != d) others.push_back(k);
  }
  const Tensor size = norm(x, p, others, true);
  return x * where(size > maxnorm, maxnorm / (size + 1e-7), 1);
} catch (const Error& error) {
  fail_as("renorm", error);
}

}  // namespace descent
