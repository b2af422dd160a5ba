// Passes: pure functions from programs to programs that do the same, bit for bit. One file each.
#pragma once

#include "program/program.h"

namespace descent::program {

/// Leaves out instructions whose results nobody reads.
Program without_dead_code(Program program);

/// Orders the instructions into groups, each run in one walk over its elements: elementwise ones over as many elements.
/// An instruction goes to the latest group that it fits into, if nothing between depends on its place. Temporaries that
/// only one group knows become blocks.
Program fuse(const Program& program);

/// Gives each temporary its place in the arena, so that those that live at the same time do not meet.
Program plan_memory(Program program);

/// All of them, with the verifier between where `DESCENT_VERIFY_PROGRAMS` is defined.
Program optimized(const Program& program);

/// The kernel of an instruction that a group of many can hold, null for any other.
kernels::ElementwiseKernel kernel_of(const Instruction& instruction);

}  // namespace descent::program
