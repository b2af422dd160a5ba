#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SophiaHOptions {
  Scalar lr = 1e-4;                             // at least 0
  std::array<Scalar, 2> betas = {0.965, 0.99};  // each at least 0 and below 1
  Scalar gamma = 0.01;                          // how much of the curvature counts, at least 0
  Scalar eps = 1e-12;                           // above 0
  Scalar weight_decay = 0.1;                    // lambda, at least 0
  bool maximize = false;
};

struct SophiaHState {
  Tensor exp_avg;  // m
  Tensor hessian;  // h
};

/// Sophia-H (Liu et al., 2023): momentum divided by the diagonal of the Hessian, and clipped to the rate.
///
///   h <- beta2 h + (1 - beta2) u * (H u)      (in update_hessian; u ~ N(0, 1), from the default generator)
///   p <- p - lr lambda p
///   m <- beta1 m + (1 - beta1) g
///   p <- p - lr clip(m / max(gamma h, eps), -1, 1)
///
/// Every ten steps or so the Hessian is looked at afresh:
///
///   for (int step = 0; step < steps; ++step) {
///     Tensor loss = mse_loss(model(x), y);
///     if (step % 10 == 0) optimizer.update_hessian(loss);
///     optimizer.zero_grad();
///     loss.backward();
///     optimizer.step();
///   }
///
/// Where h is not above 0, as before the first update_hessian, every element moves by the rate.
///
/// Choose it for language models, with gamma such that a tenth to a half of the elements are not clipped. The rate is
/// the longest step of an element: take that of Lion.
///
/// Source: Liu et al., Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, 2023,
/// arXiv:2305.14342, Algorithm 3. Optax corrects the bias of m and draws signs for u.
class SophiaH final : public OptimizerOf<SophiaHOptions, SophiaHState> {
 public:
  explicit SophiaH(ParameterList parameters, const SophiaHOptions& options = {});

  /// Lets a sample of the Hessian's diagonal at the parameters into h, from a loss that has its graph, which is kept: a
  /// backward pass through it may follow. Costs two backward passes.
  void update_hessian(const Tensor& loss);

 private:
  void check(const SophiaHOptions& o, const Bounds& bounds) const override;
  SophiaHState start(const Tensor& p, const SophiaHOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SophiaHState& s, const SophiaHOptions& o) const override;
};

extern template class OptimizerOf<SophiaHOptions, SophiaHState>;

}  // namespace optim
}  // namespace descent
