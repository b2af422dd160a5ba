#include "program/c/loops.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "core/copy.h"
#include "core/plan.h"
#include "program/c/formula.h"

namespace descent::program::c {
namespace {

const Buffer& buffer_of(const Program& program, const Operand& operand) {
  return program.buffers[static_cast<std::size_t>(operand.buffer)];
}

const Instruction& instruction_of(const Program& program, int i) {
  return program.instructions[static_cast<std::size_t>(i)];
}

// No two elements of a loop have to do with each other: compilers need not check whether what it writes overlaps with
// what it reads.
constexpr const char* kNoDependences = "NO_DEPENDENCES\n";

struct Range {
  int begin, end;  // instructions
};

// The instructions of a group, cut where one has to do with elements that another writes at other places of the loop.
std::vector<Range> loops_of(const Program& program, const Group& group) {
  std::vector<Range> loops;
  int begin = group.begin;
  for (int i = group.begin; i < group.end; ++i) {
    bool meets = false;
    for (int j = begin; j < i && !meets; ++j) {
      for_each_access(instruction_of(program, j), [&](const Operand& earlier, bool wrote) {
        for_each_access(instruction_of(program, i), [&](const Operand& operand, bool writes) {
          meets = meets || (conflict(earlier, wrote, operand, writes) && !same_rows(earlier, operand));
        });
      });
    }
    if (meets) {
      loops.push_back({begin, i});
      begin = i;
    }
  }
  loops.push_back({begin, group.end});
  return loops;
}

// By buffer: whether more than one of the loops has to do with it.
std::vector<bool> kept_blocks(const Program& program, const std::vector<Range>& loops) {
  std::vector<bool> is_kept(program.buffers.size());
  std::vector<const Range*> seen(program.buffers.size());
  for (const Range& loop : loops) {
    for (int i = loop.begin; i < loop.end; ++i) {
      for_each_access(instruction_of(program, i), [&](const Operand& operand, bool) {
        const auto b = static_cast<std::size_t>(operand.buffer);
        is_kept[b] = is_kept[b] || (seen[b] && seen[b] != &loop);
        seen[b] = &loop;
      });
    }
  }
  return is_kept;
}

// Where an operand lies along a loop: elements apart, in rows of the dimensions that it has besides.
struct Walk {
  std::vector<SizeAndStride> dims;

  Walk(const Operand& operand, const Dims& shape) : dims(joined_dims(operand, shape)) {
    if (dims.empty()) dims.emplace_back(1, 0);
  }

  std::int64_t step() const { return dims.front().second; }

  /// The place of element `first`, which begins a row of so many.
  std::string start(std::int64_t row) const {
    std::string text;
    std::int64_t inner = 1;
    for (std::size_t d = 0; d < dims.size(); ++d) {
      const auto [size, stride] = dims[d];
      if (stride != 0 && inner * size > row) {
        text += concat(text.empty() ? "" : " + ", "first / ", inner);
        if (d + 1 < dims.size()) text += concat(" % ", size);
        text += concat(" * ", stride);
      }
      inner *= size;
    }
    return text.empty() ? "0" : text;
  }
};

// How a loop goes in rows.
struct RowsOfLoop {
  std::int64_t length = 0;   // elements along which every input that is gathered is evenly spaced
  std::int64_t repeats = 0;  // elements after which each such input repeats itself, several times a row; 0: they do not
};

RowsOfLoop rows_of(const Program& program, const Group& group, Range range) {
  RowsOfLoop rows;
  std::vector<Walk> walks;
  for (int i = range.begin; i < range.end; ++i) {
    const Instruction& instruction = instruction_of(program, i);
    for (const Operand& input : instruction.inputs) {
      if (!reads_along(input, instruction.output)) walks.emplace_back(input, instruction.output.sizes);
    }
  }
  for (const Walk& walk : walks) rows.length = std::gcd(rows.length, walk.dims.front().first);
  if (rows.length == 0) rows.length = group.numel;
  // Where all that is gathered repeats itself row by row, as a bias does, and rows are shorter than vectors like,
  // several make one.
  constexpr std::int64_t kShortRow = 32, kLongRow = 64;
  if (rows.length >= kShortRow || rows.length == group.numel) return rows;
  const bool repeats =
      std::all_of(walks.begin(), walks.end(), [&](const Walk& walk) { return walk.start(rows.length) == "0"; });
  if (!repeats) return rows;
  std::int64_t count = kLongRow / rows.length;
  while (group.numel / rows.length % count != 0) --count;
  return {rows.length * count, rows.length};
}

class Loop {
 public:
  Loop(const Program& program, const Group& group, Range range, const std::vector<bool>& is_kept,
       const std::map<int, std::string>& sums)
      : program_(program),
        group_(group),
        is_kept_(is_kept),
        sums_(sums),
        rows_(rows_of(program, group, range)),
        body_(statements_, "      ") {
    for (int i = range.begin; i < range.end; ++i) last_[place_of(instruction_of(program, i).output)] = i;
    for (int i = range.begin; i < range.end; ++i) write(i);
  }

