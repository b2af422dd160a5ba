// What attention.cc asks of each target.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/attention.h"

namespace descent::kernels {

/// Attention of one item on the calling thread.
struct AttentionKernels {
  /// Of queries [begin, end). Pointers are to the results of the whole batch.
  void (*forward)(const Attention& attention, std::int64_t item, std::int64_t begin, std::int64_t end, void* out,
                  void* largest, void* shares);
  /// Of keys [begin, end): writes their rows of k_gradient and v_gradient, and all of this item's q_gradient that comes
  /// from them. Pointers are to the item's matrices.
  void (*backward)(const Attention& attention, std::int64_t item, std::int64_t begin, std::int64_t end, const void* out,
                   const void* largest, const void* shares, const void* out_gradient, void* q_gradient,
                   void* k_gradient, void* v_gradient);
};

AttentionKernels attention_kernels(std::int64_t target, DType type);

}  // namespace descent::kernels
