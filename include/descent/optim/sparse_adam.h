#pragma once

#include <array>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SparseAdamOptions {
  Scalar lr = 1e-3;                            // above 0
  std::array<Scalar, 2> betas = {0.9, 0.999};  // of [0, 1)
  Scalar eps = 1e-8;                           // above 0
  bool maximize = false;
};

struct SparseAdamState {
  Tensor step;        // t
  Tensor exp_avg;     // m
  Tensor exp_avg_sq;  // v
};

/// Adam for tables of which a step sees a few rows, embeddings above all: rows that were not seen stay as they are,
/// moments included.
///
/// The gradients of Descent are dense: a row (the elements at one position of the first dimension) counts as not seen
/// if all of its gradient is 0. For the rows that were seen,
///
///   m <- m + (1 - beta1) (g - m)
///   v <- v + (1 - beta2) (g^2 - v)
///   p <- p - lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps)
///
/// where t counts the steps of the whole table. PyTorch's takes the rows from the layout of a sparse gradient instead,
/// where a row that is stored counts even if it is 0.
///
/// Choose it for embeddings with many rare rows, which Adam would go on moving by old moments, step after step. It
/// saves no time here: a step looks at the whole table.
///
/// Source: torch.optim.SparseAdam, after Kingma and Ba, "Adam: a method for stochastic optimization",
/// arXiv:1412.6980.
class SparseAdam final : public OptimizerOf<SparseAdamOptions, SparseAdamState> {
 public:
  explicit SparseAdam(ParameterList parameters, const SparseAdamOptions& options = {});

 private:
  void check(const SparseAdamOptions& o, const Bounds& bounds) const override;
  SparseAdamState start(const Tensor& p, const SparseAdamOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SparseAdamState& s, const SparseAdamOptions& o) const override;
};

extern template class OptimizerOf<SparseAdamOptions, SparseAdamState>;

}  // namespace optim
}  // namespace descent
