// Functions of ordering.h, statistics.h and sequences.h: PyTorch's expressions beside Descent's.
#pragma once

#include "golden/golden_table.h"

namespace descent::golden {

inline Outputs both(const MinAndMax& both) { return std::vector<Tensor>{both.min, both.max}; }
inline Outputs both(const std::pair<Tensor, Tensor>& both) { return std::vector<Tensor>{both.first, both.second}; }

// Those that were asked for.
inline Outputs parts(const Unique& unique) {
  std::vector<Tensor> parts = {unique.output};
  for (const Tensor& part : {unique.inverse_indices, unique.counts}) {
    if (part.defined()) parts.push_back(part);
  }
  return parts;
}

inline const std::vector<Expression> ordering_expressions = {
    DESCENT_EXPRESSION("torch.msort(a)", msort(a)),
    DESCENT_EXPRESSION("torch.kthvalue(a, 2)", kthvalue(a, 2)),
    DESCENT_EXPRESSION("torch.kthvalue(a, 3, 0, True)", kthvalue(a, 3, 0, true)),
    DESCENT_EXPRESSION("torch.kthvalue(a, 1)", kthvalue(a, 1)),
    DESCENT_EXPRESSION("torch.mode(a)", mode(a)),
    DESCENT_EXPRESSION("torch.mode(a, 0, True)", mode(a, 0, true)),
    DESCENT_EXPRESSION("torch.cummax(a, 0)", cummax(a, 0)),
    DESCENT_EXPRESSION("torch.cummax(a, -1)", cummax(a, -1)),
    DESCENT_EXPRESSION("torch.cummin(a, 0)", cummin(a, 0)),
    DESCENT_EXPRESSION("torch.cummin(a, -1)", cummin(a, -1)),
    DESCENT_EXPRESSION("torch.aminmax(a)", both(aminmax(a))),
    DESCENT_EXPRESSION("torch.aminmax(a, dim=1, keepdim=True)", both(aminmax(a, 1, true))),
    DESCENT_EXPRESSION("torch.searchsorted(a, b)", searchsorted(a, b)),
    DESCENT_EXPRESSION("torch.bucketize(a, b)", bucketize(a, b)),
    DESCENT_EXPRESSION("torch.searchsorted(a, b, right=True)", searchsorted(a, b, true)),
    DESCENT_EXPRESSION("torch.bucketize(a, b, right=True)", bucketize(a, b, true)),
    DESCENT_EXPRESSION("torch.searchsorted(a, 2.0)", searchsorted(a, 2.0)),
    DESCENT_EXPRESSION("torch.searchsorted(a, b, sorter=c)", searchsorted(a, b, false, c)),
    DESCENT_EXPRESSION("torch.isin(a, b)", isin(a, b)),
    DESCENT_EXPRESSION("torch.isin(a, b, invert=True)", isin(a, b, true)),
    DESCENT_EXPRESSION("torch.unique(a)", parts(unique(a))),
    DESCENT_EXPRESSION("torch.unique(a, return_inverse=True, return_counts=True)",
                       parts(unique(a, {.return_inverse = true, .return_counts = true}))),
    DESCENT_EXPRESSION("torch.unique(a, dim=0, return_inverse=True, return_counts=True)",
                       parts(unique(a, {.return_inverse = true, .return_counts = true, .dim = 0}))),
    DESCENT_EXPRESSION("torch.unique(a, dim=1, return_inverse=True, return_counts=True)",
                       parts(unique(a, {.return_inverse = true, .return_counts = true, .dim = 1}))),
    DESCENT_EXPRESSION("torch.unique_consecutive(a)", parts(unique_consecutive(a))),
    DESCENT_EXPRESSION("torch.unique_consecutive(a, return_inverse=True, return_counts=True)",
                       parts(unique_consecutive(a, {.return_inverse = true, .return_counts = true}))),
    DESCENT_EXPRESSION("torch.unique_consecutive(a, dim=0, return_inverse=True, return_counts=True)",
                       parts(unique_consecutive(a, {.return_inverse = true, .return_counts = true, .dim = 0}))),
    DESCENT_EXPRESSION("torch.unique_consecutive(a, dim=1, return_inverse=True, return_counts=True)",
                       parts(unique_consecutive(a, {.return_inverse = true, .return_counts = true, .dim = 1}))),
};

inline const std::vector<Expression> statistics_expressions = {
    DESCENT_EXPRESSION("torch.median(a)", median(a)),
    DESCENT_EXPRESSION("torch.median(a, -1)", median(a, -1)),
    DESCENT_EXPRESSION("torch.median(a, 0, True)", median(a, 0, true)),
    DESCENT_EXPRESSION("torch.nanmedian(a)", nanmedian(a)),
    DESCENT_EXPRESSION("torch.nanmedian(a, -1)", nanmedian(a, -1)),
    DESCENT_EXPRESSION("torch.nanmedian(a, 0, True)", nanmedian(a, 0, true)),
    DESCENT_EXPRESSION("torch.quantile(a, 0.3)", quantile(a, 0.3)),
    DESCENT_EXPRESSION("torch.quantile(a, 0.6, dim=1)", quantile(a, 0.6, 1)),
    DESCENT_EXPRESSION("torch.quantile(a, b)", quantile(a, b)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=0)", quantile(a, b, 0)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=1, keepdim=True)", quantile(a, b, 1, true)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=1)", quantile(a, b, 1)),
    DESCENT_EXPRESSION("torch.quantile(a, 0.5, dim=1)", quantile(a, 0.5, 1)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=0, interpolation='lower')",
                       quantile(a, b, 0, false, QuantileInterpolation::lower)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=0, interpolation='higher')",
                       quantile(a, b, 0, false, QuantileInterpolation::higher)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=0, interpolation='midpoint')",
                       quantile(a, b, 0, false, QuantileInterpolation::midpoint)),
    DESCENT_EXPRESSION("torch.quantile(a, b, dim=0, interpolation='nearest')",
                       quantile(a, b, 0, false, QuantileInterpolation::nearest)),
    DESCENT_EXPRESSION("torch.nanquantile(a, 0.3)", nanquantile(a, 0.3)),
    DESCENT_EXPRESSION("torch.nanquantile(a, 0.6, dim=1)", nanquantile(a, 0.6, 1)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b)", nanquantile(a, b)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=0)", nanquantile(a, b, 0)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=1, keepdim=True)", nanquantile(a, b, 1, true)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=1)", nanquantile(a, b, 1)),
    DESCENT_EXPRESSION("torch.nanquantile(a, 0.5, dim=1)", nanquantile(a, 0.5, 1)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=0, interpolation='lower')",
                       nanquantile(a, b, 0, false, QuantileInterpolation::lower)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=0, interpolation='higher')",
                       nanquantile(a, b, 0, false, QuantileInterpolation::higher)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=0, interpolation='midpoint')",
                       nanquantile(a, b, 0, false, QuantileInterpolation::midpoint)),
    DESCENT_EXPRESSION("torch.nanquantile(a, b, dim=0, interpolation='nearest')",
                       nanquantile(a, b, 0, false, QuantileInterpolation::nearest)),
    DESCENT_EXPRESSION("torch.nansum(a)", nansum(a)),
    DESCENT_EXPRESSION("torch.nansum(a, dim=1, keepdim=True)", nansum(a, 1, true)),
    DESCENT_EXPRESSION("torch.nanmean(a)", nanmean(a)),
    DESCENT_EXPRESSION("torch.nanmean(a, dim=1, keepdim=True)", nanmean(a, 1, true)),
    DESCENT_EXPRESSION("torch.count_nonzero(a)", count_nonzero(a)),
    DESCENT_EXPRESSION("torch.count_nonzero(a, dim=0)", count_nonzero(a, 0)),
    DESCENT_EXPRESSION("torch.var_mean(a)", both(var_mean(a))),
    DESCENT_EXPRESSION("torch.var_mean(a, dim=1, correction=0, keepdim=True)", both(var_mean(a, 1, 0, true))),
    DESCENT_EXPRESSION("torch.std_mean(a)", both(std_mean(a))),
    DESCENT_EXPRESSION("torch.std_mean(a, dim=1, correction=0, keepdim=True)", both(std_mean(a, 1, 0, true))),
    DESCENT_EXPRESSION("torch.cov(a)", cov(a)),
    DESCENT_EXPRESSION("torch.cov(a, correction=0)", cov(a, 0)),
    DESCENT_EXPRESSION("torch.cov(a, fweights=b)", cov(a, 1, b)),
    DESCENT_EXPRESSION("torch.cov(a, aweights=b)", cov(a, 1, {}, b)),
    DESCENT_EXPRESSION("torch.cov(a, fweights=b, aweights=c)", cov(a, 1, b, c)),
    DESCENT_EXPRESSION("torch.corrcoef(a)", corrcoef(a)),
    DESCENT_EXPRESSION("torch.histc(a, bins=5, min=-1, max=1.5)", histc(a, 5, -1, 1.5)),
    DESCENT_EXPRESSION("torch.histc(a, bins=4)", histc(a, 4)),
    DESCENT_EXPRESSION("torch.histc(a, bins=4, min=0, max=3)", histc(a, 4, 0, 3)),
    DESCENT_EXPRESSION("torch.bincount(a)", bincount(a)),
    DESCENT_EXPRESSION("torch.bincount(a, minlength=7)", bincount(a, {}, 7)),
    DESCENT_EXPRESSION("torch.bincount(a, b)", bincount(a, b)),
    DESCENT_EXPRESSION("torch.renorm(a, 2, 0, 1.5)", renorm(a, 2, 0, 1.5)),
    DESCENT_EXPRESSION("torch.renorm(a, 1, 1, 3)", renorm(a, 1, 1, 3)),
};

