#include "kernels/matmul.h"

#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "core/matrix_batch.h"
#include "core/promotion.h"
#include "descent/ops.h"

namespace descent {
namespace {

inline namespace compute {

// `tensor` (expanded to the whole batch), copied into `copy` if the kernel cannot take it as it lies.
MatrixBatch matrices_of(const Tensor& tensor, Tensor& copy) {
  for (const TensorImpl* input = tensor.impl();; copy = clone_elements(*tensor.impl()), input = copy.impl()) {
    if (const auto batch = matrix_batch(input->sizes, input->strides, input->data)) return *batch;
  }
}

}  // namespace compute

void compute_matmul(Inputs inputs, const Attributes&, Output& out) {
  const Tensor &a = *inputs[0], &b = *inputs[1];
  const Dims a_sizes = a.impl()->sizes, b_sizes = b.impl()->sizes;
  const std::int64_t m = a_sizes[a_sizes.size() - 2], k = a_sizes.back(), n = b_sizes.back();
  Dims sizes = broadcast_shapes("matmul", Dims(std::span(a_sizes.begin(), a_sizes.end() - 2)),
                                Dims(std::span(b_sizes.begin(), b_sizes.end() - 2)));
  const std::int64_t batch = numel_of(sizes);
  const auto expanded = [&sizes](const Tensor& x, std::int64_t rows, std::int64_t columns) {
    Dims shape = sizes;
    shape.push_back(rows);
    shape.push_back(columns);
    const TensorImpl& input = *x.impl();
    if (input.sizes == shape) return x;
    return Tensor::adopt(expanded_view(input, shape));
  };
  const Tensor left = expanded(a, m, k), right = expanded(b, k, n);
  sizes.push_back(m);
  sizes.push_back(n);
  const DType dtype = a.impl()->dtype;
  const TensorImpl& result = out.make(sizes, dtype);
  if (result.numel == 0) return;
  Tensor left_copy, right_copy;
  const MatrixBatch x = matrices_of(left, left_copy), y = matrices_of(right, right_copy);
  kernels::matmul(dtype, m, n, k, x.matrix, x.step, y.matrix, y.step, result.data, batch, out.finish());
}

Tensor transposed(const Tensor& x) { return transpose(x, -1, -2); }

// The gradient of input i, a b, in the layout of that input: a weight that was used transposed gets its gradient row by
// row, without a copy. The bits are the same.
Tensor product_like(const Call& call, int i, const Tensor& a, const Tensor& b) {
  return call.lies_transposed(i) ? transposed(matmul(transposed(b), transposed(a))) : matmul(a, b);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  static constexpr Op op = {
      .name = "matmul",
      .keeps_integers = true,
      .whole = Whole::matmul,
      .hands_out_tiles = true,
      .compute = compute_matmul,
      .multiply_adds = [](Inputs inputs, const Attributes&,
                          const TensorImpl& result) { return result.numel * inputs[0]->impl()->sizes.back(); },
      .gradients = {
          {[](const Tensor& g, const Call& c) { return product_like(c, 0, g, transposed(c.input(1))); }, kInput1},
          {[](const Tensor& g, const Call& c) { return product_like(c, 1, transposed(c.input(0)), g); }, kInput0}}};
  const TensorImpl &left = impl_of(a, "matmul"), &right = impl_of(b, "matmul");
  const int a_rank = left.sizes.size(), b_rank = right.sizes.size();
  if (a_rank == 0 || b_rank == 0) {
    fail("matmul: both tensors need at least 1 dimension, not shapes ", left.sizes, " and ", right.sizes);
  }
  if (left.sizes.back() != right.sizes[std::max(b_rank - 2, 0)]) {
    fail("matmul: shapes ", left.sizes, " and ", right.sizes, " do not fit: ", left.sizes.back(), " columns meet ",
         right.sizes[std::max(b_rank - 2, 0)], " rows");
  }
  if (left.dtype != right.dtype || left.dtype == boolean) {
    fail("matmul: dtypes ", left.dtype, " and ", right.dtype, "; both must be the same, and numbers");
  }
  if (a_rank == 1 && b_rank == 1) return squeeze(matmul(unsqueeze(a, 0), unsqueeze(b, 1)));
  if (a_rank == 1) return squeeze(matmul(unsqueeze(a, 0), b), -2);
  if (b_rank == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  if (a_rank > 2 && b_rank == 2) {
    // One matrix for the whole batch: the batch becomes rows of one large product.
    Dims sizes = left.sizes;
    const std::int64_t rows = numel_of(Dims(std::span(sizes.begin(), sizes.end() - 1)));
    const Tensor product = matmul(reshape(a, {rows, sizes.back()}), b);
    sizes[a_rank - 1] = right.sizes[1];
    return reshape(product, sizes);
  }
  return apply<op>({&a, &b});
}

Tensor Tensor::matmul(const Tensor& other) const { return descent::matmul(*this, other); }

}  // namespace descent
