#include "core/promotion.h"
#include "descent/indexing.h"
#include "ops/positions.h"

namespace descent {
namespace {

// Positions among the elements of x, from its beginning.
Tensor flat_positions(const char* name, const Tensor& x, const Tensor& index) {
  const std::int64_t n = impl_of(x, name).numel;
  check_index(name, index);
  check(index, index >= -n && index < n, {name, "the index", "is out of range for % elements", n});
  return reshape(where(index < 0, index + n, index), {-1});
}

}  // namespace

Tensor take(const Tensor& x, const Tensor& index) try {
  const Tensor positions = flat_positions("take", x, index);
  return reshape(index_select(reshape(x, {-1}), 0, positions), index.sizes());
} catch (const Error& error) {
  fail_as("take", error);
}

Tensor take_along_dim(const Tensor& x, const Tensor& index, std::optional<std::int64_t> dim) try {
  check_index("take_along_dim", index);
  if (!dim) return gather(reshape(x, {-1}), 0, reshape(index, {-1}));
  const int rank = impl_of(x, "take_along_dim").sizes.size();
  const int d = wrap_dim(*dim, rank, "take_along_dim");
  if (rank != index.dim()) {
    fail("take_along_dim: shapes ", x.sizes(), " and ", index.sizes(), " must have one rank");
  }
  Dims of_x = x.sizes(), of_index = index.sizes();
  if (rank > 0) of_x[d] = of_index[d] = 1;
  Dims sizes = broadcast_shapes("take_along_dim", of_x, of_index);
  of_x = of_index = sizes;
  if (rank > 0) {
    of_x[d] = x.size(d);
    of_index[d] = index.size(d);
  }
  return gather(expand(x, of_x), d, expand(index, of_index));
} catch (const Error& error) {
  fail_as("take_along_dim", error);
}

Tensor put(const Tensor& x, const Tensor& index, const Tensor& source, bool accumulate) try {
  const Tensor positions = flat_positions("put", x, index);
  if (impl_of(source, "put").numel != positions.numel()) {
    fail("put: ", positions.numel(), " positions want as many elements, not ", source.numel());
  }
  const Tensor flat = reshape(x, {-1}), elements = reshape(source, {-1});
  const auto change = accumulate ? scatter_add : scatter;
  return reshape(change(flat, 0, positions, elements), x.sizes());
} catch (const Error& error) {
  fail_as("put", error);
}

}  // namespace descent
