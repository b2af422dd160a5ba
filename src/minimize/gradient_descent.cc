#include "minimize/direction.h"

namespace descent {
namespace {

class SteepestDescent final : public Direction {
 public:
  Line line(const Point& now) override { return step_ > 0 ? steepest_descent(now, step_) : steepest_descent(now); }
  void moved(const Point& from, const Point& to) override {
    const Tensor s = to.x - from.x;
    const double curvature = dot_product(s, to.gradient - from.gradient);
    step_ = curvature > 0 ? dot_product(s, s) / curvature : 0;
  }
  bool restart() override { return std::exchange(step_, 0) > 0; }

 private:
  double step_ = 0;  // Barzilai and Borwein's; 0 if there is none
};

}  // namespace

StopReason gradient_descent(Problem& problem, Progress& progress, Point start) {
  SteepestDescent direction;
  return descend(problem, progress, std::move(start), direction);
}

}  // namespace descent
