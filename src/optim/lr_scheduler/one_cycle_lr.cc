#include "descent/optim/lr_scheduler/one_cycle_lr.h"

#include "optim/lr_scheduler/cycled_momentum.h"

namespace descent::optim::lr_scheduler {

OneCycleLR::OneCycleLR(Optimizer& optimizer, const OneCycleLROptions& options)
    : LRScheduler("OneCycleLR", optimizer), options_(options) {
  const Bounds bounds(name());
  options.max_lr.check(name(), "max_lr", group_count());
  bounds.at_least("total_steps", options.total_steps, 1);
  bounds.between("pct_start", options.pct_start, 0, 1);
  bounds.above("div_factor", options.div_factor, 0);
  bounds.above("final_div_factor", options.final_div_factor, 0);
  if (options.cycle_momentum) {
    check_cycled_momentum(name(), optimizer, options.base_momentum, options.max_momentum);
  }
  for (std::size_t group = 0; group < group_count(); ++group) {
    set_base_lr(group, options.max_lr[group] / options.div_factor);
    optimizer.initial_lrs()[group] = base_lr(group);
  }
  begin();
}

void OneCycleLR::step() {
  if (last_epoch() >= options_.total_steps) {
    fail(name(), ": step ", last_epoch() + 1, " is past total_steps = ", options_.total_steps);
  }
  LRScheduler::step();
}

double OneCycleLR::get_lr(std::size_t group) const {
  const Place at = place(group);
  return anneal(options_.anneal_strategy, at.start_lr, at.end_lr, at.progress);
}

std::optional<double> OneCycleLR::get_momentum(std::size_t group) const {
  if (!options_.cycle_momentum) return std::nullopt;
  const Place at = place(group);
  return anneal(options_.anneal_strategy, at.start_momentum, at.end_momentum, at.progress);
}

OneCycleLR::Place OneCycleLR::place(std::size_t group) const {
  const auto epoch = static_cast<double>(last_epoch()), steps = static_cast<double>(options_.total_steps);
  const double up_end = options_.pct_start * steps - 1, down_end = 2 * options_.pct_start * steps - 2;
  const double first = base_lr(group), highest = options_.max_lr[group], last = first / options_.final_div_factor;
  const double low = options_.base_momentum[group], high = options_.max_momentum[group];
  const auto progress = [&](double start, double end) { return end == start ? 1 : (epoch - start) / (end - start); };
  if (epoch <= up_end) return {first, highest, high, low, progress(0, up_end)};
  if (!options_.three_phase) return {highest, last, low, high, progress(up_end, steps - 1)};
  if (epoch <= down_end) return {highest, first, low, high, progress(up_end, down_end)};
  return {first, last, high, high, progress(down_end, steps - 1)};
}

}  // namespace descent::optim::lr_scheduler
