// Memory for tensors: blocks are kept and handed out again, so that a warmed-up training step never reaches the heap.
#pragma once

#include <bit>
#include <cstddef>
#include <new>

namespace descent {

namespace allocator {

inline constexpr std::size_t kAlignment = 64;
inline constexpr std::size_t kLargestKept = std::size_t{1} << 28;  // a block
inline constexpr std::size_t kMostKept = std::size_t{1} << 29;     // all blocks of a thread, but for small ones
inline constexpr std::size_t kLargestUncounted = 1024;

// Up to 1 KiB a class is a multiple of 64 bytes; above, four classes share each doubling.
inline constexpr int kSmallClasses = 17;
inline constexpr int kClasses = kSmallClasses + 4 * 18;

/// `bytes`, rounded up to a multiple of the alignment.
constexpr std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

struct SizeClass {
  int index;
  std::size_t bytes;
};

constexpr SizeClass size_class(std::size_t bytes) {
  if (bytes <= 1024) {
    return {static_cast<int>(aligned(bytes) / kAlignment), aligned(bytes)};
  }
  const int doubling = std::bit_width(bytes - 1) - 11;  // 0 for (1024, 2048]
  const std::size_t quarter = std::size_t{256} << doubling;
  const std::size_t quarters = (bytes + quarter - 1) / quarter;  // 5 to 8
  return {kSmallClasses + 4 * doubling + static_cast<int>(quarters) - 5, quarters * quarter};
}

struct FreeBlock {
  FreeBlock* next;
};

// A thread's free blocks. Trivially constructed and destroyed, so that it can be used before and after the thread's
// other locals live.
struct Cache {
  FreeBlock* blocks[kClasses];
  std::size_t kept;
  bool open;  // blocks are kept: from the first given back on, if the thread can be had to free them when it ends
};
[[gnu::tls_model("initial-exec")]] extern constinit thread_local Cache cache;

void* allocate_from_heap(std::size_t bytes);
void deallocate_slowly(void* block, std::size_t bytes) noexcept;

/// Gives this thread's free blocks, but for small ones, back to the heap: before memory is taken that none of them
/// fits.
void release_kept() noexcept;

}  // namespace allocator

/// A block of at least `bytes`, which are not 0, aligned to 64; an Error where there is no memory.
inline void* allocate(std::size_t bytes) {
  if (bytes > allocator::kLargestKept) return allocator::allocate_from_heap(bytes);
  const allocator::SizeClass size = allocator::size_class(bytes);
  allocator::Cache& cache = allocator::cache;
  allocator::FreeBlock* block = cache.blocks[size.index];
  if (!block) return allocator::allocate_from_heap(size.bytes);
  cache.blocks[size.index] = block->next;
  if (bytes > allocator::kLargestUncounted) cache.kept -= size.bytes;
  return block;
}

/// Gives back a block of allocate(bytes), on any thread.
inline void deallocate(void* block, std::size_t bytes) noexcept {
  const allocator::SizeClass size = allocator::size_class(bytes);
  allocator::Cache& cache = allocator::cache;
  const bool counted = bytes > allocator::kLargestUncounted;
  if (!cache.open || (counted && (bytes > allocator::kLargestKept || cache.kept + size.bytes > allocator::kMostKept))) {
    return allocator::deallocate_slowly(block, bytes);
  }
  cache.blocks[size.index] = new (block) allocator::FreeBlock{cache.blocks[size.index]};
  if (counted) cache.kept += size.bytes;
}

/// For containers of a step, which is not to reach the heap once it is warmed up.
template <class T>
struct KeptBlocks {
  using value_type = T;

  KeptBlocks() = default;
  template <class Other>
  KeptBlocks(const KeptBlocks<Other>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(descent::allocate(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept { descent::deallocate(block, count * sizeof(T)); }

  friend bool operator==(KeptBlocks, KeptBlocks) { return true; }
};

}  // namespace descent
