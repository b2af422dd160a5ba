#pragma once

#include <cstdint>
#include <string>

#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct LinearOptions {
  bool bias = true;
  DType dtype = float32;
};

/// y = x weight^T + bias, for x [..., in_features]. weight [out_features, in_features] and bias [out_features] start
/// uniform on +-1 / sqrt(in_features), as PyTorch draws them.
class Linear final : public Module<Linear> {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features, LinearOptions options = {});
  Tensor forward(const Tensor& x) const;
  std::string extra_repr() const;
  auto members() { return nn::members("weight", weight, "bias", bias); }

  Parameter weight;
  Parameter bias;  // undefined without
};

}  // namespace nn
}  // namespace descent
