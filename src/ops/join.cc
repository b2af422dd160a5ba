// Joining, splitting, repeating and moving.
#include <cstring>
#include <numeric>

#include "core/apply.h"
#include "core/elements.h"
#include "core/pointers.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "ops/along.h"

namespace descent {
namespace {

// index: the dimension; sizes: the extent of each piece along it, or one number if all are equal.
std::int64_t extent_of_piece(const Attributes& attributes, int i) {
  return attributes.sizes[attributes.sizes.size() == 1 ? 0 : i];
}

void compute_cat(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const TensorImpl& first = *inputs[0]->impl();
  Dims sizes = first.sizes;
  sizes[dim] = 0;
  for (const Tensor* input : inputs) sizes[dim] += input->impl()->sizes[dim];
  const std::size_t row =
      static_cast<std::size_t>(along(sizes, dim).n * along(sizes, dim).inner) * size_of(first.dtype);
  std::byte* column = out.make(sizes, first.dtype).data;
  for (const Tensor* input : inputs) {
    const Tensor piece = row_major(*input);
    const Along x = along(piece.impl()->sizes, dim);
    const std::size_t bytes = static_cast<std::size_t>(x.n * x.inner) * size_of(first.dtype);
    const std::byte* from = piece.impl()->data;
    std::byte* to = column;
    for (std::int64_t o = 0; o < x.outer; ++o, from += bytes, to += row) std::memcpy(to, from, bytes);
    column += bytes;
  }
}

// PyTorch's old empty tensor, of shape [0], joins with anything.
bool joins_with_anything(const Tensor& x) { return x.impl()->sizes == Dims(0); }

// `result`, or a copy of it where it is still a view of x.
Tensor as_copy(const Tensor& result, const Tensor& x) {
  return result.impl()->storage == x.impl()->storage ? result.clone() : result;
}

// Joins `pieces`, whose shapes fit.
Tensor join(std::span<const Tensor* const> pieces, int dim) {
  static constexpr Op op = {.name = "cat",
                            .moves = true,
                            .promotion = Promotion::common,
                            .whole = Whole::cat,
                            .compute = compute_cat,
                            .gradients = {},
                            .gradient_of_each = [](const Tensor& g, const Call& c, int input) {
                              const Attributes& attributes = c.attributes();
                              std::int64_t start = 0;
                              for (int i = 0; i < input; ++i) start += extent_of_piece(attributes, i);
                              return narrow(g, attributes.index, start, extent_of_piece(attributes, input));
                            }};
  Attributes attributes;
  attributes.index = dim;
  const auto extent = [dim](const Tensor* piece) { return piece->impl()->sizes[dim]; };
  const bool equal = std::all_of(pieces.begin(), pieces.end(),
                                 [&](const Tensor* piece) { return extent(piece) == extent(pieces[0]); });
  const bool recorded = apply_mode.records &&
                        std::any_of(pieces.begin(), pieces.end(), [](const Tensor* p) { return p->requires_grad(); });
  if (equal) {
    attributes.sizes = extent(pieces[0]);
  } else if (pieces.size() <= kMaxRank) {
    for (const Tensor* piece : pieces) attributes.sizes.push_back(extent(piece));
  } else if (recorded) {
    // Attributes hold the extents of eight pieces: eight parts, joined out of eight each, and so on.
    const std::size_t part = (pieces.size() + kMaxRank - 1) / kMaxRank;
    std::vector<Tensor> parts;
    for (std::size_t i = 0; i < pieces.size(); i += part) {
      parts.push_back(join(pieces.subspan(i, std::min(part, pieces.size() - i)), dim));
    }
    return join(pointers_to(parts), dim);
  }
  return apply<op>(pieces, attributes);
}

}  // namespace

Tensor cat(const std::vector<Tensor>& tensors, std::int64_t dim) {
  if (tensors.empty()) fail("cat: there is nothing to join");
  std::vector<const Tensor*> pieces;
  for (const Tensor& tensor : tensors) {
    if (impl_of(tensor, "cat").sizes.empty()) fail("cat: a tensor of rank 0 cannot be joined; stack joins those");
    if (!joins_with_anything(tensor)) pieces.push_back(&tensor);
  }
  if (pieces.empty()) pieces.push_back(&tensors[0]);
  const Dims& sizes = pieces[0]->impl()->sizes;
  const int d = wrap_dim(dim, sizes.size(), "cat");
  for (const Tensor* piece : pieces) {
    Dims wanted = sizes;
    if (piece->impl()->sizes.size() == sizes.size()) wanted[d] = piece->impl()->sizes[d];
    if (!(piece->impl()->sizes == wanted)) {
      fail("cat: shapes ", sizes, " and ", piece->impl()->sizes, " must be the same but for dimension ", d);
    }
  }
  return join(pieces, d);
}

Tensor stack(const std::vector<Tensor>& tensors, std::int64_t dim) {
  if (tensors.empty()) fail("stack: there is nothing to stack");
  const Dims& sizes = impl_of(tensors[0], "stack").sizes;
  const int d = wrap_dim(dim, sizes.size() + 1, "stack");
  std::vector<Tensor> slices;
  for (const Tensor& tensor : tensors) {
    if (!(impl_of(tensor, "stack").sizes == sizes)) {
      fail("stack: shapes ", sizes, " and ", tensor.sizes(), " must be the same");
    }
    slices.push_back(unsqueeze(tensor, d));
  }
  return cat(slices, d);
}

std::vector<Tensor> split(const Tensor& x, const std::vector<std::int64_t>& sizes, std::int64_t dim) try {
  const std::int64_t size = x.size(dim);
  if (std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != size) {
    std::string list;
    for (const std::int64_t piece : sizes) list += concat(list.empty() ? "" : ", ", piece);
    fail("split: sizes [", list, "] do not add up to the ", size, " positions of dimension ", dim);
  }
  std::vector<Tensor> pieces;
  std::int64_t start = 0;
  for (const std::int64_t piece : sizes) {
    pieces.push_back(narrow(x, dim, start, piece));
    start += piece;
  }
  return pieces;
} catch (const Error& error) {
  fail_as("split", error);
}

std::vector<Tensor> split(const Tensor& x, std::int64_t size, std::int64_t dim) try {
  const std::int64_t total = x.size(dim);
  if (size < 0 || (size == 0 && total > 0)) fail("split: ", size, " is no size of a piece");
  std::vector<Tensor> pieces;
  std::int64_t start = 0;
  do {
    pieces.push_back(narrow(x, dim, start, std::min(size, total - start)));
    start += size;
  } while (start < total);
  return pieces;
} catch (const Error& error) {
  fail_as("split", error);
}

std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, std::int64_t dim) try {
  if (chunks <= 0) fail("chunk: ", chunks, " is no number of pieces");
  const std::int64_t total = x.size(dim);
  if (total == 0) return split(x, std::vector<std::int64_t>(static_cast<std::size_t>(chunks), 0), dim);
  return split(x, (total - 1) / chunks + 1, dim);
} catch (const Error& error) {
  fail_as("chunk", error);
}

