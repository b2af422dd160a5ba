// The system's C compiler.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace descent::program::native {

/// The compiler and its options for this machine, without files: what the environment variable DESCENT_CC names, or cc.
/// Empty where that is "off".
std::vector<std::string> compiler_command();

/// Has `command` make a shared library of a C file. No shell sees any of it. "" if all went well; else what did not:
/// the compiler is missing, fails, or takes longer than `limit`.
std::string compile_library(std::vector<std::string> command, const std::string& source_path,
                            const std::string& library_path, std::chrono::milliseconds limit);

}  // namespace descent::program::native
