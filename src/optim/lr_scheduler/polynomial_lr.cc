#include "descent/optim/lr_scheduler/polynomial_lr.h"

#include <algorithm>
#include <cmath>

namespace descent::optim::lr_scheduler {

PolynomialLR::PolynomialLR(Optimizer& optimizer, const PolynomialLROptions& options)
    : LRScheduler("PolynomialLR", optimizer), options_(options) {
  const Bounds bounds(name());
  bounds.at_least("total_iters", options.total_iters, 1);
  bounds.at_least("power", options.power, 0);
  begin();
}

double PolynomialLR::get_lr(std::size_t group) const {
  if (is_initial() || last_epoch() > options_.total_iters) return lr(group);
  const auto epoch = static_cast<double>(last_epoch()), total = static_cast<double>(options_.total_iters);
  return lr(group) * std::pow((1.0 - epoch / total) / (1.0 - (epoch - 1) / total), options_.power);
}

double PolynomialLR::get_closed_form_lr(std::size_t group) const {
  const auto epoch = static_cast<double>(std::min(options_.total_iters, last_epoch()));
  return base_lr(group) * std::pow(1.0 - epoch / static_cast<double>(options_.total_iters), options_.power);
}

}  // namespace descent::optim::lr_scheduler
