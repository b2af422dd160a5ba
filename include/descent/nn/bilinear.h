#pragma once

#include <cstdint>

#include "descent/functional/bilinear.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct BilinearOptions {
  bool bias = true;
  DType dtype = float32;
};

/// bilinear(a, b, weight, bias). weight [out_features, in1_features, in2_features] and bias [out_features] start
/// uniform on +-1 / sqrt(in1_features), as PyTorch draws them.
class Bilinear final : public Module<Bilinear> {
 public:
  Bilinear(std::int64_t in1_features, std::int64_t in2_features, std::int64_t out_features,
           BilinearOptions options = {});
  Tensor forward(const Tensor& a, const Tensor& b) const;
  auto members() { return nn::members("weight", weight, "bias", bias); }

  Parameter weight;
  Parameter bias;  // undefined without
};

}  // namespace nn
}  // namespace descent
