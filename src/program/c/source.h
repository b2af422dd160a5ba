// A program as C99: functions that do what its groups do, to the same bits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/elementwise.h"
#include "program/program.h"

namespace descent::program::c {

/// Consecutive groups that one function of a Source runs: `void NAME(unsigned char *const *memory, unsigned char *room,
/// int64_t begin, int64_t end)`. memory[b] is where buffer b lies, behind these are the Source's kernels; room is
/// memory that it alone has meanwhile.
struct Part {
  int begin, end;          // groups
  std::string name;        // of the function; empty: they are not written in C
  std::int64_t count = 0;  // of what the function runs `begin` to `end` of, elements or rows; 0: it runs all there is
  std::int64_t grain = 1;  // begin and end are multiples of it, but for the last end
  std::int64_t room_bytes = 0;  // that it wants
  bool takes_tiles = false;     // they are a chain of tiles, whose loop alone the function is

  bool is_written() const { return !name.empty(); }
};

struct Source {
  std::string text;
  std::vector<Part> parts;                            // all groups, in order
  std::vector<kernels::ElementwiseKernel> kernels{};  // that the functions call
};

/// Functions behind what they call. `has_fma`: for a machine that multiplies and adds in one instruction.
std::string with_helpers(std::string functions, bool has_fma);
/// The same as a whole file, for native code.
std::string file_of(const std::string& functions, bool has_fma);

Source source_of(const Program& program, bool has_fma);

}  // namespace descent::program::c
