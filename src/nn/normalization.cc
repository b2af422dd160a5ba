#include "descent/nn/normalization.h"

#include <string>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::nn {
namespace {

Parameter filled_with(double value, const Dims& shape, DType dtype) {
  Parameter parameter(empty(shape, {.dtype = dtype}));
  init::constant_(parameter, value);
  return parameter;
}

void check_shape(const char* name, const Dims& normalized_shape) {
  bool positive = !normalized_shape.empty();
  for (const std::int64_t size : normalized_shape) positive = positive && size >= 0;
  if (!positive) fail(name, ": wants a normalized_shape of one dimension or more, not ", normalized_shape);
}

void check_features(const char* name, std::int64_t num_features) {
  if (num_features < 0) fail(name, ": wants 0 channels or more, not ", num_features);
}

void check_momentum(const char* name, double momentum) {
  if (!(momentum >= 0 && momentum <= 1)) fail(name, ": momentum = ", momentum, " must be at least 0 and at most 1");
}

template <class Layer, class Options>
void make_state(Layer& layer, const Options& options) {
  const std::int64_t channels = layer.num_features;
  if (options.affine) {
    layer.weight = filled_with(1, channels, options.dtype);
    layer.bias = filled_with(0, channels, options.dtype);
  }
  if (!options.track_running_stats) return;
  layer.running_mean = Buffer(zeros(channels, {.dtype = options.dtype}));
  layer.running_var = Buffer(ones(channels, {.dtype = options.dtype}));
  layer.num_batches_tracked = Buffer(zeros({}, {.dtype = int64}));
}

template <class Layer>
void check_channels(const Layer& layer, std::int64_t channels) {
  const bool any = layer.weight.defined() || layer.running_mean.defined();
  if (any && channels != layer.num_features) fail("the input has ", channels, " channels, wanted ", layer.num_features);
}

}  // namespace

LayerNorm::LayerNorm(const Dims& normalized_shape, LayerNormOptions options)
    : normalized_shape(normalized_shape), eps(options.eps) {
  check_shape("LayerNorm", normalized_shape);
  if (!options.elementwise_affine) return;
  weight = filled_with(1, normalized_shape, options.dtype);
  if (options.bias) bias = filled_with(0, normalized_shape, options.dtype);
}

Tensor LayerNorm::forward(const Tensor& x) const try {
  return layer_norm(x, normalized_shape, weight, bias, eps);
} catch (const Error& error) {
  fail_as("LayerNorm", error);
}

RMSNorm::RMSNorm(const Dims& normalized_shape, RMSNormOptions options)
    : normalized_shape(normalized_shape), eps(options.eps) {
  check_shape("RMSNorm", normalized_shape);
  if (options.elementwise_affine) weight = filled_with(1, normalized_shape, options.dtype);
}

Tensor RMSNorm::forward(const Tensor& x) const try {
  return rms_norm(x, normalized_shape, weight, eps);
} catch (const Error& error) {
  fail_as("RMSNorm", error);
}

GroupNorm::GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions options)
    : num_groups(num_groups), num_channels(num_channels), eps(options.eps) {
  check_features("GroupNorm", num_channels);
  if (num_groups < 1 || num_channels % num_groups != 0)
    fail("GroupNorm: ", num_channels, " channels are not ", num_groups, " groups");
  if (!options.affine) return;
  weight = filled_with(1, num_channels, options.dtype);
  bias = filled_with(0, num_channels, options.dtype);
}

Tensor GroupNorm::forward(const Tensor& x) const try {
  return group_norm(x, num_groups, weight, bias, eps);
} catch (const Error& error) {
  fail_as("GroupNorm", error);
}

template <int kDims>
BatchNorm<kDims>::BatchNorm(std::int64_t num_features, BatchNormOptions options)
    : num_features(num_features), eps(options.eps), momentum(options.momentum) {
  const std::string name = type_name();
  check_features(name.c_str(), num_features);
  if (momentum) check_momentum(name.c_str(), *momentum);
  make_state(*this, options);
}

template <int kDims>
Tensor BatchNorm<kDims>::forward(const Tensor& x) const try {
  const bool fits = x.dim() == kDims + 2 || (kDims == 1 && x.dim() == 2);
  if (!fits) {
    constexpr const char* wanted[] = {"[N, C] or [N, C, L]", "[N, C, H, W]", "[N, C, D, H, W]"};
    fail("the input is of shape ", x.sizes(), "; wanted ", wanted[kDims - 1]);
  }
  check_channels(*this, x.size(1));
  if (!running_mean.defined()) return batch_norm(x, {}, {}, weight, bias, true, 0, eps);
  if (!training) return batch_norm(x, running_mean, running_var, weight, bias, false, 0, eps);
  Tensor share = momentum.value_or(0);
  {
    const NoGrad no_grad;
    num_batches_tracked.add_(1);
    if (!momentum) share = 1 / num_batches_tracked.to(running_mean.dtype());
  }
  return batch_norm(x, running_mean, running_var, weight, bias, true, share, eps);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template class BatchNorm<1>;
template class BatchNorm<2>;
template class BatchNorm<3>;

template <int kDims>
InstanceNorm<kDims>::InstanceNorm(std::int64_t num_features, InstanceNormOptions options)
    : num_features(num_features), eps(options.eps), momentum(options.momentum) {
  const std::string name = type_name();
  check_features(name.c_str(), num_features);
  check_momentum(name.c_str(), momentum);
  make_state(*this, options);
}

template <int kDims>
Tensor InstanceNorm<kDims>::forward(const Tensor& x) const try {
  if (x.dim() == kDims + 1) return squeeze(forward(unsqueeze(x, 0)), 0);
  if (x.dim() != kDims + 2) {
    constexpr const char* wanted[] = {"[N, C, L] or [C, L]", "[N, C, H, W] or [C, H, W]",
                                      "[N, C, D, H, W] or [C, D, H, W]"};
    fail("the input is of shape ", x.sizes(), "; wanted ", wanted[kDims - 1]);
  }
  check_channels(*this, x.size(1));
  const bool by_input = !running_mean.defined() || training;
  return instance_norm(x, running_mean, running_var, weight, bias, by_input, momentum, eps);
} catch (const Error& error) {
  fail_as(type_name(), error);
}

template class InstanceNorm<1>;
template class InstanceNorm<2>;
template class InstanceNorm<3>;

}  // namespace descent::nn
