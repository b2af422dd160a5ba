#include "descent/grids.h"

#include <utility>

#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "ops/nonzero.h"

namespace descent {

std::vector<Tensor> meshgrid(const std::vector<Tensor>& vectors, Indexing indexing) {
  if (vectors.empty()) fail("meshgrid: there is no vector");
  std::vector<Tensor> axes;
  Dims shape;
  for (const Tensor& vector : vectors) {
    if (impl_of(vector, "meshgrid").sizes.size() > 1) {
      fail("meshgrid: vectors and numbers are wanted, not shape ", vector.sizes());
    }
    if (vector.dtype() != vectors[0].dtype()) {
      fail("meshgrid: ", vectors[0].dtype(), " and ", vector.dtype(), " must be the same");
    }
    shape.push_back(vector.numel());
    axes.push_back(reshape(vector, {-1}));
  }
  const bool exchanged = indexing == Indexing::xy && axes.size() > 1;
  for (int d = 0; d < shape.size(); ++d) {
    Dims along = Dims::filled(shape.size(), 1);
    along[d] = shape[d];
    Tensor& grid = axes[static_cast<std::size_t>(d)];
    grid = expand(reshape(grid, along), shape);
    if (exchanged) grid = transpose(grid, 0, 1);
  }
  return axes;
}

Tensor cartesian_prod(const std::vector<Tensor>& vectors) try {
  for (const Tensor& vector : vectors) {
    if (impl_of(vector, "cartesian_prod").sizes.size() != 1) {
      fail("cartesian_prod: vectors are wanted, not shape ", vector.sizes());
    }
  }
  if (vectors.size() == 1) return vectors[0];
  std::vector<Tensor> columns = meshgrid(vectors);
  for (Tensor& column : columns) column = reshape(column, {-1});
  return stack(columns, 1);
} catch (const Error& error) {
  fail_as("cartesian_prod", error);
}

Tensor combinations(const Tensor& x, std::int64_t r, bool with_replacement) try {
  if (impl_of(x, "combinations").sizes.size() != 1) fail("combinations: a vector is wanted, not shape ", x.sizes());
  if (r < 0) fail("combinations: r = ", r, " must not be negative");
  if (r == 0) return empty({0}, {.dtype = x.dtype()});
  const std::vector<Tensor> positions(static_cast<std::size_t>(r), arange(x.numel()));
  const std::vector<Tensor> grids = meshgrid(positions);
  Tensor ordered = ones(grids[0].sizes(), {.dtype = boolean});
  for (std::size_t i = 0; i + 1 < grids.size(); ++i) {
    ordered = ordered && (with_replacement ? grids[i] <= grids[i + 1] : grids[i] < grids[i + 1]);
  }
  return reshape(index_select(x, 0, reshape(nonzero(ordered), {-1})), {-1, r});
} catch (const Error& error) {
  fail_as("combinations", error);
}

Tensor tril_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset) try {
  return nonzero_by_dim(tril(ones({rows, columns}, {.dtype = boolean}), offset), "tril_indices");
} catch (const Error& error) {
  fail_as("tril_indices", error);
}

Tensor triu_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset) try {
  return nonzero_by_dim(triu(ones({rows, columns}, {.dtype = boolean}), offset), "triu_indices");
} catch (const Error& error) {
  fail_as("triu_indices", error);
}

Tensor logspace(double start, double end, std::int64_t steps, double base, TensorOptions options) try {
  const Tensor powers = pow(base, linspace(start, end, steps, {.dtype = float64}));
  return powers.to(options.dtype.value_or(float32)).requires_grad_(options.requires_grad);
} catch (const Error& error) {
  fail_as("logspace", error);
}

Tensor vander(const Tensor& x, std::optional<std::int64_t> N, bool increasing) try {
  if (impl_of(x, "vander").sizes.size() != 1) fail("vander: a vector is wanted, not shape ", x.sizes());
  const std::int64_t columns = N.value_or(x.numel());
  if (columns < 0) fail("vander: N = ", columns, " must not be negative");
  const Tensor exponents = arange(columns);
  return pow(unsqueeze(x, 1), increasing ? exponents : flip(exponents, 0));
} catch (const Error& error) {
  fail_as("vander", error);
}

}  // namespace descent
