// What softmax.cc asks of each target.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// Arguments as those of softmax.h, of some rows on the calling thread; `result_bytes` is the size of the whole result.
struct SoftmaxKernels {
  using Forward = void (*)(std::int64_t rows, std::int64_t n, std::int64_t result_bytes, const void* x, void* y);
  using Backward = void (*)(std::int64_t rows, std::int64_t n, std::int64_t result_bytes, const void* g, const void* y,
                            void* dx);
  Forward forward, log_forward;
  Backward backward, log_backward;

  /// Of one row: loss, m and log(sum(e^(x - m))) are `stride` elements apart.
  void (*class_loss)(std::int64_t n, const void* x, std::int64_t which, void* loss, std::int64_t stride);
  void (*class_loss_backward)(std::int64_t n, std::int64_t result_bytes, const void* g, const void* x,
                              std::int64_t which, const void* loss, std::int64_t stride, void* dx);
};
const SoftmaxKernels& softmax_kernels(std::int64_t target, DType type);

}  // namespace descent::kernels
