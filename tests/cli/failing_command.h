// The built command with calls that fail, by a library that is loaded before the C library (failing_calls.h).
#pragma once

#include <cstring>
#include <string>

#include "command_folder.h"

/// Runs it with the call number `failing` failing, from 1, and those after it if it goes on; the outcome, and how many
/// calls there were.
inline Outcome run_with_failing_call(const Folder& folder, const std::string& library, const std::string& arguments,
                                     long failing, bool goes_on, long* count = nullptr) {
  std::string environment =
      "LD_PRELOAD='" + library + "' DESCENT_THREADS=1 DESCENT_FAILING_CALL=" + std::to_string(failing);
  if (goes_on) environment += " DESCENT_FAILING_ON=1";
  if (count) environment += " DESCENT_COUNT_TO=3";
  const Outcome outcome = folder.run(arguments + " 3>.count", environment);
  if (count) std::memcpy(count, contents(folder.file(".count")).data(), sizeof *count);
  return outcome;
}
