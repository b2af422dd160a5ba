// Elements at positions, slices and pieces, as C.
#include <utility>

#include "core/iterate.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

std::string zeros_in(const Operand& output) {
  return concat("  for (int64_t i = 0; i < ", numel_of(output), "; ++i) ", address_of(output), "[i] = 0;\n");
}

// A part of an operand that begins `start` of its elements on along dimension `dim`.
Operand slice_of(const Operand& operand, int dim, std::int64_t start, std::int64_t count, std::int64_t step) {
  Operand part = operand;
  part.offset += start * operand.strides[dim] * static_cast<std::int64_t>(size_of(operand.dtype));
  part.sizes[dim] = count;
  part.strides[dim] *= step;
  return part;
}

void write_move(const Operand& from, const Operand& to, std::string& text) {
  write_copy(to.sizes, from.strides, address_of(from), from.dtype, to.strides, address_of(to), to.dtype, text);
}

// Element k along dimension `dim`, at the place of the loops in all others.
std::string place_at(const Operand& operand, const Dims& sizes, int dim) {
  Dims strides = operand.strides;
  if (dim >= strides.size()) return "0";
  const std::int64_t stride = std::exchange(strides[dim], 0);
  return concat(place_of(sizes, strides), " + k * ", stride);
}

// Of a vector of positions along `dim`, the same for all places in the other dimensions of `sizes`.
Operand spread(const Operand& index, const Dims& sizes, int dim) {
  Operand result = index;
  result.sizes = result.strides = sizes;
  for (std::int64_t& stride : result.strides) stride = 0;
  if (!sizes.empty()) result.strides[dim] = index.strides.empty() ? 0 : index.strides[0];
  return result;
}

void write_gathering(const Instruction& instruction, std::string& text) {
  const Whole whole = instruction.op->whole;
  const bool adds = whole == Whole::scatter_add || whole == Whole::index_add;
  const int dim = static_cast<int>(instruction.attributes.index);
  const Operand &x = instruction.inputs[0], &output = instruction.output;
  const Operand index = whole == Whole::index_select ? spread(instruction.inputs[1], output.sizes, dim)
                        : whole == Whole::index_add  ? spread(instruction.inputs[1], instruction.inputs[2].sizes, dim)
                                                     : instruction.inputs[1];
  const std::int64_t n = x.sizes.empty() ? 1 : x.sizes[dim];
  if (adds) {
    const Dims strides = broadcast_strides(x.sizes, x.strides, output.sizes);
    write_copy(output.sizes, strides, address_of(x), x.dtype, output.strides, address_of(output), output.dtype, text);
  }
  text += concat("  ", loops_over(index.sizes), "{\n    const int64_t k = ", address_of(index), "[",
                 place_of(index.sizes, index.strides), "];\n    if (k < 0 || k >= ", n, ") return ",
                 quoted(concat(instruction.op->name, ": an index is out of range for dimension ", dim, " of size ", n)),
                 ";\n");
  if (adds) {
    const Operand& source = instruction.inputs[2];
    const std::string target = concat(address_of(output), "[", place_at(output, index.sizes, dim), "]");
    const std::string added = concat(address_of(source), "[", place_of(index.sizes, source.strides), "]");
    text += output.dtype == int64
                ? concat("    ", target, " = (int64_t)((uint64_t)", target, " + (uint64_t)", added, ");\n  }\n")
                : concat("    ", target, " = ", target, output.dtype == boolean ? " | " : " + ", added, ";\n  }\n");
  } else {
    text += concat("    ", address_of(output), "[", place_of(index.sizes, output.strides), "] = ", address_of(x), "[",
                   place_at(x, index.sizes, dim), "];\n  }\n");
  }
}

}  // namespace

bool takes_positions(const Op& op) {
  return op.whole == Whole::gather || op.whole == Whole::scatter_add || op.whole == Whole::index_select ||
         op.whole == Whole::index_add;
}

bool is_written_index(const Instruction& instruction) {
  const Operand& output = instruction.output;
  if (!is_row_major(output)) return false;
  const bool has_positions = takes_positions(*instruction.op);
  for (std::size_t i = 0; i < instruction.inputs.size(); ++i) {
    const Operand& input = instruction.inputs[i];
    if (overlap(input, output) || input.dtype != (has_positions && i == 1 ? int64 : output.dtype)) return false;
  }
  return true;
}

void write_index(const Instruction& instruction, std::string& text) {
  const Attributes& attributes = instruction.attributes;
  const Operand& output = instruction.output;
  if (instruction.op->whole == Whole::embed_slice) {
    // dims: the dimension, where the slice begins, its step; index: how many.
    text += zeros_in(output);
    return write_move(instruction.inputs[0],
                      slice_of(output, static_cast<int>(attributes.dims[0]), attributes.dims[1], attributes.index,
                               attributes.dims[2]),
                      text);
  }
  if (instruction.op->whole == Whole::cat) {
    const int dim = static_cast<int>(attributes.index);
    std::int64_t start = 0;
    for (const Operand& piece : instruction.inputs) {
      write_move(piece, slice_of(output, dim, start, piece.sizes[dim], 1), text);
      start += piece.sizes[dim];
    }
    return;
  }
  write_gathering(instruction, text);
}

}  // namespace descent::program::c
