#include "descent/optim/lr_scheduler/sequential_lr.h"

#include "optim/lr_scheduler/milestones.h"

namespace descent::optim::lr_scheduler {

SequentialLR::SequentialLR(Optimizer& optimizer, SchedulerList list, const SequentialLROptions& options)
    : CompositeScheduler("SequentialLR", optimizer, std::move(list)), options_(options) {
  check_milestones(name(), options.milestones);
  if (options.milestones.size() + 1 != schedulers().size()) {
    fail(name(), ": there are ", options.milestones.size(), " milestones for ", schedulers().size(),
         " schedules; wanted one fewer than schedules");
  }
  begin();
}

void SequentialLR::begin() {
  set_initial_lrs();
  schedulers()[static_cast<std::size_t>(milestones_passed(options_.milestones, 0))]->begin();
  record(0);
}

void SequentialLR::step() {
  const std::int64_t epoch = last_epoch() + 1;
  const auto i = static_cast<std::size_t>(milestones_passed(options_.milestones, epoch));
  if (i > 0 && options_.milestones[i - 1] == epoch)
    schedulers()[i]->restart();
  else
    schedulers()[i]->step();
  record(epoch);
}

}  // namespace descent::optim::lr_scheduler
