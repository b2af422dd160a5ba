#pragma once

#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ShampooOptions {
  Scalar lr = 0.1;                          // at least 0
  Scalar momentum = 0;                      // at least 0
  Scalar weight_decay = 0;                  // lambda, at least 0
  Scalar eps = 1e-4;                        // above 0
  std::int64_t precondition_frequency = 1;  // how many steps the roots are kept, at least 1
  std::int64_t max_precond_dim = 1024;      // larger dimensions have no matrix, at least 0
  bool maximize = false;
};

struct ShampooState {
  Tensor step;
  std::vector<Tensor> preconditioners;  // L, R, one a dimension
  std::vector<Tensor> roots;            // their powers, as the last refresh left them
  Tensor momentum_buffer;               // b
};

/// Shampoo (Gupta et al., 2018): Adagrad with a full matrix for each dimension of a parameter. For a matrix:
///
///   L <- L + g g^T                            (from eps I)
///   R <- R + g^T g                            (from eps I)
///   b <- momentum b + L^(-1/4) g R^(-1/4)     (from 0)
///   p <- p - lr lambda p
///   p <- p - lr b
///
/// With k dimensions there are k matrices, to the power of -1 / (2 k). A vector has one: it is full-matrix Adagrad.
///
/// Choose it where a step may cost more if there are fewer: the roots take n^3 operations for a dimension of size n,
/// which a precondition_frequency of 20 to 100 spreads. SOAP keeps an average in the sum's place.
///
/// Source: Gupta et al., Shampoo: Preconditioned Stochastic Tensor Optimization, 2018, arXiv:1802.09568.
class Shampoo final : public OptimizerOf<ShampooOptions, ShampooState> {
 public:
  explicit Shampoo(ParameterList parameters, const ShampooOptions& options = {});

 private:
  void check(const ShampooOptions& o, const Bounds& bounds) const override;
  ShampooState start(const Tensor& p, const ShampooOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, ShampooState& s, const ShampooOptions& o) const override;
};

extern template class OptimizerOf<ShampooOptions, ShampooState>;

}  // namespace optim
}  // namespace descent