  void append_to(std::string& text, Extent extent) const {
    const bool in_rows = rows_.length != group_.numel;
    const std::string begin = extent == Extent::all ? "0" : "begin";
    const std::string end = extent == Extent::all     ? concat(group_.numel)
                            : extent == Extent::lanes ? kEndOfLanes
                                                      : "end";
    text += "  {\n";
    for (const std::string& line : before_) text += "    " + line + "\n";
    if (!in_rows) {
      append_row(concat("for (int64_t i = ", begin, "; i < ", end, "; ++i) {\n"), text);
      text += "  }\n";
      return;
    }
    const auto row = [](const std::string& length) {
      return concat("for (int64_t j = 0; j < ", length, "; ++j) {\n      const int64_t i = first + j;\n");
    };
    text += concat("    int64_t first = ", begin, ";\n    for (; first + ", rows_.length, " <= ", end,
                   "; first += ", rows_.length, ") {\n");
    append_row(row(concat(rows_.length)), text);
    text += "    }\n";
    if (extent == Extent::rows) append_row(row("end - first"), text);
    text += "  }\n";
  }

 private:
  using Place = std::pair<int, std::int64_t>;  // in a buffer
  static Place place_of(const Operand& operand) { return {operand.buffer, operand.offset}; }
  struct Known {
    DType dtype;
    std::string text;  // of a bool, a condition
  };

  void append_row(const std::string& loop, std::string& text) const {
    for (const std::string& line : before_row_) text += "      " + line + "\n";
    text += concat(kNoDependences, "    ", loop, statements_, "    }\n");
  }

  void write(int i) {
    const Instruction& instruction = instruction_of(program_, i);
    const bool copies = is_copy(*instruction.op);
    const DType dtype = copies ? instruction.output.dtype : instruction.computes_in;
    std::string inputs[kMaxOperands];
    for (std::size_t k = 0; k < instruction.inputs.size(); ++k) {
      const bool is_condition = static_cast<int>(k) < instruction.op->first_typed_input;
      inputs[k] = value_of(instruction.inputs[k], instruction.output, is_condition ? boolean : dtype);
    }
    std::string result =
        copies ? inputs[0]
               : write_formula(instruction.op->formula, dtype, std::span(inputs, instruction.inputs.size()), body_);
    const Operand& output = instruction.output;
    if (output.dtype == boolean && !copies) result = body_.define("_Bool", result);
    known_[place_of(output)] = {output.dtype, result};
    if (buffer_of(program_, output).kind == Buffer::Kind::block && !is_kept_[static_cast<std::size_t>(output.buffer)])
      return;
    // What is written once more is known until then: compilers do not see that all of these are one place.
    if (last_[place_of(output)] != i) return;
    if (const auto sum = sums_.find(output.buffer); sum != sums_.end())
      return body_.line(
          concat(pointer_to(output.dtype, concat("(", sum->second, " - begin)")), "[i] += ", result, ";"));
    const bool is_bool = output.dtype == boolean;
    body_.line(concat(pointer_to(output), "[i] = ", is_bool ? "(uint8_t)(" : "", result, is_bool ? ")" : "", ";"));
  }

