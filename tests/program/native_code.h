// Native code for the time of a test, with a cache of its own.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "program/native/library.h"
#include "temporary_folder.h"

namespace descent {

/// A program that stands for a compiler.
inline std::string fake_compiler(const std::string& folder, const std::string& commands) {
  std::string path = folder + "/compiler";
  std::ofstream(path) << "#!/bin/sh\n" << commands << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

struct NativeCode {
  TemporaryFolder cache;

  /// Made by a compiler that takes less trouble than usual, which changes no bit and saves most of the time.
  NativeCode() { begin(fake_compiler(cache.path, "exec cc \"$@\" -O1")); }
  explicit NativeCode(const std::string& compiler) { begin(compiler); }
  ~NativeCode() {
    setenv("DESCENT_CC", "off", 1);
    unsetenv("XDG_CACHE_HOME");
    program::native::gave_up = false;
  }
  NativeCode(const NativeCode&) = delete;
  NativeCode& operator=(const NativeCode&) = delete;

  std::string folder() const { return cache.path + "/descent/native"; }

 private:
  void begin(const std::string& compiler) {
    setenv("XDG_CACHE_HOME", cache.path.c_str(), 1);
    setenv("DESCENT_CC", compiler.c_str(), 1);
    program::native::gave_up = false;
  }
};

}  // namespace descent
