#include "descent/nn/linear.h"

#include <cmath>

#include "descent/create.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::nn {

Linear::Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options) {
  if (in_features < 0 || out_features < 0) {
    fail("Linear: wants sizes of 0 or more, not ", in_features, " to ", out_features);
  }
  weight = Parameter(empty({out_features, in_features}, {.dtype = options.dtype}));
  // PyTorch's roundabout way to +-1 / sqrt(in_features), which differs in the last bit.
  init::kaiming_uniform_(weight, {.a = std::sqrt(5.0)});
  if (!options.bias) return;
  bias = Parameter(empty(out_features, {.dtype = options.dtype}));
  const double bound = in_features > 0 ? 1 / std::sqrt(static_cast<double>(in_features)) : 0;
  init::uniform_(bias, -bound, bound);
}

Tensor Linear::forward(const Tensor& x) const try { return linear(x, weight, bias); } catch (const Error& error) {
  fail_as("Linear", error);
}

std::string Linear::extra_repr() const {
  return concat("in_features=", weight.size(1), ", out_features=", weight.size(0),
                ", bias=", detail::repr(bias.defined()));
}

}  // namespace descent::nn
