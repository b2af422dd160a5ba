#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct DoWGOptions {
  Scalar lr = 1;            // a factor of the rate found, at least 0
  Scalar eps = 1e-4;        // above 0
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct DoWGState {
  Tensor p0;
};

struct DoWGGroupState {
  Tensor max_distance_sq;       // r2
  Tensor weighted_grad_sum_sq;  // v
};

/// DoWG, distance over weighted gradients (Khaled et al., 2023): DoG with the gradients weighted by the distance at
/// their time.
///
///   g <- g + lambda p
///   r2 <- max(r2, ||p - p0||^2)               (from eps; p0: the parameters at the start)
///   v <- v + r2 ||g||^2
///   p <- p - lr r2 / (sqrt(v) + eps) g
///
/// r2, v and the norms are of the group: its parameters are one vector.
///
/// Choose it in DoG's place where that takes too long to reach its rate.
///
/// Source: Khaled et al., DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method, 2023,
/// arXiv:2305.16284; Optax's dowg.
class DoWG final : public OptimizerOf<DoWGOptions, DoWGState, DoWGGroupState> {
 public:
  explicit DoWG(ParameterList parameters, const DoWGOptions& options = {});

 private:
  void check(const DoWGOptions& o, const Bounds& bounds) const override;
  DoWGState start(const Tensor& p, const DoWGOptions& o) const override;
  DoWGGroupState start_group(const DoWGOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<DoWGOptions, DoWGState, DoWGGroupState>;

}  // namespace optim
}  // namespace descent
