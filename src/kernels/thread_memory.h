// What a thread keeps for as long as it runs.
//
// An object that is thread_local and has a destructor is registered with the C library when it is first met, which ends
// the process where there is no memory for it. What stands here throws then, or says so.
#pragma once

#include <cstddef>
#include <cstdint>

namespace descent::kernels {

/// What is to be done when the thread ends: a member of what it is done to, which is thread_local and constinit.
struct ThreadEnd {
  using Call = void (*)(ThreadEnd& end);

  Call call;
  ThreadEnd* next = nullptr;
  bool is_listed = false;

  /// Has call(*this) run when the calling thread ends, unless the process, or the library, ends first. It may be listed
  /// again from then on. False: there is no memory for it.
  bool list() noexcept;
};

/// Memory that grows to what is asked for, and stays: thread_local constinit.
class ThreadMemory {
 public:
  constexpr ThreadMemory() = default;

  /// At least so many bytes, aligned to 64, with whatever was in them; they hold until more are asked for. An Error
  /// where there is no memory.
  void* at_least(std::size_t bytes) {
    if (bytes > bytes_) grow(bytes);
    return memory_;
  }
  template <class T>
  T* at_least(std::int64_t count) {
    return static_cast<T*>(at_least(static_cast<std::size_t>(count) * sizeof(T)));
  }

 private:
  void grow(std::size_t bytes);
  static void free_all(ThreadEnd& end);

  ThreadEnd end_{free_all};  // the first member: what free_all gets is where the object is
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace descent::kernels
