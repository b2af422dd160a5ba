#include "program/c/row_program.h"

#include <algorithm>
#include <set>

#include "program/c/formula.h"
#include "program/c/whole.h"
#include "program/passes.h"

namespace descent::program::c {
namespace {

// What is too large for caches is written past them: lines that are written whole are not read before. So many bytes
// at a time.
constexpr std::int64_t kFarBytes = 8 << 20, kStreamedBytes = 32;
// Elements of a row at a time, while memory brings as much of the next and takes as much of this one.
constexpr std::int64_t kBlock = 256;

// One of `rows` rows of an operand, seen in `shape`, if each is evenly spaced and so are they.
std::optional<Row> one_row(const Operand& operand, const Dims& shape, std::int64_t rows) {
  const std::int64_t width = numel_of(shape) / rows;
  const auto size = static_cast<std::int64_t>(size_of(operand.dtype));
  std::vector<SizeAndStride> dims = joined_dims(operand, shape);
  Row row{operand, 0};
  std::int64_t stride = 0;
  if (width > 1) {
    auto& [count, inner] = dims.front();
    if (count % width != 0) return {};
    stride = inner;
    // What is left of the dimension is rows.
    if (count > width)
      dims.front() = {count / width, inner * width};
    else
      dims.erase(dims.begin());
  }
  if (dims.size() > 1) return {};
  if (!dims.empty()) {
    if (dims[0].first != rows) return {};
    row.step = dims[0].second * size;
  }
  row.operand.sizes = Dims(width);
  row.operand.strides = Dims(stride);
  return row;
}

// The kernel at memory[place], for all elements or those from `begin` to `end`.
void write_call(const Instruction& instruction, std::size_t place, bool is_part, std::string& text) {
  const char* const begin = is_part ? " + begin" : "";
  std::string numbers, inputs;
  for (const Operand& input : instruction.inputs) {
    if (is_single(input)) {
      const std::string name = concat("n", inputs.size());
      numbers += concat("    const ", type_name(instruction.computes_in), " ", name, " = ",
                        converted(concat("*", address_of(input)), input.dtype, instruction.computes_in), ";\n");
      inputs += concat("{&", name, ", 0}, ");
    } else {
      inputs += concat("{", address_of(input), begin, ", 1}, ");
    }
  }
  text += concat("  {\n", numbers, "    const KernelInput inputs[] = {", inputs, "};\n    ((Kernel)memory[", place,
                 "])(inputs, ", address_of(instruction.output), begin, ", ",
                 is_part ? "end - begin" : concat(numel_of(instruction.output)), ");\n  }\n");
}

}  // namespace

std::optional<RowInstruction> row_of(const Instruction& instruction, bool is_reduction, std::int64_t rows) {
  const Operand& output = instruction.output;
  if (numel_of(output) % rows != 0) return {};
  RowInstruction result;
  const std::optional<Row> written = one_row(output, output.sizes, rows);
  if (!written) return {};
  result.output = *written;
  for (const Operand& input : instruction.inputs) {
    std::optional<Row> row;
    if (is_reduction)
      row = one_row(input, input.sizes, rows);
    else if (is_single(input))
      row = Row{input, 0};
    else
      row = one_row(input, output.sizes, rows);
    if (!row) return {};
    result.inputs.push_back(*row);
  }
  return result;
}

RowProgram::RowProgram(const Program& whole, const Chain& chain, std::vector<kernels::ElementwiseKernel>* kernels)
    : whole_(whole), chain_(chain), known_outside_(whole.buffers.size()) {
  for (int g = 0; g < static_cast<int>(whole.groups.size()); ++g) {
    if (g >= chain.begin && g < chain.end) continue;
    for_each_access(whole_, group_of_whole(g), [&](const Operand& operand, bool) {
      known_outside_[static_cast<std::size_t>(operand.buffer)] = true;
    });
  }
  if (kernels) find_streamed();
  for (int g = chain.begin; g < chain.end; ++g) add(group_of_whole(g));
  if (!kernels) return;
  add_kernels(*kernels);
  for (auto& [buffer, stream] : streamed_) {
    stream.place = places_.size();
    places_.push_back(concat("memory[", buffer, "] + row * ", stream.bytes));
  }
}

void RowProgram::write(std::string& text) const {
  text += "  for (int64_t row = begin; row < end; ++row) {\n";
  write_row(Extent::all, text);
  text += "  }\n";
  if (!streamed_.empty()) text += "  stream_fence();\n";
}

void RowProgram::write_in_parts(std::int64_t width, std::string& text) const {
  text += concat("  for (int64_t next; begin < end; begin = next) {\n  const int64_t row = begin / ", width,
                 ", past = (row + 1) * ", width, ";\n  next = end < past ? end : past;\n");
  text += concat("  const int64_t first = begin - row * ", width, ", last = next - row * ", width,
                 ";\n  {\n  const int64_t begin = first, end = last;\n");
  write_row(Extent::parts, text);
  text += "  }\n  }\n";
}

// What one loop of the chain writes and the rest of the chain does not read.
void RowProgram::find_streamed() {
  std::map<int, std::set<int>> knowing;  // groups, by buffer
  for (int g = chain_.begin; g < chain_.end; ++g)
    for_each_access(whole_, group_of_whole(g),
                    [&](const Operand& operand, bool) { knowing[operand.buffer].insert(g); });
  for (const auto& entry : knowing) {
    const int buffer = entry.first;
    const std::set<int>& groups = entry.second;
    const int g = *groups.begin();
    if (groups.size() > 1 || group_of_whole(g).numel == 0) continue;
    const Buffer& made = whole_.buffers[static_cast<std::size_t>(buffer)];
    const bool is_outside = made.kind == Buffer::Kind::result ||
                            (made.kind == Buffer::Kind::temporary && known_outside_[static_cast<std::size_t>(buffer)]);
    const std::int64_t row = made.bytes / chain_.rows;
    bool is_whole = true;
    for_each_access(whole_, group_of_whole(g), [&](const Operand& operand, bool) {
      is_whole = is_whole && (operand.buffer != buffer || (operand.offset == 0 && extent_of(operand) == made.bytes &&
                                                           numel_of(operand) == group_of_whole(g).numel));
    });
    if (is_outside && is_whole && made.bytes >= kFarBytes && row % kStreamedBytes == 0)
      streamed_[buffer] = {row, static_cast<std::size_t>(g - chain_.begin), ""};
  }
}

void RowProgram::add(const Group& group) {
  Group row_group{.begin = static_cast<int>(program_.instructions.size()), .end = 0};
  for (int i = group.begin; i < group.end; ++i) {
    Instruction row = instruction(i);
    const RowInstruction seen = *row_of(row, group.numel == 0, chain_.rows);
    for (std::size_t k = 0; k < row.inputs.size(); ++k) row.inputs[k] = operand_of(seen.inputs[k]);
    row.output = operand_of(seen.output);
    if (group.numel == 0) {
      row.attributes.set = {1};
      row.output.sizes = row.output.strides = Dims();
    }
    program_.instructions.push_back(row);
  }
  row_group.end = static_cast<int>(program_.instructions.size());
  row_group.numel = group.numel / chain_.rows;
  program_.groups.push_back(row_group);
}

// Those of slow instructions, each of which is a group of its own.
void RowProgram::add_kernels(std::vector<kernels::ElementwiseKernel>& kernels) {
  for (std::size_t g = 0; g < program_.groups.size(); ++g) {
    const Instruction& first = instruction(group_of_whole(chain_.begin + static_cast<int>(g)).begin);
    if (program_.groups[g].numel == 0 || !is_slow(whole_, first)) continue;
    kernel_places_.emplace(g, places_.size());
    places_.push_back(concat("memory[", whole_.buffers.size() + kernels.size(), "]"));
    kernels.push_back(kernel_of(first));
  }
}

Operand RowProgram::operand_of(const Row& row) {
  Operand operand = row.operand;
  const auto size = static_cast<std::int64_t>(size_of(operand.dtype));
  const Buffer& buffer = whole_.buffers[static_cast<std::size_t>(operand.buffer)];
  const auto [entry, is_new] = buffers_.try_emplace({operand.buffer, row.step}, static_cast<int>(places_.size()));
  operand.buffer = entry->second;
  if (!is_new) return operand;
  program_.buffers.push_back(buffer);
  program_.buffers.back().index = 0;
  // A temporary that nobody outside knows is one row long.
  const bool is_local =
      buffer.kind == Buffer::Kind::temporary && !known_outside_[static_cast<std::size_t>(row.operand.buffer)];
  const auto stream = streamed_.find(row.operand.buffer);
  if (is_local || stream != streamed_.end()) {
    places_.push_back(concat("room_", size, " + ", room_));
    if (!is_local) stream->second.room = places_.back();
    room_ += (row.step + 63) / 64 * 64;
  } else if (buffer.kind == Buffer::Kind::block) {
    places_.emplace_back("0");
  } else {
    if (row.step * chain_.rows >= kFarBytes) far_.push_back({places_.size(), row.step, size});
    places_.push_back(concat("memory[", row.operand.buffer, "] + row * ", row.step));
  }
  return operand;
}

void RowProgram::write_row(Extent extent, std::string& text) const {
  text += "  unsigned char *const rows[] = {\n";
  for (const std::string& place : places_) text += "    " + place + ",\n";
  text += "  };\n  {\n  unsigned char *const *const memory = rows;\n";
  const std::size_t longest = longest_loops();
  for (std::size_t g = 0; g < program_.groups.size();) {
    const std::size_t past = extent == Extent::all ? end_of_loops(g) : g;
    if (past == g) {
      write_group(g++, extent, text);
      continue;
    }
    const std::int64_t width = program_.groups[g].numel;
    text +=
        concat("  for (int64_t begin = 0; begin < ", width, "; begin += ", kBlock, ") {\n  const int64_t end = ", width,
               " - begin < ", kBlock, " ? ", width, " : begin + ", kBlock, ";\n");
    if (g == longest) {
      for (const Far& far : far_)
        text += concat("  fetch(memory[", far.place, "] + ", far.step, ", begin * ", far.size, ", end * ", far.size,
                       ");\n");
    }
    for (; g < past; ++g) write_group(g, Extent::parts, text);
    text += "  }\n";
  }
  text += "  }\n";
}

// Loops from group `g` on that can be run block by block; where they end.
std::size_t RowProgram::end_of_loops(std::size_t g) const {
  const std::int64_t width = program_.groups[g].numel;
  std::size_t end = g;
  while (width > kBlock && end < program_.groups.size() && program_.groups[end].numel == width &&
         part_of(program_, program_.groups[end]) == 1)
    ++end;
  return end;
}

// The first group of the loops that take longest, so that the next row can come meanwhile.
std::size_t RowProgram::longest_loops() const {
  constexpr std::int64_t kOfKernel = 16;  // instructions, as much as a slow one takes
  std::size_t longest = 0;
  std::int64_t most = 0;
  for (std::size_t begin = 0; begin < program_.groups.size();) {
    const std::size_t end = end_of_loops(begin);
    std::int64_t work = 0;
    for (std::size_t g = begin; g < end; ++g)
      work += kernel_places_.contains(g) ? kOfKernel : program_.groups[g].end - program_.groups[g].begin;
    if (work > most) longest = begin;
    most = std::max(most, work);
    begin = std::max(end, begin + 1);
  }
  return longest;
}

void RowProgram::write_group(std::size_t g, Extent extent, std::string& text) const {
  const Group& group = program_.groups[g];
  const Instruction& first = program_.instructions[static_cast<std::size_t>(group.begin)];
  const bool is_part = extent == Extent::parts;
  if (kernel_places_.contains(g))
    write_call(first, kernel_places_.at(g), is_part, text);
  else if (group.numel > 0)
    write_loops(program_, group, extent, text);
  else
    write_whole(first, text);
  for (const auto& [buffer, stream] : streamed_) {
    if (stream.group != g) continue;
    const std::int64_t size = stream.bytes / group.numel;
    const std::string from = is_part ? concat("begin * ", size) : "0",
                      to = is_part ? concat("end * ", size) : concat(stream.bytes);
    text += concat("  stream(memory[", stream.place, "], ", stream.room, ", ", from, ", ", to, ");\n");
  }
}

std::vector<Helper> row_helpers() {
  return {{"KernelInput",
           "typedef struct {\n"
           "  const void *data;\n"
           "  int64_t step;\n"
           "} KernelInput;\n"
           "typedef void (*Kernel)(const KernelInput *inputs, void *output, int64_t n);\n"},
          {"fetch(",
           "static inline void fetch(const unsigned char *from, int64_t begin, int64_t end) {\n"
           "#if defined(__GNUC__)\n"
           "  for (int64_t i = begin; i < end; i += 64) __builtin_prefetch(from + i);\n"
           "#endif\n"
           "}\n"},
          {"stream(",
           "#if defined(__GNUC__) && defined(__AVX__)\n"
           "typedef float Streamed __attribute__((vector_size(32), may_alias));\n"
           "static inline void stream(unsigned char *to, const unsigned char *from, int64_t begin, int64_t end) {\n"
           "  for (int64_t i = begin; i < end; i += 32) {\n"
           "#if defined(__clang__)\n"
           "    __builtin_nontemporal_store(*(const Streamed *)(from + i), (Streamed *)(to + i));\n"
           "#else\n"
           "    __builtin_ia32_movntps256((float *)(to + i), *(const Streamed *)(from + i));\n"
           "#endif\n"
           "  }\n"
           "}\n"
           "static inline void stream_fence(void) { __builtin_ia32_sfence(); }\n"
           "#else\n"
           "static inline void stream(unsigned char *to, const unsigned char *from, int64_t begin, int64_t end) {\n"
           "  for (int64_t i = begin; i < end; ++i) to[i] = from[i];\n"
           "}\n"
           "static inline void stream_fence(void) {}\n"
           "#endif\n"}};
}

}  // namespace descent::program::c
