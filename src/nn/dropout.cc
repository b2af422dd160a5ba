#include "descent/nn/dropout.h"

#include "core/random.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent::nn {

Dropout::Dropout(double p) : p(p) {
  if (!(p >= 0 && p <= 1)) fail("Dropout: p = ", p, " must be at least 0 and at most 1");
}

Tensor Dropout::forward(const Tensor& x) const try {
  if (!training || p == 0) return x;
  if (p == 1) return x * 0;
  if (!is_floating_point(x.dtype())) fail("Dropout: wants a floating point tensor, not ", x.dtype());
  const Tensor mask = empty(x.sizes(), {.dtype = x.dtype()});
  random::bernoulli_("Dropout", mask, 1 - p, default_generator());
  mask.div_(1 - p);
  return x * mask;
} catch (const Error& error) {
  fail_as("Dropout", error);
}

}  // namespace descent::nn
