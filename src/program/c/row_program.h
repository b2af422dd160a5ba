// A chain of groups as the program of one of its rows, and that as C.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/elementwise.h"
#include "program/c/loops.h"
#include "program/program.h"

namespace descent::program::c {

/// An operand as one row sees it: `operand` is that of row 0, each other row lies `step` bytes after the one before.
struct Row {
  Operand operand;
  std::int64_t step;
};
struct RowInstruction {
  std::vector<Row> inputs;
  Row output;
};
/// An instruction as one of `rows` rows sees it, if it can be.
std::optional<RowInstruction> row_of(const Instruction& instruction, bool is_reduction, std::int64_t rows);

/// The program's buffers are the ways in which rows see the buffers of the whole.
class RowProgram {
 public:
  /// `kernels`: where those that it calls are added, which lie in `memory` behind the whole's buffers. Null: it is of
  /// parts of rows, and calls none.
  RowProgram(const Program& whole, const Chain& chain, std::vector<kernels::ElementwiseKernel>* kernels);

  /// Of rows `begin` to `end`.
  void write(std::string& text) const;
  /// Of elements `begin` to `end` of rows of `width`.
  void write_in_parts(std::int64_t width, std::string& text) const;

  std::int64_t room_bytes() const { return room_; }

 private:
  // Rows that lie in the room until they are whole, or a block of them is.
  struct Stream {
    std::int64_t bytes;     // of one
    std::size_t group;      // that makes it
    std::string room;       // where in it
    std::size_t place = 0;  // in places_: where it goes
  };
  // Rows that come from afar.
  struct Far {
    std::size_t place;        // in places_
    std::int64_t step, size;  // in bytes: from one to the next, of an element
  };

  const Instruction& instruction(int i) const { return whole_.instructions[static_cast<std::size_t>(i)]; }
  const Group& group_of_whole(int g) const { return whole_.groups[static_cast<std::size_t>(g)]; }

  void find_streamed();
  void add(const Group& group);
  void add_kernels(std::vector<kernels::ElementwiseKernel>& kernels);
  Operand operand_of(const Row& row);

  std::size_t end_of_loops(std::size_t g) const;
  std::size_t longest_loops() const;
  void write_row(Extent extent, std::string& text) const;
  void write_group(std::size_t g, Extent extent, std::string& text) const;

  const Program& whole_;
  const Chain chain_;
  std::vector<bool> known_outside_;  // by buffer of the whole
  std::map<int, Stream> streamed_;   // by buffer of the whole
  std::vector<Far> far_;
  Program program_;
  std::vector<std::string> places_;                   // by buffer of the row's program, then what else is in memory
  std::map<std::size_t, std::size_t> kernel_places_;  // there, by group that calls one
  std::map<std::pair<int, std::int64_t>, int> buffers_;
  std::int64_t room_ = 0;
};

/// What the text of rows calls.
std::vector<Helper> row_helpers();

}  // namespace descent::program::c
