// Functions of the order of elements, beside sort, topk and argmax of ops.h; what is said there holds here.
#pragma once

#include <optional>

#include "descent/ops.h"

namespace DESCENT_EXPORT descent {

/// sort along dimension 0, the values alone.
Tensor msort(const Tensor& x);
/// The k-th smallest along `dim`, counted from 1; a NaN is larger than all.
ValuesAndIndices kthvalue(const Tensor& x, std::int64_t k, std::int64_t dim = -1, bool keepdim = false);
/// The most frequent value along `dim`, the smallest of such, and the last place where it stands.
ValuesAndIndices mode(const Tensor& x, std::int64_t dim = -1, bool keepdim = false);
/// The largest (smallest) element up to each place along `dim`, the last of equals; a NaN wins.
ValuesAndIndices cummax(const Tensor& x, std::int64_t dim);
ValuesAndIndices cummin(const Tensor& x, std::int64_t dim);

struct MinAndMax {
  Tensor min;
  Tensor max;
};
/// amin and amax.
MinAndMax aminmax(const Tensor& x, const Dims& dims = {}, bool keepdim = false);

/// Where each of `values` belongs in the sorted last dimension of `sorted_sequence`: before the elements equal to it,
/// or behind them if `right`. A sequence of one dimension serves all values; otherwise the leading dimensions are the
/// same. `sorter` are the positions that sort a sequence that is not (argsort). Not differentiable.
Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& values, bool right = false, const Tensor& sorter = {});
/// searchsorted of x in the vector `boundaries`.
Tensor bucketize(const Tensor& x, const Tensor& boundaries, bool right = false);
/// Whether each element is (is not, if `invert`) one of `test_elements`; bool.
Tensor isin(const Tensor& elements, const Tensor& test_elements, bool invert = false);

struct UniqueOptions {
  bool return_inverse = false;
  bool return_counts = false;
  /// The dimension whose slices are compared; without one, elements are.
  std::optional<std::int64_t> dim = std::nullopt;
};
/// What of this is not asked for is undefined.
struct Unique {
  Tensor output;
  Tensor inverse_indices;  // where in the output each element (slice) of x is
  Tensor counts;           // how often each of the output is in x
};
/// The different elements (slices, in lexicographic order), sorted. NaNs are all different.
Unique unique(const Tensor& x, const UniqueOptions& options = {});
/// x without elements (slices) that are as the one before.
Unique unique_consecutive(const Tensor& x, const UniqueOptions& options = {});

}  // namespace descent