  // An input, as an expression of `wanted`.
  std::string value_of(const Operand& input, const Operand& output, DType wanted) {
    const Buffer& buffer = buffer_of(program_, input);
    if (buffer.kind == Buffer::Kind::constant) return literal_of(input, wanted);
    const auto known = known_.find(place_of(input));
    if (known != known_.end() && reads_along(input, output) && (!is_single(input) || group_.numel == 1))
      return converted(known->second.text, known->second.dtype, wanted);
    if (reads_along(input, output) && (!is_single(input) || group_.numel == 1)) {
      const std::string element = read(input.dtype, pointer_to(input) + "[i]");
      known_[place_of(input)] = {input.dtype, element};
      return converted(element, input.dtype, wanted);
    }
    if (is_single(input)) return number(input, wanted);
    return gathered(input, output);
  }

  std::string read(DType dtype, const std::string& element) {
    return dtype == boolean ? body_.define("_Bool", element + " != 0") : body_.define(type_name(dtype), element);
  }

  std::string literal_of(const Operand& input, DType wanted) const {
    ConvertedNumber number;
    convert_number(input.dtype, buffer_of(program_, input).number + input.offset, wanted, number);
    static_assert(kComputedDTypeCount == 4, "a case for each below");
    switch (wanted) {
      case DType::boolean:
        return number.bytes[0] != std::byte{} ? "1" : "0";
      case DType::int64:
        return concat("(int64_t)", *reinterpret_cast<const std::uint64_t*>(number.bytes), "u");
      case DType::float32:
        return literal(*reinterpret_cast<const float*>(number.bytes));
      case DType::float64:
        return literal(*reinterpret_cast<const double*>(number.bytes));
      default:
        __builtin_unreachable();  // not written
    }
  }

  // One number for all elements, read before the loop.
  std::string number(const Operand& input, DType wanted) {
    const auto [entry, is_new] = numbers_.try_emplace({input.buffer, input.offset, wanted}, "");
    if (!is_new) return entry->second;
    entry->second = concat("n", numbers_.size());
    const std::string element = concat("*", address_of(program_, group_, input));
    before_.push_back(concat("const ", wanted == boolean ? "_Bool" : type_name(wanted), " ", entry->second, " = ",
                             wanted == boolean ? element + " != 0" : converted(element, input.dtype, wanted), ";"));
    return entry->second;
  }

  // An element that does not lie where the loop is.
  std::string gathered(const Operand& input, const Operand& output) {
    const Walk walk(input, output.sizes);
    const std::string name = concat("g", gathers_++);
    const bool in_rows = rows_.length != group_.numel;
    if (rows_.repeats > 0) {
      before_.push_back(concat(type_name(input.dtype), " ", name, "[", rows_.length, "];"));
      before_.push_back(concat("for (int j = 0; j < ", rows_.length, "; ++j) ", name, "[j] = ",
                               address_of(program_, group_, input), "[j % ", rows_.repeats, " * ", walk.step(), "];"));
      return read(input.dtype, concat(name, in_rows ? "[j]" : "[i]"));
    }
    before_row_.push_back(concat("const ", type_name(input.dtype), " *const ", name, " = ",
                                 address_of(program_, group_, input), " + (", in_rows ? walk.start(rows_.length) : "0",
                                 ");"));
    return read(input.dtype, concat(name, "[", in_rows ? "j" : "i", " * ", walk.step(), "]"));
  }

  std::string pointer_to(const Operand& operand) {
    return pointer_to(operand.dtype, address_of(program_, group_, operand));
  }
  std::string pointer_to(DType dtype, const std::string& address) {
    const auto [entry, is_new] = pointers_.try_emplace(address, "");
    if (is_new) {
      entry->second = concat("p", pointers_.size() - 1);
      before_.push_back(concat(type_name(dtype), " *restrict const ", entry->second, " = ", address, ";"));
    }
    return entry->second;
  }

