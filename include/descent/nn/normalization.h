// Layers that bring numbers to mean 0 and variance 1. See functional/normalization.h for their formulas.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "descent/functional/normalization.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct LayerNormOptions {
  double eps = 1e-5;
  bool elementwise_affine = true;
  bool bias = true;
  DType dtype = float32;
};

/// Over the last dimensions. weight and bias, of that shape, start as 1 and 0.
class LayerNorm final : public Module<LayerNorm> {
 public:
  explicit LayerNorm(const Dims& normalized_shape, LayerNormOptions options = {});
  Tensor forward(const Tensor& x) const;
  auto members() {
    return nn::members("normalized_shape", normalized_shape, "eps", eps, "weight", weight, "bias", bias);
  }

  Dims normalized_shape;
  double eps;
  Parameter weight;  // undefined unless elementwise_affine
  Parameter bias;    // undefined without
};

struct RMSNormOptions {
  std::optional<double> eps = std::nullopt;
  bool elementwise_affine = true;
  DType dtype = float32;
};

/// Over the last dimensions, without a mean. weight starts as 1.
class RMSNorm final : public Module<RMSNorm> {
 public:
  explicit RMSNorm(const Dims& normalized_shape, RMSNormOptions options = {});
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("normalized_shape", normalized_shape, "eps", eps, "weight", weight); }

  Dims normalized_shape;
  std::optional<double> eps;
  Parameter weight;  // undefined unless elementwise_affine
};

struct GroupNormOptions {
  double eps = 1e-5;
  bool affine = true;
  DType dtype = float32;
};

/// Over the channels of a group and all further dimensions. weight and bias [num_channels] start as 1 and 0.
class GroupNorm final : public Module<GroupNorm> {
 public:
  /// An Error unless the channels are so many groups.
  GroupNorm(std::int64_t num_groups, std::int64_t num_channels, GroupNormOptions options = {});
  Tensor forward(const Tensor& x) const;
  auto members() {
    return nn::members("num_groups", num_groups, "num_channels", num_channels, "eps", eps, "weight", weight, "bias",
                       bias);
  }

  std::int64_t num_groups, num_channels;
  double eps;
  Parameter weight;  // undefined unless affine, and bias too
  Parameter bias;
};

struct BatchNormOptions {
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;  // none: the running numbers are averages over all batches so far
  bool affine = true;
  bool track_running_stats = true;
  DType dtype = float32;
};

/// Over batch and all dimensions behind the channels, of which an input has kDims (BatchNorm1d: one or none). While
/// training, and always without running statistics, by mean and variance of the batch; else by the running ones. These
/// start as 0 and 1, and change in place in forward while training. weight and bias [num_features] start as 1 and 0.
template <int kDims>
class BatchNorm final : public Module<BatchNorm<kDims>> {
 public:
  explicit BatchNorm(std::int64_t num_features, BatchNormOptions options = {});
  Tensor forward(const Tensor& x) const;
  static std::string type_name() { return "BatchNorm" + std::to_string(kDims) + "d"; }
  std::string extra_repr() const {
    return detail::named_values("num_features", num_features, "eps", eps, "momentum", momentum, "affine",
                                weight.defined(), "track_running_stats", running_mean.defined());
  }
  auto members() {
    return nn::members("num_features", num_features, "eps", eps, "momentum", momentum, "weight", weight, "bias", bias,
                       "running_mean", running_mean, "running_var", running_var, "num_batches_tracked",
                       num_batches_tracked, "training", training);
  }

  std::int64_t num_features;
  double eps;
  std::optional<double> momentum;
  Parameter weight;  // undefined unless affine, and bias too
  Parameter bias;
  Buffer running_mean;  // undefined unless track_running_stats, and the next two
  Buffer running_var;
  Buffer num_batches_tracked;
  Flag training = true;
};
using BatchNorm1d = BatchNorm<1>;
using BatchNorm2d = BatchNorm<2>;
using BatchNorm3d = BatchNorm<3>;
extern template class BatchNorm<1>;
extern template class BatchNorm<2>;
extern template class BatchNorm<3>;

struct InstanceNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;
  bool affine = false;
  bool track_running_stats = false;
  DType dtype = float32;
};

/// Over the kDims dimensions behind the channels: [N, C, ...], or [C, ...] without a batch. While training, and always
/// without running statistics, by mean and variance of each item and channel; else by the running ones.
template <int kDims>
class InstanceNorm final : public Module<InstanceNorm<kDims>> {
 public:
  explicit InstanceNorm(std::int64_t num_features, InstanceNormOptions options = {});
  Tensor forward(const Tensor& x) const;
  static std::string type_name() { return "InstanceNorm" + std::to_string(kDims) + "d"; }
  std::string extra_repr() const {
    return detail::named_values("num_features", num_features, "eps", eps, "momentum", momentum, "affine",
                                weight.defined(), "track_running_stats", running_mean.defined());
  }
  auto members() {
    return nn::members("num_features", num_features, "eps", eps, "momentum", momentum, "weight", weight, "bias", bias,
                       "running_mean", running_mean, "running_var", running_var, "num_batches_tracked",
                       num_batches_tracked, "training", training);
  }

  std::int64_t num_features;
  double eps, momentum;
  Parameter weight;  // undefined unless affine, and bias too
  Parameter bias;
  Buffer running_mean;  // undefined unless track_running_stats, and the next two
  Buffer running_var;
  Buffer num_batches_tracked;  // stays 0, as in PyTorch
  Flag training = true;
};
using InstanceNorm1d = InstanceNorm<1>;
using InstanceNorm2d = InstanceNorm<2>;
using InstanceNorm3d = InstanceNorm<3>;
extern template class InstanceNorm<1>;
extern template class InstanceNorm<2>;
extern template class InstanceNorm<3>;

struct LocalResponseNorm final : Module<LocalResponseNorm> {
  explicit LocalResponseNorm(std::int64_t size_, double alpha_ = 1e-4, double beta_ = 0.75, double k_ = 1)
      : size(size_), alpha(alpha_), beta(beta_), k(k_) {}
  Tensor forward(const Tensor& x) const { return local_response_norm(x, size, alpha, beta, k); }
  auto members() { return nn::members("size", size, "alpha", alpha, "beta", beta, "k", k); }

  std::int64_t size;
  double alpha, beta, k;
};

}  // namespace nn
}  // namespace descent
