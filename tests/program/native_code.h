// Native code for the time of a test, with a cache of its own.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "program/native/library.h"
#include "temporary_folder.h"

namespace descent {

struct NativeCode {
  TemporaryFolder cache;

  explicit NativeCode(const char* compiler = "cc") {
    setenv("XDG_CACHE_HOME", cache.path.c_str(), 1);
    setenv("DESCENT_CC", compiler, 1);
    program::native::gave_up = false;
  }
  ~NativeCode() {
    setenv("DESCENT_CC", "off", 1);
    unsetenv("XDG_CACHE_HOME");
    program::native::gave_up = false;
  }
  NativeCode(const NativeCode&) = delete;
  NativeCode& operator=(const NativeCode&) = delete;

  std::string folder() const { return cache.path + "/descent/native"; }
};

/// A program that stands for a compiler.
inline std::string fake_compiler(const std::string& folder, const std::string& commands) {
  std::string path = folder + "/compiler";
  std::ofstream(path) << "#!/bin/sh\n" << commands << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

}  // namespace descent
