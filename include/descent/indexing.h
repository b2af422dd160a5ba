// Functions that read and write at positions given by a tensor, beside those of ops.h; what is said there holds here.
#pragma once

#include <optional>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// The elements of the flattened x at `index`, in its shape; negative positions count from the end.
Tensor take(const Tensor& x, const Tensor& index);
/// gather for which x and `index` broadcast in all dimensions but `dim`; without one, of both flattened.
Tensor take_along_dim(const Tensor& x, const Tensor& index, std::optional<std::int64_t> dim = {});
/// x with the flattened x's elements at `index` replaced by `source`'s, or, if `accumulate`, these added.
Tensor put(const Tensor& x, const Tensor& index, const Tensor& source, bool accumulate = false);

/// x with source[i] in place of what stands at index[i] along `dim`; `source` may be a C++ number. Where positions are
/// repeated the last counts, in the gradient as in PyTorch each.
Tensor scatter(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
/// x with the slices at `index` (int64, one dimension) along `dim` replaced by source's.
Tensor index_copy(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source);
/// x with one value in the slices at `index`; negative positions count from the end.
Tensor index_fill(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& value);
/// x with the elements of `source`, in order, where `mask` (bool, which broadcasts with x). It must have enough.
Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source);

enum class ScatterReduction : std::uint8_t { sum, prod, mean, amax, amin };
/// x with each element reduced together with all source[i] that index[i] sends to it along `dim`; or without the
/// element itself, where there are such, if not `include_self`. Equal extremes share the gradient. A mean of integers
/// is rounded down.
Tensor scatter_reduce(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source,
                      ScatterReduction reduce, bool include_self = true);
/// The same of whole slices, `index` having one dimension.
Tensor index_reduce(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source,
                    ScatterReduction reduce, bool include_self = true);

}  // namespace descent
