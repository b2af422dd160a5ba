#include "core/iterate.h"

#include <cstring>

#include "core/transposed.h"
#include "kernels/element_size.h"
#include "kernels/parallel.h"

namespace descent {
namespace {

using kernels::Operand;

constexpr std::int64_t kBlock = 1 << 10;  // elements gathered at a time: 3 operands of 8 bytes stay in the L1 cache
constexpr std::int64_t kLongRow = 64;     // from here on a kernel call for each row beats gathering

// A loop nest over one operand, innermost dimension last.
struct Layout {
  Dims sizes;
  Dims strides;
};

template <class Element>
void copy_strided(const Layout& layout, const std::byte* data, std::int64_t begin, std::int64_t count, std::byte* out,
                  bool scatter) {
  const int rank = layout.sizes.size();
  const std::int64_t row = layout.sizes[rank - 1];
  const std::int64_t step = layout.strides[rank - 1];
  std::int64_t position[kMaxRank];
  std::int64_t offset = 0;
  std::int64_t rest = begin;
  for (int d = rank - 1; d >= 0; --d) {
    position[d] = rest % layout.sizes[d];
    rest /= layout.sizes[d];
    offset += position[d] * layout.strides[d];
  }
  auto* source = reinterpret_cast<Element*>(const_cast<std::byte*>(data));
  auto* target = reinterpret_cast<Element*>(out);
  while (count > 0) {
    const std::int64_t run = std::min(count, row - position[rank - 1]);
    Element* at = source + offset;
    if (scatter) {
      for (std::int64_t i = 0; i < run; ++i) at[i * step] = target[i];
    } else if (step == 1) {
      std::memcpy(target, at, static_cast<std::size_t>(run) * sizeof(Element));
    } else if (step == 0) {
      kernels::fill_run(target, run, *at);
    } else {
      for (std::int64_t i = 0; i < run; ++i) target[i] = at[i * step];
    }
    target += run;
    count -= run;
    offset += run * step;
    position[rank - 1] += run;
    for (int d = rank - 1; d > 0 && position[d] == layout.sizes[d]; --d) {
      offset += layout.strides[d - 1] - layout.sizes[d] * layout.strides[d];
      position[d] = 0;
      ++position[d - 1];
    }
  }
}

void copy_strided(const Layout& layout, std::size_t element_size, const std::byte* data, std::int64_t begin,
                  std::int64_t count, std::byte* out, bool scatter = false) {
  kernels::dispatch_size(element_size,
                         [&](auto zero) { copy_strided<decltype(zero)>(layout, data, begin, count, out, scatter); });
}

// Drops dimensions of size 1 and joins neighbours that every operand walks through as one.
void coalesce(Dims& sizes, std::span<Dims> strides) {
  Dims joined_sizes;
  Dims joined[kMaxOperands + 1];
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] == 1) continue;
    bool joins = !joined_sizes.empty();
    for (std::size_t k = 0; joins && k < strides.size(); ++k) joins = joined[k].back() == strides[k][d] * sizes[d];
    if (joins) {
      const int last = joined_sizes.size() - 1;
      joined_sizes[last] *= sizes[d];
      for (std::size_t k = 0; k < strides.size(); ++k) joined[k][last] = strides[k][d];
    } else {
      joined_sizes.push_back(sizes[d]);
      for (std::size_t k = 0; k < strides.size(); ++k) joined[k].push_back(strides[k][d]);
    }
  }
  if (joined_sizes.empty()) {
    joined_sizes.push_back(1);
    for (std::size_t k = 0; k < strides.size(); ++k) joined[k].push_back(1);
  }
  sizes = joined_sizes;
  for (std::size_t k = 0; k < strides.size(); ++k) strides[k] = joined[k];
}

/// The dimension along which the transposed inputs lie, if there are any and all else lies along the last; else -1.
int shared_transposed_dim(const Dims& sizes, std::span<const Dims> inputs, const Dims& output) {
  if (output.back() != 1) return -1;
  int shared = -1;
  for (const Dims& strides : inputs) {
    if (strides.back() == 0 || strides.back() == 1) continue;
    const int dim = transposed_dim(sizes, strides);
    if (dim < 0 || (shared >= 0 && dim != shared)) return -1;
    shared = dim;
  }
  return shared;
}