  const Program& program_;
  const Group& group_;
  const std::vector<bool>& is_kept_;  // by buffer: a block that another loop reads
  const std::map<int, std::string>& sums_;
  const RowsOfLoop rows_;
  std::vector<std::string> before_;
  std::vector<std::string> before_row_;
  std::string statements_;
  Statements body_;
  std::map<Place, int> last_;  // the instruction that writes there last
  std::map<Place, Known> known_;
  std::map<std::tuple<int, std::int64_t, DType>, std::string> numbers_;
  std::map<std::string, std::string> pointers_;  // by address
  int gathers_ = 0;
};

}  // namespace

std::vector<SizeAndStride> joined_dims(const Operand& operand, const Dims& shape) {
  const Dims strides = broadcast_strides(operand.sizes, operand.strides, shape);
  std::vector<SizeAndStride> dims;
  for (int d = shape.size() - 1; d >= 0; --d) {
    if (shape[d] == 1) continue;
    if (!dims.empty() && strides[d] == dims.back().first * dims.back().second)
      dims.back().first *= shape[d];
    else
      dims.emplace_back(shape[d], strides[d]);
  }
  return dims;
}

std::vector<Helper> loop_helpers() {
  return {{"NO_DEPENDENCES",
           "#if defined(__clang__)\n"
           "#define NO_DEPENDENCES _Pragma(\"clang loop vectorize(assume_safety)\")\n"
           "#elif defined(__GNUC__)\n"
           "#define NO_DEPENDENCES _Pragma(\"GCC ivdep\")\n"
           "#else\n"
           "#define NO_DEPENDENCES\n"
           "#endif\n"},
          {"NEVER_INLINE",
           "#if defined(__GNUC__)\n"
           "#define NEVER_INLINE __attribute__((noinline))\n"
           "#else\n"
           "#define NEVER_INLINE\n"
           "#endif\n"}};
}

std::string room_address(DType dtype) { return concat("((", type_name(dtype), " *)room_", size_of(dtype), ")"); }

std::string address_of(const Operand& operand) {
  return concat("((", type_name(operand.dtype), " *)(memory[", operand.buffer, "] + ", operand.offset, "))");
}

std::string address_of(const Program& program, const Group& group, const Operand& operand) {
  const Buffer& buffer = buffer_of(program, operand);
  if (buffer.kind != Buffer::Kind::block) return address_of(operand);
  return concat("(", room_address(operand.dtype), " + ",
                buffer.place * group.capacity() / static_cast<std::int64_t>(size_of(operand.dtype)), ")");
}

bool all_are_computed(const Instruction& instruction) {
  return is_computed(instruction.output.dtype) &&
         std::all_of(instruction.inputs.begin(), instruction.inputs.end(),
                     [](const Operand& input) { return is_computed(input.dtype); });
}

bool is_written_elementwise(const Instruction& instruction) {
  return all_are_computed(instruction) &&
         (is_copy(*instruction.op) ||
          (instruction.op->kind == Kind::elementwise && is_written(instruction.op->formula, instruction.computes_in)));
}

bool is_written(const Program& program, const Group& group) {
  if (group.numel == 0) return false;
  for (int i = group.begin; i < group.end; ++i) {
    if (!is_written_elementwise(instruction_of(program, i))) return false;
  }
  return true;
}

bool is_slow(const Program& program, const Instruction& instruction) {
  if (instruction.op->kind != Kind::elementwise) return false;
  // Of a constant exponent's conditions nothing is left.
  const bool is_simple = instruction.op->formula == kernels::Formula::pow &&
                         buffer_of(program, instruction.inputs[1]).kind == Buffer::Kind::constant;
  return !is_simple && is_slow_in_c(instruction.op->formula, instruction.computes_in);
}

bool would_be_slow(const Program& program, const Group& group) {
  constexpr std::int64_t kFew = 16;
  if (group.numel <= kFew) return false;
  for (int i = group.begin; i < group.end; ++i) {
    if (is_slow(program, instruction_of(program, i))) return true;
  }
  return false;
}

bool is_kept_block(const Program& program, const Group& group, int buffer) {
  return kept_blocks(program, loops_of(program, group))[static_cast<std::size_t>(buffer)];
}

std::int64_t part_of(const Program& program, const Group& group) {
  const std::vector<Range> loops = loops_of(program, group);
  if (loops.size() > 1) return 0;
  const std::int64_t row = rows_of(program, group, loops[0]).length;
  return row == group.numel ? 1 : row;
}

std::int64_t repeated_row(const Program& program, const Group& group) {
  const std::vector<Range> loops = loops_of(program, group);
  return loops.size() > 1 ? 0 : rows_of(program, group, loops[0]).repeats;
}

void write_loops(const Program& program, const Group& group, Extent extent, std::string& text,
                 const std::map<int, std::string>& sums) {
  const std::vector<Range> loops = loops_of(program, group);
  const std::vector<bool> is_kept = kept_blocks(program, loops);
  for (const Range& loop : loops) Loop(program, group, loop, is_kept, sums).append_to(text, extent);
}

}  // namespace descent::program::c
