// Matrix products in the order of kernels/matmul_kernels.h.
#include "program/product.h"

#include "kernels/matmul_kernels.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"

namespace descent::program::c {

bool is_written_product(const Instruction& instruction) {
  return is_floating_point(instruction.output.dtype) && product_of(instruction);
}

void write_product(const Instruction& instruction, std::string& text) {
  const Operand &left = instruction.inputs[0], &right = instruction.inputs[1], &output = instruction.output;
  const auto [m, n, k, batch, a, b] = *product_of(instruction);
  const kernels::Steps a_steps(a.matrix, a.matrix.transposed), b_steps(b.matrix, !b.matrix.transposed);
  const auto start_of = [&, count = batch](const Operand& operand, std::int64_t step) {
    return concat(address_of(operand), " + ", place_of({count}, {step}));
  };
  const kernels::Cut cut(m, n, k);
  for (std::int64_t row = 0; row < m; row += cut.rows) {
    for (std::int64_t column = 0; column < n; column += cut.columns) {
      const std::int64_t rows = std::min(cut.rows, m - row), columns = std::min(cut.columns, n - column);
      const bool in_lanes = kernels::adds_in_lanes(rows, columns, n == 1, a_steps, b_steps);
      text +=
          concat("  ", loops_over({batch}), "product_", in_lanes ? "in_lanes_" : "", type_name(output.dtype), "(", rows,
                 ", ", columns, ", ", k, ", ", start_of(left, a.step), " + ", row * a_steps.row, ", ", a_steps.row,
                 ", ", a_steps.step, ", ", start_of(right, b.step), " + ", column * b_steps.row, ", ", b_steps.row,
                 ", ", b_steps.step, ", ", start_of(output, m * n), " + ", row * n + column, ", ", n, ");\n");
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
