#include "descent/optim/lr_scheduler/warmup_cosine_lr.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "optim/lr_scheduler/warmup.h"
#include "optim/lr_scheduler/warmup_cosine.h"

namespace descent::optim::lr_scheduler {

WarmupCosineLR::WarmupCosineLR(Optimizer& optimizer, const WarmupCosineLROptions& options)
    : LRScheduler("WarmupCosineLR", optimizer), options_(options) {
  check_warmup_cosine(name(), options);
  begin();
}

double WarmupCosineLR::get_lr(std::size_t group) const {
  return base_lr(group) * warmup_cosine_factor(options_, last_epoch());
}

void check_warmup_cosine(const char* scheduler, const WarmupCosineLROptions& options) {
  const Bounds bounds(scheduler);
  bounds.at_least("warmup_steps", options.warmup_steps, 0);
  bounds.above("total_steps", options.total_steps, static_cast<double>(options.warmup_steps));
  bounds.at_least("start_factor", options.start_factor, 0);
  bounds.at_least("end_factor", options.end_factor, 0);
  bounds.above("exponent", options.exponent, 0);
}

double warmup_cosine_factor(const WarmupCosineLROptions& options, std::int64_t step) {
  const auto& [total_steps, warmup_steps, start_factor, end_factor, exponent] = options;
  if (step < warmup_steps) return linear_warmup(start_factor, step, warmup_steps);
  const auto decayed = static_cast<double>(std::min(step, total_steps) - warmup_steps);
  const double cosine = std::cos(std::numbers::pi * decayed / static_cast<double>(total_steps - warmup_steps));
  return end_factor + (1 - end_factor) * std::pow((1 + cosine) / 2, exponent);
}

}  // namespace descent::optim::lr_scheduler
