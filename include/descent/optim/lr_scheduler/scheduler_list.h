// What the schedules that are made of others have in common.
#pragma once

#include <concepts>
#include <memory>
#include <string>

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// Schedules to hand over, made in order: {LinearLR(optimizer, ...), ExponentialLR(optimizer, ...)}.
class SchedulerList {
 public:
  class Item {
   public:
    template <std::derived_from<LRScheduler> Scheduler>
    Item(Scheduler scheduler) : scheduler_(std::make_shared<Scheduler>(std::move(scheduler))) {}
    template <std::derived_from<LRScheduler> Scheduler>
    Item(std::unique_ptr<Scheduler> scheduler) : scheduler_(std::move(scheduler)) {}

   private:
    friend class SchedulerList;
    std::shared_ptr<LRScheduler> scheduler_;  // an initializer_list lets nothing be moved out
  };

  SchedulerList(std::initializer_list<Item> items) {
    for (const Item& item : items) schedulers_.push_back(item.scheduler_);
  }

 private:
  friend class CompositeScheduler;
  std::vector<std::shared_ptr<LRScheduler>> schedulers_;
};

/// The base of ChainedScheduler and SequentialLR, whose state dicts hold that of their i-th schedule under
/// "schedulers.I.".
class CompositeScheduler : public LRScheduler {
 public:
  void restart() override { begin(); }
  StateDict state_dict() const override;

 protected:
  /// An Error if there are no schedules, or one is for another optimizer.
  CompositeScheduler(const char* name, Optimizer& optimizer, SchedulerList schedulers);

  const std::vector<std::shared_ptr<LRScheduler>>& schedulers() const { return schedulers_; }
  /// Gives the groups the learning rates that they had before any schedule.
  void set_initial_lrs();
  double get_lr(std::size_t group) const override { return lr(group); }
  void restore(const StateDict& state) override;

 private:
  std::vector<std::shared_ptr<LRScheduler>> schedulers_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
