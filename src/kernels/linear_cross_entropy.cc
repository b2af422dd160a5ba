#include "kernels/linear_cross_entropy.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/add_parts.h"
#include "kernels/linear_cross_entropy_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

/// The classes are cut into about so many groups, each a task.
constexpr std::int64_t kGroups = 16;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct Memory {
  std::unique_ptr<std::byte[]> block;
  std::byte* data;  // on a cache line

  explicit Memory(std::int64_t bytes)
      : block(new std::byte[static_cast<std::size_t>(bytes + 64)]),
        data(block.get() + (-reinterpret_cast<std::uintptr_t>(block.get()) & 63)) {}
};

struct Groups {
  std::int64_t classes;  // of a group
  std::int64_t count;

  explicit Groups(std::int64_t all)
      : classes(divide_up(all, kGroups * kClassBlock) * kClassBlock), count(divide_up(all, classes)) {}
};

/// The samples in the order of reading.
Memory packed_samples(const LinearCrossEntropy& loss, const LinearCrossEntropyKernels& kernels) {
  const auto size = static_cast<std::int64_t>(size_of(loss.type));
  Memory packed(divide_up(loss.samples, kSampleBlock) * kSampleBlock * loss.features * size);
  parallel_for(loss.samples, kSampleBlock,
               [&](std::int64_t begin, std::int64_t end) { kernels.pack(loss, begin, end, packed.data); });
  return packed;
}

}  // namespace

void linear_cross_entropy(const LinearCrossEntropy& loss, void* results) {
  if (loss.samples == 0) return;
  const LinearCrossEntropyKernels kernels = linear_cross_entropy_kernels(chosen_target(), loss.type);
  const auto size = static_cast<std::int64_t>(size_of(loss.type));
  const Memory packed = packed_samples(loss, kernels);
  const Groups groups(loss.classes);
  const Memory sums(groups.count * 3 * loss.samples * size), target_logits(loss.samples * size);
  parallel_for(groups.count, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t group = first; group < last; ++group) {
      const std::int64_t begin = group * groups.classes;
      kernels.forward(loss, packed.data, begin, std::min(begin + groups.classes, loss.classes),
                      sums.data + group * 3 * loss.samples * size, target_logits.data);
    }
  });
  kernels.join(loss, groups.classes, sums.data, target_logits.data, results);
}

void linear_cross_entropy_gradients(const LinearCrossEntropy& loss, const void* results, const void* gradients,
                                    void* x_gradient, void* weight_gradient, void* bias_gradient) {
  const LinearCrossEntropyKernels kernels = linear_cross_entropy_kernels(chosen_target(), loss.type);
  const auto size = static_cast<std::int64_t>(size_of(loss.type));
  const Memory packed = packed_samples(loss, kernels);
  const Groups groups(loss.classes);
  // What each group gives for x, added up in their order afterwards.
  const std::int64_t count = loss.samples * loss.features;
  const Memory parts(groups.count > 1 ? groups.count * count * size : 0);
  std::byte* const to = groups.count > 1 ? parts.data : static_cast<std::byte*>(x_gradient);
  parallel_for(groups.count, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t group = first; group < last; ++group) {
      const std::int64_t begin = group * groups.classes;
      kernels.backward(loss, packed.data, begin, std::min(begin + groups.classes, loss.classes), results, gradients,
                       to + group * count * size, weight_gradient, bias_gradient);
    }
  });
  if (groups.count > 1) add_parts(loss.type, parts.data, groups.count, count, x_gradient);
}

}  // namespace descent::kernels
