// Reductions in the tree of kernels/reduce_kernels.h.
#include <bit>

#include "kernels/reduce_kernels.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

using kernels::RowLayout;

// What is reduced, as the kernels see it: the middle of three dimensions.
struct Fold {
  std::int64_t outer = 1, n = 1, inner = 1;
  bool in_order;
};

Fold fold_of(const Instruction& instruction) {
  const Operand& input = instruction.inputs[0];
  const DimSet dims = instruction.attributes.set;
  Fold fold{.in_order = is_row_major(input) && dims.is_run()};
  for (int d = 0; d < input.sizes.size(); ++d) {
    const bool reduced = dims.contains(d), is_outer = !reduced && (dims.any_after(d) || !fold.in_order);
    (reduced ? fold.n : is_outer ? fold.outer : fold.inner) *= input.sizes[d];
  }
  return fold;
}

const char* operation_of(Whole whole) {
  switch (whole) {
    case Whole::sum:
    case Whole::mean:
      return "sum";
    case Whole::maximum:
      return "maximum";
    case Whole::minimum:
      return "minimum";
    default:
      return nullptr;
  }
}

// How two values of C combine in each reduction (kernels/reduce_lanes.h), a on the left.
std::string combined(std::string_view operation, const std::string& a, const std::string& b) {
  if (operation == "sum") return concat(a, " + ", b);
  return concat(a, " != ", a, " || ", b, operation == "maximum" ? " <= " : " >= ", a, " ? ", a, " : ", b);
}

std::string divided(const Instruction& instruction, const std::string& value, std::int64_t n) {
  if (instruction.op->whole != Whole::mean) return value;
  return concat("(", value, ") / ",
                instruction.output.dtype == float32 ? literal(static_cast<float>(n)) : literal(static_cast<double>(n)));
}

bool is_logical(const Instruction& instruction) {
  return instruction.op->whole == Whole::any || instruction.op->whole == Whole::all;
}

// Of integers the order is of no consequence.
void write_integers(const Instruction& instruction, const Fold& fold, std::string& text) {
  const std::string_view operation = operation_of(instruction.op->whole);
  const std::string element = concat("in[(o * ", fold.n, " + k) * ", fold.inner, " + i]");
  const std::string next = operation == "sum" ? concat("(int64_t)((uint64_t)found + (uint64_t)", element, ")")
                                              : combined(operation, "found", element);
  text +=
      concat("  for (int64_t o = 0; o < ", fold.outer, "; ++o) {\n    for (int64_t i = 0; i < ", fold.inner,
             "; ++i) {\n      int64_t found = in[o * ", fold.n * fold.inner, " + i];\n      for (int64_t k = 1; k < ",
             fold.n, "; ++k) found = ", next, ";\n      out[o * ", fold.inner, " + i] = found;\n    }\n  }\n");
}

// Whether any is true, or all are.
void write_logical(const Instruction& instruction, const Fold& fold, std::string& text) {
  const bool any = instruction.op->whole == Whole::any;
  text += concat("  for (int64_t o = 0; o < ", fold.outer, "; ++o) {\n    for (int64_t i = 0; i < ", fold.inner,
                 "; ++i) {\n      uint8_t found = ", any ? 0 : 1, ";\n      for (int64_t k = 0; k < ", fold.n,
                 "; ++k) found = found ", any ? "|" : "&", " in[(o * ", fold.n, " + k) * ", fold.inner,
                 " + i];\n      out[o * ", fold.inner, " + i] = found;\n    }\n  }\n");
}

