// Running kernels, which know spans only, over operands of any layout.
#pragma once

#include <span>

#include "core/tensor_impl.h"
#include "kernels/elementwise.h"

namespace descent {

/// The most inputs an elementwise op has.
inline constexpr int kMaxOperands = 3;

/// One operand of an elementwise loop: where its element 0 is and how far apart, in elements, its neighbours along each
/// dimension of the loop; 0 repeats.
struct StridedOperand {
  std::byte* data;
  Dims strides;
  std::size_t element_size;
};

/// The strides of what has these sizes and strides along the dimensions of `shape`, to which it broadcasts; 0 repeats.
Dims broadcast_strides(const Dims& sizes, const Dims& strides, const Dims& shape);

/// `input` as an operand of a loop over `shape`, to which it broadcasts.
StridedOperand broadcast_operand(const TensorImpl& input, const Dims& shape);

/// Runs `kernel` over all elements of `shape`. Operands that the kernel cannot take as they lie are gathered, and an
/// output scattered, a block at a time.
void run_elementwise(kernels::ElementwiseKernel kernel, const Dims& shape, std::span<const StridedOperand> inputs,
                     const StridedOperand& output);

/// The same where all operands are row-major of one shape, or single elements.
void run_contiguous(kernels::ElementwiseKernel kernel, std::span<const kernels::Operand> inputs,
                    std::span<const std::size_t> element_sizes, std::byte* output, std::size_t output_size,
                    std::int64_t numel);

/// Puts an operand of a loop in order, some elements at a time.
class Gather {
 public:
  /// Of elements of `element_size` bytes that lie so far apart along the dimensions of `shape`.
  Gather(const Dims& shape, const Dims& strides, std::size_t element_size);
  /// Writes elements begin to begin + count, in row-major order, to `out`; `data` is where element 0 lies.
  void operator()(const std::byte* data, std::int64_t begin, std::int64_t count, std::byte* out) const;

 private:
  Dims sizes_;
  Dims strides_;
  std::size_t element_size_;
};

/// Copies the elements of `input`, in row-major order, to `output`.
void copy_to_contiguous(const TensorImpl& input, std::byte* output);

}  // namespace descent
