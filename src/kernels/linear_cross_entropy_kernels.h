// What linear_cross_entropy.cc asks of each target.
#pragma once

#include <cstdint>

#include "kernels/linear_cross_entropy.h"

namespace descent::kernels {

/// A block of logits is so many classes by so many samples.
inline constexpr std::int64_t kClassBlock = 192, kSampleBlock = 128;

struct LinearCrossEntropyKernels {
  /// Puts samples [begin, end), begin a multiple of kSampleBlock, in order for the others: `packed` is what all of them
  /// share, of `features` times samples rounded up to kSampleBlock.
  void (*pack)(const LinearCrossEntropy& loss, std::int64_t begin, std::int64_t end, void* packed);
  /// Of classes [begin, end), for each sample, rows of [3, samples]: the largest logit m, the sum of e^(z - m), and
  /// that of class_weight (z - m), if wanted. Writes logits of targets among them to target_logits[samples].
  void (*forward)(const LinearCrossEntropy& loss, const void* packed, std::int64_t begin, std::int64_t end, void* sums,
                  void* target_logits);
  /// The results, from what forward() gave for consecutive groups of `group` classes.
  void (*join)(const LinearCrossEntropy& loss, std::int64_t group, const void* sums, const void* target_logits,
               void* results);
  /// Writes the gradients of classes [begin, end), and to x_gradient what comes from them.
  void (*backward)(const LinearCrossEntropy& loss, const void* packed, std::int64_t begin, std::int64_t end,
                   const void* results, const void* gradients, void* x_gradient, void* weight_gradient,
                   void* bias_gradient);
};

LinearCrossEntropyKernels linear_cross_entropy_kernels(std::int64_t target, DType type);

}  // namespace descent::kernels
