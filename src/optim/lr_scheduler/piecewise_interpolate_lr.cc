#include "descent/optim/lr_scheduler/piecewise_interpolate_lr.h"

namespace descent::optim::lr_scheduler {

PiecewiseInterpolateLR::PiecewiseInterpolateLR(Optimizer& optimizer, const PiecewiseInterpolateLROptions& options)
    : LRScheduler("PiecewiseInterpolateLR", optimizer), options_(options) {
  if (options.boundaries.empty()) fail(name(), ": there are no boundaries");
  if (options.scales.size() != options.boundaries.size()) {
    fail(name(), ": there are ", options.scales.size(), " scales for ", options.boundaries.size(), " boundaries");
  }
  std::int64_t before = 0;
  for (const std::int64_t boundary : options.boundaries) {
    if (boundary <= before) fail(name(), ": boundary ", boundary, " comes after ", before);
    before = boundary;
  }
  for (const double scale : options.scales) Bounds(name()).at_least("scales", scale, 0);
  begin();
}

double PiecewiseInterpolateLR::get_lr(std::size_t group) const {
  double value = base_lr(group);
  std::int64_t start = 0;
  for (std::size_t i = 0; i < options_.boundaries.size(); ++i) {
    const std::int64_t end = options_.boundaries[i];
    const double next = value * options_.scales[i];
    if (last_epoch() < end) {
      const double progress = static_cast<double>(last_epoch() - start) / static_cast<double>(end - start);
      return anneal(options_.interpolation, value, next, progress);
    }
    value = next;
    start = end;
  }
  return value;
}

}  // namespace descent::optim::lr_scheduler
