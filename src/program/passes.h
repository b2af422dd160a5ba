// Passes: pure functions from programs to programs that do the same, bit for bit. One file each.
#pragma once

#include <atomic>

#include "program/program.h"

namespace descent::program {

/// What a program is made ready for: to be run by the kernels, or as native code; or to be exported as C.
enum class Target : std::uint8_t { kernels, native, exported };

/// Runs ops that were taken apart as one where that is faster: always by the kernels, of many elements as native code.
Program with_whole_ops(Program program, Target target);

/// Computes what hangs on constants alone, and is one number, now.
Program with_constants(Program program);

/// Computes once what two instructions compute from the same.
Program without_common_subexpressions(Program program);

/// Leaves out instructions whose results nobody reads.
Program without_dead_code(Program program);

/// Elements of a loop that is one block in any case, in the first cache.
inline constexpr std::int64_t kShortLoop = 1024;

/// Orders the instructions into groups, each run in one walk over its elements: elementwise ones over as many elements.
/// An instruction goes to the latest group that it fits into, one of few elements to the earliest, if nothing between
/// depends on its place. Temporaries that only one group knows become blocks.
Program fuse(const Program& program);

/// A part of fuse(): has instructions go to the later loops that know what they write, where all loops together then
/// read and write less. An update that waits for norms so begins where they are known, and not before them. What two
/// loops want, and costs less to compute than to read, both compute.
Program sunk(Program program);

/// Finds the groups that can be run row by row, around reductions of many rows, and cuts them around instructions that
/// stay with the kernels (rows.cc).
Program chain_rows(Program program);

/// Finds the groups that compute what others sum up, all of it, and these, to be run in one walk (sums.cc).
Program chain_sums(Program program);

/// Finds the ops that hand out tiles of what a loop then takes up, such as matrix products, to be run tile by tile;
/// brings the two together, and lets them share the memory of what nobody else reads.
Program chain_tiles(Program program, Target target);

/// Has loops of one instruction alone, and many elements, run as the op is, which takes operands of any layout by
/// tiles.
Program without_lone_loops(Program program);

/// Gives each temporary its place in the arena, so that those that live at the same time do not meet; groups of a
/// chain are of one time.
Program plan_memory(Program program);

/// All of them, in the order in which they stand here, but for chains that the target does not run.
Program optimized(Program program, Target target);

/// Whether each pass's result is verified: in debug builds, and in tests.
extern std::atomic<bool> verifies_passes;

/// The kernel of an instruction that a group of many can hold, null for any other.
kernels::ElementwiseKernel kernel_of(const Instruction& instruction);

}  // namespace descent::program
