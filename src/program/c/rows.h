// Chains of groups, run row by row: what one group leaves of a row is still in the first cache when the next reads it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/elementwise.h"
#include "program/program.h"

namespace descent::program::c {

/// Appends rows `begin` to `end` (parameters) of a chain to the body of a function; how many bytes of room it wants.
/// Kernels that it calls are added to `kernels`, those of the program behind whose buffers they lie in `memory`.
std::int64_t write_rows(const Program& program, const Chain& chain, std::vector<kernels::ElementwiseKernel>& kernels,
                        std::string& text);

/// Appends elements `begin` to `end` of the loop of a chain of tiles; how many bytes of room it wants. None: it cannot
/// be written in rows.
std::optional<std::int64_t> write_tiles(const Program& program, const Chain& chain, std::string& text);

}  // namespace descent::program::c
