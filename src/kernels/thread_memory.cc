#include "kernels/thread_memory.h"

#include <pthread.h>

#include <cstdlib>
#include <type_traits>
#include <utility>

#include "descent/error.h"

namespace descent::kernels {
namespace {

constinit thread_local ThreadEnd* ends = nullptr;  // of this thread

void run_ends(void*) {
  while (ends) {
    ThreadEnd& end = *std::exchange(ends, ends->next);
    end.is_listed = false;
    end.call(end);
  }
}

/// By which the C library knows that a thread has ends to run. Gone with the library: a thread that outlives it leaves
/// its memory behind.
class Key {
 public:
  Key() : exists_(pthread_key_create(&key_, run_ends) == 0) {}
  ~Key() {
    if (std::exchange(exists_, false)) pthread_key_delete(key_);
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  bool set() const { return exists_ && pthread_setspecific(key_, this) == 0; }

 private:
  pthread_key_t key_{};
  bool exists_;
};

}  // namespace

bool ThreadEnd::list() noexcept {
  if (is_listed) return true;
  static const Key key;
  if (!ends && !key.set()) return false;
  next = std::exchange(ends, this);
  is_listed = true;
  return true;
}

void ThreadMemory::grow(std::size_t bytes) {
  constexpr std::size_t alignment = 64;
  const std::size_t wanted = (bytes + alignment - 1) / alignment * alignment;
  if (!end_.list()) throw OutOfMemory("", wanted);
  // First, so that at no time there are both.
  free_all(end_);
  memory_ = std::aligned_alloc(alignment, wanted);
  if (!memory_) throw OutOfMemory("", wanted);
  bytes_ = wanted;
}

void ThreadMemory::free_all(ThreadEnd& end) {
  static_assert(std::is_standard_layout_v<ThreadMemory>);
  auto& self = reinterpret_cast<ThreadMemory&>(end);
  std::free(std::exchange(self.memory_, nullptr));
  self.bytes_ = 0;
}

}  // namespace descent::kernels
