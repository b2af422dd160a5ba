#include "program/c/source.h"

#include <algorithm>

#include "kernels/parallel.h"
#include "program/c/formula.h"
#include "program/c/loops.h"
#include "program/c/row_program.h"
#include "program/c/rows.h"
#include "program/c/shared_loops.h"
#include "program/c/sums.h"
#include "program/c/whole.h"

namespace descent::program::c {
namespace {

// How a group is run.
enum class Way : std::uint8_t { inside, in_parts, not_written };

// Whether a loop is what a kernel was written for, and has enough elements for it to be worth a call.
bool is_kernels_own(const Program& program, const Group& group) {
  if (group.end - group.begin != 1) return false;
  constexpr std::int64_t kFew = 64;
  const bool is_all = program.instructions.size() == 1;
  if (is_arithmetic(program.instructions[static_cast<std::size_t>(group.begin)])) return is_all && group.numel > kFew;
  return is_all || group.numel > kFew;
}

Way way_of(const Program& program, const Group& group) {
  if (group.numel == 0) {
    const Instruction& instruction = program.instructions[static_cast<std::size_t>(group.begin)];
    return is_worth_writing(instruction) ? Way::inside : Way::not_written;
  }
  if (!is_written(program, group) || would_be_slow(program, group) || is_kernels_own(program, group))
    return Way::not_written;
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

class Parts {
 public:
  explicit Parts(const Program& program) : program_(program) {}

  Source written() {
    auto chain = program_.chains.begin();
    for (int g = 0; g < static_cast<int>(program_.groups.size());) {
      if (chain != program_.chains.end() && chain->begin == g) {
        add(*chain);
        g = chain++->end;
      } else {
        add(g++);
      }
    }
    end_part();
    return std::move(source_);
  }

 private:
  const Group& group(int g) const { return program_.groups[static_cast<std::size_t>(g)]; }

  Part& begin_part(int begin, int end, bool is_written) {
    end_part();
    is_open_ = is_written;
    const std::string name = is_written ? concat("descent_part_", source_.parts.size()) : "";
    return source_.parts.emplace_back(Part{.begin = begin, .end = end, .name = name});
  }

  void end_part() {
    if (!is_open_) return;
    is_open_ = false;
    source_.text +=
        concat("\nvoid ", source_.parts.back().name,
               "(unsigned char *const *memory, unsigned char *room, int64_t begin, int64_t end) {\n",
               "  unsigned char *const room_1 = room, *const room_4 = room, *const room_8 = room;\n",
               "  (void)memory, (void)room_1, (void)room_4, (void)room_8, (void)begin, (void)end;\n", body_, "}\n");
    body_.clear();
  }

  void add(const Chain& chain) {
    switch (chain.kind) {
      case Chain::Kind::rows: {
        Part& part = begin_part(chain.begin, chain.end, true);
        part.room_bytes = write_rows(program_, chain, source_.kernels, body_);
        part.count = chain.rows;
        part.grain = std::max<std::int64_t>(1, kernels::kElementGrain / most_elements(program_, chain));
        return end_part();
      }
      case Chain::Kind::sums: {
        Part& part = begin_part(chain.begin, chain.end, true);
        SumsText sums = write_sums(program_, chain);
        body_ = std::move(sums.pieces);
        part.count = sums.count;
        part.grain = sums.grain;
        begin_part(chain.end, chain.end, true);
        body_ = std::move(sums.rest);
        return;
      }
      case Chain::Kind::tiles: {
        std::string tiles;
        const std::optional<std::int64_t> room = write_tiles(program_, chain, tiles);
        if (!room) {
          for (int g = chain.begin; g < chain.end; ++g) add(g);
          return;
        }
        Part& part = begin_part(chain.begin, chain.end, true);
        part.takes_tiles = true;
        part.room_bytes = *room;
        part.count = group(chain.end - 1).numel;
        body_ = std::move(tiles);
        return end_part();
      }
    }
  }

  void add(int g) {
    const Way way = way_of(program_, group(g));
    const bool goes_on = way == Way::inside
                             ? is_open_
                             : way == Way::not_written && !source_.parts.empty() && !source_.parts.back().is_written();
    Part& part = goes_on ? source_.parts.back() : begin_part(g, g, way != Way::not_written);
    part.end = g + 1;
    if (way == Way::not_written) return;
    const Instruction& instruction = program_.instructions[static_cast<std::size_t>(group(g).begin)];
    part.room_bytes =
        std::max(part.room_bytes, group(g).numel == 0 ? c::room_bytes(instruction) : group(g).block_bytes);
    if (group(g).numel == 0)
      write_whole(instruction, body_);
    else
      write_loops(program_, group(g), way == Way::in_parts ? Extent::parts : Extent::all, body_);
    if (way == Way::inside) return;
    const std::int64_t least = part_of(program_, group(g));
    part.count = group(g).numel;
    part.grain = std::max<std::int64_t>(1, kernels::kElementGrain / least) * least;
    end_part();
  }

  const Program& program_;
  Source source_;
  std::string body_;      // of the last part's function
  bool is_open_ = false;  // which goes on
};

constexpr const char* kPrelude =
    "#include <math.h>\n"
    "#include <stdint.h>\n"
    "\n";
// The product of two floats is exact in double: the kernels of such machines do the same.
constexpr const char* kWithoutFma = "#define fmaf(a, b, c) ((float)((double)(a) * (double)(b) + (double)(c)))\n\n";

}  // namespace

std::string with_helpers(std::string functions, bool has_fma) {
  functions = with_shared_loops(functions);
  std::vector<Helper> helpers = formula_helpers();
  for (auto&& more : {loop_helpers(), row_helpers(), reduction_helpers(), product_helpers(has_fma)})
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
  Source source = Parts(program).written();
  source.text = file_of(source.text, has_fma);
  return source;
}

}  // namespace descent::program::c