// Rows that fit into the lanes: the halving tree over them, without the lanes that have no value.
void write_short_rows(const Instruction& instruction, const Fold& fold, std::string& text) {
  const std::string_view operation = operation_of(instruction.op->whole);
  const char* type = type_name(instruction.output.dtype);
  text += concat("  for (int64_t o = 0; o < ", fold.outer, "; ++o) {\n");
  std::vector<std::string> lanes;
  for (std::int64_t i = 0; i < fold.n; ++i) {
    lanes.push_back(concat("v", i));
    text += concat("    const ", type, " v", i, " = in[o * ", fold.n, " + ", i, "];\n");
  }
  int count = 0;
  for (auto half = static_cast<std::size_t>(kernels::kLaneBytes /
                                            static_cast<std::int64_t>(size_of(instruction.output.dtype))) /
                   2;
       half > 0; half /= 2) {
    for (std::size_t i = half; i < lanes.size(); ++i) {
      const std::string name = concat("s", count++);
      text += concat("    const ", type, " ", name, " = ", combined(operation, lanes[i - half], lanes[i]), ";\n");
      lanes[i - half] = name;
    }
    lanes.resize(std::min(lanes.size(), half));
  }
  const std::string result = operation == "sum" ? lanes[0] + " + 0" : lanes[0];
  text += concat("    out[o] = ", divided(instruction, result, fold.n), ";\n  }\n");
}

// Sums of one block of rows that are one strip: in numbers that compilers can see, which then keep the lanes in
// registers.
void write_block_of_sums(const Instruction& instruction, const Fold& fold, const RowLayout& rows, std::string& text) {
  std::string sum = "from[c]";
  for (std::int64_t r = 1; r < rows.count; ++r) sum = concat("(", sum, " + from[", r * rows.stride, " + c])");
  const auto lanes = [&](std::int64_t count, const std::string& value) {
    text += concat("    for (int64_t c = 0; c < ", count, "; ++c) lanes[c] = ", value, ";\n");
  };
  const char* type = type_name(instruction.output.dtype);
  text += concat("  for (int64_t o = 0; o < ", fold.outer, "; ++o) {\n    const ", type, " *const from = in + o * ",
                 fold.n * fold.inner, ";\n    ", type, " lanes[", rows.stride, "];\n");
  lanes(rows.stride, sum);
  if (rows.rest > 0) lanes(rows.rest, concat("lanes[c] + from[", rows.count * rows.stride, " + c]"));
  lanes(rows.stride, "lanes[c] + 0");
  for (std::int64_t count = rows.fold, half; count > 1; count = half) {
    half = (count + 1) / 2;
    lanes((count - half) * fold.inner, concat("lanes[c] + lanes[", half * fold.inner, " + c]"));
  }
  text += concat("    for (int64_t c = 0; c < ", fold.inner, "; ++c) out[o * ", fold.inner,
                 " + c] = ", divided(instruction, "lanes[c]", fold.n), ";\n  }\n");
}

void write_strips(const Instruction& instruction, const Fold& fold, std::string& text) {
  const DType dtype = instruction.output.dtype;
  const char* type = type_name(dtype);
  const std::string_view operation = operation_of(instruction.op->whole);
  const std::string name = concat(operation, "_", type);
  const RowLayout rows(static_cast<std::int64_t>(size_of(dtype)), fold.n, fold.inner);
  const std::int64_t blocks = (rows.count + (rows.rest > 0) + kernels::kBlockRows - 1) / kernels::kBlockRows;
  if (operation == "sum" && blocks == 1 && rows.strips() == 1)
    return write_block_of_sums(instruction, fold, rows, text);
  const std::int64_t levels = std::bit_width(static_cast<std::uint64_t>(blocks)) + 1;
  text += concat("  for (int64_t o = 0; o < ", fold.outer, "; ++o) {\n", "    for (int64_t s = 0; s < ", rows.stride,
                 "; s += ", rows.strip(), ") {\n      ", type, " levels[", levels * rows.strip(), "];\n",
                 "      const int64_t width = ", rows.stride, " - s < ", rows.strip(), " ? ", rows.stride,
                 " - s : ", rows.strip(), ";\n");
  const std::string in = concat("in + o * ", fold.n * fold.inner, " + s"),
                    out = concat("out + o * ", fold.inner, " + s");
  if (rows.fold == 1) {
    text += concat("      ", name, "_rows(", in, ", ", rows.count, ", ", rows.stride, ", width, ", rows.rest, ", ",
                   kernels::kBlockRows, ", levels, ", out, ");\n");
  } else {
    text += concat("      ", type, " lanes[", rows.strip(), "];\n      ", name, "_rows(", in, ", ", rows.count, ", ",
                   rows.stride, ", width, ", rows.rest, ", ", kernels::kBlockRows, ", levels, lanes);\n      ", name,
                   "_fold(lanes, ", rows.fold, ", ", fold.inner, ", ", out, ");\n");
  }
  text += "    }\n  }\n";
  if (instruction.op->whole == Whole::mean) {
    text += concat("  for (int64_t i = 0; i < ", fold.outer * fold.inner,
                   "; ++i) out[i] = ", divided(instruction, "out[i]", fold.n), ";\n");
  }
}

}  // namespace

