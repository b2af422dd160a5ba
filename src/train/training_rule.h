// An optimizer and its schedule, and what is left of their rate after setbacks.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "descent/state_dict.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "descent/train/tabular_model.h"

namespace descent::train {

/// The rule that the record of a model names, over the weights of its network.
class TrainingRule {
 public:
  /// The schedule is one of so many steps. The model must outlive it.
  TrainingRule(const TabularModel& model, std::int64_t schedule_steps);

  optim::Optimizer& optimizer() { return *made_.optimizer; }
  NamedSchedule& schedule() { return *made_.schedule; }

  /// The epochs in which the rate was halved.
  const std::vector<std::int64_t>& halved_in() const { return halved_in_; }
  /// Begins anew, with half the rate: what the optimizer knows of gradients is from where it must not go again.
  void back_off(std::int64_t epoch);

  StateDict state_dict() const;
  /// An Error leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  struct Made {
    std::unique_ptr<optim::Optimizer> optimizer;
    std::unique_ptr<NamedSchedule> schedule;
  };
  Made make(std::size_t times_halved) const;

  const TabularModel& model_;
  std::int64_t schedule_steps_;
  std::vector<std::int64_t> halved_in_;
  Made made_;
};

}  // namespace descent::train
