#include "descent/rearrangement.h"

#include <algorithm>

#include "core/promotion.h"
#include "core/tensor_impl.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/ordering.h"
#include "ops/check.h"
#include "ops/diagonal.h"

namespace descent {
namespace {

template <class Function>
std::vector<Tensor> of_each(const std::vector<Tensor>& tensors, const Function& f) {
  std::vector<Tensor> result;
  for (const Tensor& tensor : tensors) result.push_back(f(tensor));
  return result;
}

}  // namespace

std::vector<Tensor> unbind(const Tensor& x, std::int64_t dim) try {
  const Dims& sizes = impl_of(x, "unbind").sizes;
  if (sizes.empty()) fail("unbind: a tensor of rank 0 has no slices");
  std::vector<Tensor> slices;
  const std::int64_t n = sizes[wrap_dim(dim, sizes.size(), "unbind")];
  for (std::int64_t i = 0; i < n; ++i) slices.push_back(select(x, dim, i));
  return slices;
} catch (const Error& error) {
  fail_as("unbind", error);
}

Tensor unflatten(const Tensor& x, std::int64_t dim, const Dims& sizes) {
  Dims shape = impl_of(x, "unflatten").sizes;
  const int d = wrap_dim(dim, shape.size(), "unflatten");
  if (shape.empty()) fail("unflatten: a tensor of rank 0 has no dimension ", dim);
  if (sizes.empty()) fail("unflatten: no sizes are given for dimension ", d);
  const std::int64_t n = shape[d];
  Dims parts = sizes;
  std::int64_t known = 1;
  for (const std::int64_t size : sizes) known *= size == -1 ? 1 : size;
  auto* unknown = std::find(parts.begin(), parts.end(), -1);
  if (unknown != parts.end() && known > 0) *unknown = n / known;
  if (std::any_of(parts.begin(), parts.end(), [](std::int64_t size) { return size < 0; }) || numel_of(parts) != n) {
    fail("unflatten: ", sizes, " do not make up dimension ", d, " of shape ", shape);
  }
  shape.erase(d);
  for (int k = 0; k < parts.size(); ++k) shape.insert(d + k, parts[k]);
  return reshape(x, shape);
}

Tensor movedim(const Tensor& x, const Dims& source, const Dims& destination) try {
  const int rank = impl_of(x, "movedim").sizes.size();
  if (source.size() != destination.size()) {
    fail("movedim: ", source, " and ", destination, " are not equally many dimensions");
  }
  const Dims from = wrap_dims(source, rank, "movedim"), to = wrap_dims(destination, rank, "movedim");
  if (source.empty()) return x;
  Dims order = Dims::filled(rank, -1);
  for (int i = 0; i < from.size(); ++i) order[static_cast<int>(to[i])] = from[i];
  int next = 0;
  for (std::int64_t& dim : order) {
    if (dim >= 0) continue;
    while (from.contains(next)) ++next;
    dim = next++;
  }
  return permute(x, order);
} catch (const Error& error) {
  fail_as("movedim", error);
}

Tensor moveaxis(const Tensor& x, const Dims& source, const Dims& destination) try {
  return movedim(x, source, destination);
} catch (const Error& error) {
  fail_as("moveaxis", error);
}

Tensor swapaxes(const Tensor& x, std::int64_t axis0, std::int64_t axis1) try {
  return transpose(x, axis0, axis1);
} catch (const Error& error) {
  fail_as("swapaxes", error);
}

Tensor swapdims(const Tensor& x, std::int64_t dim0, std::int64_t dim1) try {
  return transpose(x, dim0, dim1);
} catch (const Error& error) {
  fail_as("swapdims", error);
}

Tensor atleast_1d(const Tensor& x) { return impl_of(x, "atleast_1d").sizes.empty() ? unsqueeze(x, 0) : x; }

Tensor atleast_2d(const Tensor& x) {
  const int rank = impl_of(x, "atleast_2d").sizes.size();
  return rank < 2 ? unsqueeze(atleast_1d(x), 0) : x;
}

Tensor atleast_3d(const Tensor& x) {
  const int rank = impl_of(x, "atleast_3d").sizes.size();
  return rank < 3 ? unsqueeze(atleast_2d(x), -1) : x;
}

Tensor broadcast_to(const Tensor& x, const Dims& shape) try { return expand(x, shape); } catch (const Error& error) {
  fail_as("broadcast_to", error);
}

std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& tensors) {
  Dims shape;
  for (const Tensor& tensor : tensors) {
    shape = broadcast_shapes("broadcast_tensors", shape, impl_of(tensor, "broadcast_tensors").sizes);
  }
  return of_each(tensors, [&shape](const Tensor& tensor) { return expand(tensor, shape); });
}

