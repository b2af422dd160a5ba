// Grids of positions and of combinations of elements; what is said in ops.h holds here.
#pragma once

#include <optional>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Which way a grid lies: the first vector along rows (ij), or along columns (xy, which exchanges the first two).
enum class Indexing : std::uint8_t { ij, xy };
/// The coordinates of a grid: of each vector (or number) a tensor of the grid's shape, which varies along that vector's
/// dimension alone. All must have one dtype.
std::vector<Tensor> meshgrid(const std::vector<Tensor>& vectors, Indexing indexing = Indexing::ij);
/// All rows of one element of each vector, the last varying fastest: [product of sizes, number of vectors]. One vector
/// is given back.
Tensor cartesian_prod(const std::vector<Tensor>& vectors);
/// All rows of `r` elements of the vector x, in its order, none twice unless `with_replacement`: [count, r]. r <= 8.
Tensor combinations(const Tensor& x, std::int64_t r = 2, bool with_replacement = false);
/// The positions, as [2, count], of the elements of a matrix on and below (above) a diagonal.
Tensor tril_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset = 0);
Tensor triu_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset = 0);
/// The powers of the vector x as columns, N of them (its length, if not given), the highest first unless `increasing`.
Tensor vander(const Tensor& x, std::optional<std::int64_t> N = {}, bool increasing = false);

}  // namespace descent
