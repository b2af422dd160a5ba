// Activation functions as layers. See ops.h for their formulas.
#pragma once

#include <cstdint>

#include "descent/nn/module.h"
#include "descent/ops.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct Identity : Module<Identity> {
  Tensor forward(const Tensor& x) const { return x; }
};

struct ReLU : Module<ReLU> {
  Tensor forward(const Tensor& x) const { return relu(x); }
};

struct Sigmoid : Module<Sigmoid> {
  Tensor forward(const Tensor& x) const { return sigmoid(x); }
};

struct Tanh : Module<Tanh> {
  Tensor forward(const Tensor& x) const { return tanh(x); }
};

struct SiLU : Module<SiLU> {
  Tensor forward(const Tensor& x) const { return silu(x); }
};

struct GELU : Module<GELU> {
  explicit GELU(Gelu form_ = Gelu::erf) : form(form_) {}
  Tensor forward(const Tensor& x) const { return gelu(x, form); }
  static auto members() { return nn::members(); }

  Gelu form;
};

/// log(1 + exp(beta x)) / beta.
struct Softplus : Module<Softplus> {
  explicit Softplus(double beta_ = 1) : beta(beta_) {}
  Tensor forward(const Tensor& x) const { return softplus(x * beta) / beta; }
  static auto members() { return nn::members(); }

  double beta;
};

struct LeakyReLU : Module<LeakyReLU> {
  explicit LeakyReLU(double negative_slope_ = 0.01) : negative_slope(negative_slope_) {}
  Tensor forward(const Tensor& x) const { return leaky_relu(x, negative_slope); }
  static auto members() { return nn::members(); }

  double negative_slope;
};

struct ELU : Module<ELU> {
  explicit ELU(double alpha_ = 1) : alpha(alpha_) {}
  Tensor forward(const Tensor& x) const { return elu(x, alpha); }
  static auto members() { return nn::members(); }

  double alpha;
};

struct Softmax : Module<Softmax> {
  explicit Softmax(std::int64_t dim_) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return softmax(x, dim); }
  static auto members() { return nn::members(); }

  std::int64_t dim;
};

struct LogSoftmax : Module<LogSoftmax> {
  explicit LogSoftmax(std::int64_t dim_) : dim(dim_) {}
  Tensor forward(const Tensor& x) const { return log_softmax(x, dim); }
  static auto members() { return nn::members(); }

  std::int64_t dim;
};

}  // namespace nn
}  // namespace descent