void run_tiles(kernels::ElementwiseKernel kernel, const Dims& sizes, int dim, std::span<const StridedOperand> inputs,
               std::span<const Dims> strides, const StridedOperand& output, const Dims& output_strides) {
  const TiledLoop loop(sizes, dim);
  constexpr std::int64_t kElements = TiledLoop::kRows * TiledLoop::kStep;
  kernels::parallel_for(loop.count(), TiledLoop::kGrain, [&](std::int64_t begin, std::int64_t end) {
    alignas(64) std::byte buffers[kMaxOperands][kElements * kMaxElementSize];
    for (std::int64_t number = begin; number < end; ++number) {
      const TiledLoop::Tile tile = loop.tile(number);
      const std::byte* data[kMaxOperands];
      std::int64_t row_bytes[kMaxOperands];
      Operand operands[kMaxOperands];
      for (std::size_t k = 0; k < inputs.size(); ++k) {
        const auto size = static_cast<std::int64_t>(inputs[k].element_size);
        data[k] = inputs[k].data + loop.offset(tile, strides[k]) * size;
        row_bytes[k] = strides[k][dim] * size;
        operands[k].step = strides[k].back();
        if (operands[k].step == 0 || operands[k].step == 1) continue;
        transpose(inputs[k].element_size, data[k], operands[k].step, buffers[k], TiledLoop::kStep, tile.rows,
                  tile.columns);
        data[k] = buffers[k];
        row_bytes[k] = TiledLoop::kStep * size;
        operands[k].step = 1;
      }
      const auto size = static_cast<std::int64_t>(output.element_size);
      std::byte* out = output.data + loop.offset(tile, output_strides) * size;
      for (std::int64_t r = 0; r < tile.rows; ++r, out += output_strides[dim] * size) {
        for (std::size_t k = 0; k < inputs.size(); ++k) operands[k].data = data[k] + r * row_bytes[k];
        kernel(operands, out, tile.columns);
      }
    }
  });
}

}  // namespace

Dims broadcast_strides(const Dims& sizes, const Dims& strides, const Dims& shape) {
  Dims result = Dims::filled(shape.size(), 0);
  const int shift = shape.size() - sizes.size();
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1) result[shift + d] = strides[d];
  }
  return result;
}

StridedOperand broadcast_operand(const TensorImpl& input, const Dims& shape) {
  return {input.data, broadcast_strides(input.sizes, input.strides, shape), size_of(input.dtype)};
}

void run_contiguous(kernels::ElementwiseKernel kernel, std::span<const Operand> inputs,
                    std::span<const std::size_t> element_sizes, std::byte* output, std::size_t output_size,
                    std::int64_t numel) {
  if (numel <= kernels::kElementGrain) {
    if (numel > 0) kernel(inputs.data(), output, numel);
    return;
  }
  kernels::parallel_for(numel, kernels::kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    Operand block[kMaxOperands];
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const auto* data = static_cast<const std::byte*>(inputs[k].data);
      block[k] = {data + inputs[k].step * begin * static_cast<std::int64_t>(element_sizes[k]), inputs[k].step};
    }
    kernel(block, output + begin * static_cast<std::int64_t>(output_size), end - begin);
  });
}

