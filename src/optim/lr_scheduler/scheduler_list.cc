#include "descent/optim/lr_scheduler/scheduler_list.h"

namespace descent::optim::lr_scheduler {
namespace {

std::string prefix(std::size_t i) { return concat("schedulers.", i, '.'); }

}  // namespace

CompositeScheduler::CompositeScheduler(const char* name, Optimizer& optimizer, SchedulerList schedulers)
    : LRScheduler(name, optimizer), schedulers_(std::move(schedulers.schedulers_)) {
  if (schedulers_.empty()) fail(name, ": there are no schedules");
  for (std::size_t i = 0; i < schedulers_.size(); ++i) {
    if (&schedulers_[i]->optimizer() != &optimizer) fail(name, ": schedule ", i, " is for another optimizer");
  }
}

void CompositeScheduler::set_initial_lrs() {
  for (std::size_t group = 0; group < group_count(); ++group) optimizer().lr(group) = optimizer().initial_lrs()[group];
}

StateDict CompositeScheduler::state_dict() const {
  StateDict state = LRScheduler::state_dict();
  for (std::size_t i = 0; i < schedulers_.size(); ++i) {
    insert_under(prefix(i), schedulers_[i]->state_dict(), state);
  }
  return state;
}

void CompositeScheduler::restore(const StateDict& state) {
  LRScheduler::restore(state);
  for (std::size_t i = 0; i < schedulers_.size(); ++i) {
    schedulers_[i]->load_state_dict(under(prefix(i), state));
  }
}

}  // namespace descent::optim::lr_scheduler
