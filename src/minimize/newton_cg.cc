#include <algorithm>
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "minimize/direction.h"

namespace descent {
namespace {

class TruncatedNewton final : public Direction {
 public:
  explicit TruncatedNewton(Problem& problem) : problem_(problem) {}

  Line line(const Point& now) override {
    const Tensor& g = now.gradient;
    const double size = length(g);
    const double tolerance = std::min(0.5, std::sqrt(size)) * size;
    Tensor d = zeros_like(g), residual = g, p = -g;
    double rr = size * size;
    for (std::int64_t i = 0; i < 20 * g.numel() && std::sqrt(rr) > tolerance; ++i) {
      const Tensor hp = problem_.hessian_product(now, p);
      const double curvature = dot_product(p, hp);
      if (!(curvature > std::numeric_limits<double>::epsilon() * dot_product(p, p))) {
        // Negative curvature: what there is so far, or the steepest descent.
        if (i == 0) return steepest_descent(now);
        break;
      }
      const double alpha = rr / curvature;
      d = d + alpha * p;
      residual = residual + alpha * hp;
      const double rr_next = dot_product(residual, residual);
      p = rr_next / rr * p - residual;
      rr = rr_next;
    }
    return {d, 1};
  }
  void moved(const Point&, const Point&) override {}
  bool restart() override { return false; }

 private:
  Problem& problem_;
};

}  // namespace

StopReason newton_cg(Problem& problem, Progress& progress, Point start) {
  TruncatedNewton direction(problem);
  return descend(problem, progress, std::move(start), direction, {.curvature = 0.9});
}

}  // namespace descent
