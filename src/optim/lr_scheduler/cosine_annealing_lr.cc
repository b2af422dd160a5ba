#include "descent/optim/lr_scheduler/cosine_annealing_lr.h"

#include <cmath>
#include <numbers>

namespace descent::optim::lr_scheduler {

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, const CosineAnnealingLROptions& options)
    : LRScheduler("CosineAnnealingLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("T_max", options.T_max, 1);
  bounds.at_least("eta_min", options.eta_min, 0);
  begin();
}

double CosineAnnealingLR::get_lr(std::size_t group) const {
  constexpr double pi = std::numbers::pi;
  const auto& [T_max, eta_min] = options_;
  const auto epoch = static_cast<double>(last_epoch()), T = static_cast<double>(T_max);
  if (is_initial()) return lr(group);
  // The epoch after the lowest, whose distance from eta_min is 0: there is nothing to scale.
  if ((last_epoch() - 1 - T_max) % (2 * T_max) == 0) {
    return lr(group) + (base_lr(group) - eta_min) * (1 - std::cos(pi / T)) / 2;
  }
  return (1 + std::cos(pi * epoch / T)) / (1 + std::cos(pi * (epoch - 1) / T)) * (lr(group) - eta_min) + eta_min;
}

double CosineAnnealingLR::get_closed_form_lr(std::size_t group) const {
  const double cosine =
      std::cos(std::numbers::pi * static_cast<double>(last_epoch()) / static_cast<double>(options_.T_max));
  return options_.eta_min + (base_lr(group) - options_.eta_min) * (1 + cosine) / 2;
}

}  // namespace descent::optim::lr_scheduler
