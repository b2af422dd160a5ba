// Matrix products among a program's instructions, as their kernels take them.
#pragma once

#include <optional>

#include "core/matrix_batch.h"
#include "kernels/matmul_kernels.h"
#include "program/program.h"

namespace descent::program {

/// `batch` products c[m, n] = a[m, k] b[k, n]; where the matrices begin is not in it.
struct Product {
  std::int64_t m, n, k, batch;
  MatrixBatch a, b;

  kernels::Cut cut() const { return {m, n, k}; }
};

/// An instruction as a product whose operands are taken where they lie; none if it is no product, or copies them
/// before.
std::optional<Product> product_of(const Instruction& instruction);

}  // namespace descent::program
