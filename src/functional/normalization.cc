#include "descent/functional/normalization.h"

#include <limits>
#include <string>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "functional/normalize.h"

namespace descent {
namespace {

void check_floating(const char* name, const Tensor& x) {
  if (!is_floating_point(x.dtype())) fail(name, ": wants a tensor of float32 or float64, not ", x.dtype());
}

// `parameter` may be undefined.
void check_parameter(const char* name, const char* what, const Tensor& parameter, const Dims& shape, const Tensor& x) {
  if (!parameter.defined()) return;
  if (!(parameter.sizes() == shape)) fail(name, ": ", what, " of shape ", parameter.sizes(), "; wanted ", shape);
  if (computed_dtype(parameter.dtype()) != computed_dtype(x.dtype()))
    fail(name, ": ", what, " is ", parameter.dtype(), ", the input ", x.dtype());
}

std::int64_t check_channels(const char* name, const Tensor& x) {
  check_floating(name, x);
  if (x.dim() < 2) fail(name, ": the input is of shape ", x.sizes(), "; wanted [N, C, ...]");
  return x.size(1);
}

// The channels of x, with which each of these fits; all may be undefined.
struct ChannelParameters {
  const Tensor &running_mean, &running_var, &weight, &bias;
};
std::int64_t check_channel_parameters(const char* name, const Tensor& x, const ChannelParameters& parameters) {
  const std::int64_t channels = check_channels(name, x);
  check_parameter(name, "running_mean", parameters.running_mean, channels, x);
  check_parameter(name, "running_var", parameters.running_var, channels, x);
  check_parameter(name, "weight", parameters.weight, channels, x);
  check_parameter(name, "bias", parameters.bias, channels, x);
  return channels;
}

// As rows of as many numbers as `normalized_shape` has.
Tensor as_rows(const char* name, const Tensor& x, const Dims& normalized_shape) {
  check_floating(name, x);
  const int kept = x.dim() - normalized_shape.size();
  if (normalized_shape.empty()) fail(name, ": a normalized_shape of no dimensions");
  bool fits = kept >= 0;
  for (int d = 0; fits && d < normalized_shape.size(); ++d) fits = x.size(kept + d) == normalized_shape[d];
  if (!fits) {
    std::string wanted;
    for (const std::int64_t size : normalized_shape) wanted += concat(", ", size);
    fail(name, ": the input is of shape ", x.sizes(), "; wanted [...", wanted, "]");
  }
  std::int64_t rows = 1;
  for (int d = 0; d < kept; ++d) rows *= x.size(d);
  return reshape(x, {rows, numel_of(normalized_shape)});
}

// [C], or undefined, against [N, C, ...].
Tensor beside_channels(const Tensor& parameter, const Tensor& x) {
  if (!parameter.defined()) return parameter;
  Dims shape{parameter.numel()};
  for (int d = 2; d < x.dim(); ++d) shape.push_back(1);
  return reshape(parameter, shape);
}

// x weight + bias, of channels.
Tensor scaled(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor factor = beside_channels(weight, x), summand = beside_channels(bias, x);
  if (factor.defined() && summand.defined()) return addcmul(summand, x, factor);
  if (factor.defined()) return x * factor;
  return summand.defined() ? x + summand : x;
}

// running = (1 - momentum) running + momentum value.
void keep_account(const Tensor& running, const Tensor& value, const Tensor& momentum) {
  if (running.defined()) running.copy_(lerp(running, value, momentum));
}

// By numbers that are there: scale and shift are one small tensor each.
Tensor normalized_by(const Tensor& x, const Tensor& mean, const Tensor& variance, const Tensor& weight,
                     const Tensor& bias, double eps) {
  Tensor scale = rsqrt(variance + eps);
  if (weight.defined()) scale = scale * weight;
  const Tensor shift = bias.defined() ? bias - mean * scale : -(mean * scale);
  return scaled(x, scale, shift);
}

// [N, C, inner] by its own moments over N and inner.
Tensor normalized_channels(const Tensor& x, const Tensor& moments, const Tensor& weight, const Tensor& bias,
                           double eps) {
  if (!weight.defined() && !bias.defined()) return normalize_channels(x, moments, {}, eps);
  const TensorOptions options = {.dtype = x.dtype()};
  const Tensor affine =
      stack({weight.defined() ? weight : ones(x.size(1), options), bias.defined() ? bias : zeros(x.size(1), options)});
  return normalize_channels(x, moments, affine, eps);
}

// x [N, C, ...], each item of the batch over groups of channels.
Tensor normalized_groups(const Tensor& x, std::int64_t groups, const Tensor& weight, const Tensor& bias, double eps) {
  if (x.numel() == 0) return scaled(x, weight, bias);
  const std::int64_t rows = x.size(0) * groups, inner = x.numel() / (x.size(0) * x.size(1));
  const Tensor grouped = reshape(x, {rows, x.numel() / rows});
  const RowOptions options = {.eps = eps, .groups = groups, .inner = inner};
  if (bias.defined() && !weight.defined())
    return scaled(reshape(normalize_rows(grouped, {}, {}, options), x.sizes()), weight, bias);
  return reshape(normalize_rows(grouped, weight, bias, options), x.sizes());
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Dims& normalized_shape, const Tensor& weight, const Tensor& bias,
                  double eps) try {
  const Tensor rows = as_rows("layer_norm", x, normalized_shape);
  check_parameter("layer_norm", "weight", weight, normalized_shape, x);
  check_parameter("layer_norm", "bias", bias, normalized_shape, x);
  const auto flat = [](const Tensor& parameter) { return parameter.defined() ? flatten(parameter) : parameter; };
  if (bias.defined() && !weight.defined())
    return reshape(normalize_rows(rows, {}, {}, {.eps = eps}) + flat(bias), x.sizes());
  return reshape(normalize_rows(rows, flat(weight), flat(bias), {.eps = eps}), x.sizes());
} catch (const Error& error) {
  fail_as("layer_norm", error);
}

Tensor rms_norm(const Tensor& x, const Dims& normalized_shape, const Tensor& weight, std::optional<double> eps) try {
  const Tensor rows = as_rows("rms_norm", x, normalized_shape);
  check_parameter("rms_norm", "weight", weight, normalized_shape, x);
  const double smallest = computed_dtype(x.dtype()) == float32 ? std::numeric_limits<float>::epsilon()
                                                               : std::numeric_limits<double>::epsilon();
  const Tensor flat = weight.defined() ? flatten(weight) : weight;
  return reshape(normalize_rows(rows, flat, {}, {.centered = false, .eps = eps.value_or(smallest)}), x.sizes());
} catch (const Error& error) {
  fail_as("rms_norm", error);
}

Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                  const Tensor& bias, bool training, const Tensor& momentum, double eps) try {
  const std::int64_t channels = check_channel_parameters("batch_norm", x, {running_mean, running_var, weight, bias});
  if (!training) {
    if (!running_mean.defined() || !running_var.defined())
      fail("batch_norm: without training, running_mean and running_var are needed");
    return normalized_by(x, running_mean, running_var, weight, bias, eps);
  }
  if (const DType dtype = computed_dtype(x.dtype()); dtype != x.dtype()) {
    const auto wide = [dtype](const Tensor& parameter) {
      return parameter.defined() ? parameter.to(dtype) : parameter;
    };
    return batch_norm(x.to(dtype), running_mean, running_var, wide(weight), wide(bias), training, momentum, eps)
        .to(x.dtype());
  }
  const std::int64_t batch = x.size(0), count = channels > 0 ? x.numel() / channels : 0;
  if (count == 1)
    fail("batch_norm: an input of shape ", x.sizes(), " has one number a channel: no variance to train by");
  if (x.numel() == 0) return scaled(x, weight, bias);
  const Tensor grouped = reshape(x, {batch, channels, count / batch});
  Tensor moments;
  {
    const NoGrad no_grad;
    moments = channel_moments(grouped);
    keep_account(running_mean, moments[0], momentum);
    keep_account(running_var, moments[1] * (static_cast<double>(count) / static_cast<double>(count - 1)), momentum);
  }
  return reshape(normalized_channels(grouped, moments, weight, bias, eps), x.sizes());
} catch (const Error& error) {
  fail_as("batch_norm", error);
}

Tensor group_norm(const Tensor& x, std::int64_t groups, const Tensor& weight, const Tensor& bias, double eps) try {
  const std::int64_t channels = check_channels("group_norm", x);
  if (groups < 1 || channels % groups != 0) fail("group_norm: ", channels, " channels are not ", groups, " groups");
  check_parameter("group_norm", "weight", weight, channels, x);
  check_parameter("group_norm", "bias", bias, channels, x);
  return normalized_groups(x, groups, weight, bias, eps);
} catch (const Error& error) {
  fail_as("group_norm", error);
}

Tensor instance_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                     const Tensor& bias, bool use_input_stats, const Tensor& momentum, double eps) try {
  const std::int64_t channels = check_channel_parameters("instance_norm", x, {running_mean, running_var, weight, bias});
  if (!use_input_stats) {
    if (!running_mean.defined() || !running_var.defined())
      fail("instance_norm: without use_input_stats, running_mean and running_var are needed");
    return normalized_by(x, running_mean, running_var, weight, bias, eps);
  }
  const std::int64_t rows = x.size(0) * channels, count = rows > 0 ? x.numel() / rows : 0;
  if (count == 1) fail("instance_norm: an input of shape ", x.sizes(), " has one number an instance: no variance");
  if (x.numel() == 0) return scaled(x, weight, bias);
  if (running_mean.defined() || running_var.defined()) {
    const NoGrad no_grad;
    const Tensor moments = mean(reshape(channel_moments(reshape(x, {1, rows, count})), {2, x.size(0), channels}), 1);
    keep_account(running_mean, moments[0], momentum);
    keep_account(running_var, moments[1] * (static_cast<double>(count) / static_cast<double>(count - 1)), momentum);
  }
  return normalized_groups(x, channels, weight, bias, eps);
} catch (const Error& error) {
  fail_as("instance_norm", error);
}

Tensor local_response_norm(const Tensor& x, std::int64_t size, double alpha, double beta, double k) try {
  const std::int64_t channels = check_channels("local_response_norm", x);
  if (size < 1) fail("local_response_norm: a size of ", size, "; wanted 1 or more");
  const auto zero_channels = [&x](std::int64_t count) {
    Dims shape = x.sizes();
    shape[1] = count;
    return zeros(shape, {.dtype = x.dtype()});
  };
  const Tensor squares = cat({zero_channels(size / 2), square(x), zero_channels((size - 1) / 2)}, 1);
  Tensor sum = narrow(squares, 1, 0, channels);
  for (std::int64_t i = 1; i < size; ++i) sum = sum + narrow(squares, 1, i, channels);
  return x / pow(k + sum * (alpha / static_cast<double>(size)), beta);
} catch (const Error& error) {
  fail_as("local_response_norm", error);
}

}  // namespace descent
