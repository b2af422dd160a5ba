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

/// Takes dimension `dim` apart into dimensions of `unflattened_size`, of which one may be -1: what the others leave.
struct Unflatten final : Module<Unflatten> {
  Unflatten(std::int64_t dim_, const Dims& unflattened_size_) : dim(dim_), unflattened_size(unflattened_size_) {}
  Tensor forward(const Tensor& x) const { return x.unflatten(dim, unflattened_size); }
  auto members() { return nn::members("dim", dim, "unflattened_size", unflattened_size); }

  std::int64_t dim;
  Dims unflattened_size;
};

}  // namespace nn
}  // namespace descent
