// Trainings and models whose numbers stopped being numbers.
#pragma once

#include <cstdint>
#include <string>

#include "descent/error.h"
#include "descent/export.h"
#include "descent/optim/optimizer.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// An Error that begins with `what` if a tensor of floating point holds NaN or an infinity: it names the tensor, the
/// first such element and where it is.
void check_finite(const std::string& what, const StateDict& tensors);

/// What check_step() throws.
class NotFinite : public Error {
 public:
  NotFinite(std::int64_t step, double learning_rate, const std::string& cause);

  std::int64_t step() const { return step_; }
  double learning_rate() const { return learning_rate_; }

 private:
  std::int64_t step_;
  double learning_rate_;
};

/// Ends a training whose loss is NaN or infinite after a step, before more is spent on it; a line in the loop:
///
///   const Tensor loss = optimizer.step([&] { ... });
///   train::check_step(step, loss, optimizer);
///
/// Reads nothing but the loss where all is well. Otherwise a NotFinite says the step, the learning rate and, by what
/// gradients and weights look like, the likely cause: a rate that is too high, a gradient that overflowed, or the data.
void check_step(std::int64_t step, const Tensor& loss, optim::Optimizer& optimizer);

}  // namespace train
}  // namespace descent
