#pragma once

#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SM3Options {
  Scalar lr = 0.1;        // at least 0
  Scalar momentum = 0.9;  // beta, at least 0 and below 1
  Scalar eps = 1e-8;      // at least 0
  bool maximize = false;
};

struct SM3State {
  std::vector<Tensor> accumulators;  // one a dimension: of its size there, of size 1 in the others
  Tensor momentum_buffer;            // m
};

/// SM3 (Anil et al., 2019): Adagrad that keeps, for a matrix, one number a row and one a column.
///
///   v[i, j] = min(rows[i], columns[j]) + g[i, j]^2
///   m <- beta m + (1 - beta) g / sqrt(v + eps)       (from 0; 0 where v is 0)
///   p <- p - lr m
///   rows[i] = max over j of v[i, j], columns[j] = max over i of v[i, j]
///
/// This is SM3-II, for any number of dimensions; for one or none it is Adagrad.
///
/// Choose it for large embeddings and matrices, where Adagrad's or Adam's memory is too much. Rates fall all the time.
///
/// Source: Anil et al., Memory-Efficient Adaptive Optimization, 2019, arXiv:1901.11150; Optax's sm3.
class SM3 final : public OptimizerOf<SM3Options, SM3State> {
 public:
  explicit SM3(ParameterList parameters, const SM3Options& options = {});

 private:
  void check(const SM3Options& o, const Bounds& bounds) const override;
  SM3State start(const Tensor& p, const SM3Options& o) const override;
  void update(const Tensor& p, const Tensor& g, SM3State& s, const SM3Options& o) const override;
};

extern template class OptimizerOf<SM3Options, SM3State>;

}  // namespace optim
}  // namespace descent
