// The cubic through four neighbours, of Keys, with a = -0.75: the weights by distance, of numbers or tensors.
#pragma once

namespace descent {

/// |t| <= 1.
template <class Number>
Number cubic_near(const Number& t) {
  return ((-0.75 + 2) * t - (-0.75 + 3)) * t * t + 1;
}

/// 1 < |t| < 2.
template <class Number>
Number cubic_far(const Number& t) {
  return ((-0.75 * t + 5 * 0.75) * t - 8 * 0.75) * t + 4 * 0.75;
}

}  // namespace descent
