#include "minimize/curvature_pairs.h"
#include "minimize/direction.h"

namespace descent {
namespace {

class QuasiNewton final : public Direction {
 public:
  QuasiNewton(const Problem& problem, std::int64_t memory) : problem_(problem), pairs_(memory) {}
  Line line(const Point& now) override {
    if (pairs_.empty()) return steepest_descent(now);
    if (!problem_.is_bounded()) return {-pairs_.inverse_times(now.gradient), 1};
    const Box room = problem_.room(now);
    return {minimize_in_box(HessianApproximation(pairs_), now.gradient, room.lower, room.upper), 1};
  }
  void moved(const Point& from, const Point& to) override { pairs_.add(to.x - from.x, to.gradient - from.gradient); }
  bool restart() override {
    const bool had = !pairs_.empty();
    pairs_.clear();
    return had;
  }

 private:
  const Problem& problem_;
  CurvaturePairs pairs_;
};

}  // namespace

StopReason lbfgs(const method::LBFGS& method, Problem& problem, Progress& progress, Point start) {
  QuasiNewton direction(problem, method.memory);
  return descend(problem, progress, std::move(start), direction, {.curvature = 0.9});
}

}  // namespace descent
