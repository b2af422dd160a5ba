#include "descent/optim/lr_scheduler/sgdr_lr.h"

#include "optim/lr_scheduler/warmup_cosine.h"

namespace descent::optim::lr_scheduler {

SgdrLR::SgdrLR(Optimizer& optimizer, const SgdrLROptions& options)
    : LRScheduler("SgdrLR", optimizer), options_(options) {
  if (options.cycles.empty()) fail(name(), ": there are no cycles");
  for (const auto& [shape, peak_factor] : options.cycles) {
    check_warmup_cosine(name(), shape);
    Bounds(name()).at_least("peak_factor", peak_factor, 0);
  }
  begin();
}

double SgdrLR::get_lr(std::size_t group) const {
  std::int64_t step = last_epoch();
  auto cycle = options_.cycles.begin();
  while (step >= cycle->shape.total_steps && cycle + 1 != options_.cycles.end()) {
    step -= cycle->shape.total_steps;
    ++cycle;
  }
  return base_lr(group) * cycle->peak_factor * warmup_cosine_factor(cycle->shape, step);
}

}  // namespace descent::optim::lr_scheduler
