// Matrix products in the order of kernels/matmul_kernels.h.
#include <optional>

#include "core/iterate.h"
#include "kernels/matmul_kernels.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

// A matrix as the kernel takes it where it lies; none: it copies it before.
std::optional<kernels::MatrixView> matrix_of(const Operand& operand) {
  const int rank = operand.sizes.size();
  const std::int64_t rows = operand.sizes[rank - 2], columns = operand.sizes[rank - 1];
  const std::int64_t down = operand.strides[rank - 2], right = operand.strides[rank - 1];
  if ((right == 1 || columns == 1) && (down >= columns || rows == 1))
    return kernels::MatrixView{nullptr, std::max(down, columns), false};
  if ((down == 1 || rows == 1) && (right >= rows || columns == 1))
    return kernels::MatrixView{nullptr, std::max(right, rows), true};
  return {};
}

Dims without_matrix(const Dims& dims) { return Dims(std::span(dims.begin(), dims.end() - 2)); }

Dims batch_strides(const Operand& operand, const Dims& batch) {
  return broadcast_strides(without_matrix(operand.sizes), without_matrix(operand.strides), batch);
}

// Whether a batch of matrices is, to the kernel, so many at even distances, so that none is copied.
bool is_even(const Operand& operand, const Dims& batch) {
  const Dims strides = batch_strides(operand, batch);
  std::int64_t count = 1;
  std::optional<std::int64_t> step;
  for (int d = batch.size() - 1; d >= 0; --d) {
    if (batch[d] == 1) continue;
    if (!step) step = strides[d];
    if (strides[d] != *step * count) return false;
    count *= batch[d];
  }
  return true;
}

}  // namespace

bool is_written_product(const Instruction& instruction) {
  const Dims batch = without_matrix(instruction.output.sizes);
  for (const Operand& input : instruction.inputs) {
    if (!matrix_of(input) || !is_even(input, batch)) return false;
  }
  return is_floating_point(instruction.output.dtype) && is_row_major(instruction.output);
}

void write_product(const Instruction& instruction, std::string& text) {
  const Operand &left = instruction.inputs[0], &right = instruction.inputs[1], &output = instruction.output;
  const kernels::MatrixView a = *matrix_of(left), b = *matrix_of(right);
  const kernels::Steps a_steps(a, a.transposed), b_steps(b, !b.transposed);
  const int rank = output.sizes.size();
  const std::int64_t m = output.sizes[rank - 2], k = left.sizes.back(), n = output.sizes[rank - 1];
  const Dims batch = without_matrix(output.sizes);
  const auto start_of = [&](const Operand& operand) {
    return concat(address_of(operand), " + ", place_of(batch, batch_strides(operand, batch)));
  };
  const kernels::Cut cut(m, n, k);
  for (std::int64_t row = 0; row < m; row += cut.rows) {
    for (std::int64_t column = 0; column < n; column += cut.columns) {
      const std::int64_t rows = std::min(cut.rows, m - row), columns = std::min(cut.columns, n - column);
      const bool in_lanes = kernels::adds_in_lanes(rows, columns, n == 1, a_steps, b_steps);
      text += concat("  ", loops_over(batch), "product_", in_lanes ? "in_lanes_" : "", type_name(output.dtype), "(",
                     rows, ", ", columns, ", ", k, ", ", start_of(left), " + ", row * a_steps.row, ", ", a_steps.row,
                     ", ", a_steps.step, ", ", start_of(right), " + ", column * b_steps.row, ", ", b_steps.row, ", ",
                     b_steps.step, ", ", start_of(output), " + ", row * n + column, ", ", n, ");\n");
    }
  }
}

std::vector<Helper> product_helpers(bool has_fma) {
  std::vector<Helper> helpers;
  for (const DType dtype : {float32, float64}) {
    const char* type = type_name(dtype);
    // The kernels of machines without it multiply and add, and round twice.
    const auto added = [&](const std::string& sum) {
      const std::string a = "a[i * a_row + p * a_step]", b = "b[j * b_row + p * b_step]";
      return has_fma ? concat(dtype == float32 ? "fmaf(" : "fma(", a, ", ", b, ", ", sum, ")")
                     : concat(a, " * ", b, " + ", sum);
    };
    const std::string parameters =
        concat("(int64_t m, int64_t n, int64_t k, const ", type, " *a, int64_t a_row, int64_t a_step, const ", type,
               " *b, int64_t b_row, int64_t b_step, ", type, " *restrict c, int64_t c_row) {\n");
    const std::int64_t lanes = kernels::kDotBytes / static_cast<std::int64_t>(size_of(dtype));
    helpers.push_back({concat("product_", type),
                       concat("/* c[m, n] = a[m, k] * b[k, n]: row by row, in blocks of ", kernels::kProductDepth,
                              " along k. */\n", "static void product_", type, parameters,
                              "  for (int64_t i = 0; i < m; ++i) {\n"
                              "    for (int64_t from = 0; from < k; from += ",
                              kernels::kProductDepth, ") {\n      const int64_t to = k - from < ",
                              kernels::kProductDepth, " ? k : from + ", kernels::kProductDepth,
                              ";\n"
                              "      for (int64_t j = 0; j < n; ++j) {\n        ",
                              type,
                              " sum = 0;\n"
                              "        for (int64_t p = from; p < to; ++p) sum = ",
                              added("sum"),
                              ";\n"
                              "        c[i * c_row + j] = (from == 0 ? 0 : c[i * c_row + j]) + sum;\n"
                              "      }\n    }\n  }\n}\n")});
    helpers.push_back({concat("product_in_lanes_", type),
                       concat("/* The same, the products of each element in ", lanes, " lanes. */\n",
                              "static void product_in_lanes_", type, parameters,
                              "  for (int64_t i = 0; i < m; ++i) {\n"
                              "    for (int64_t j = 0; j < n; ++j) {\n      ",
                              type, " lanes[", lanes,
                              "] = {0};\n"
                              "      for (int64_t p = 0; p < k; ++p) lanes[p % ",
                              lanes, "] = ", added(concat("lanes[p % ", lanes, "]")),
                              ";\n"
                              "      for (int64_t half = ",
                              lanes / 2,
                              "; half > 0; half /= 2)\n"
                              "        for (int64_t l = 0; l < half; ++l) lanes[l] = lanes[l] + lanes[half + l];\n"
                              "      c[i * c_row + j] = lanes[0] + 0;\n"
                              "    }\n  }\n}\n")});
  }
  return helpers;
}

}  // namespace descent::program::c
