#include "descent/optim/scalar.h"

#include "core/host.h"
#include "descent/create.h"

namespace descent::optim {

Scalar::Scalar(double value)
    : value_(value), tensor_(full({}, value, {.dtype = float64})), negative_(full({}, -value, {.dtype = float64})) {}

Scalar& Scalar::operator=(double value) {
  host_wrote(tensor_);
  host_wrote(negative_);
  value_ = value;
  *tensor_.data<double>() = value;
  *negative_.data<double>() = -value;
  return *this;
}

Scalar::operator bool() const { return !equals(0); }

bool Scalar::equals(double other) const {
  const bool answer = value_ == other;
  answered({tensor_, Question::Kind::equals, other}, answer);
  return answer;
}

Tensor step_count() { return zeros({}, {.dtype = float64}); }

}  // namespace descent::optim
