#include "descent/nn/bilinear.h"

#include <cmath>

#include "descent/create.h"
#include "descent/nn/init.h"

namespace descent::nn {

Bilinear::Bilinear(std::int64_t in1_features, std::int64_t in2_features, std::int64_t out_features,
                   BilinearOptions options) {
  if (in1_features < 1 || in2_features < 0 || out_features < 0) {
    fail("Bilinear: wants sizes of 0 or more, and the first above 0, not ", in1_features, ", ", in2_features, " and ",
         out_features);
  }
  const double bound = 1 / std::sqrt(static_cast<double>(in1_features));
  weight = Parameter(empty({out_features, in1_features, in2_features}, {.dtype = options.dtype}));
  init::uniform_(weight, -bound, bound);
  if (!options.bias) return;
  bias = Parameter(empty(out_features, {.dtype = options.dtype}));
  init::uniform_(bias, -bound, bound);
}

Tensor Bilinear::forward(const Tensor& a, const Tensor& b) const try {
  return bilinear(a, b, weight, bias);
} catch (const Error& error) {
  fail_as("Bilinear", error);
}

}  // namespace descent::nn
