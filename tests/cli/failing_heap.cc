// Makes allocations fail (failing_calls.h).
#include <cstddef>

#include "cli/failing_calls.h"

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) { return fails(ENOMEM) ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count_of, std::size_t size) { return fails(ENOMEM) ? nullptr : __libc_calloc(count_of, size); }
void* realloc(void* block, std::size_t size) {
  return size > 0 && fails(ENOMEM) ? nullptr : __libc_realloc(block, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  return fails(ENOMEM) ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return fails(ENOMEM) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (fails(ENOMEM)) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
}
