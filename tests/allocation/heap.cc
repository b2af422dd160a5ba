#include "allocation/heap.h"

#if DESCENT_OWNS_THE_HEAP

#include <malloc.h>

#include <cerrno>
#include <cstdlib>

namespace {

using namespace descent::heap;

std::atomic<long> left{-1};  // allocations that do not fail; below 0: none fails
std::atomic<bool> stays_failing{false}, failed{false};

bool fails() {
  if (left.load(std::memory_order_relaxed) < 0) return false;
  const long before = left.fetch_sub(1);
  if (before > 0) return false;
  if (before < 0) {
    left = -1;
    return false;
  }
  if (stays_failing) left = 0;
  failed = true;
  errno = ENOMEM;
  return true;
}

void* taken(void* block) {
  if (!block) return nullptr;
  ++allocations;
  const long now = live += static_cast<long>(malloc_usable_size(block));
  for (long before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
  }
  return block;
}

}  // namespace

namespace descent::heap {

Failing::Failing(long n, Failures failures) {
  failed = false;
  stays_failing = failures == Failures::from_then_on;
  left = n;
}

void Failing::stop() { left = -1; }

bool Failing::have_failed() { return failed; }

}  // namespace descent::heap

// Seen by the C++ library, too.
#pragma GCC visibility push(default)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);

void* malloc(std::size_t size) { return fails() ? nullptr : taken(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return fails() ? nullptr : taken(__libc_calloc(count, size)); }
void* realloc(void* block, std::size_t size) {
  if (size > 0 && fails()) return nullptr;
  live -= static_cast<long>(malloc_usable_size(block));
  return taken(__libc_realloc(block, size));
}
void* memalign(std::size_t alignment, std::size_t size) {
  return fails() ? nullptr : taken(__libc_memalign(alignment, size));
}
void free(void* block) {
  live -= static_cast<long>(malloc_usable_size(block));
  __libc_free(block);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  *block = memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
}
#pragma GCC visibility pop

#else

namespace descent::heap {

Failing::Failing(long, Failures) {}
void Failing::stop() {}
bool Failing::have_failed() { return false; }

}  // namespace descent::heap

#endif
