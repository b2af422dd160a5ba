// Windows beside each other as layers. See functional/unfold.h.
#pragma once

#include "descent/functional/unfold.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

class Unfold final : public Module<Unfold> {
 public:
  explicit Unfold(const Dims& kernel_size, const UnfoldOptions& options = {});
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("kernel_size", kernel_size, "options", options); }

  Dims kernel_size;
  UnfoldOptions options;
};

class Fold final : public Module<Fold> {
 public:
  Fold(const Dims& output_size, const Dims& kernel_size, const UnfoldOptions& options = {});
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("output_size", output_size, "kernel_size", kernel_size, "options", options); }

  Dims output_size, kernel_size;
  UnfoldOptions options;
};

}  // namespace nn
}  // namespace descent
