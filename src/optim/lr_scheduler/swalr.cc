#include "descent/optim/lr_scheduler/swalr.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace descent::optim::lr_scheduler {

SWALR::SWALR(Optimizer& optimizer, const SWALROptions& options) : LRScheduler("SWALR", optimizer), options_(options) {
  options.swa_lr.check(name(), "swa_lr", group_count());
  Bounds(name()).at_least("anneal_epochs", options.anneal_epochs, 0);
  begin();
}

double SWALR::get_lr(std::size_t group) const {
  const std::int64_t epoch = options_.anneal_epochs == 0 ? std::max<std::int64_t>(1, last_epoch()) : last_epoch();
  const double swa_lr = options_.swa_lr[group], before = alpha(epoch - 1), now = alpha(epoch);
  // The learning rate at the beginning, from that of the epoch before.
  const double initial = before == 1 ? swa_lr : (lr(group) - before * swa_lr) / (1 - before);
  return swa_lr * now + initial * (1 - now);
}

double SWALR::alpha(std::int64_t epoch) const {
  const auto length = static_cast<double>(std::max<std::int64_t>(1, options_.anneal_epochs));
  const double t = std::clamp(static_cast<double>(epoch) / length, 0.0, 1.0);
  return options_.anneal_strategy == AnnealStrategy::linear ? t : (1 - std::cos(std::numbers::pi * t)) / 2;
}

}  // namespace descent::optim::lr_scheduler
