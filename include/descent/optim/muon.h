#pragma once

#include <array>
#include <cstdint>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// How Muon fits the rate to the shape [rows, columns] of a parameter: lr times
enum class MuonAdjustLr : std::uint8_t {
  original,         // sqrt(max(1, rows / columns))
  match_rms_adamw,  // 0.2 sqrt(max(rows, columns)): steps as large as AdamW's, so that its rates can be used
};

struct MuonOptions {
  Scalar lr = 1e-3;           // at least 0
  Scalar weight_decay = 0.1;  // lambda, apart from the gradient; at least 0
  Scalar momentum = 0.95;     // at least 0
  bool nesterov = true;
  std::array<Scalar, 3> ns_coefficients = {3.4445, -4.7750, 2.0315};  // a, b, c
  Scalar eps = 1e-7;                                                  // at least 0
  std::int64_t ns_steps = 5;                                          // at least 0, and below 100
  MuonAdjustLr adjust_lr_fn = MuonAdjustLr::original;
  bool maximize = false;
};

struct MuonState {
  Tensor momentum_buffer;  // m
};

/// Muon (Jordan et al., 2024): momentum whose step, for a matrix, is made nearly orthogonal, so that it moves in all
/// directions alike.
///
///   m <- momentum m + (1 - momentum) g
///   u = m,  or  (1 - momentum) g + momentum m  with nesterov
///   x = u / max(|u|, eps)                   (|u|: the root of the sum of squares)
///   ns_steps times:  s = x x^T,  x <- a x + (b s + c s s) x
///   p <- p - lr lambda p
///   p <- p - lr k x                         (k of adjust_lr_fn)
///
/// The iteration (of Newton and Schulz) brings all but the smallest singular values of x near 1, to within about 0.3;
/// it runs on the transpose of a matrix with more rows than columns, which comes to the same. It is computed in the
/// dtype of the parameter, where PyTorch computes in bfloat16: steps agree with PyTorch's to that precision, a part in
/// a hundred.
///
/// An Error for parameters that are not matrices; other shapes belong to another optimizer.
///
/// Choose it for the weights of hidden layers, with AdamW beside it for biases, embeddings and the last layer.
///
/// Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024),
/// https://kellerjordan.github.io/posts/muon/; match_rms_adamw: Liu et al., "Muon is scalable for LLM training" (2025),
/// arXiv:2502.16982; torch.optim.Muon.
class Muon final : public OptimizerOf<MuonOptions, MuonState> {
 public:
  explicit Muon(ParameterList parameters, const MuonOptions& options = {});

 private:
  void check_parameter(std::size_t i, const Tensor& p) const override;
  void check(const MuonOptions& o, const Bounds& bounds) const override;
  MuonState start(const Tensor& p, const MuonOptions& o) const override;
  void update(const Tensor& p, const Tensor& g, MuonState& s, const MuonOptions& o) const override;
};

extern template class OptimizerOf<MuonOptions, MuonState>;

}  // namespace optim
}  // namespace descent
