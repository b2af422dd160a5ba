#include "kernels/elementwise.h"

#include "kernels/kernel_table.h"
#include "kernels/targets.h"

namespace descent::kernels {
namespace {

KernelTable make_table(std::int64_t target) {
  KernelTable table;
  add_arithmetic_kernels(target, table);
  add_exponential_kernels(target, table);
  add_wide_kernels(target, table);
  add_of_doubles_kernels(target, table);
  add_libm_kernels(table);
  add_integer_kernels(table);
  add_converting_kernels(table);
  return table;
}

[[gnu::noinline]] const KernelTable& table_of_machine() {
  static const KernelTable table = make_table(chosen_target());
  return table;
}

}  // namespace

constinit std::atomic<const KernelTable*> chosen_table = nullptr;

const KernelTable& choose_table() {
  const KernelTable& table = table_of_machine();
  chosen_table.store(&table, std::memory_order_release);
  return table;
}

ElementwiseKernel elementwise_of_target(Formula formula, DType type, std::int64_t target) {
  return make_table(target).at(formula, type);
}

}  // namespace descent::kernels
