// Sorting is finding positions, which has no gradient, and gathering the values there, which has one.
#include <algorithm>
#include <utility>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/ops.h"
#include "kernels/reduce.h"

namespace descent {
namespace {

inline namespace compute {

// Dimension `dim` and the last one exchanged.
Tensor with_last(const Tensor& x, std::int64_t dim) {
  Dims order;
  for (int d = 0; d < x.impl()->sizes.size(); ++d) order.push_back(d);
  if (!order.empty()) std::swap(order[static_cast<int>(dim)], order[order.size() - 1]);
  return Tensor::adopt(permuted_view(*x.impl(), order));
}

// Finds positions row by row: `rows_to_positions(row-major input, number of rows, length of a row, result)`, where a
// row of the result has `length` positions.
template <class Function>
void positions_along(const Tensor& x, std::int64_t dim, std::int64_t length, Output& out,
                     const Function& rows_to_positions) {
  const Tensor rows = row_major(with_last(x, dim));
  Dims sizes = rows.impl()->sizes;
  const std::int64_t n = sizes.empty() ? 1 : sizes.back();
  if (!sizes.empty()) sizes[sizes.size() - 1] = length;
  const auto find = [&](const TensorImpl& result) {
    if (result.numel == 0) return;
    rows_to_positions(*rows.impl(), rows.impl()->numel / n, n, elements_of<std::int64_t>(result));
  };
  if (dim == std::max(sizes.size() - 1, 0)) return find(out.make(sizes, int64));
  const Tensor found = Tensor::adopt(make_impl(sizes, int64));
  find(*found.impl());
  const Tensor result = with_last(found, dim);
  clone_elements(*result.impl(), out);
}

}  // namespace compute

Tensor arg_topk(const Tensor& x, std::int64_t k, std::int64_t dim, bool largest) {
  // dims: the dimension and how many; flag: the largest, not the smallest.
  static constexpr Op op = {.name = "topk",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const std::int64_t k = attributes.dims[1];
                                  positions_along(
                                      *inputs[0], attributes.dims[0], k, out,
                                      [&](const TensorImpl& in, std::int64_t rows, std::int64_t n, std::int64_t* out) {
                                        kernels::arg_topk(in.dtype, in.data, rows, n, k, attributes.flag, out);
                                      });
                                },
                            .gradients = {}};
  Attributes attributes;
  attributes.dims = {dim, k};
  attributes.flag = largest;
  return apply<op>({&x}, attributes);
}

}  // namespace

Tensor argsort(const Tensor& x, std::int64_t dim, bool descending) {
  // index: the dimension; flag: descending.
  static constexpr Op op = {
      .name = "argsort",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Dims& sizes = inputs[0]->impl()->sizes;
            const std::int64_t length = sizes.empty() ? 1 : sizes[static_cast<int>(attributes.index)];
            positions_along(*inputs[0], attributes.index, length, out,
                            [&](const TensorImpl& in, std::int64_t rows, std::int64_t n, std::int64_t* out) {
                              kernels::argsort(in.dtype, in.data, rows, n, attributes.flag, out);
                            });
          },
      .gradients = {}};
  Attributes attributes;
  attributes.index = wrap_dim(dim, impl_of(x, "argsort").sizes.size(), "argsort");
  attributes.flag = descending;
  return apply<op>({&x}, attributes);
}

ValuesAndIndices sort(const Tensor& x, std::int64_t dim, bool descending) try {
  const Tensor positions = argsort(x, dim, descending);
  return {gather(x, dim, positions), positions};
} catch (const Error& error) {
  fail_as("sort", error);
}

ValuesAndIndices topk(const Tensor& x, std::int64_t k, std::int64_t dim, bool largest) {
  const Dims& sizes = impl_of(x, "topk").sizes;
  const int d = wrap_dim(dim, sizes.size(), "topk");
  const std::int64_t n = sizes.empty() ? 1 : sizes[d];
  if (k < (sizes.empty() ? 1 : 0) || k > n) {
    fail("topk: k = ", k, " is out of range for the ", n, " positions of dimension ", d, " of shape ", sizes);
  }
  const Tensor positions = arg_topk(x, k, d, largest);
  return {gather(x, d, positions), positions};
}

}  // namespace descent
