#include "descent/optim/lr_scheduler/cyclic_lr.h"

#include <cmath>

#include "optim/lr_scheduler/cycled_momentum.h"

namespace descent::optim::lr_scheduler {

CyclicLR::CyclicLR(Optimizer& optimizer, const CyclicLROptions& options)
    : LRScheduler("CyclicLR", optimizer), options_(options) {
  const Bounds bounds(name());
  options.base_lr.check(name(), "base_lr", group_count());
  options.max_lr.check(name(), "max_lr", group_count());
  bounds.at_least("step_size_up", options.step_size_up, 1);
  const std::int64_t step_size_down = options.step_size_down.value_or(options.step_size_up);
  bounds.at_least("step_size_down", step_size_down, 1);
  bounds.at_least("gamma", options.gamma, 0);
  if (options.cycle_momentum) {
    check_cycled_momentum(name(), optimizer, options.base_momentum, options.max_momentum);
  }
  total_size_ = static_cast<double>(options.step_size_up + step_size_down);
  step_ratio_ = static_cast<double>(options.step_size_up) / total_size_;
  for (std::size_t group = 0; group < group_count(); ++group) set_base_lr(group, options.base_lr[group]);
  begin();
}

double CyclicLR::get_lr(std::size_t group) const {
  return base_lr(group) + (options_.max_lr[group] - base_lr(group)) * height() * scale();
}

std::optional<double> CyclicLR::get_momentum(std::size_t group) const {
  if (!options_.cycle_momentum) return std::nullopt;
  const double low = options_.base_momentum[group], high = options_.max_momentum[group];
  return high - (high - low) * height() * scale();
}

double CyclicLR::cycles() const { return 1.0 + static_cast<double>(last_epoch()) / total_size_; }

std::int64_t CyclicLR::cycle() const { return static_cast<std::int64_t>(std::floor(cycles())); }

double CyclicLR::height() const {
  const double x = cycles() - static_cast<double>(cycle());
  return x <= step_ratio_ ? x / step_ratio_ : (x - 1) / (step_ratio_ - 1);
}

double CyclicLR::scale() const {
  if (options_.scale_fn) return options_.scale_fn(options_.scale_mode == ScaleMode::cycle ? cycle() : last_epoch());
  switch (options_.mode) {
    case CyclicMode::triangular:
      break;
    case CyclicMode::triangular2:
      return std::ldexp(1.0, static_cast<int>(1 - cycle()));
    case CyclicMode::exp_range:
      return std::pow(options_.gamma, last_epoch());
  }
  return 1;
}

}  // namespace descent::optim::lr_scheduler