bool is_reduction(const Instruction& instruction) {
  if (is_logical(instruction)) return is_row_major(instruction.output);
  return operation_of(instruction.op->whole) && instruction.output.dtype != boolean &&
         instruction.inputs[0].dtype == instruction.output.dtype && is_row_major(instruction.output);
}

bool is_reduced_in_order(const Instruction& instruction) { return fold_of(instruction).in_order; }

void write_reduction(const Instruction& instruction, std::string& text) {
  const Operand &input = instruction.inputs[0], &output = instruction.output;
  const Fold fold = fold_of(instruction);
  const char* type = type_name(output.dtype);
  text += "  {\n";
  if (fold.in_order) {
    text += concat("  const ", type, " *const in = ", address_of(input), ";\n");
  } else {
    text += concat("  ", type, " *const in = ", room_address(output.dtype), ";\n");
    Dims sizes, from;
    for (const bool reduced : {false, true}) {
      for (int d = 0; d < input.sizes.size(); ++d) {
        if (instruction.attributes.set.contains(d) != reduced) continue;
        sizes.push_back(input.sizes[d]);
        from.push_back(input.strides[d]);
      }
    }
    write_copy(sizes, from, address_of(input), input.dtype, contiguous_strides(sizes), "in", input.dtype, text);
  }
  text += concat("  ", type, " *const out = ", address_of(output), ";\n");
  const auto size = static_cast<std::int64_t>(size_of(output.dtype));
  if (is_logical(instruction))
    write_logical(instruction, fold, text);
  else if (output.dtype == int64)
    write_integers(instruction, fold, text);
  else if (fold.inner == 1 && fold.n * size <= kernels::kLaneBytes)
    write_short_rows(instruction, fold, text);
  else
    write_strips(instruction, fold, text);
  text += "  }\n";
}

namespace {

constexpr const char* kTwo = R"(static inline TYPE NAME_of_two(TYPE a, TYPE b) {
  return COMBINED;
}
)";

// Blocks of rows of `width` lanes are reduced one after another, these in pairs, pairs of pairs: `levels` has the block
// of each doubling that waits for another.
constexpr const char* kPlace = R"(/* Where block b is reduced to, in lanes that have nothing yet. */
static inline TYPE *NAME_place(TYPE *levels, int64_t b, int64_t width) {
  while ((b & 1) != 0) b >>= 1, levels += width;
  for (int64_t c = 0; c < width; ++c) levels[c] = NOTHING;
  return levels;
}
)";

constexpr const char* kJoin = R"(/* Joins block b, which is there, to those before it. */
static inline void NAME_join(TYPE *levels, int64_t b, int64_t width) {
  int64_t level = 0;
  while ((b >> level & 1) != 0) ++level;
  TYPE *restrict const to = levels + level * width;
  for (int64_t l = 0; l < level; ++l)
    for (int64_t c = 0; c < width; ++c) to[c] = NAME_of_two(levels[l * width + c], to[c]);
}
)";

