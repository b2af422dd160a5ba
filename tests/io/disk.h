// The disk as these tests would have it: disk.cc puts its own open, write, fsync, close, rename and unlink in front of
// the C library's. They do what those do, keep a log of what happens within one folder, and fail when told to.
#pragma once

#include <map>
#include <string>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DESCENT_OWNS_THE_DISK 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__linux__)
#define DESCENT_OWNS_THE_DISK 0  // the sanitizers have functions of their own there
#endif
#ifndef DESCENT_OWNS_THE_DISK
#define DESCENT_OWNS_THE_DISK 1
#endif

namespace descent::disk {

/// While it lives, the n-th call (n = 0, 1, ...) that changes the disk fails with this errno, or all from it on. A
/// failing write() takes half of the bytes first.
class Failing {
 public:
  Failing(long n, int error, bool from_then_on);
  ~Failing();
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;
};
/// Whether one has failed since the latest Failing was made.
bool has_failed();

/// What a folder holds, by name.
using Contents = std::map<std::string, std::string>;

/// While it lives, keeps account of what would be left of a folder if the power were cut.
class Watch {
 public:
  explicit Watch(const std::string& folder);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Called after each change. `only_synced`: what was made durable, and nothing else; `names_first`: names as they are
  /// by now, over what of the bytes was made durable.
  struct Left {
    Contents only_synced, names_first;
  };
  void (*after_change)(const Left& left, void* context) = nullptr;
  void* context = nullptr;
};

}  // namespace descent::disk
