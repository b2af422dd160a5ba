// Chains of groups, run row by row: what one group leaves of a row is still in the first cache when the next reads it.
#pragma once

#include <optional>
#include <string>

#include "program/program.h"

namespace descent::program::c {

/// Whether the machine's vectors would be left unused, for more elements than that matters for.
bool would_be_slow(const Program& program, const Group& group);

/// Appends rows `begin` to `end` (parameters) of a chain to the body of a function; how many bytes of room it wants.
std::int64_t write_rows(const Program& program, const Chain& chain, std::string& text);

/// Appends elements `begin` to `end` of the loop of a chain of tiles; how many bytes of room it wants. None: it cannot
/// be written in rows.
std::optional<std::int64_t> write_tiles(const Program& program, const Chain& chain, std::string& text);

}  // namespace descent::program::c
