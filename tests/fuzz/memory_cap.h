// How much memory a fuzzer lets an input take, whatever it says of itself.
#pragma once

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "fuzz/check.h"

namespace descent::fuzz {

/// What the process holds, in bytes, and held at most since `most` was set. Threads of the pool allocate, too.
struct HeapCount {
  std::atomic<std::ptrdiff_t> now = 0, most = 0;
};

inline HeapCount& heap_count() {
  static HeapCount count;
  static const int installed = __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t size) {
        const std::ptrdiff_t now = count.now += static_cast<std::ptrdiff_t>(size);
        std::ptrdiff_t most = count.most;
        while (most < now && !count.most.compare_exchange_weak(most, now)) continue;
      },
      [](const volatile void* block) {
        count.now -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(block));
      });
  check(installed > 0, "allocations are counted");
  return count;
}

/// Runs it, which holds at most `fixed` bytes and `times` those of the input.
template <class F>
void within_memory(std::size_t fixed, std::size_t times, std::size_t size, const F& run) {
  HeapCount& count = heap_count();
  const std::ptrdiff_t before = count.now;
  count.most = before;
  run();
  check(count.most - before <= static_cast<std::ptrdiff_t>(fixed + times * size),
        "memory follows the size of the input");
}

}  // namespace descent::fuzz
