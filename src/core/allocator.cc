#include "core/allocator.h"

#include <sys/mman.h>

#include <cstdlib>
#include <utility>

#include "descent/error.h"
#include "kernels/thread_memory.h"

namespace descent::allocator {

[[gnu::tls_model("initial-exec")]] constinit thread_local Cache cache{};

namespace {

// The address sanitizer finds a use after free only in memory that was really freed.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeepBlocks = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kKeepBlocks = false;
#else
constexpr bool kKeepBlocks = true;
#endif
#else
constexpr bool kKeepBlocks = true;
#endif

// Frees the thread's blocks when it ends.
constinit thread_local kernels::ThreadEnd closing{[](kernels::ThreadEnd&) {
  cache.open = false;
  cache.kept = 0;
  for (FreeBlock*& head : cache.blocks) {
    while (head) std::free(std::exchange(head, head->next));
  }
}};

}  // namespace

// Large blocks ask for large pages, of which the processor remembers more and which come with fewer faults: a
// transposed matrix of 64 MB is read in two thirds of the time.
void* allocate_from_heap(std::size_t bytes) {
  constexpr std::size_t kHugePage = std::size_t{1} << 21;
  const bool is_large = bytes >= 2 * kHugePage;
  void* block = nullptr;
  if (::posix_memalign(&block, is_large ? kHugePage : kAlignment, bytes) != 0) throw OutOfMemory("", bytes);
#ifdef MADV_HUGEPAGE
  if (is_large) madvise(block, bytes, MADV_HUGEPAGE);
#endif
  return block;
}

void deallocate_slowly(void* block, std::size_t bytes) noexcept {
  if (!kKeepBlocks || cache.open || !closing.list()) return std::free(block);
  cache.open = true;
  deallocate(block, bytes);
}

void release_kept() noexcept {
  for (int i = size_class(kLargestUncounted).index + 1; i < kClasses; ++i) {
    while (cache.blocks[i]) std::free(std::exchange(cache.blocks[i], cache.blocks[i]->next));
  }
  cache.kept = 0;
}

}  // namespace descent::allocator
