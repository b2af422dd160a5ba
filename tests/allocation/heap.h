// The heap as these tests see it, and as they would have it: heap.cc puts its own functions in front of glibc's, which
// see operator new and every library too. The sanitizers do the same, so that it stands aside for them.
#pragma once

#include <atomic>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DESCENT_OWNS_THE_HEAP 0
#endif
#endif
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DESCENT_OWNS_THE_HEAP 0
#endif
#ifndef DESCENT_OWNS_THE_HEAP
#define DESCENT_OWNS_THE_HEAP 1
#endif

namespace descent::heap {

inline std::atomic<long> allocations{0};
/// Bytes of blocks that are not given back, and the most there were.
inline std::atomic<long> live{0}, peak{0};

enum class Failures { once, from_then_on };

/// While it lives, the n-th allocation of the process fails (n = 0, 1, ...), or all from the n-th on.
class Failing {
 public:
  Failing(long n, Failures failures);
  ~Failing() { stop(); }
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;

  void stop();
  /// Whether one has failed.
  static bool have_failed();
};

}  // namespace descent::heap
