// How much memory there is, and how much is taken.
#pragma once

#include <cstddef>

namespace descent::data {

/// The bytes that this process may have: the machine's, or less where it is limited (ulimit -v, cgroups).
std::size_t memory_limit();

/// The bytes of memory that this process holds; 0 where the system does not tell.
std::size_t memory_held();

}  // namespace descent::data
