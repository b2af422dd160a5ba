// What a program that fails half-way has to put back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/program.h"

namespace descent::program {

/// Bytes of a buffer that is not the program's own.
struct Overwritten {
  int buffer;
  std::int64_t offset;
  std::int64_t bytes;
};

/// What of given buffers and arguments is overwritten before the last instruction that may fail: by refusing, or for
/// want of memory while it computes. The rest of a program cannot fail once it runs.
std::vector<Overwritten> overwritten_before_failure(const Program& program);

}  // namespace descent::program
