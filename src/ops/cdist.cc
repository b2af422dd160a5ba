#include "core/apply.h"
#include "core/elements.h"
#include "core/promotion.h"
#include "descent/ops.h"
#include "descent/products.h"
#include "kernels/distance.h"

namespace descent {
namespace {

// Of batches of matrices [batch, rows, width] and [batch, columns, width].
struct Extents {
  std::int64_t batch, rows, columns, width;
};
Extents extents_of(const Tensor& a, const Tensor& b) {
  const Dims &left = a.impl()->sizes, &right = b.impl()->sizes;
  return {left[0], left[1], right[1], left[2]};
}

// The sum over j of weights[k, i, j] * (a[k, i, :] - b[k, j, :]).
Tensor weighted_differences(const Tensor& weights, const Tensor& a, const Tensor& b) {
  static constexpr Op op = {
      .name = "weighted_differences",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const Tensor weights = row_major(*inputs[0]), a = row_major(*inputs[1]), b = row_major(*inputs[2]);
            const Extents n = extents_of(a, b);
            const DType dtype = a.impl()->dtype;
            kernels::weighted_differences(dtype, weights.impl()->data, a.impl()->data, b.impl()->data, n.batch, n.rows,
                                          n.columns, n.width, out.make(a.impl()->sizes, dtype).data);
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return sum(g * c.input(1), -1, true) - matmul(g, transpose(c.input(2), 1, 2));
                     },
                     kInput1 | kInput2},
                    {[](const Tensor& g, const Call& c) { return g * sum(c.input(0), -1, true); }, kInput0},
                    {[](const Tensor& g, const Call& c) { return -matmul(transpose(c.input(0), 1, 2), g); }, kInput0}}};
  return apply<op>({&weights, &a, &b});
}

Tensor euclidean_distances(const Tensor& a, const Tensor& b) {
  static constexpr auto unit = [](const Tensor& g, const Tensor& distance) {
    const Tensor zero = distance == 0;
    return where(zero, 0, g / where(zero, 1, distance));
  };
  static constexpr Op op = {
      .name = "cdist",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const Tensor a = row_major(*inputs[0]), b = row_major(*inputs[1]);
            const Extents n = extents_of(a, b);
            const DType dtype = a.impl()->dtype;
            kernels::euclidean_distances(dtype, a.impl()->data, b.impl()->data, n.batch, n.rows, n.columns, n.width,
                                         out.make({n.batch, n.rows, n.columns}, dtype).data);
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return weighted_differences(unit(g, c.output()), c.input(0), c.input(1));
                     },
                     kInput0 | kInput1 | kOutput},
                    {[](const Tensor& g, const Call& c) {
                       return weighted_differences(transpose(unit(g, c.output()), 1, 2), c.input(1), c.input(0));
                     },
                     kInput0 | kInput1 | kOutput}}};
  return apply<op>({&a, &b});
}

}  // namespace

Tensor cdist(const Tensor& a, const Tensor& b, double p) try {
  const Dims left = impl_of(a, "cdist").sizes, right = impl_of(b, "cdist").sizes;
  if (left.size() < 2 || right.size() < 2) {
    fail("cdist: both tensors need at least 2 dimensions, not shapes ", left, " and ", right);
  }
  if (left.back() != right.back()) {
    fail("cdist: shapes ", left, " and ", right, " have rows of ", left.back(), " and ", right.back(), " numbers");
  }
  if (a.dtype() != b.dtype() || !is_floating_point(a.dtype())) {
    fail("cdist: dtypes ", a.dtype(), " and ", b.dtype(), "; both must be the same, and floating point");
  }
  if (!(p >= 0)) fail("cdist: p = ", p, " must not be negative");
  if (p != 2) return norm(unsqueeze(a, -2) - unsqueeze(b, -3), p, -1);
  Dims sizes = broadcast_shapes("cdist", Dims(std::span(left.begin(), left.end() - 2)),
                                Dims(std::span(right.begin(), right.end() - 2)));
  const std::int64_t batch = numel_of(sizes), width = left.back();
  const auto batched = [&](const Tensor& x) {
    Dims whole = sizes;
    whole.push_back(x.size(-2));
    whole.push_back(width);
    return reshape(expand(x, whole), {batch, x.size(-2), width});
  };
  const Tensor distances = euclidean_distances(batched(a), batched(b));
  sizes.push_back(a.size(-2));
  sizes.push_back(b.size(-2));
  return reshape(distances, sizes);
} catch (const Error& error) {
  fail_as("cdist", error);
}

}  // namespace descent
