#pragma once

#include <string>
#include <vector>

namespace descent::cli {

/// A line in which a shell finds these words again.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace descent::cli
