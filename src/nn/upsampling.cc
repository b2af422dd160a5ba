#include "descent/nn/upsampling.h"

namespace descent::nn {
namespace {

InterpolateOptions checked(const char* layer, InterpolateOptions options) {
  if (options.size.empty() == options.scale_factor.empty()) fail(layer, ": wants either size or scale_factor");
  return options;
}

Tensor forward_of(const char* layer, const Tensor& x, const InterpolateOptions& options) try {
  return interpolate(x, options);
} catch (const Error& error) {
  fail_as(layer, error);
}

}  // namespace

Upsample::Upsample(InterpolateOptions options_) : options(checked("Upsample", std::move(options_))) {}

Tensor Upsample::forward(const Tensor& x) const { return forward_of("Upsample", x, options); }

UpsamplingNearest2d::UpsamplingNearest2d(const UpsamplingOptions& options_)
    : options(checked("UpsamplingNearest2d", {.size = options_.size, .scale_factor = options_.scale_factor})) {}

Tensor UpsamplingNearest2d::forward(const Tensor& x) const { return forward_of("UpsamplingNearest2d", x, options); }

UpsamplingBilinear2d::UpsamplingBilinear2d(const UpsamplingOptions& options_)
    : options(checked("UpsamplingBilinear2d", {.size = options_.size,
                                               .scale_factor = options_.scale_factor,
                                               .mode = InterpolationMode::bilinear,
                                               .align_corners = true})) {}

Tensor UpsamplingBilinear2d::forward(const Tensor& x) const { return forward_of("UpsamplingBilinear2d", x, options); }

}  // namespace descent::nn
