#include "minimize/curvature_pairs.h"

#include <cmath>
#include <limits>

#include "descent/create.h"
#include "minimize/problem.h"

namespace descent {

void CurvaturePairs::add(const Tensor& s, const Tensor& y) {
  const double sy = dot_product(s, y), yy = dot_product(y, y);
  if (!(sy > std::numeric_limits<double>::epsilon() * yy)) return;
  pairs_.push_back({s, y, sy, yy});
  if (pairs_.size() > memory_) pairs_.pop_front();
}

Tensor CurvaturePairs::inverse_times(const Tensor& gradient) const {
  std::vector<double> shares;  // newest first
  Tensor q = gradient;
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
    shares.push_back(dot_product(pair->s, q) / pair->sy);
    q = q - shares.back() * pair->y;
  }
  q = q * (pairs_.back().sy / pairs_.back().yy);
  for (const Pair& pair : pairs_) {
    q = q + (shares.back() - dot_product(pair.y, q) / pair.sy) * pair.s;
    shares.pop_back();
  }
  return q;
}

HessianApproximation::HessianApproximation(const CurvaturePairs& pairs)
    : scale_(pairs.pairs_.back().yy / pairs.pairs_.back().sy) {
  // BFGS' update, one pair after another.
  for (const CurvaturePairs::Pair& pair : pairs.pairs_) {
    const Tensor bs = times(pair.s);
    a_.push_back(pair.y / std::sqrt(pair.sy));
    b_.push_back(bs / std::sqrt(dot_product(pair.s, bs)));
  }
}

Tensor HessianApproximation::times(const Tensor& vector) const {
  Tensor product = scale_ * vector;
  for (std::size_t i = 0; i < a_.size(); ++i) {
    product = product + dot_product(a_[i], vector) * a_[i] - dot_product(b_[i], vector) * b_[i];
  }
  return product;
}

namespace {

// Conjugate gradients on B p = -residual among the variables that are free (1, the others 0).
Tensor solve_free(const HessianApproximation& b, const Tensor& residual, const Tensor& free, double tolerance) {
  Tensor p = zeros_like(residual), r = residual * free, direction = -r;
  double rr = dot_product(r, r);
  for (std::int64_t i = 0; i < 100 && std::sqrt(rr) > tolerance; ++i) {
    const Tensor product = b.times(direction) * free;
    const double alpha = rr / dot_product(direction, product);
    p = p + alpha * direction;
    r = r + alpha * product;
    const double rr_next = dot_product(r, r);
    direction = rr_next / rr * direction - r;
    rr = rr_next;
  }
  return p;
}

}  // namespace

Tensor minimize_in_box(const HessianApproximation& b, const Tensor& g, const Tensor& lower, const Tensor& upper) {
  Tensor d = zeros_like(g), bd = d;
  double value = 0;
  const double tolerance = 1e-10 * length(g);
  // Each round solves for the free variables and bends the way there into the box, which fixes and frees some more.
  for (int round = 0; round < 50; ++round) {
    const Tensor residual = g + bd;
    const Tensor held = (d <= lower && residual > 0) || (d >= upper && residual < 0);
    const Tensor free = where(held, 0.0, ones_like(d));
    if (length(residual * free) <= tolerance) break;
    const Tensor p = solve_free(b, residual, free, tolerance);
    bool lowered = false;
    for (double step = 1; step > 1e-4 && !lowered; step /= 2) {
      const Tensor next = clamp(d + step * p, lower, upper), b_next = b.times(next);
      const double next_value = dot_product(g, next) + dot_product(next, b_next) / 2;
      lowered = next_value < value;
      if (!lowered) continue;
      d = next;
      bd = b_next;
      value = next_value;
    }
    if (!lowered) break;
  }
  return d;
}

}  // namespace descent
