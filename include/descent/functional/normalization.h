// Numbers brought to mean 0 and variance 1, along features, groups of channels, or batches.
//
// Everywhere: normalized = (x - mean) / sqrt(variance + eps), and the result is normalized * weight + bias, with either
// left out where it is undefined. The variance is that of all numbers that share it (divided by n), computed from
// differences from their mean. x is float32 or float64, and the other tensors are of its dtype.
#pragma once

#include <cstdint>
#include <optional>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Over the last dimensions, those of `normalized_shape`, which are also the shape of weight and bias (Ba, Kiros and
/// Hinton, arXiv:1607.06450).
Tensor layer_norm(const Tensor& x, const Dims& normalized_shape, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

/// The same without the mean: x / sqrt(mean(x^2) + eps) * weight (Zhang and Sennrich, arXiv:1910.07467). eps: if not
/// given, the difference between 1 and the next number of x's dtype.
Tensor rms_norm(const Tensor& x, const Dims& normalized_shape, const Tensor& weight = {},
                std::optional<double> eps = std::nullopt);

/// x [N, C, ...], over all dimensions but C; weight, bias, running_mean and running_var are [C] (Ioffe and Szegedy,
/// arXiv:1502.03167). `training`: by mean and variance of x, of which
///
///   running = (1 - momentum) running + momentum new
///
/// keeps account in place, without history, where running_mean and running_var are defined; the variance that it sees
/// is divided by n - 1. Else by running_mean and running_var, which then must be defined. An Error where a channel that
/// is trained has one number only.
Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight = {},
                  const Tensor& bias = {}, bool training = false, const Tensor& momentum = 0.1, double eps = 1e-5);

/// x [N, C, ...], for each item of the batch over C / groups channels and all further dimensions; weight and bias are
/// [C] (Wu and He, arXiv:1803.08494).
Tensor group_norm(const Tensor& x, std::int64_t groups, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

/// x [N, C, ...], for each item of the batch and each channel over all further dimensions; all else is [C] (Ulyanov et
/// al., arXiv:1607.08022). `use_input_stats`: as batch_norm trains, the running numbers keeping account of the means
/// over the batch. Else by running_mean and running_var.
Tensor instance_norm(const Tensor& x, const Tensor& running_mean = {}, const Tensor& running_var = {},
                     const Tensor& weight = {}, const Tensor& bias = {}, bool use_input_stats = true,
                     const Tensor& momentum = 0.1, double eps = 1e-5);

/// x / (k + alpha / size * sum of x^2 over `size` channels around)^beta; x [N, C, ...], with zeros beyond the first and
/// last channel (Krizhevsky, Sutskever and Hinton, 2012).
Tensor local_response_norm(const Tensor& x, std::int64_t size, double alpha = 1e-4, double beta = 0.75, double k = 1);

}  // namespace descent
