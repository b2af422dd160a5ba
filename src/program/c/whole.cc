#include "program/c/whole.h"

#include <cstdio>

#include "core/copy.h"
#include "core/iterate.h"
#include "program/c/formula.h"
#include "program/c/loops.h"

namespace descent::program::c {
namespace {

bool is_written_copy(const Instruction& instruction) {
  if (instruction.inputs.size() != 1) return false;
  const Operand &input = instruction.inputs[0], &output = instruction.output;
  return !overlap(input, output);
}

// share_of_mean: one element for all that share it.
bool is_written_share(const Instruction& instruction) {
  return is_floating_point(instruction.output.dtype) && is_row_major(instruction.inputs[0]);
}

void write_share(const Instruction& instruction, std::string& text) {
  const Operand &input = instruction.inputs[0], &output = instruction.output;
  const std::int64_t count = numel_of(output) / numel_of(input);
  const std::string divisor =
      output.dtype == float32 ? literal(static_cast<float>(count)) : literal(static_cast<double>(count));
  text += concat("  for (int64_t i = 0; i < ", numel_of(input), "; ++i) ", address_of(output),
                 "[i] = ", address_of(input), "[i] / ", divisor, ";\n");
}

void write_check(const Instruction& instruction, std::string& text) {
  const Operand& allowed = instruction.inputs[1];
  const Attributes& attributes = instruction.attributes;
  const std::string reason = concat(attributes.text[0], ": ", attributes.text[1] ? attributes.text[1] : "",
                                    attributes.text[1] ? " " : "", text_with_numbers(attributes, 2));
  if (numel_of(allowed) > 0)
    text += concat("  ", loops_over(allowed.sizes), "if (!", address_of(allowed), "[",
                   place_of(allowed.sizes, allowed.strides), "]) return ", quoted(reason), ";\n");
  text += concat("  *", address_of(instruction.output), " = 1;\n");
}

}  // namespace

std::string loops_over(const Dims& sizes) {
  std::string text;
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1) text += concat("for (int64_t i", d, " = 0; i", d, " < ", sizes[d], "; ++i", d, ") ");
  }
  return text;
}

std::string place_of(const Dims& sizes, const Dims& strides) {
  std::string text;
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != 1 && strides[d] != 0) text += concat(text.empty() ? "" : " + ", "i", d, " * ", strides[d]);
  }
  return text.empty() ? "0" : text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    char escaped[8];
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '?';
    std::snprintf(escaped, sizeof escaped, is_plain ? "%c" : "\\%03o", byte);
    result += escaped;
  }
  return result + '"';
}

bool may_fail(const Instruction& instruction) {
  const Whole whole = instruction.op->whole;
  return whole == Whole::check || takes_positions(*instruction.op);
}

bool is_written(const Instruction& instruction) {
  if (instruction.op->whole == Whole::check) return true;
  if (numel_of(instruction.output) == 0 || has_effect(instruction) || !all_are_computed(instruction)) return false;
  for (const Operand& input : instruction.inputs) {
    if (numel_of(input) == 0) return false;
  }
  if (is_copy(*instruction.op)) return is_written_copy(instruction);
  switch (instruction.op->whole) {
    case Whole::other:
      return false;
    case Whole::nothing:
      return true;
    case Whole::copy:
      return is_written_copy(instruction);
    case Whole::share_of_mean:
      return is_written_share(instruction);
    case Whole::matmul:
      return is_written_product(instruction);
    case Whole::embed_slice:
    case Whole::cat:
    case Whole::gather:
    case Whole::scatter_add:
    case Whole::index_select:
    case Whole::index_add:
      return is_written_index(instruction);
    default:
      return is_reduction(instruction);
  }
}

bool is_worth_writing(const Instruction& instruction) {
  if (!is_written(instruction) || may_fail(instruction)) return false;
  constexpr std::int64_t kFewProducts = 512, kFewElements = 4096, kFewMoved = 512, kFewInRows = 1024;
  if (instruction.op->whole == Whole::matmul)
    return numel_of(instruction.output) * instruction.inputs[0].sizes.back() <= kFewProducts;
  if (instruction.inputs.empty()) return true;
  // Elements that are moved to another order go by tiles in a kernel.
  const bool copies = is_copy(*instruction.op) || instruction.op->whole == Whole::copy;
  const bool is_moved = copies && !is_row_major(instruction.inputs[0]);
  const std::int64_t numel = numel_of(instruction.inputs[0]), made = numel_of(instruction.output);
  // Compilers take the largest of some numbers one by one.
  constexpr std::int64_t kFewCompared = 10;
  const bool compares = instruction.op->whole == Whole::maximum || instruction.op->whole == Whole::minimum;
  if (compares && numel > kFewCompared * made) return false;
  const bool reduces_rows = is_reduction(instruction) && made > 1;
  const std::int64_t few = is_moved ? kFewMoved : reduces_rows ? kFewInRows : kFewElements;
  return numel <= few && made <= few;
}

std::int64_t room_bytes(const Instruction& instruction) {
  if (!is_reduction(instruction) || is_reduced_in_order(instruction)) return 0;
  return numel_of(instruction.inputs[0]) * static_cast<std::int64_t>(size_of(instruction.inputs[0].dtype));
}

void write_copy(const Dims& sizes, const Dims& from_strides, const std::string& from, DType from_type,
                const Dims& to_strides, const std::string& to, DType to_type, std::string& text) {
  // Pointers of their own, which no element can change, or compilers would take the elements one by one.
  text +=
      concat("  {\n    const ", type_name(from_type), " *const from = ", from, ";\n    ", type_name(to_type),
             " *const to = ", to, ";\n    ", loops_over(sizes), "to[", place_of(sizes, to_strides),
             "] = ", converted(concat("from[", place_of(sizes, from_strides), "]"), from_type, to_type), ";\n  }\n");
}

void write_whole(const Instruction& instruction, std::string& text) {
  if (instruction.op->whole == Whole::nothing) return;
  const Operand &input = instruction.inputs[0], &output = instruction.output;
  if (is_copy(*instruction.op) || instruction.op->whole == Whole::copy)
    return write_copy(output.sizes, broadcast_strides(input.sizes, input.strides, output.sizes), address_of(input),
                      input.dtype, output.strides, address_of(output), output.dtype, text);
  switch (instruction.op->whole) {
    case Whole::share_of_mean:
      return write_share(instruction, text);
    case Whole::matmul:
      return write_product(instruction, text);
    case Whole::check:
      return write_check(instruction, text);
    case Whole::embed_slice:
    case Whole::cat:
    case Whole::gather:
    case Whole::scatter_add:
    case Whole::index_select:
    case Whole::index_add:
      return write_index(instruction, text);
    default:
      return write_reduction(instruction, text);
  }
}

}  // namespace descent::program::c
