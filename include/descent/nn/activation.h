// Activation functions as layers. See ops.h for their formulas.
#pragma once

#include <cstdint>

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

/// log(1 + exp(beta x)) / beta.
struct Softplus final : Module<Softplus> {
  explicit Softplus(double beta_ = 1) : beta(beta_) {}
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("beta", beta); }

  double beta;
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

}  // namespace nn
}  // namespace descent