Tensor hstack(const std::vector<Tensor>& tensors) try {
  const std::vector<Tensor> pieces = of_each(tensors, atleast_1d);
  return cat(pieces, pieces.empty() || pieces[0].dim() == 1 ? 0 : 1);
} catch (const Error& error) {
  fail_as("hstack", error);
}

Tensor vstack(const std::vector<Tensor>& tensors) try {
  return cat(of_each(tensors, atleast_2d), 0);
} catch (const Error& error) {
  fail_as("vstack", error);
}

Tensor dstack(const std::vector<Tensor>& tensors) try {
  return cat(of_each(tensors, atleast_3d), 2);
} catch (const Error& error) {
  fail_as("dstack", error);
}

Tensor column_stack(const std::vector<Tensor>& tensors) try {
  return cat(of_each(tensors, [](const Tensor& x) { return x.dim() < 2 ? reshape(x, {-1, 1}) : x; }), 1);
} catch (const Error& error) {
  fail_as("column_stack", error);
}

Tensor block_diag(const std::vector<Tensor>& tensors) try {
  if (tensors.empty()) return zeros({1, 0});
  const std::vector<Tensor> blocks = of_each(tensors, [](const Tensor& x) {
    if (x.dim() > 2) fail("block_diag: a tensor of shape ", x.sizes(), " is no matrix");
    return atleast_2d(x);
  });
  std::int64_t columns = 0, before = 0;
  for (const Tensor& block : blocks) columns += block.size(1);
  std::vector<Tensor> rows;
  for (const Tensor& block : blocks) {
    const std::int64_t height = block.size(0), behind = columns - before - block.size(1);
    const TensorOptions same = {.dtype = block.dtype()};
    rows.push_back(cat({zeros({height, before}, same), block, zeros({height, behind}, same)}, 1));
    before += block.size(1);
  }
  return cat(rows, 0);
} catch (const Error& error) {
  fail_as("block_diag", error);
}

Tensor tile(const Tensor& x, const Dims& repeats) try {
  Dims all = repeats;
  while (all.size() < impl_of(x, "tile").sizes.size()) all.insert(0, 1);
  return repeat(x, all);
} catch (const Error& error) {
  fail_as("tile", error);
}

Tensor repeat_interleave(const Tensor& x, std::int64_t repeats, std::optional<std::int64_t> dim) try {
  if (repeats < 0) fail("repeat_interleave: repeats = ", repeats, " must not be negative");
  if (!dim || x.dim() == 0) return repeat_interleave(flatten(x), repeats, 0);
  Dims sizes = x.sizes();
  const int d = wrap_dim(*dim, sizes.size(), "repeat_interleave");
  Dims copies = sizes;
  copies.insert(d + 1, repeats);
  sizes[d] *= repeats;
  return reshape(expand(unsqueeze(x, d + 1), copies).contiguous(), sizes);
} catch (const Error& error) {
  fail_as("repeat_interleave", error);
}

Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<std::int64_t> dim,
                         std::optional<std::int64_t> output_size) try {
  if (!dim || x.dim() == 0) return repeat_interleave(flatten(x), repeats, 0, output_size);
  const std::int64_t n = x.size(*dim);
  if (impl_of(repeats, "repeat_interleave").dtype != int64) {
    fail("repeat_interleave: repeats must be int64, not ", repeats.dtype());
  }
  if (repeats.dim() > 1 || (repeats.numel() != 1 && repeats.numel() != n)) {
    fail("repeat_interleave: repeats of shape ", repeats.sizes(), " do not fit the ", n, " positions of dimension ",
         *dim);
  }
  check(repeats, repeats >= 0, {"repeat_interleave", "repeats", "must not be negative"});
  const Tensor ends = cumsum(expand(atleast_1d(repeats), n), 0), total = sum(expand(atleast_1d(repeats), n));
  const std::int64_t length = output_size ? *output_size : total.item<std::int64_t>();
  if (output_size) check(total, total == length, {"repeat_interleave", "the sum of repeats", "is not output_size"});
  return index_select(x, *dim, searchsorted(ends, arange(length), /*right=*/true));
} catch (const Error& error) {
  fail_as("repeat_interleave", error);
}

