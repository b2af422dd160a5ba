// Memory for tensors: blocks are kept and handed out again, so that a warmed-up training step never reaches the heap.
#pragma once

#include <cstddef>

namespace descent {

/// A block of at least `bytes`, aligned to 64. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

/// Gives back a block of allocate(bytes), on any thread.
void deallocate(void* block, std::size_t bytes) noexcept;

}  // namespace descent
