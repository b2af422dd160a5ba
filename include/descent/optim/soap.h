#pragma once

#include <array>
#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SOAPOptions {
  Scalar lr = 3e-3;                            // at least 0
  std::array<Scalar, 2> betas = {0.95, 0.95};  // each at least 0 and below 1
  Scalar eps = 1e-8;                           // at least 0
  Scalar weight_decay = 0.01;                  // lambda, at least 0
  std::int64_t precondition_frequency = 10;    // how many steps the bases are kept, at least 1
  std::int64_t max_precond_dim = 10000;        // larger dimensions have no basis, at least 0
  bool precondition_1d = false;                // whether vectors have one
  bool maximize = false;
};

struct SOAPState {
  Tensor step;                          // t
  Tensor exp_avg;                       // m
  Tensor exp_avg_sq;                    // v, in the eigenbasis
  std::vector<Tensor> preconditioners;  // L, R, one a dimension
  std::vector<Tensor> bases;            // Q, S
};

/// SOAP (Vyas et al., 2024): Adam in the eigenbasis of Shampoo's matrices. For a matrix:
///
///   L <- beta2 L + (1 - beta2) g g^T          (from 0)
///   R <- beta2 R + (1 - beta2) g^T g          (from 0)
///   m <- beta1 m + (1 - beta1) g
///   v <- beta2 v + (1 - beta2) (Q^T g S)^2
///   d = Q^T m S / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
///   p <- p - lr lambda p
///   p <- p - lr Q d S^T
///
/// Q and S are the eigenvectors of L and R. The first step only finds them, t counts from the second. After every
/// precondition_frequency steps, a power iteration brings them up to date: Q is that of the QR decomposition of L Q,
/// sorted by falling eigenvalues. Tensors of more dimensions have a basis for each; without any it is AdamW.
///
/// Choose it to train networks of matrices in fewer steps than AdamW, at its rates, where a step may cost more and the
/// memory for two more squares a matrix is there.
///
/// Source: Vyas et al., SOAP: Improving and Stabilizing Shampoo using Adam, 2024, arXiv:2409.11321; nikhilvyas/SOAP.
class SOAP final : public OptimizerOf<SOAPOptions, SOAPState> {
 public:
  explicit SOAP(ParameterList parameters, const SOAPOptions& options = {});

 private:
  void check(const SOAPOptions& o, const Bounds& bounds) const override;
  SOAPState start(const Tensor& p, const SOAPOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, SOAPState& s, const SOAPOptions& o) const override;
};

extern template class OptimizerOf<SOAPOptions, SOAPState>;

}  // namespace optim
}  // namespace descent
