// A small pool of threads. Work is cut into blocks whose size depends on the amount of work alone, never on the number
// of threads, so that results have the same bits on any number.
#pragma once

#include <cstdint>

#include "descent/threads.h"

namespace descent::kernels {

/// Elements that are worth waking a thread for, where little is done with each.
inline constexpr std::int64_t kElementGrain = 1 << 15;

/// Calls body(begin, end) for consecutive blocks of `grain` elements (the last may be shorter) that cover [0, n), on
/// the pool and the calling thread, and returns when all are done. One block, a pool of one thread, or a call from
/// inside another parallel_for runs inline, block by block, without touching the pool. The first exception thrown by
/// a body is rethrown here. `body` is called through a plain function pointer and context: no allocation. The pool has
/// num_threads(), which start at the first call that needs them.
template <class Body>
void parallel_for(std::int64_t n, std::int64_t grain, const Body& body);

namespace detail {
using BlockFunction = void (*)(const void* context, std::int64_t begin, std::int64_t end);
void run_blocks(std::int64_t n, std::int64_t grain, BlockFunction function, const void* context);
}  // namespace detail

template <class Body>
void parallel_for(std::int64_t n, std::int64_t grain, const Body& body) {
  if (n <= grain) {
    if (n > 0) body(std::int64_t{0}, n);
    return;
  }
  detail::run_blocks(
      n, grain,
      [](const void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<const Body*>(context))(begin, end);
      },
      &body);
}

}  // namespace descent::kernels
