#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct DoGOptions {
  Scalar lr = 1;            // a factor of the rate found, at least 0
  Scalar reps_rel = 1e-6;   // the first distance, relative to 1 + ||p0||, above 0
  Scalar eps = 1e-8;        // above 0
  Scalar weight_decay = 0;  // lambda, at least 0
  bool maximize = false;
};

struct DoGState {
  Tensor p0;
};

struct DoGGroupState {
  Tensor max_distance;  // r
  Tensor grad_sum_sq;   // G
};

/// DoG, distance over gradients (Ivgi et al., 2023): SGD with a rate that follows from how far it has come.
///
///   g <- g + lambda p
///   r <- max(r, ||p - p0||)                   (from reps_rel (1 + ||p0||); p0: the parameters at the start)
///   G <- G + ||g||^2
///   p <- p - lr r / sqrt(G + eps) g
///
/// r, G and the norms are of the group: its parameters are one vector.
///
/// Choose it where there is no time to look for the rate of SGD. The rate does not fall: what to use is an average of
/// the iterates. With batch normalisation, reps_rel = 1e-4.
///
/// Source: Ivgi et al., DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule, 2023, arXiv:2302.12022;
/// formll/dog.
class DoG final : public OptimizerOf<DoGOptions, DoGState, DoGGroupState> {
 public:
  explicit DoG(ParameterList parameters, const DoGOptions& options = {});

 private:
  void check(const DoGOptions& o, const Bounds& bounds) const override;
  DoGState start(const Tensor& p, const DoGOptions& o) const override;
  DoGGroupState start_group(const DoGOptions& o) const override;
  void update_group(Group& group, const Tensor& loss) const override;
};

extern template class OptimizerOf<DoGOptions, DoGState, DoGGroupState>;

}  // namespace optim
}  // namespace descent
