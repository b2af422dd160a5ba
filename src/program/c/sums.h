// Sums of all elements, taken while these are computed: in the walk over memory that makes them.
#pragma once

#include <string>

#include "program/program.h"

namespace descent::program::c {

/// A chain without rows, in two functions' bodies.
struct SumsText {
  std::string pieces;  // runs pieces `begin` to `end` (parameters) of the elements
  std::string rest;    // then joins what the pieces summed up
  std::int64_t count;  // of pieces
  std::int64_t grain;  // of them, that are worth waking a thread for
};
SumsText write_sums(const Program& program, const Chain& chain);

}  // namespace descent::program::c
