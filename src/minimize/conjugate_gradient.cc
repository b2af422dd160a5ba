#include <algorithm>
#include <utility>

#include "minimize/direction.h"

namespace descent {
namespace {

class ConjugateDirection final : public Direction {
 public:
  Line line(const Point& now) override {
    if (!direction_.defined()) {
      const Line line = steepest_descent(now);
      direction_ = line.direction;
      return line;
    }
    // The step that lowers the value as much as the last one did.
    const double slope = dot_product(direction_, now.gradient);
    const double step = 1.01 * 2 * last_decrease_ / -slope;
    return {direction_, step > 0 ? std::min(step, 1.0) : 1};
  }
  void moved(const Point& from, const Point& to) override {
    last_decrease_ = from.value - to.value;
    const double beta =
        dot_product(to.gradient, to.gradient - from.gradient) / dot_product(from.gradient, from.gradient);
    direction_ = std::max(0.0, beta) * direction_ - to.gradient;
    if (!(dot_product(direction_, to.gradient) < 0)) direction_ = -to.gradient;
    fresh_ = false;
  }
  bool restart() override {
    direction_ = {};
    return !std::exchange(fresh_, true);
  }

 private:
  Tensor direction_;
  double last_decrease_ = 0;
  bool fresh_ = true;
};

}  // namespace

StopReason conjugate_gradient(Problem& problem, Progress& progress, Point start) {
  ConjugateDirection direction;
  return descend(problem, progress, std::move(start), direction, {.curvature = 0.1});
}

}  // namespace descent
