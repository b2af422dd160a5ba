#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct SWALROptions {
  PerGroup swa_lr;                  // at least 0
  std::int64_t anneal_epochs = 10;  // at least 0
  AnnealStrategy anneal_strategy = AnnealStrategy::cos;
};

/// From the learning rate as it is to a constant one, for the last part of a training, whose weights are averaged
/// (Izmailov et al., 2018; StochasticWeightAveraging).
///
///   a = alpha(min(epoch / anneal_epochs, 1))          alpha(t) = t, or (1 - cos(pi t)) / 2
///   lr = (1 - a) (learning rate at the beginning) + a swa_lr
///
/// It is computed from the learning rate of the epoch before, so that another schedule may change that too.
///
/// Choose it after another schedule, in a SequentialLR, with StochasticWeightAveraging.
///
/// Source: Izmailov et al., 2018, arXiv:1803.05407; torch.optim.swa_utils.SWALR.
class SWALR final : public LRScheduler {
 public:
  explicit SWALR(Optimizer& optimizer, const SWALROptions& options);

 private:
  double get_lr(std::size_t group) const override;
  double alpha(std::int64_t epoch) const;

  SWALROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
