#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "descent/tensor.h"

namespace descent {

/// The last steps s and changes of the gradient y, which stand for an approximation of the Hessian, positive definite.
class CurvaturePairs {
 public:
  explicit CurvaturePairs(std::int64_t memory) : memory_(static_cast<std::size_t>(memory)) {}

  /// Left out, if the curvature along s is not positive.
  void add(const Tensor& s, const Tensor& y);
  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }
  /// The product of the inverse with `gradient`, by the two-loop recursion.
  Tensor inverse_times(const Tensor& gradient) const;

 private:
  friend class HessianApproximation;
  struct Pair {
    Tensor s, y;
    double sy;
    double yy;
  };
  std::size_t memory_;
  std::deque<Pair> pairs_;  // oldest first
};

/// The approximation itself, of pairs that are not empty: B = (y.y / s.y) 1 + sum(a a^T - b b^T).
class HessianApproximation {
 public:
  explicit HessianApproximation(const CurvaturePairs& pairs);
  Tensor times(const Tensor& vector) const;

 private:
  double scale_;
  std::vector<Tensor> a_, b_;
};

/// The d that minimises g.d + d.B d / 2 within lower <= d <= upper, where lower <= 0 <= upper, nearly.
Tensor minimize_in_box(const HessianApproximation& b, const Tensor& g, const Tensor& lower, const Tensor& upper);

}  // namespace descent
