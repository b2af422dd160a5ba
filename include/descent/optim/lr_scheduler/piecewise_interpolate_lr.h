#pragma once

#include "descent/optim/lr_scheduler/lr_scheduler.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

struct PiecewiseInterpolateLROptions {
  std::vector<std::int64_t> boundaries;  // above 0, rising, at least one
  std::vector<double> scales;            // one for each boundary, at least 0
  AnnealStrategy interpolation = AnnealStrategy::linear;
};

/// A way through given points, straight or along half cosines.
///
///   value_0 = 1, value_i = scales_i value_(i-1), reached at boundaries_i
///   lr = base_lr value, interpolated between the boundaries, and the last value after them
///
/// Choose it to draw a schedule that is none of those here.
///
/// Source: optax.schedules.piecewise_interpolate_schedule.
class PiecewiseInterpolateLR final : public LRScheduler {
 public:
  explicit PiecewiseInterpolateLR(Optimizer& optimizer, const PiecewiseInterpolateLROptions& options);

 private:
  double get_lr(std::size_t group) const override;

  PiecewiseInterpolateLROptions options_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
