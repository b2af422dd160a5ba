#include "core/allocator.h"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace descent {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kLargestKept = std::size_t{1} << 28;  // a block
constexpr std::size_t kMostKept = std::size_t{1} << 29;     // all blocks of a thread together

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

// Up to 1 KiB a class is a multiple of 64 bytes; above, four classes share each doubling.
constexpr int kSmallClasses = 17;
constexpr int kClasses = kSmallClasses + 4 * 18;

struct SizeClass {
  int index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= 1024) {
    const std::size_t units = bytes == 0 ? 1 : (bytes + kAlignment - 1) / kAlignment;
    return {static_cast<int>(units), units * kAlignment};
  }
  const int doubling = std::bit_width(bytes - 1) - 11;  // 0 for (1024, 2048]
  const std::size_t quarter = std::size_t{256} << doubling;
  const std::size_t quarters = (bytes + quarter - 1) / quarter;  // 5 to 8
  return {kSmallClasses + 4 * doubling + static_cast<int>(quarters) - 5, quarters * quarter};
}

struct FreeBlock {
  FreeBlock* next;
};

// Trivially constructed and destroyed, so that it can be used before and after the thread's other locals live.
struct Cache {
  FreeBlock* blocks[kClasses];
  std::size_t kept;
  bool open;    // its blocks will be freed when the thread ends
  bool closed;  // they have been: from here on nothing is kept
};
thread_local constinit Cache cache{};

// Frees the thread's blocks when it ends.
struct CacheCloser {
  ~CacheCloser() {
    cache.closed = true;
    for (FreeBlock*& head : cache.blocks) {
      while (head) std::free(std::exchange(head, head->next));
    }
  }
};

void open_cache() {
  thread_local CacheCloser closer;
  cache.open = true;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (bytes > kLargestKept) {
    void* block = std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
    if (!block) throw std::bad_alloc();
    return block;
  }
  const SizeClass size = size_class(bytes);
  if (FreeBlock* block = cache.blocks[size.index]) {
    cache.blocks[size.index] = block->next;
    cache.kept -= size.bytes;
    return block;
  }
  void* block = std::aligned_alloc(kAlignment, size.bytes);
  if (!block) throw std::bad_alloc();
  return block;
}

void deallocate(void* block, std::size_t bytes) noexcept {
  if (!kKeepBlocks || bytes > kLargestKept || cache.closed) return std::free(block);
  const SizeClass size = size_class(bytes);
  if (cache.kept + size.bytes > kMostKept) return std::free(block);
  if (!cache.open) [[unlikely]] open_cache();
  cache.blocks[size.index] = new (block) FreeBlock{cache.blocks[size.index]};
  cache.kept += size.bytes;
}

}  // namespace descent
