#include "descent/nn/dropout.h"

#include <span>

#include "core/generator.h"
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
  const auto count = static_cast<std::size_t>(mask.numel());
  if (x.dtype() == float32)
    random::fill_bernoulli(default_generator(), std::span(mask.data<float>(), count), 1 - p);
  else
    random::fill_bernoulli(default_generator(), std::span(mask.data<double>(), count), 1 - p);
  mask.div_(1 - p);
  return x * mask;
} catch (const Error& error) {
  fail_as("Dropout", error);
}

}  // namespace descent::nn
