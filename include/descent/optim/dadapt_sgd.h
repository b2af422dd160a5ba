#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct DAdaptSGDOptions {
  Scalar lr = 1;            // a factor of the estimated rate, at least 0
  Scalar momentum = 0;      // beta, at least 0 and below 1
  Scalar weight_decay = 0;  // lambda, at least 0
  Scalar d0 = 1e-6;         // the first estimate, above 0
  bool maximize = false;
};

struct DAdaptSGDState {
  Tensor p0;
  Tensor s;
};

struct DAdaptSGDGroupState {
  Tensor d;
  Tensor r;
  Tensor g_norm;  // ||g_1||
};

/// SGD by D-Adaptation (Defazio and Mishchenko, 2023): it finds its rate itself, as a lower bound d of how far the
/// solution is from the start p0.
///
///   g <- g + lambda p
///   rate = d lr / ||g_1||                     (g_1: the gradient of the first step)
///   r <- r + rate <g, s>
///   s <- s + rate g
///   d <- max(d, 2 r / ||s||)
///   p <- beta p + (1 - beta) (p0 - s)
///
/// r, d and the norms are of the group: its parameters are one vector.
///
/// Choose it where there is no time to look for the rate of SGD; leave lr at 1. The rate never falls: where it comes
/// out too high, lower lr.
///
/// Source: Defazio and Mishchenko, Learning-Rate-Free Learning by D-Adaptation, 2023, arXiv:2301.07733;
/// facebookresearch/dadaptation.
class DAdaptSGD final : public OptimizerOf<DAdaptSGDOptions, DAdaptSGDState, DAdaptSGDGroupState> {
 public:
  explicit DAdaptSGD(ParameterList parameters, const DAdaptSGDOptions& options = {});

 private:
  void check(const DAdaptSGDOptions& o, const Bounds& bounds) const override;
  DAdaptSGDState start(const Tensor& p, const DAdaptSGDOptions& o) const override;
  DAdaptSGDGroupState start_group(const DAdaptSGDOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<DAdaptSGDOptions, DAdaptSGDState, DAdaptSGDGroupState>;

}  // namespace optim
}  // namespace descent
