#include "descent/optim/lr_scheduler/lr_scheduler.h"

#include <cmath>
#include <numbers>

#include "descent/create.h"

namespace descent::optim::lr_scheduler {

void PerGroup::check(const char* scheduler, const char* option, std::size_t groups) const {
  if (!same_ && values_.size() != groups) {
    fail(scheduler, ": ", option, " has ", values_.size(), " values for ", groups, " groups");
  }
  for (const double value : values_) Bounds(scheduler).at_least(option, value, 0);
}

double anneal(AnnealStrategy strategy, double start, double end, double progress) {
  if (strategy == AnnealStrategy::linear) return (end - start) * progress + start;
  return end + (start - end) / 2.0 * (std::cos(std::numbers::pi * progress) + 1);
}

LRScheduler::LRScheduler(const char* name, Optimizer& optimizer) : name_(name), optimizer_(&optimizer) {
  std::vector<double>& initial = optimizer.initial_lrs();
  while (initial.size() < optimizer.group_count()) initial.push_back(optimizer.lr(initial.size()).value());
  base_lrs_ = initial;
}

void LRScheduler::begin() {
  last_epoch_ = 0;
  is_initial_ = true;
  set_lrs(&LRScheduler::get_lr);
  is_initial_ = false;
}

void LRScheduler::restart() {
  last_epoch_ = 0;
  set_lrs(&LRScheduler::get_closed_form_lr);
}

void LRScheduler::step() {
  ++last_epoch_;
  set_lrs(&LRScheduler::get_lr);
}

void LRScheduler::set_lrs(double (LRScheduler::*get)(std::size_t group) const) {
  for (std::size_t group = 0; group < group_count(); ++group) {
    optimizer_->lr(group) = (this->*get)(group);
    if (const auto momentum = get_momentum(group)) *optimizer_->momentum(group) = *momentum;
  }
  record(last_epoch_);
}

void LRScheduler::record(std::int64_t epoch) {
  last_epoch_ = epoch;
  last_lr_.clear();
  for (std::size_t group = 0; group < group_count(); ++group) last_lr_.push_back(lr(group));
}

StateDict LRScheduler::state_dict() const {
  return {{"last_epoch", full({}, last_epoch_)}, {"base_lrs", tensor(base_lrs_)}, {"last_lr", tensor(last_lr_)}};
}

void LRScheduler::load_state_dict(const StateDict& state) {
  const StateDict own = state_dict();
  copy_state(concat(name_, ": load_state_dict"), {own.begin(), own.end()}, state);
  restore(own);
}

void LRScheduler::restore(const StateDict& state) {
  last_epoch_ = state.at("last_epoch").item<std::int64_t>();
  base_lrs_ = state.at("base_lrs").to_vector<double>();
  last_lr_ = state.at("last_lr").to_vector<double>();
}

}  // namespace descent::optim::lr_scheduler
