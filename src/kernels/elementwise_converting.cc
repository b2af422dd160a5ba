// Kernels of small types: a block at a time is converted to the type in which they are computed, and back.
#include <algorithm>

#include "kernels/kernel_table.h"

namespace descent::kernels {
namespace {

/// So many elements of three inputs and a result stay in the first cache.
constexpr std::int64_t kBlock = 256;

void run_converted(Formula formula, DType type, const Operand* in, void* out, std::int64_t n) {
  const DType computed = computed_dtype(type);
  const ElementwiseKernel kernel = elementwise(formula, computed);
  const std::size_t arity = info_of(formula).arity;
  const bool gives_bools = info_of(formula).result == Result::boolean;
  const auto size = static_cast<std::int64_t>(size_of(type));
  alignas(64) std::byte blocks[4][kBlock * kMaxElementSize];
  for (std::int64_t begin = 0; begin < n; begin += kBlock) {
    const std::int64_t count = std::min(kBlock, n - begin);
    Operand operands[3];
    for (std::size_t i = 0; i < arity; ++i) {
      const auto* const data = static_cast<const std::byte*>(in[i].data);
      if (i == 0 && has_condition(formula)) {
        operands[i] = {data + begin * in[i].step, in[i].step};
        continue;
      }
      cast(type, data + begin * in[i].step * size, computed, blocks[i], in[i].step == 0 ? 1 : count);
      operands[i] = {blocks[i], in[i].step};
    }
    auto* const to = static_cast<std::byte*>(out);
    kernel(operands, gives_bools ? to + begin : blocks[3], count);
    if (!gives_bools) cast(computed, blocks[3], type, to + begin * size, count);
  }
}

template <Formula kFormula, DType kType>
void converting_kernel(const Operand* in, void* out, std::int64_t n) {
  run_converted(kFormula, kType, in, out, n);
}

template <DType kType>
void add_kernels_of(KernelTable& table) {
  for_each_formula([&]<Formula kFormula>() {
    if constexpr (info_of(kFormula).implementation(kType) != Implementation::none)
      table.at(kFormula, kType) = converting_kernel<kFormula, kType>;
  });
}

}  // namespace

void add_converting_kernels(KernelTable& table) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    const auto add = [&]<std::size_t kType>() {
      if constexpr (!is_computed(static_cast<DType>(kType))) add_kernels_of<static_cast<DType>(kType)>(table);
    };
    (add.template operator()<kIndex>(), ...);
  }
  (std::make_index_sequence<kDTypeCount>());
}

}  // namespace descent::kernels
