#pragma once

#include "descent/optim/average/weight_average.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ExponentialMovingAverageOptions {
  double decay = 0.999;  // the part of the average that stays, at least 0, at most 1
};

/// EMA: an average of the weights in which the last 1 / (1 - decay) updates count most (Polyak and Juditsky, 1992).
///
///   average <- average + (1 - decay) (p - average)            (first: average <- p)
///
/// Choose it for most networks, updated after each step: the average is less noisy than the weights of any one step, as
/// if the learning rate had fallen.
///
/// Source: Polyak and Juditsky, 1992, doi:10.1137/0330046; torch.optim.swa_utils.get_ema_multi_avg_fn.
class ExponentialMovingAverage final : public WeightAverage {
 public:
  explicit ExponentialMovingAverage(const ParameterList& parameters,
                                    const ExponentialMovingAverageOptions& options = {});

 private:
  Tensor share() const override;

  ExponentialMovingAverageOptions options_;
};

}  // namespace optim
}  // namespace descent
