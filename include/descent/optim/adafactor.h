#pragma once

#include <optional>
#include <utility>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct AdafactorOptions {
  Scalar lr = 1e-2;           // the largest relative step, at least 0
  Scalar beta2_decay = -0.8;  // tau, at most 0
  /// eps1, at least 0, keeps from dividing by 0; without a value it is the smallest number of the parameter's dtype
  /// that makes a difference to 1. eps2, at least 0, is the size below which a parameter counts as of that size.
  std::pair<std::optional<Scalar>, Scalar> eps = {std::nullopt, 1e-3};
  Scalar d = 1.0;           // updates of a larger root mean square are clipped, at least 1
  Scalar weight_decay = 0;  // lambda, apart from the gradient; at least 0
  bool maximize = false;
};

struct AdafactorState {
  Tensor step;      // t
  Tensor row_var;   // r: [..., rows, 1], and
  Tensor col_var;   // c: [..., 1, columns], for matrices, and
  Tensor variance;  // v for vectors and numbers
};

/// Adafactor (Shazeer and Stern, 2018): like Adam without momentum, but of the mean squares of a matrix it keeps only
/// those of rows and columns, and its steps are relative to the size of the parameter.
///
///   beta2 = 1 - t^tau
///   alpha = max(eps2, rms(p)) min(lr, 1 / sqrt(t))
///   p <- p - lr lambda p
///   r <- beta2 r + (1 - beta2) mean of g^2 over columns      (matrices: the last two dimensions)
///   c <- beta2 c + (1 - beta2) mean of g^2 over rows
///   v = r c / max(mean of r, eps1)
///   v <- beta2 v + (1 - beta2) g^2                           (vectors and numbers)
///   u = g / sqrt(max(v, eps1^2))
///   p <- p - alpha u / max(1, rms(u) / d)
///
/// where rms is the root of the mean square. As PyTorch has it: eps1 is used where the paper adds it to g^2, lr is the
/// paper's 0.01, and there is no momentum.
///
/// Choose it where the memory for Adam's moments is too much: for a matrix of n rows and m columns it keeps n + m
/// numbers. Where memory is no matter, Adam is the more exact.
///
/// Source: Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost" (2018),
/// arXiv:1804.04235; torch.optim.Adafactor.
class Adafactor final : public OptimizerOf<AdafactorOptions, AdafactorState> {
 public:
  explicit Adafactor(ParameterList parameters, const AdafactorOptions& options = {});

 private:
  void check(const AdafactorOptions& o, const Bounds& bounds) const override;
  AdafactorState start(const Tensor& p, const AdafactorOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, AdafactorState& s, const AdafactorOptions& o) const override;
};

extern template class OptimizerOf<AdafactorOptions, AdafactorState>;

}  // namespace optim
}  // namespace descent
