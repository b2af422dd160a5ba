// Activation functions as layers. See ops.h and functional/activation.h for their formulas.
#pragma once

#include <cstdint>

#include "descent/functional/activation.h"
#include "descent/nn/module.h"
#include "descent/ops.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct Identity final : Module<Identity> {
  Tensor forward(const Tensor& x) const { return x; }
};

struct ReLU final : Module<ReLU> {
  Tensor forward(const Tensor& x) const { return relu(x); }
};

struct Sigmoid final : Module<Sigmoid> {
  Tensor forward(const Tensor& x) const { return sigmoid(x); }
};

struct Tanh final : Module<Tanh> {
  Tensor forward(const Tensor& x) const { return tanh(x); }
};

struct SiLU final : Module<SiLU> {
  Tensor forward(const Tensor& x) const { return silu(x); }
};

struct GELU final : Module<GELU> {
  explicit GELU(Gelu form_ = Gelu::erf) : form(form_) {}
  Tensor forward(const Tensor& x) const { return gelu(x, form); }
  auto members() { return nn::members("form", form); }

  Gelu form;
};

struct Softplus final : Module<Softplus> {
  explicit Softplus(double beta_ = 1, double threshold_ = 20) : beta(beta_), threshold(threshold_) {}
  Tensor forward(const Tensor& x) const { return softplus(x, beta, threshold); }
  auto members() { return nn::members("beta", beta, "threshold", threshold); }

  double beta, threshold;
};

struct LeakyReLU final : Module<LeakyReLU> {
  explicit LeakyReLU(double negative_slope_ = 0.01) : negative_slope(negative_slope_) {}
  Tensor forward(const Tensor& x) const { return leaky_relu(x, negative_slope); }
  auto members() { return nn::members("negative_slope", negative_slope); }

  double negative_slope;
};

struct ELU final : Module<ELU> {
  explicit ELU(double alpha_ = 1) : alpha(alpha_) {}
  Tensor forward(const Tensor& x) const { return elu(x, alpha); }
  auto members() { return nn::members("alpha", alpha); }

  double alpha;
};

struct Softmax final : Module<Softmax> {
  explicit Softmax(std::int64_t dim_) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return softmax(x, dim); }
  auto members() { return nn::members("dim", dim); }

  std::int64_t dim;
};

struct LogSoftmax final : Module<LogSoftmax> {
  explicit LogSoftmax(std::int64_t dim_) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return log_softmax(x, dim); }
  auto members() { return nn::members("dim", dim); }

  std::int64_t dim;
};

struct SELU final : Module<SELU> {
  Tensor forward(const Tensor& x) const { return selu(x); }
};

struct Mish final : Module<Mish> {
  Tensor forward(const Tensor& x) const { return mish(x); }
};

struct ReLU6 final : Module<ReLU6> {
  Tensor forward(const Tensor& x) const { return relu6(x); }
};

struct Hardswish final : Module<Hardswish> {
  Tensor forward(const Tensor& x) const { return hardswish(x); }
};

struct Hardsigmoid final : Module<Hardsigmoid> {
  Tensor forward(const Tensor& x) const { return hardsigmoid(x); }
};

struct Tanhshrink final : Module<Tanhshrink> {
  Tensor forward(const Tensor& x) const { return tanhshrink(x); }
};

struct Softsign final : Module<Softsign> {
  Tensor forward(const Tensor& x) const { return softsign(x); }
};

struct LogSigmoid final : Module<LogSigmoid> {
  Tensor forward(const Tensor& x) const { return log_sigmoid(x); }
};

struct CELU final : Module<CELU> {
  explicit CELU(double alpha_ = 1) : alpha(alpha_) {}
  Tensor forward(const Tensor& x) const { return celu(x, alpha); }
  auto members() { return nn::members("alpha", alpha); }

  double alpha;
};

struct Hardtanh final : Module<Hardtanh> {
  explicit Hardtanh(double min_val_ = -1, double max_val_ = 1) : min_val(min_val_), max_val(max_val_) {}
  Tensor forward(const Tensor& x) const { return hardtanh(x, min_val, max_val); }
  auto members() { return nn::members("min_val", min_val, "max_val", max_val); }

  double min_val, max_val;
};

struct Hardshrink final : Module<Hardshrink> {
  explicit Hardshrink(double lambd_ = 0.5) : lambd(lambd_) {}
  Tensor forward(const Tensor& x) const { return hardshrink(x, lambd); }
  auto members() { return nn::members("lambd", lambd); }

  double lambd;
};

struct Softshrink final : Module<Softshrink> {
  explicit Softshrink(double lambd_ = 0.5) : lambd(lambd_) {}
  Tensor forward(const Tensor& x) const { return softshrink(x, lambd); }
  auto members() { return nn::members("lambd", lambd); }

  double lambd;
};

struct Threshold final : Module<Threshold> {
  Threshold(double threshold_, double value_) : threshold(threshold_), value(value_) {}
  Tensor forward(const Tensor& x) const { return descent::threshold(x, threshold, value); }
  auto members() { return nn::members("threshold", threshold, "value", value); }

  double threshold, value;
};

struct GLU final : Module<GLU> {
  explicit GLU(std::int64_t dim_ = -1) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return glu(x, dim); }
  auto members() { return nn::members("dim", dim); }

  std::int64_t dim;
};

/// The weight starts as `init`: one for all, or one for each channel.
class PReLU final : public Module<PReLU> {
 public:
  explicit PReLU(std::int64_t num_parameters = 1, double init = 0.25, DType dtype = float32);
  Tensor forward(const Tensor& x) const { return prelu(x, weight); }
  auto members() { return nn::members("weight", weight); }

  Parameter weight;
};

/// Draws from the default generator while training.
struct RReLU final : Module<RReLU> {
  explicit RReLU(double lower_ = 1.0 / 8, double upper_ = 1.0 / 3) : lower(lower_), upper(upper_) {}
  Tensor forward(const Tensor& x) const { return rrelu(x, lower, upper, training); }
  auto members() { return nn::members("lower", lower, "upper", upper, "training", training); }

  double lower, upper;
  Flag training = true;
};

struct Softmin final : Module<Softmin> {
  explicit Softmin(std::int64_t dim_) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return softmin(x, dim); }
  auto members() { return nn::members("dim", dim); }

  std::int64_t dim;
};

/// softmax over the channels of images [N, C, H, W] or [C, H, W].
struct Softmax2d final : Module<Softmax2d> {
  Tensor forward(const Tensor& x) const;
};

}  // namespace nn
}  // namespace descent
