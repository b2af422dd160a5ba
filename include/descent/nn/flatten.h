#pragma once

#include <cstdint>

#include "descent/nn/module.h"
#include "descent/ops.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// Takes dimensions start_dim to end_dim as one: by default all but the batch's.
struct Flatten final : Module<Flatten> {
  explicit Flatten(std::int64_t start_dim_ = 1, std::int64_t end_dim_ = -1)
      : start_dim(start_dim_), end_dim(end_dim_) {}
  Tensor forward(const Tensor& x) const { return flatten(x, start_dim, end_dim); }
  auto members() { return nn::members("start_dim", start_dim, "end_dim", end_dim); }

  std::int64_t start_dim;
  std::int64_t end_dim;
};

}  // namespace nn
}  // namespace descent
