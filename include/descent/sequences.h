// Functions of elements along a dimension as of a sequence: differences, integrals, running sums; what is said in ops.h
// holds here.
#pragma once

#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// x[i + 1] - x[i] along `dim`, `n` times over, of x with `prepend` before it and `append` behind it. Of bool: whether
/// they differ.
Tensor diff(const Tensor& x, std::int64_t n = 1, std::int64_t dim = -1, const Tensor& prepend = {},
            const Tensor& append = {});
/// Numerical derivatives along `dims`, a tensor of x's shape for each: central differences, of second order for uneven
/// steps too, and at both ends one-sided ones of `edge_order` 1 or 2. `spacing`: the step (a number) or the coordinates
/// (a vector), one for all dimensions (a number only) or one for each.
std::vector<Tensor> gradient(const Tensor& x, const std::vector<Tensor>& spacing = {1}, const Dims& dims = {},
                             int edge_order = 1);
/// The integral of y along `dim` by the trapezoidal rule, over the coordinates x (a vector, or of y's shape) or steps
/// of x (a number; 1, if it is not given).
Tensor trapezoid(const Tensor& y, const Tensor& x = {}, std::int64_t dim = -1);
/// The integrals up to each place but the first.
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x = {}, std::int64_t dim = -1);
/// log(exp(x[0]) + ... + exp(x[i])), stably.
Tensor logcumsumexp(const Tensor& x, std::int64_t dim);

}  // namespace descent
