// A reference count that costs an ordinary increment while the process has one thread.
#pragma once

#include <atomic>
#include <cstdint>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

namespace descent {

/// Whether the process has never had a second thread.
inline bool single_threaded() {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded;
#else
  return false;
#endif
}

class ReferenceCount {
 public:
  explicit ReferenceCount(std::uint32_t count) : count_(count) {}

  /// The count before.
  std::uint32_t increment() {
    if (!single_threaded()) return count_.fetch_add(1, std::memory_order_relaxed);
    const std::uint32_t count = count_.load(std::memory_order_relaxed);
    count_.store(count + 1, std::memory_order_relaxed);
    return count;
  }

  /// One more, for who alone can look at the count.
  void increment_alone() { count_.store(count_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  /// The count after.
  std::uint32_t decrement() {
    if (!single_threaded()) return count_.fetch_sub(1, std::memory_order_acq_rel) - 1;
    const std::uint32_t count = count_.load(std::memory_order_relaxed) - 1;
    count_.store(count, std::memory_order_relaxed);
    return count;
  }

  /// Gives up a reference. True when it was the last, which is gone for good: no other is there to be copied, and the
  /// count is not even changed.
  bool release() { return count() == 1 || decrement() == 0; }

  std::uint32_t count() const { return count_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint32_t> count_;
};

}  // namespace descent