constexpr const char* kEnd = R"(/* What so many blocks come to. */
static void NAME_end(const TYPE *levels, int64_t blocks, int64_t width, TYPE *restrict out) {
  int64_t level = 0;
  while ((blocks >> level & 1) == 0) ++level;
  for (int64_t c = 0; c < width; ++c) out[c] = levels[level * width + c];
  for (++level; blocks >> level != 0; ++level)
    for (int64_t c = 0; c < width && (blocks >> level & 1) != 0; ++c)
      out[c] = NAME_of_two(levels[level * width + c], out[c]);
  for (int64_t c = 0; c < width; ++c) out[c] = FINISHED;
}
)";

constexpr const char* kRows =
    R"(/* Rows of `width`, `stride` apart, and a last one of `rest`, in blocks of so many. levels: room for as many rows as
   there are doublings of a block. */
static void NAME_rows(const TYPE *in, int64_t rows, int64_t stride, int64_t width, int64_t rest, int64_t block,
                      TYPE *levels, TYPE *restrict out) {
  const int64_t blocks = (rows + (rest > 0) + block - 1) / block;
  for (int64_t b = 0; b < blocks; ++b, rows -= block, in += block * stride) {
    TYPE *restrict const to = NAME_place(levels, b, width);
    const int64_t count = rows < block ? rows : block;
    int64_t r = 0;
    for (; r + 4 <= count; r += 4) {
      for (int64_t c = 0; c < width; ++c) {
        const TYPE two = NAME_of_two(NAME_of_two(to[c], in[r * stride + c]), in[(r + 1) * stride + c]);
        to[c] = NAME_of_two(NAME_of_two(two, in[(r + 2) * stride + c]), in[(r + 3) * stride + c]);
      }
    }
    for (; r < count; ++r)
      for (int64_t c = 0; c < width; ++c) to[c] = NAME_of_two(to[c], in[r * stride + c]);
    if (b == blocks - 1)
      for (int64_t c = 0; c < rest; ++c) to[c] = NAME_of_two(to[c], in[count * stride + c]);
    NAME_join(levels, b, width);
  }
  NAME_end(levels, blocks, width, out);
}
)";

constexpr const char* kFold = R"(/* The halving tree over `count` groups of `inner` values. */
static void NAME_fold(TYPE *restrict groups, int64_t count, int64_t inner, TYPE *restrict out) {
  for (int64_t half; count > 1; count = half) {
    half = (count + 1) / 2;
    for (int64_t i = 0; i < (count - half) * inner; ++i) groups[i] = NAME_of_two(groups[i], groups[half * inner + i]);
  }
  for (int64_t i = 0; i < inner; ++i) out[i] = groups[i];
}
)";

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& words) {
  for (const auto& [word, by] : words) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size())
      text.replace(at, word.size(), by);
  }
  return text;
}

}  // namespace

std::vector<Helper> reduction_helpers() {
  std::vector<Helper> helpers;
  for (const std::string operation : {"sum", "maximum", "minimum"}) {
    for (const std::string type : {"float", "double"}) {
      const std::string name = concat(operation, "_", type);
      const std::string nothing = operation == "sum" ? "-0.0" : operation == "maximum" ? "-INFINITY" : "INFINITY";
      const std::vector<std::pair<std::string, std::string>> words = {
          {"TYPE", type},
          {"NAME", name},
          {"NOTHING", type == "float" ? concat("(float)", nothing) : nothing},
          {"COMBINED", combined(operation, "a", "b")},
          {"FINISHED", operation == "sum" ? "out[c] + 0" : "out[c]"}};
      helpers.push_back({name + "_of_two", replaced(kTwo, words)});
      helpers.push_back({name + "_place", replaced(kPlace, words)});
      helpers.push_back({name + "_join", replaced(kJoin, words)});
      helpers.push_back({name + "_end", replaced(kEnd, words)});
      helpers.push_back({name + "_rows", replaced(kRows, words)});
      helpers.push_back({name + "_fold", replaced(kFold, words)});
    }
  }
  return helpers;
}

}  // namespace descent::program::c
