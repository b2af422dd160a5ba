#include "kernels/attention.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "kernels/add_parts.h"
#include "kernels/attention_kernels.h"
#include "kernels/matmul_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

/// Tasks of which there should be so many, where an item is large enough to be cut.
constexpr std::int64_t kTasks = 16;

/// Into how many parts of at least `least` rows an item is cut.
std::int64_t parts_of(std::int64_t items, std::int64_t rows, std::int64_t least) {
  return std::clamp<std::int64_t>(kTasks / items, 1, std::max<std::int64_t>(1, rows / least));
}

/// Rows of a part, whole blocks of every kernel.
std::int64_t rows_of_part(std::int64_t rows, std::int64_t parts, std::int64_t block) {
  return std::max<std::int64_t>(1, (rows + parts * block - 1) / (parts * block)) * block;
}

std::int64_t grain_of(std::int64_t multiplications) {
  return std::max<std::int64_t>(1, Cut::kGrain / std::max<std::int64_t>(1, multiplications));
}

}  // namespace

void attention(const Attention& a, void* out, void* largest, void* shares) {
  if (a.items == 0 || a.queries == 0) return;
  const AttentionKernels kernels = attention_kernels(chosen_target(), a.type);
  constexpr std::int64_t kLeast = 128, kMost = 576, kBlock = 64;
  const std::int64_t parts = std::max(parts_of(a.items, a.queries, kLeast), (a.queries + kMost - 1) / kMost);
  const std::int64_t rows = rows_of_part(a.queries, parts, kBlock);
  const std::int64_t count = (a.queries + rows - 1) / rows;
  parallel_for(a.items * count, grain_of(std::min(rows, a.queries) * a.keys * (a.width + a.value_width)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t task = begin; task < end; ++task) {
                   const std::int64_t row = task % count * rows;
                   kernels.forward(a, task / count, row, std::min(row + rows, a.queries), out, largest, shares);
                 }
               });
}

void attention_gradients(const Attention& a, const void* out, const void* largest, const void* shares,
                         const void* out_gradient, void* q_gradient, void* k_gradient, void* v_gradient) {
  if (a.items == 0) return;
  const AttentionKernels kernels = attention_kernels(chosen_target(), a.type);
  constexpr std::int64_t kLeast = 256, kBlock = 128;
  const std::int64_t rows = rows_of_part(a.keys, parts_of(a.items, a.keys, kLeast), kBlock);
  const std::int64_t parts = std::max<std::int64_t>(1, (a.keys + rows - 1) / rows);
  const auto size = static_cast<std::int64_t>(size_of(a.type));
  const std::int64_t q_size = a.queries * a.width;
  // What the parts of an item give for its queries, added up in their order afterwards.
  const std::unique_ptr<std::byte[]> partial(
      parts > 1 ? new std::byte[static_cast<std::size_t>(a.items * parts * q_size * size)] : nullptr);
  std::byte* const q_parts = parts > 1 ? partial.get() : static_cast<std::byte*>(q_gradient);
  const auto at = [&](auto* data, std::int64_t elements) { return data + elements * size; };
  parallel_for(a.items * parts, grain_of(std::min(rows, a.keys) * a.queries * (3 * a.width + 2 * a.value_width)),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t task = begin; task < end; ++task) {
                   const std::int64_t item = task / parts, row = task % parts * rows;
                   const std::int64_t of_out = item * a.queries * a.value_width;
                   kernels.backward(a, item, row, std::min(row + rows, a.keys),
                                    at(static_cast<const std::byte*>(out), of_out),
                                    at(static_cast<const std::byte*>(largest), item * a.queries),
                                    at(static_cast<const std::byte*>(shares), item * a.queries),
                                    at(static_cast<const std::byte*>(out_gradient), of_out), at(q_parts, task * q_size),
                                    at(static_cast<std::byte*>(k_gradient), item * a.keys * a.width),
                                    at(static_cast<std::byte*>(v_gradient), item * a.keys * a.value_width));
                 }
               });
  if (parts == 1) return;
  for (std::int64_t item = 0; item < a.items; ++item)
    add_parts(a.type, at(q_parts, item * parts * q_size), parts, q_size,
              at(static_cast<std::byte*>(q_gradient), item * q_size));
}

}  // namespace descent::kernels
