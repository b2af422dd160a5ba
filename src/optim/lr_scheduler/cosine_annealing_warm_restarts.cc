#include "descent/optim/lr_scheduler/cosine_annealing_warm_restarts.h"

#include <cmath>
#include <numbers>

namespace descent::optim::lr_scheduler {

CosineAnnealingWarmRestarts::CosineAnnealingWarmRestarts(Optimizer& optimizer,
                                                         const CosineAnnealingWarmRestartsOptions& options)
    : LRScheduler("CosineAnnealingWarmRestarts", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("T_0", options.T_0, 1);
  bounds.at_least("T_mult", options.T_mult, 1);
  bounds.at_least("eta_min", options.eta_min, 0);
  begin();
}

double CosineAnnealingWarmRestarts::get_lr(std::size_t group) const {
  const auto& [T_0, T_mult, eta_min] = options_;
  std::int64_t T_i = T_0, T_cur = T_mult == 1 ? last_epoch() % T_0 : last_epoch();
  while (T_cur >= T_i) {
    T_cur -= T_i;
    T_i *= T_mult;
  }
  const double cosine = std::cos(std::numbers::pi * static_cast<double>(T_cur) / static_cast<double>(T_i));
  return eta_min + (base_lr(group) - eta_min) * (1 + cosine) / 2;
}

}  // namespace descent::optim::lr_scheduler
