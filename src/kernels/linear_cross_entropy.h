// The cross entropy of logits that are a linear function, without the logits.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// Logits z = x weight^T + bias of row-major matrices, and what each sample's class is.
struct LinearCrossEntropy {
  DType type;  // float32 or float64
  std::int64_t samples, classes, features;
  const void* x;                // [samples, features]
  const void* weight;           // [classes, features]
  const void* bias;             // [classes]; null: none
  const std::int64_t* targets;  // [samples], of [0, classes)
  const void* class_weights;    // [classes]; null: all 1
  bool smooth;                  // whether the second of the results is wanted
};

/// The results, rows of [4, samples]:
///   -log softmax(z)[target];  -sum_c class_weights[c] log softmax(z)[c], 0 unless wanted;  the largest logit;  the
///   softmax of that.
/// Logits are made and forgotten block by block, in blocks that depend on shapes alone: the same bits on any number of
/// threads, and on every target with fused multiply-add.
void linear_cross_entropy(const LinearCrossEntropy& loss, void* results);

/// The gradients of x, weight and bias (null: not wanted), given those of the first two results, rows of
/// [2, samples], and what linear_cross_entropy() gave.
void linear_cross_entropy_gradients(const LinearCrossEntropy& loss, const void* results, const void* gradients,
                                    void* x_gradient, void* weight_gradient, void* bias_gradient);

}  // namespace descent::kernels
