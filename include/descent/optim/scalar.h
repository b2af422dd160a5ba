#pragma once

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// A real option of an optimizer, such as its learning rate: written and read as a double, it is a float64 tensor of
/// rank 0 in the arithmetic of a step. A change is written into that tensor, so that it reaches a captured step too.
class Scalar {
 public:
  Scalar(double value);
  Scalar(const Scalar& other) : Scalar(other.value_) {}
  Scalar& operator=(double value);
  Scalar& operator=(const Scalar& other) { return *this = other.value_; }

  double value() const { return value_; }
  /// Whether it is not 0.
  explicit operator bool() const;
  /// Whether it is `other`. A step that asks so is captured anew when the answer is another.
  bool equals(double other) const;
  friend bool operator!(const Scalar& scalar) { return !static_cast<bool>(scalar); }
  operator const Tensor&() const { return tensor_; }
  /// Kept as well, since most steps go against the gradient.
  friend const Tensor& operator-(const Scalar& scalar) { return scalar.negative_; }

 private:
  double value_;
  Tensor tensor_;
  Tensor negative_;
};

/// A count of steps, kept in an optimizer's state: 0, as such a tensor.
Tensor step_count();

}  // namespace optim
}  // namespace descent
