#include "descent/nn/dropout.h"

namespace descent::nn {
namespace {

double probability(const char* name, double p) {
  if (!(p >= 0 && p <= 1)) fail(name, ": p = ", p, " must be at least 0 and at most 1");
  return p;
}

template <int kDims>
constexpr const char* kChannelDropout = kDims == 1   ? "Dropout1d"
                                        : kDims == 2 ? "Dropout2d"
                                                     : "Dropout3d";

}  // namespace

Dropout::Dropout(double p) : p(probability("Dropout", p)) {}

Tensor Dropout::forward(const Tensor& x) const try { return dropout(x, p, training); } catch (const Error& error) {
  fail_as("Dropout", error);
}

template <int kDims>
ChannelDropout<kDims>::ChannelDropout(double p) : p(probability(kChannelDropout<kDims>, p)) {}

template <int kDims>
Tensor ChannelDropout<kDims>::forward(const Tensor& x) const try {
  return (kDims == 1 ? dropout1d : kDims == 2 ? dropout2d : dropout3d)(x, p, training, default_generator());
} catch (const Error& error) {
  fail_as(kChannelDropout<kDims>, error);
}

template class ChannelDropout<1>;
template class ChannelDropout<2>;
template class ChannelDropout<3>;

AlphaDropout::AlphaDropout(double p) : p(probability("AlphaDropout", p)) {}

Tensor AlphaDropout::forward(const Tensor& x) const try {
  return alpha_dropout(x, p, training);
} catch (const Error& error) {
  fail_as("AlphaDropout", error);
}

FeatureAlphaDropout::FeatureAlphaDropout(double p) : p(probability("FeatureAlphaDropout", p)) {}

Tensor FeatureAlphaDropout::forward(const Tensor& x) const try {
  return feature_alpha_dropout(x, p, training);
} catch (const Error& error) {
  fail_as("FeatureAlphaDropout", error);
}

}  // namespace descent::nn
