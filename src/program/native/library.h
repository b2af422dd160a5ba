// C as functions that can be called: compiled once, kept in the user's cache folder, loaded.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace descent::program::native {

/// Functions of a Source (program/c/source.h).
using Function = void (*)(unsigned char* const* memory, unsigned char* room, std::int64_t begin, std::int64_t end);

class Library {
 public:
  /// Loads the library at a path, or leaves it closed.
  explicit Library(const std::string& path);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  bool is_open() const { return handle_ != nullptr; }
  Function function(const std::string& name) const;

 private:
  void* handle_;
};

/// The library of a C source. It is compiled for this machine if the cache folder does not have it: $XDG_CACHE_HOME or
/// ~/.cache, and in it descent/native. Null if there is none. When that is for another reason than DESCENT_CC=off, the
/// reason goes to the standard error, and nothing is compiled in this process from then on.
///
/// A library of the cache is loaded only if nobody else can have put it there (folder and file are the user's, and not
/// for others to write), it is whole, and it was made of this very source with these very options. All its steps are
/// atomic: processes may share the folder, and one that is killed leaves at most files of no effect.
std::shared_ptr<const Library> library_of(const std::string& source);

/// How long a compiler may take.
inline std::chrono::milliseconds compiler_limit = std::chrono::seconds(60);
/// Whether nothing is compiled any more.
inline std::atomic<bool> gave_up = false;

}  // namespace descent::program::native
