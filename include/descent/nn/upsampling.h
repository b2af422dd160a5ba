// Resizing as layers. See functional/interpolate.h.
#pragma once

#include <vector>

#include "descent/functional/interpolate.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

class Upsample final : public Module<Upsample> {
 public:
  /// An Error unless there is either a size or a scale_factor.
  explicit Upsample(InterpolateOptions options);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("options", options); }

  InterpolateOptions options;
};

struct UpsamplingOptions {
  Dims size = {};
  std::vector<double> scale_factor = {};
};

/// Upsample of images by the nearest elements.
class UpsamplingNearest2d final : public Module<UpsamplingNearest2d> {
 public:
  explicit UpsamplingNearest2d(const UpsamplingOptions& options);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("options", options); }

  InterpolateOptions options;
};

/// Upsample of images, bilinear with aligned corners.
class UpsamplingBilinear2d final : public Module<UpsamplingBilinear2d> {
 public:
  explicit UpsamplingBilinear2d(const UpsamplingOptions& options);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("options", options); }

  InterpolateOptions options;
};

}  // namespace nn
}  // namespace descent
