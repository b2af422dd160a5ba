#include "program/c/source.h"

#include <algorithm>

#include "kernels/parallel.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

// How a group is run.
enum class Way : std::uint8_t { inside, in_parts, not_written };

// Whether the machine's vectors would be left unused, for more elements than that matters for.
bool would_be_slow(const Program& program, const Group& group) {
  constexpr std::int64_t kFew = 64;
  if (group.numel <= kFew) return false;
  for (int i = group.begin; i < group.end; ++i) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(i)];
    if (instruction.op->kind == Kind::elementwise && calls_for_some(instruction.op->formula, instruction.computes_in))
      return true;
  }
  return false;
}

Way way_of(const Program& program, const Group& group) {
  if (group.numel == 0) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    return is_worth_writing(instruction) ? Way::inside : Way::not_written;
  }
  if (!is_written(program, group) || would_be_slow(program, group)) return Way::not_written;
  if (group.numel <= kernels::kElementGrain) return Way::inside;
  return part_of(program, group) > 0 ? Way::in_parts : Way::not_written;
}

constexpr const char* kPrelude =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "\n";
// The product of two floats is exact in double: the kernels of such machines do the same.
constexpr const char* kWithoutFma = "#define fmaf(a, b, c) ((float)((double)(a) * (double)(b) + (double)(c)))\n\n";

}  // namespace

std::string with_helpers(std::string functions) {
  std::vector<Helper> helpers = formula_helpers();
  for (auto&& more : {loop_helpers(), reduction_helpers(), product_helpers()})
    helpers.insert(helpers.end(), more.begin(), more.end());
  for (auto helper = helpers.rbegin(); helper != helpers.rend(); ++helper) {
    if (functions.find(helper->name) != std::string::npos) functions = helper->text + "\n" + functions;
  }
  return functions;
}

std::string file_of(const std::string& functions, bool has_fma) {
  return concat(kPrelude, has_fma ? "" : kWithoutFma, with_helpers(functions));
}

Source source_of(const Program& program, bool has_fma) {
  Source source;
  std::string body;
  const auto end_part = [&](std::int64_t numel) {
    Part& part = source.parts.back();
    part.numel = numel;
    source.text += concat("\nvoid ", part.name, "(unsigned char *const *memory, int64_t begin, int64_t end) {\n",
                          "  (void)memory, (void)begin, (void)end;\n", body, "}\n");
    body.clear();
  };
  for (std::size_t g = 0; g < program.groups.size(); ++g) {
    const Group& group = program.groups[g];
    const Way way = way_of(program, group);
    const auto index = static_cast<int>(g);
    if (way != Way::inside && !body.empty()) end_part(0);
    const bool goes_on =
        !source.parts.empty() &&
        (way == Way::inside ? !body.empty() : way == Way::not_written && !source.parts.back().is_written());
    if (!goes_on)
      source.parts.push_back(
          {index, index, way == Way::not_written ? "" : concat("descent_part_", source.parts.size())});
    Part& part = source.parts.back();
    part.end = index + 1;
    if (way == Way::not_written) continue;
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    part.block_bytes = std::max(part.block_bytes, group.numel == 0 ? room_bytes(instruction) : group.block_bytes);
    if (group.numel == 0)
      write_whole(program, instruction, body);
    else
      write_loops(program, group, way == Way::in_parts, body);
    if (way == Way::in_parts) {
      part.part = part_of(program, group);
      end_part(group.numel);
    }
  }
  if (!body.empty()) end_part(0);
  source.text = file_of(source.text, has_fma);
  return source;
}

}  // namespace descent::program::c
