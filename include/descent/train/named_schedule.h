// Schedules of the learning rate by name, as the command line takes them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "descent/optim/lr_scheduler.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// The schedule that `wish` asks for, over a training of so many steps: "cosine", or with options by the names of the
/// members of its options, "step:gamma=0.5,step_size=1000", where lengths count steps; those that are not given follow
/// from the number of steps. An Error names a schedule or option there is none of, the nearest ones there are, and a
/// value out of its bounds.
class NamedSchedule {
 public:
  /// The optimizer must outlive it.
  NamedSchedule(std::string_view wish, optim::Optimizer& optimizer, std::int64_t steps);

  /// Sets the learning rates for a step when the training is `progress`, of [0, 1), through; later than the ones
  /// before.
  void advance(double progress);
  /// Tells the schedule that watches it ("plateau") the loss of an epoch.
  void end_epoch(double loss);

  /// That of the schedule itself. The optimizer has a state dict of its own.
  StateDict state_dict() const;
  /// Goes on where that one was, of the same wish. An Error that says what does not fit leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  std::int64_t steps_;
  std::unique_ptr<optim::lr_scheduler::LRScheduler> by_step_;  // either
  std::unique_ptr<optim::lr_scheduler::ReduceLROnPlateau> by_loss_;
};

/// An Error if `wish` asks for none there is.
void check_schedule(std::string_view wish);
/// All names, in the order of the alphabet.
std::vector<std::string_view> schedule_names();

}  // namespace train
}  // namespace descent
