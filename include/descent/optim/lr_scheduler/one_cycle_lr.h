#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct OneCycleLROptions {
  PerGroup max_lr;           // the highest, at least 0
  std::int64_t total_steps;  // epochs times batches of an epoch, at least 1
  double pct_start = 0.3;    // the part of the steps that go up, at least 0, at most 1
  AnnealStrategy anneal_strategy = AnnealStrategy::cos;
  bool cycle_momentum = true;
  PerGroup base_momentum = 0.85;  // the lowest, at least 0
  PerGroup max_momentum = 0.95;   // at least 0
  double div_factor = 25.0;       // max_lr over the first learning rate, above 0
  double final_div_factor = 1e4;  // the first learning rate over the last, above 0
  bool three_phase = false;       // come down the way it went up first, and then below
};

/// One cycle: the learning rate goes up to max_lr, then down to next to nothing, and the momentum against it (Smith and
/// Topin, 2017).
///
///   from max_lr / div_factor      to max_lr                                      for pct_start of the steps
///   from max_lr                   to max_lr / div_factor / final_div_factor      for the rest
///
/// or, with three_phase, after the first phase
///
///   from max_lr                   to max_lr / div_factor                         for as long again
///   from max_lr / div_factor      to max_lr / div_factor / final_div_factor      for the rest
///
/// each along half a cosine or straight; the momentum (`momentum` or `betas[0]` of a group) goes from max_momentum to
/// base_momentum and back. max_lr takes the place of the optimizer's learning rates. An Error if the momentum is to be
/// cycled and a group has none, and at step total_steps + 1.
///
/// Choose it to train fast in a known number of steps, at a max_lr that was tried, stepped after each batch.
///
/// Source: Smith and Topin, 2017, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR.
class OneCycleLR final : public LRScheduler {
 public:
  explicit OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options);

  void step() override;

 private:
  // From one learning rate and momentum to others, and how far.
  struct Place {
    double start_lr, end_lr, start_momentum, end_momentum, progress;
  };

  double get_lr(std::size_t group) const override;
  std::optional<double> get_momentum(std::size_t group) const override;
  Place place(std::size_t group) const;

  OneCycleLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
