#include "functional/class_losses.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/softmax.h"

namespace descent {
namespace {

// 1 at the class of each row.
Tensor one_hot_rows(const Tensor& classes, std::int64_t n, DType dtype) {
  return (unsqueeze(classes, 1) == arange(n)).to(dtype);
}

// Rows 1 and 2 of `found` [3, rows], which is what the kernel leaves: the largest logit, and the logarithm of the sum.
Tensor probabilities_of(const Tensor& logits, const Tensor& found) {
  return exp(logits - unsqueeze(found[1], 1) - unsqueeze(found[2], 1));
}

// Inputs: g [rows], logits, classes, `found`, a constant of the logits.
Tensor class_losses_backward(const Tensor& g, const Tensor& logits, const Tensor& classes, const Tensor& found) {
  static constexpr Op op = {
      .name = "class_losses_backward",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const Tensor g = row_major(*inputs[0]), x = row_major(*inputs[1]), classes = row_major(*inputs[2]),
                         found = row_major(*inputs[3]);
            const TensorImpl& impl = *x.impl();
            kernels::class_losses_backward(impl.dtype, impl.sizes[0], impl.sizes[1], g.impl()->data, impl.data,
                                           elements_of<std::int64_t>(classes), found.impl()->data,
                                           out.make(impl.sizes, impl.dtype).data);
          },
      .compose =
          [](Inputs in, const Attributes&) {
            const Tensor &x = *in[1], &classes = *in[2];
            return (probabilities_of(x, *in[3]) - one_hot_rows(classes, x.size(1), x.dtype())) * unsqueeze(*in[0], 1);
          },
      .gradients = {{[](const Tensor& v, const Call& c) {
                       const Tensor &x = c.input(1), &classes = c.input(2);
                       return sum(v * (probabilities_of(x, c.input(3)) - one_hot_rows(classes, x.size(1), x.dtype())),
                                  1);
                     },
                     kInput1 | kInput2 | kInput3},
                    {[](const Tensor& v, const Call& c) {
                       const Tensor p = probabilities_of(c.input(1), c.input(3)), along = v * unsqueeze(c.input(0), 1);
                       return p * (along - sum(along * p, 1, true));
                     },
                     kInput0 | kInput1 | kInput3}}};
  return apply<op>({&g, &logits, &classes, &found});
}

}  // namespace

Tensor class_losses(const Tensor& logits, const Tensor& classes) {
  static constexpr Op op = {
      .name = "class_losses",
      .compute =
          [](Inputs inputs, const Attributes&, Output& out) {
            const Tensor x = row_major(*inputs[0]), classes = row_major(*inputs[1]);
            const TensorImpl& impl = *x.impl();
            kernels::class_losses(impl.dtype, impl.sizes[0], impl.sizes[1], impl.data,
                                  elements_of<std::int64_t>(classes), out.make({3, impl.sizes[0]}, impl.dtype).data);
          },
      .compose =
          [](Inputs in, const Attributes&) {
            const Tensor &x = *in[0], largest = amax(x, 1, true), total = log(sum(exp(x - largest), 1, true));
            const Tensor losses = total - (gather(x, 1, unsqueeze(*in[1], 1)) - largest);
            return stack({squeeze(losses, 1), squeeze(largest, 1), squeeze(total, 1)});
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       return class_losses_backward(g[0], c.input(0), c.input(1), c.output().detach());
                     },
                     kInput0 | kInput1 | kOutput}}};
  return apply<op>({&logits, &classes})[0];
}

}  // namespace descent
