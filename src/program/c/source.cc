#include "program/c/source.h"

#include <algorithm>

#include "kernels/parallel.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/rows.h"
#include "program/c/sums.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

// How a group is run.
enum class Way : std::uint8_t { inside, in_parts, not_written };

Way way_of(const Program& program, const Group& group) {
  if (group.numel == 0) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    return is_worth_writing(instruction) ? Way::inside : Way::not_written;
  }
  if (!is_written(program, group) || would_be_slow(program, group)) return Way::not_written;
  if (group.numel <= kernels::kElementGrain) return Way::inside;
  return part_of(program, group) > 0 ? Way::in_parts : Way::not_written;
}

// Of a row, in any of a chain's groups.
std::int64_t most_elements(const Program& program, const Chain& chain) {
  std::int64_t most = 1;
  for (int g = chain.begin; g < chain.end; ++g)
    most = std::max(most, program.groups[static_cast<std::size_t>(g)].numel / chain.rows);
  return most;
}

constexpr const char* kPrelude =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "\n";
// The product of two floats is exact in double: the kernels of such machines do the same.
constexpr const char* kWithoutFma = "#define fmaf(a, b, c) ((float)((double)(a) * (double)(b) + (double)(c)))\n\n";

}  // namespace

std::string with_helpers(std::string functions, bool has_fma) {
  std::vector<Helper> helpers = formula_helpers();
  for (auto&& more : {loop_helpers(), reduction_helpers(), product_helpers(has_fma)})
    helpers.insert(helpers.end(), more.begin(), more.end());
  for (auto helper = helpers.rbegin(); helper != helpers.rend(); ++helper) {
    if (functions.find(helper->name) != std::string::npos) functions.insert(0, helper->text + "\n");
  }
  return functions;
}

std::string file_of(const std::string& functions, bool has_fma) {
  return concat(kPrelude, has_fma ? "" : kWithoutFma, with_helpers(functions, has_fma));
}

Source source_of(const Program& program, bool has_fma) {
  Source source;
  std::string body;
  bool is_open = false;  // the last part's function goes on
  const auto begin_part = [&](int begin, bool is_written) {
    is_open = is_written;
    source.parts.push_back({begin, begin, is_written ? concat("descent_part_", source.parts.size()) : ""});
  };
  const auto end_part = [&] {
    if (!is_open) return;
    is_open = false;
    source.text +=
        concat("\nvoid ", source.parts.back().name,
               "(unsigned char *const *memory, unsigned char *room, int64_t begin, int64_t end) {\n",
               "  unsigned char *const room_1 = room, *const room_4 = room, *const room_8 = room;\n",
               "  (void)memory, (void)room_1, (void)room_4, (void)room_8, (void)begin, (void)end;\n", body, "}\n");
    body.clear();
  };
  auto chain = program.chains.begin();
  for (int g = 0; g < static_cast<int>(program.groups.size()); ++g) {
    if (chain != program.chains.end() && chain->begin == g) {
      end_part();
      begin_part(g, true);
      Part& part = source.parts.back();
      part.end = chain->end;
      if (chain->rows > 0) {
        part.room_bytes = write_rows(program, *chain, body);
        part.count = chain->rows;
        part.grain = std::max<std::int64_t>(1, kernels::kElementGrain / most_elements(program, *chain));
        end_part();
      } else {
        const SumsText sums = write_sums(program, *chain);
        body = sums.pieces;
        part.room_bytes = sums.room_bytes;
        part.count = sums.count;
        end_part();
        begin_part(chain->end, true);
        body = sums.rest;
      }
      g = chain++->end - 1;
      continue;
    }
    const Group& group = program.groups[static_cast<std::size_t>(g)];
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    const Way way = way_of(program, group);
    if (way != Way::inside) end_part();
    const bool goes_on = way == Way::inside
                             ? is_open
                             : way == Way::not_written && !source.parts.empty() && !source.parts.back().is_written();
    if (!goes_on) begin_part(g, way != Way::not_written);
    Part& part = source.parts.back();
    part.end = g + 1;
    if (way == Way::not_written) continue;
    part.room_bytes = std::max(part.room_bytes, group.numel == 0 ? room_bytes(instruction) : group.block_bytes);
    if (group.numel == 0)
      write_whole(instruction, body);
    else
      write_loops(program, group, way == Way::in_parts, body);
    if (way == Way::inside) continue;
    const std::int64_t least = part_of(program, group);
    part.count = group.numel;
    part.grain = std::max<std::int64_t>(1, kernels::kElementGrain / least) * least;
    end_part();
  }
  end_part();
  source.text = file_of(source.text, has_fma);
  return source;
}

}  // namespace descent::program::c
