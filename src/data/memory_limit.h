// How much memory there is.
#pragma once

#include <cstddef>

namespace descent::data {

/// The bytes that this process may have: the machine's, or less where it is limited (ulimit -v, cgroups).
std::size_t memory_limit();

}  // namespace descent::data
