// Loaded before the C library of a program (LD_PRELOAD), it makes the allocation fail that DESCENT_FAILING_ALLOCATION
// counts, from 1, and with DESCENT_FAILING_ON all that follow. How many there were is written to the descriptor that
// DESCENT_COUNT_TO names.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<long> count = 0;
long failing = 0;
bool goes_on = false;

__attribute__((constructor)) void read_environment() {
  const char* wish = std::getenv("DESCENT_FAILING_ALLOCATION");
  goes_on = std::getenv("DESCENT_FAILING_ON") != nullptr;
  count = 0;
  failing = wish ? std::atol(wish) : 0;
}

__attribute__((destructor)) void tell_count() {
  const char* descriptor = std::getenv("DESCENT_COUNT_TO");
  if (!descriptor) return;
  const long all = count;
  if (::write(std::atoi(descriptor), &all, sizeof all) < 0) ::_exit(1);
}

bool fails() {
  const long now = ++count;
  if (failing == 0 || now < failing || (now > failing && !goes_on)) return false;
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count_of, std::size_t size) { return fails() ? nullptr : __libc_calloc(count_of, size); }
void* realloc(void* block, std::size_t size) { return size > 0 && fails() ? nullptr : __libc_realloc(block, size); }
void* memalign(std::size_t alignment, std::size_t size) { return fails() ? nullptr : __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return fails() ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (fails()) return ENOMEM;
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}
}
