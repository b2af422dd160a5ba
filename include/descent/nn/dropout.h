// Layers that set some of their input to 0 at random. While training, they do as functional/dropout.h says, drawing
// from the default generator; otherwise they pass their input through. All want 0 <= p <= 1.
#pragma once

#include "descent/functional/dropout.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// Single elements.
class Dropout final : public Module<Dropout> {
 public:
  explicit Dropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("p", p, "training", training); }

  double p;
  Flag training = true;
};

/// Whole channels, behind which the input has kDims dimensions: dropout1d, dropout2d and dropout3d.
template <int kDims>
class ChannelDropout final : public Module<ChannelDropout<kDims>> {
 public:
  explicit ChannelDropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("p", p, "training", training); }

  double p;
  Flag training = true;
};
using Dropout1d = ChannelDropout<1>;
using Dropout2d = ChannelDropout<2>;
using Dropout3d = ChannelDropout<3>;
extern template class ChannelDropout<1>;
extern template class ChannelDropout<2>;
extern template class ChannelDropout<3>;

/// alpha_dropout, for networks of SELU.
class AlphaDropout final : public Module<AlphaDropout> {
 public:
  explicit AlphaDropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("p", p, "training", training); }

  double p;
  Flag training = true;
};

/// feature_alpha_dropout.
class FeatureAlphaDropout final : public Module<FeatureAlphaDropout> {
 public:
  explicit FeatureAlphaDropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("p", p, "training", training); }

  double p;
  Flag training = true;
};

}  // namespace nn
}  // namespace descent
