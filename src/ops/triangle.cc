#include <algorithm>
#include <cstring>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/ops.h"

namespace descent {
namespace {

// index: the diagonal, 0 the main one, positive ones above it. Keeps what lies on it, and above or below.
template <bool upper>
void compute_triangle(Inputs inputs, const Attributes& attributes, Output& output) {
  const TensorImpl& out = clone_elements(*inputs[0]->impl(), output);
  const int rank = out.sizes.size();
  const std::int64_t rows = out.sizes[rank - 2], columns = out.sizes[rank - 1];
  const std::size_t element_size = size_of(out.dtype);
  std::byte* row = out.data;
  for (std::int64_t r = 0; r * columns < out.numel; ++r, row += static_cast<std::size_t>(columns) * element_size) {
    const std::int64_t on_diagonal = r % rows + attributes.index;
    const std::int64_t begin = upper ? 0 : std::clamp<std::int64_t>(on_diagonal + 1, 0, columns);
    const std::int64_t end = upper ? std::clamp<std::int64_t>(on_diagonal, 0, columns) : columns;
    std::memset(row + static_cast<std::size_t>(begin) * element_size, 0,
                static_cast<std::size_t>(end - begin) * element_size);
  }
}

template <const Op& op>
Tensor triangle(const Tensor& x, std::int64_t diagonal) {
  const Dims& sizes = impl_of(x, op.name).sizes;
  const int rank = sizes.size();
  if (rank < 2) fail(op.name, ": a tensor of shape ", sizes, " has no triangle; at least 2 dimensions are needed");
  Attributes attributes;
  attributes.index = std::clamp(diagonal, -sizes[rank - 2], sizes[rank - 1]);
  return apply<op>({&x}, attributes);
}

}  // namespace

Tensor tril(const Tensor& x, std::int64_t diagonal) {
  static constexpr Op op = {
      .name = "tril",
      .moves = true,
      .compute = compute_triangle<false>,
      .gradients = {{[](const Tensor& g, const Call& c) { return tril(g, c.attributes().index); }}}};
  return triangle<op>(x, diagonal);
}

Tensor triu(const Tensor& x, std::int64_t diagonal) {
  static constexpr Op op = {
      .name = "triu",
      .moves = true,
      .compute = compute_triangle<true>,
      .gradients = {{[](const Tensor& g, const Call& c) { return triu(g, c.attributes().index); }}}};
  return triangle<op>(x, diagonal);
}

}  // namespace descent