Tensor repeat_interleave(const Tensor& repeats) try {
  return repeat_interleave(arange(repeats.numel()), flatten(repeats), 0);
} catch (const Error& error) {
  fail_as("repeat_interleave", error);
}

Tensor fliplr(const Tensor& x) {
  if (impl_of(x, "fliplr").sizes.size() < 2) fail("fliplr: a tensor of shape ", x.sizes(), " has no left and right");
  return flip(x, 1);
}

Tensor flipud(const Tensor& x) {
  if (impl_of(x, "flipud").sizes.empty()) fail("flipud: a tensor of rank 0 has no up and down");
  return flip(x, 0);
}

Tensor rot90(const Tensor& x, std::int64_t k, const Dims& dims) try {
  const int rank = impl_of(x, "rot90").sizes.size();
  if (dims.size() != 2 || rank < 2) {
    fail("rot90: two dimensions are turned, not ", dims, " of a tensor of rank ", rank);
  }
  const Dims plane = wrap_dims(dims, rank, "rot90");
  switch ((k % 4 + 4) % 4) {
    case 1:
      return transpose(flip(x, plane[1]), plane[0], plane[1]);
    case 2:
      return flip(x, plane);
    case 3:
      return transpose(flip(x, plane[0]), plane[0], plane[1]);
    default:
      return x.clone();
  }
} catch (const Error& error) {
  fail_as("rot90", error);
}

Tensor diag(const Tensor& x, std::int64_t offset) try {
  const int rank = impl_of(x, "diag").sizes.size();
  if (rank != 1 && rank != 2) fail("diag: a vector or a matrix is wanted, not shape ", x.sizes());
  return rank == 1 ? diag_embed(x, offset) : diagonal(x, offset).clone();
} catch (const Error& error) {
  fail_as("diag", error);
}

Tensor diag_embed(const Tensor& x, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  Dims sizes = impl_of(x, "diag_embed").sizes;
  if (sizes.empty()) fail("diag_embed: a tensor of rank 0 has no dimension to lie on a diagonal");
  const int rank = sizes.size() + 1;
  const int first = wrap_dim(dim1, rank, "diag_embed"), second = wrap_dim(dim2, rank, "diag_embed");
  if (first == second) fail("diag_embed: dimensions ", dim1, " and ", dim2, " are the same");
  const std::int64_t n = sizes.back() + std::abs(offset);
  sizes.erase(sizes.size() - 1);
  sizes.insert(std::min(first, second), n);
  sizes.insert(std::max(first, second), n);
  return embed_diagonal(x, {offset, first, second}, sizes);
}

Tensor diagflat(const Tensor& x, std::int64_t offset) try {
  return diag_embed(flatten(x), offset);
} catch (const Error& error) {
  fail_as("diagflat", error);
}

Tensor Tensor::unflatten(std::int64_t dim, const Dims& sizes) const { return descent::unflatten(*this, dim, sizes); }
std::vector<Tensor> Tensor::unbind(std::int64_t dim) const { return descent::unbind(*this, dim); }

}  // namespace descent