void run_elementwise(kernels::ElementwiseKernel kernel, const Dims& shape, std::span<const StridedOperand> inputs,
                     const StridedOperand& output) {
  const std::int64_t numel = numel_of(shape);
  if (numel == 0) return;
  const std::size_t count = inputs.size();
  Dims sizes = shape;
  Dims strides[kMaxOperands + 1];
  for (std::size_t k = 0; k < count; ++k) strides[k] = inputs[k].strides;
  strides[count] = output.strides;
  coalesce(sizes, std::span(strides, count + 1));
  const int last = sizes.size() - 1;
  const std::int64_t row = sizes[last];

  bool rows_fit = strides[count][last] == 1 && (row >= kLongRow || sizes.size() == 1);
  for (std::size_t k = 0; k < count; ++k) rows_fit = rows_fit && (strides[k][last] == 0 || strides[k][last] == 1);
  if (rows_fit && sizes.size() == 1) {
    Operand operands[kMaxOperands];
    std::size_t element_sizes[kMaxOperands];
    for (std::size_t k = 0; k < count; ++k) {
      operands[k] = {inputs[k].data, strides[k][last]};
      element_sizes[k] = inputs[k].element_size;
    }
    return run_contiguous(kernel, std::span(operands, count), std::span(element_sizes, count), output.data,
                          output.element_size, numel);
  }
  if (rows_fit) {
    const std::int64_t rows = numel / row;
    kernels::parallel_for(
        rows, std::max<std::int64_t>(1, kernels::kElementGrain / row), [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t r = begin; r < end; ++r) {
            std::int64_t offsets[kMaxOperands + 1] = {};
            std::int64_t rest = r;
            for (int d = last - 1; d >= 0; --d) {
              const std::int64_t position = rest % sizes[d];
              rest /= sizes[d];
              for (std::size_t k = 0; k <= count; ++k) offsets[k] += position * strides[k][d];
            }
            Operand operands[kMaxOperands];
            for (std::size_t k = 0; k < count; ++k) {
              operands[k] = {inputs[k].data + offsets[k] * static_cast<std::int64_t>(inputs[k].element_size),
                             strides[k][last]};
            }
            kernel(operands, output.data + offsets[count] * static_cast<std::int64_t>(output.element_size), row);
          }
        });
    return;
  }

  if (const int dim = shared_transposed_dim(sizes, std::span(strides, count), strides[count]); dim >= 0)
    return run_tiles(kernel, sizes, dim, inputs, std::span(strides, count), output, strides[count]);

  // A block at a time: what does not lie in order is gathered first.
  const Dims in_order = contiguous_strides(sizes);
  kernels::parallel_for(numel, kernels::kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    alignas(64) std::byte buffers[kMaxOperands + 1][kBlock * kMaxElementSize];
    for (std::int64_t at = begin; at < end; at += kBlock) {
      const std::int64_t n = std::min(kBlock, end - at);
      Operand operands[kMaxOperands];
      for (std::size_t k = 0; k < count; ++k) {
        if (strides[k] == in_order) {
          operands[k] = {inputs[k].data + at * static_cast<std::int64_t>(inputs[k].element_size), 1};
        } else if (std::all_of(strides[k].begin(), strides[k].end(), [](std::int64_t s) { return s == 0; })) {
          operands[k] = {inputs[k].data, 0};
        } else {
          copy_strided({sizes, strides[k]}, inputs[k].element_size, inputs[k].data, at, n, buffers[k]);
          operands[k] = {buffers[k], 1};
        }
      }
      if (strides[count] == in_order) {
        kernel(operands, output.data + at * static_cast<std::int64_t>(output.element_size), n);
      } else {
        kernel(operands, buffers[count], n);
        copy_strided({sizes, strides[count]}, output.element_size, output.data, at, n, buffers[count], true);
      }
    }
  });
}

Gather::Gather(const Dims& shape, const Dims& strides, std::size_t element_size)
    : sizes_(shape), strides_(strides), element_size_(element_size) {
  coalesce(sizes_, std::span(&strides_, 1));
}

void Gather::operator()(const std::byte* data, std::int64_t begin, std::int64_t count, std::byte* out) const {
  copy_strided({sizes_, strides_}, element_size_, data, begin, count, out);
}

void copy_to_contiguous(const TensorImpl& input, std::byte* output) {
  const std::size_t element_size = size_of(input.dtype);
  if (input.numel == 0) return;
  if (input.is_contiguous) {
    std::memcpy(output, input.data, static_cast<std::size_t>(input.numel) * element_size);
    return;
  }
  Layout layout{input.sizes, input.strides};
  coalesce(layout.sizes, std::span(&layout.strides, 1));
  if (const int dim = transposed_dim(layout.sizes, layout.strides); dim >= 0) {
    const TiledLoop loop(layout.sizes, dim);
    const Dims in_order = contiguous_strides(layout.sizes);
    const auto size = static_cast<std::int64_t>(element_size);
    return kernels::parallel_for(loop.count(), TiledLoop::kGrain, [&](std::int64_t begin, std::int64_t end) {
      alignas(64) std::byte buffer[TiledLoop::kRows * TiledLoop::kStep * kMaxElementSize];
      for (std::int64_t number = begin; number < end; ++number) {
        const TiledLoop::Tile tile = loop.tile(number);
        transpose(element_size, input.data + loop.offset(tile, layout.strides) * size, layout.strides.back(), buffer,
                  TiledLoop::kStep, tile.rows, tile.columns);
        std::byte* const out = output + loop.offset(tile, in_order) * size;
        for (std::int64_t r = 0; r < tile.rows; ++r)
          std::memcpy(out + r * in_order[dim] * size, buffer + r * TiledLoop::kStep * size,
                      static_cast<std::size_t>(tile.columns * size));
      }
    });
  }
  const bool is_one_element = layout.sizes.size() == 1 && layout.strides[0] == 0;
  kernels::parallel_for(input.numel, kernels::kElementGrain, [&](std::int64_t begin, std::int64_t end) {
    if (is_one_element) {
      return kernels::dispatch_size(element_size, [&]<class T>(T) {
        kernels::fill_run(reinterpret_cast<T*>(output) + begin, end - begin, *reinterpret_cast<const T*>(input.data));
      });
    }
    copy_strided(layout, element_size, input.data, begin, end - begin,
                 output + begin * static_cast<std::int64_t>(element_size));
  });
}

}  // namespace descent
