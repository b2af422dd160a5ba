// What the fuzzers of models and checkpoints share: a good file, and lines that say how it is to differ.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "descent/error.h"
#include "fuzz/check.h"

namespace descent::fuzz {

/// A folder of this process, for as long as it runs.
inline const std::string& scratch_folder() {
  struct Folder {
    std::string path = std::filesystem::temp_directory_path() / "descent_XXXXXX";
    Folder() { check(mkdtemp(path.data()) != nullptr, "there is a folder"); }
    ~Folder() {
      std::error_code error;
      std::filesystem::remove_all(path, error);
    }
  };
  static const Folder folder;
  return folder.path;
}

/// The lines of the input, each parted at its first space.
inline std::vector<std::pair<std::string, std::string>> edits_of(std::span<const std::uint8_t> input) {
  std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  std::vector<std::pair<std::string, std::string>> edits;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t space = std::min(line.find(' '), line.size());
    edits.emplace_back(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
  }
  return edits;
}

/// Runs it: what is refused is refused in a line.
template <class F>
bool accepted(const F& action) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    const std::string_view message = error.what();
    check(!message.empty() && message.find('\n') == message.npos, "an error is one line");
    return false;
  }
}

}  // namespace descent::fuzz
