// Elements at a rank in the sorted order of the others.
#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/rearrangement.h"
#include "descent/statistics.h"
#include "ops/check.h"

namespace descent {
namespace {

// How many of each line along `dim`, which stays, are not NaN: sorted, these come first.
Tensor count_of_numbers(const Tensor& x, std::int64_t dim) { return sum(!isnan(x), dim, /*keepdim=*/true); }

ValuesAndIndices median_along(const char* name, const Tensor& x, std::int64_t dim, bool keepdim, bool skip_nan) {
  const int d = wrap_dim(dim, impl_of(x, name).sizes.size(), name);
  const Tensor line = atleast_1d(x);
  const std::int64_t n = line.size(d);
  if (n == 0) fail(name, ": dimension ", d, " of shape ", x.sizes(), " is empty, so it has no median");
  const Tensor numbers = count_of_numbers(line, d);
  const Tensor rank = skip_nan ? floor_divide(clamp_min(numbers - 1, 0), 2) : where(numbers < n, numbers, (n - 1) / 2);
  const Tensor positions = gather(argsort(line, d), d, rank), values = gather(line, d, positions);
  if (keepdim && x.dim() > 0) return {values, positions};
  return {squeeze(values, d), squeeze(positions, d)};
}

Tensor median_of_all(const char* name, const Tensor& x, bool skip_nan) {
  if (impl_of(x, name).numel == 0 && is_floating_point(x.dtype())) return sum(x) / 0;
  const Tensor elements = flatten(x), value = median_along(name, elements, 0, false, skip_nan).values;
  if (!x.requires_grad()) return value;
  // The largest of those equal to it: it passes the gradient to all of them.
  const Tensor chosen = value.detach(), same = elements == chosen || (isnan(elements) && isnan(chosen));
  return amax(where(same, elements, -std::numeric_limits<double>::infinity()));
}

// Of the sorted last dimension, of which the first `numbers` are not NaN: [..., number of quantiles].
Tensor at_ranks(const Tensor& sorted, const Tensor& ranks, QuantileInterpolation interpolation) {
  const auto at = [&sorted](const Tensor& rank) { return gather(sorted, -1, rank.to(int64)); };
  switch (interpolation) {
    case QuantileInterpolation::lower:
      return at(floor(ranks));
    case QuantileInterpolation::higher:
      return at(ceil(ranks));
    case QuantileInterpolation::nearest:
      return at(round(ranks));
    case QuantileInterpolation::linear:
    case QuantileInterpolation::midpoint:
      break;
  }
  const Tensor below = floor(ranks);
  const Tensor weight = interpolation == QuantileInterpolation::linear ? ranks - below : full_like(ranks, 0.5);
  return lerp(at(below), at(ceil(ranks)), weight);
}

Tensor quantile_along(const char* name, const Tensor& x, const Tensor& q, std::int64_t dim, bool keepdim,
                      QuantileInterpolation interpolation, bool skip_nan) {
  const int d = wrap_dim(dim, impl_of(x, name).sizes.size(), name);
  if (!is_floating_point(x.dtype())) fail(name, ": ", x.dtype(), " lies too far apart; convert it with to(float32)");
  if (x.numel() == 0) fail(name, ": a tensor of shape ", x.sizes(), " has no quantiles");
  if (impl_of(q, name).sizes.size() > 1) fail(name, ": q must be a number or a vector, not of shape ", q.sizes());
  if (!q.impl()->is_number && q.dtype() != x.dtype()) {
    fail(name, ": x is ", x.dtype(), " and q ", q.dtype(), "; they must be the same");
  }
  const Tensor fractions = atleast_1d(q.to(x.dtype()).detach());
  check(fractions, fractions >= 0 && fractions <= 1, {name, "q", "must be from 0 to 1"});
  const Tensor sorted = sort(movedim(atleast_1d(x), d, -1), -1).values;
  const std::int64_t n = sorted.size(-1);
  const Tensor numbers = count_of_numbers(sorted.detach(), -1);
  const Tensor last = clamp_min(numbers - 1, 0).to(x.dtype());
  const Tensor ranks = skip_nan ? fractions * last : where(numbers < n, n - 1, fractions * (n - 1));
  Tensor result = movedim(at_ranks(sorted, ranks, interpolation), -1, 0);  // the quantiles first
  if (keepdim && x.dim() > 0) result = unsqueeze(result, d + 1);
  return q.dim() == 0 ? squeeze(result, 0) : result;
}

}  // namespace

Tensor median(const Tensor& x) try { return median_of_all("median", x, false); } catch (const Error& error) {
  fail_as("median", error);
}
ValuesAndIndices median(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return median_along("median", x, dim, keepdim, false);
} catch (const Error& error) {
  fail_as("median", error);
}
Tensor nanmedian(const Tensor& x) try { return median_of_all("nanmedian", x, true); } catch (const Error& error) {
  fail_as("nanmedian", error);
}
ValuesAndIndices nanmedian(const Tensor& x, std::int64_t dim, bool keepdim) try {
  return median_along("nanmedian", x, dim, keepdim, true);
} catch (const Error& error) {
  fail_as("nanmedian", error);
}

Tensor quantile(const Tensor& x, const Tensor& q, QuantileInterpolation interpolation) try {
  return quantile_along("quantile", flatten(x), q, 0, false, interpolation, false);
} catch (const Error& error) {
  fail_as("quantile", error);
}
Tensor quantile(const Tensor& x, const Tensor& q, std::int64_t dim, bool keepdim,
                QuantileInterpolation interpolation) try {
  return quantile_along("quantile", x, q, dim, keepdim, interpolation, false);
} catch (const Error& error) {
  fail_as("quantile", error);
}
Tensor nanquantile(const Tensor& x, const Tensor& q, QuantileInterpolation interpolation) try {
  return quantile_along("nanquantile", flatten(x), q, 0, false, interpolation, true);
} catch (const Error& error) {
  fail_as("nanquantile", error);
}
Tensor nanquantile(const Tensor& x, const Tensor& q, std::int64_t dim, bool keepdim,
                   QuantileInterpolation interpolation) try {
  return quantile_along("nanquantile", x, q, dim, keepdim, interpolation, true);
} catch (const Error& error) {
  fail_as("nanquantile", error);
}

}  // namespace descent
