#include "descent/optim/lr_scheduler/chained_scheduler.h"

namespace descent::optim::lr_scheduler {

// The schedules have begun one after another when they were made.
ChainedScheduler::ChainedScheduler(Optimizer& optimizer, SchedulerList schedulers)
    : CompositeScheduler("ChainedScheduler", optimizer, std::move(schedulers)) {
  record(0);
}

void ChainedScheduler::begin() {
  set_initial_lrs();
  for (const auto& scheduler : schedulers()) scheduler->begin();
  record(0);
}

void ChainedScheduler::step() {
  for (const auto& scheduler : schedulers()) scheduler->step();
  record(last_epoch() + 1);
}

}  // namespace descent::optim::lr_scheduler
