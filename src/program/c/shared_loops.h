#pragma once

#include <string>

namespace descent::program::c {

/// Functions in which a loop over many elements that stands there more than once, as the update of one parameter after
/// the other does, is a function of its own, before them: compilers then have less to do, and what they make is
/// smaller.
std::string with_shared_loops(const std::string& functions);

}  // namespace descent::program::c
