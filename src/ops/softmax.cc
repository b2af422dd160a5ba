#include "kernels/softmax.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/ops.h"

namespace descent {
namespace {

// In the tensor language, over `dim`. The largest logit is subtracted as a constant: it cancels, so that its gradient
// is zero.
Tensor softmax_of_parts(const Tensor& x, std::int64_t dim) {
  const Tensor weights = exp(x - amax(x.detach(), dim, true));
  return weights * reciprocal(sum(weights, dim, true));
}
Tensor log_softmax_of_parts(const Tensor& x, std::int64_t dim) {
  const Tensor shifted = x - amax(x.detach(), dim, true);
  return shifted - log(sum(exp(shifted), dim, true));
}

Tensor sum_of_rows(const Tensor& x) { return sum(x, -1, true); }

// Whether one kernel, a thread a row, does it all.
bool is_by_rows(const Tensor& x, std::int64_t dim) {
  constexpr std::int64_t kFewRows = 16, kLongRow = 1 << 15;
  if (dim != x.dim() - 1 || !is_floating_point(x.dtype())) return false;
  const std::int64_t n = x.size(-1);
  return n <= kLongRow || x.numel() / n >= kFewRows;
}

// For all ops here, of rows along the last dimension.
using RowKernel = void (*)(DType type, std::int64_t rows, std::int64_t n, const void* x, void* y);
template <RowKernel kKernel>
void compute_rows(Inputs inputs, const Attributes&, Output& out) {
  const Tensor x = row_major(*inputs[0]);
  const TensorImpl& impl = *x.impl();
  const std::int64_t n = impl.sizes[impl.sizes.size() - 1];
  kKernel(impl.dtype, impl.numel / n, n, impl.data, out.make(impl.sizes, impl.dtype).data);
}
using BackwardKernel = void (*)(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* y, void* dx);
template <BackwardKernel kKernel>
void compute_rows_backward(Inputs inputs, const Attributes&, Output& out) {
  const Tensor g = row_major(*inputs[0]), y = row_major(*inputs[1]);
  const TensorImpl& impl = *y.impl();
  const std::int64_t n = impl.sizes[impl.sizes.size() - 1];
  kKernel(impl.dtype, impl.numel / n, n, g.impl()->data, impl.data, out.make(impl.sizes, impl.dtype).data);
}

// y (g - sum(g y)): the slopes of y, the softmax, by the logits are a symmetric matrix.
Tensor softmax_backward(const Tensor& g, const Tensor& y) {
  static constexpr Op op = {
      .name = "softmax_backward",
      .compute = compute_rows_backward<kernels::softmax_rows_backward>,
      .compose = [](Inputs in, const Attributes&) { return *in[1] * (*in[0] - sum_of_rows(*in[0] * *in[1])); },
      .gradients = {{[](const Tensor& v, const Call& c) { return softmax_backward(v, c.input(1)); }, kInput1},
                    {[](const Tensor& v, const Call& c) {
                       const Tensor &g = c.input(0), &y = c.input(1);
                       return v * (g - sum_of_rows(g * y)) - g * sum_of_rows(v * y);
                     },
                     kInput0 | kInput1}}};
  return apply<op>({&g, &y});
}

// g - e^y sum(g), y being the logarithm of the softmax.
Tensor log_softmax_backward(const Tensor& g, const Tensor& y) {
  static constexpr Op op = {
      .name = "log_softmax_backward",
      .compute = compute_rows_backward<kernels::log_softmax_rows_backward>,
      .compose = [](Inputs in, const Attributes&) { return *in[0] - exp(*in[1]) * sum_of_rows(*in[0]); },
      .gradients = {
          {[](const Tensor& v, const Call& c) { return v - sum_of_rows(v * exp(c.input(1))); }, kInput1},
          {[](const Tensor& v, const Call& c) { return v * exp(c.input(1)) * (sum_of_rows(c.input(0)) * -1); },
           kInput0 | kInput1}}};
  return apply<op>({&g, &y});
}

}  // namespace

Tensor softmax(const Tensor& x, std::int64_t dim) try {
  static constexpr Op op = {
      .name = "softmax",
      .compute = compute_rows<kernels::softmax_rows>,
      .compose = [](Inputs in, const Attributes&) { return softmax_of_parts(*in[0], -1); },
      .gradients = {{[](const Tensor& g, const Call& c) { return softmax_backward(g, c.output()); }, kOutput}}};
  dim = wrap_dim(dim, x.dim(), "softmax");
  if (x.numel() == 0) return exp(x);
  return is_by_rows(x, dim) ? apply<op>({&x}) : softmax_of_parts(x, dim);
} catch (const Error& error) {
  fail_as("softmax", error);
}

Tensor log_softmax(const Tensor& x, std::int64_t dim) try {
  static constexpr Op op = {
      .name = "log_softmax",
      .compute = compute_rows<kernels::log_softmax_rows>,
      .compose = [](Inputs in, const Attributes&) { return log_softmax_of_parts(*in[0], -1); },
      .gradients = {{[](const Tensor& g, const Call& c) { return log_softmax_backward(g, c.output()); }, kOutput}}};
  dim = wrap_dim(dim, x.dim(), "log_softmax");
  if (x.numel() == 0) return exp(x);
  return is_by_rows(x, dim) ? apply<op>({&x}) : log_softmax_of_parts(x, dim);
} catch (const Error& error) {
  fail_as("log_softmax", error);
}

}  // namespace descent