Tensor repeat(const Tensor& x, const Dims& repeats) {
  Dims sizes = impl_of(x, "repeat").sizes;
  if (repeats.size() < sizes.size()) {
    fail("repeat: ", repeats, " names fewer dimensions than a tensor of shape ", sizes, " has");
  }
  while (sizes.size() < repeats.size()) sizes.insert(0, 1);
  Tensor result = reshape(x, sizes);
  for (int d = sizes.size() - 1; d >= 0; --d) {
    if (repeats[d] < 0) fail("repeat: ", repeats, " has a negative number");
    if (repeats[d] == 1) continue;
    const Along around = along(sizes, d);
    const std::int64_t block = around.n * around.inner;
    const Tensor blocks = expand(reshape(result, {around.outer, 1, block}), {around.outer, repeats[d], block});
    sizes[d] *= repeats[d];
    result = reshape(blocks, sizes);
  }
  return as_copy(result, x);
}

Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims) {
  const Dims& sizes = impl_of(x, "roll").sizes;
  if (dims.empty() && shifts.size() == 1) return reshape(roll(reshape(x, {-1}), shifts, 0), sizes);
  if (shifts.size() != dims.size()) {
    fail("roll: shifts ", shifts, " and dimensions ", dims, " must be equally many");
  }
  Tensor result = x;
  for (int i = 0; i < dims.size(); ++i) {
    const int d = wrap_dim(dims[i], sizes.size(), "roll");
    const std::int64_t size = x.size(d);
    const std::int64_t shift = size == 0 ? 0 : (shifts[i] % size + size) % size;
    if (shift == 0) continue;
    result = cat({narrow(result, d, size - shift, shift), narrow(result, d, 0, size - shift)}, d);
  }
  return as_copy(result, x);
}

Tensor flip(const Tensor& x, const Dims& dims) {
  // dims: those to turn round.
  static constexpr Op op = {
      .name = "flip",
      .moves = true,
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const TensorImpl& input = *inputs[0]->impl();
            if (input.numel == 0) return void(out.make(input.sizes, input.dtype));
            Dims strides = input.strides;
            std::int64_t last = 0;
            for (const std::int64_t dim : attributes.dims) {
              const int d = static_cast<int>(dim);
              last += (input.sizes[d] - 1) * strides[d];
              strides[d] = -strides[d];
            }
            std::byte* data = input.data + last * static_cast<std::int64_t>(size_of(input.dtype));
            const Tensor turned = Tensor::adopt(make_view(input, data, input.sizes, strides));
            clone_elements(*turned.impl(), out);
          },
      .gradients = {{[](const Tensor& g, const Call& c) { return flip(g, c.attributes().dims); }}}};
  Attributes attributes;
  if (!dims.empty()) attributes.dims = wrap_dims(dims, impl_of(x, "flip").sizes.size(), "flip");
  return apply<op>({&x}, attributes);
}

}  // namespace descent
