#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "minimize/methods.h"

namespace descent {
namespace {

struct ModelStep {
  Tensor d;
  double decrease;  // of the model
  bool at_edge;
};

// The positive t at which |d + t p| = radius.
double to_edge(const Tensor& d, const Tensor& p, double radius) {
  const double a = dot_product(p, p), b = dot_product(d, p), c = dot_product(d, d) - radius * radius;
  const double root = std::sqrt(std::max(0.0, b * b - a * c));
  return b > 0 ? -c / (b + root) : (root - b) / a;
}

// Steihaug and Toint's conjugate gradients on g.d + d.H d / 2 within |d| <= radius.
ModelStep minimize_model(Problem& problem, const Point& now, double radius) {
  const Tensor& g = now.gradient;
  const double size = length(g);
  const double tolerance = std::min(0.5, std::sqrt(size)) * size;
  Tensor d = zeros_like(g), hd = zeros_like(g), residual = g, p = -g;
  const auto step = [&](bool at_edge) { return ModelStep{d, -dot_product(d, g) - dot_product(d, hd) / 2, at_edge}; };
  double rr = size * size;
  for (std::int64_t i = 0; i < 20 * g.numel(); ++i) {
    const Tensor hp = problem.hessian_product(now, p);
    const double curvature = dot_product(p, hp);
    double alpha = rr / curvature;
    const bool at_edge = !(curvature > 0) || length(d + alpha * p) >= radius;
    if (at_edge) alpha = to_edge(d, p, radius);
    d = d + alpha * p;
    hd = hd + alpha * hp;
    if (at_edge) return step(true);
    residual = residual + alpha * hp;
    const double rr_next = dot_product(residual, residual);
    if (std::sqrt(rr_next) <= tolerance) break;
    p = rr_next / rr * p - residual;
    rr = rr_next;
  }
  return step(false);
}

}  // namespace

StopReason trust_region(const method::TrustRegion& method, Problem& problem, Progress& progress, Point now) {
  double radius = 1;
  while (true) {
    if (const auto reason = progress.reached(problem, now)) return *reason;
    const double noise = 10 * problem.space().epsilon() * std::abs(now.value);
    // Smaller and smaller regions until the model holds in one.
    while (true) {
      const ModelStep step = minimize_model(problem, now, radius);
      Point next = problem.at(now.x + step.d);
      const double ratio = std::isfinite(next.value) ? (now.value - next.value + noise) / (step.decrease + noise) : -1;
      const double size = length(step.d);
      if (ratio < 0.25)
        radius = size / 4;
      else if (ratio > 0.75 && step.at_edge)
        radius = std::min(2 * radius, method.max_radius);
      if (ratio > 1e-4) {
        now = std::move(next);
        problem.differentiate(now);
        break;
      }
      if (!(radius > problem.space().epsilon() * length(now.x))) return StopReason::no_lower_value;
    }
  }
}

}  // namespace descent
