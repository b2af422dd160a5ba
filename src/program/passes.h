// Passes: pure functions from programs to programs that do the same, bit for bit. One file each.
#pragma once

#include <atomic>

#include "program/program.h"

namespace descent::program {

/// Computes what hangs on constants alone, and is one number, now.
Program with_constants(Program program);

/// Computes once what two instructions compute from the same.
Program without_common_subexpressions(Program program);

/// Leaves out instructions whose results nobody reads.
Program without_dead_code(Program program);

/// Orders the instructions into groups, each run in one walk over its elements: elementwise ones over as many elements.
/// An instruction goes to the latest group that it fits into, if nothing between depends on its place. Temporaries that
/// only one group knows become blocks.
Program fuse(const Program& program);

/// Finds the groups that can be run row by row, around reductions of many rows (rows.cc).
Program chain_rows(Program program);

/// Finds the groups that compute what others sum up, all of it, and these, to be run in one walk (sums.cc).
Program chain_sums(Program program);

/// Finds the ops that hand out tiles of what a loop then takes up, such as matrix products, to be run tile by tile;
/// brings the two together, and lets them share the memory of what nobody else reads.
Program chain_tiles(Program program, bool natively);

/// Gives each temporary its place in the arena, so that those that live at the same time do not meet; groups of a
/// chain are of one time.
Program plan_memory(Program program);

/// All of them, in the order in which they stand here. `natively`: for native code, which alone runs rows and sums.
Program optimized(Program program, bool natively);

/// Whether each pass's result is verified: in debug builds, and in tests.
extern std::atomic<bool> verifies_passes;

/// The kernel of an instruction that a group of many can hold, null for any other.
kernels::ElementwiseKernel kernel_of(const Instruction& instruction);

}  // namespace descent::program