inline const std::vector<Expression> sequences_expressions = {
    DESCENT_EXPRESSION("torch.diff(a)", diff(a)),
    DESCENT_EXPRESSION("torch.diff(a, n=2)", diff(a, 2)),
    DESCENT_EXPRESSION("torch.diff(a, dim=0)", diff(a, 1, 0)),
    DESCENT_EXPRESSION("torch.diff(a, n=5)", diff(a, 5)),
    DESCENT_EXPRESSION("torch.diff(a, prepend=b, append=c)", diff(a, 1, -1, b, c)),
    DESCENT_EXPRESSION("torch.gradient(a)", descent::gradient(a)),
    DESCENT_EXPRESSION("torch.gradient(a, spacing=2.0, dim=1)", descent::gradient(a, {2.0}, 1)),
    DESCENT_EXPRESSION("torch.gradient(a, dim=(0, -1), edge_order=2)", descent::gradient(a, {1}, {0, -1}, 2)),
    DESCENT_EXPRESSION("torch.gradient(a, spacing=[0.5, 2.0, 1.0])", descent::gradient(a, {0.5, 2.0, 1.0})),
    DESCENT_EXPRESSION("torch.gradient(a, spacing=[b, c], edge_order=1)", descent::gradient(a, {b, c})),
    DESCENT_EXPRESSION("torch.gradient(a, spacing=[b, c], edge_order=2)", descent::gradient(a, {b, c}, {}, 2)),
    DESCENT_EXPRESSION("torch.gradient(a, dim=1)", descent::gradient(a, {1}, 1)),
    DESCENT_EXPRESSION("torch.trapezoid(a)", trapezoid(a)),
    DESCENT_EXPRESSION("torch.trapezoid(a, dx=0.5, dim=0)", trapezoid(a, 0.5, 0)),
    DESCENT_EXPRESSION("torch.trapezoid(a, b)", trapezoid(a, b)),
    DESCENT_EXPRESSION("torch.trapezoid(a, b, dim=0)", trapezoid(a, b, 0)),
    DESCENT_EXPRESSION("torch.cumulative_trapezoid(a)", cumulative_trapezoid(a)),
    DESCENT_EXPRESSION("torch.cumulative_trapezoid(a, dx=0.5, dim=0)", cumulative_trapezoid(a, 0.5, 0)),
    DESCENT_EXPRESSION("torch.cumulative_trapezoid(a, b)", cumulative_trapezoid(a, b)),
    DESCENT_EXPRESSION("torch.cumulative_trapezoid(a, b, dim=0)", cumulative_trapezoid(a, b, 0)),
    DESCENT_EXPRESSION("torch.logcumsumexp(a, 0)", logcumsumexp(a, 0)),
    DESCENT_EXPRESSION("torch.logcumsumexp(a, -1)", logcumsumexp(a, -1)),
};

}  // namespace descent::golden
