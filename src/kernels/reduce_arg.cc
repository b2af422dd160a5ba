// Positions of the largest and the smallest value, on every target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_arg.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "kernels/reduce_kernels.h"
#include "kernels/reduce_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <bool kLargest, class T>
struct Arg {
  static constexpr std::int64_t kBlock = 128;

  /// Whether b, which comes later, takes the place of a.
  static HWY_INLINE bool better(T a, T b) {
    const bool beyond = kLargest ? b > a : b < a;
    if constexpr (hwy::IsFloat<T>())
      return beyond | (!(b == b) & (a == a));
    else
      return beyond;
  }

  static std::int64_t first_best(const T* in, std::int64_t n) {
    std::int64_t best = 0;
    for (std::int64_t j = 1; j < n; ++j)
      if (better(in[best], in[j])) best = j;
    return best;
  }

  static T best_of_block(const T* in) {
    using Op = std::conditional_t<kLargest, Maximum<T>, Minimum<T>>;
    using D = hn::ScalableTag<T>;
    constexpr std::int64_t kVector = hn::MaxLanes(D());
    constexpr std::int64_t kStep = std::min<std::int64_t>(kBlock, 4 * kVector);
    hn::Vec<D> v[kStep / kVector];
    for (std::int64_t k = 0; k < kStep / kVector; ++k) v[k] = hn::LoadU(D(), in + k * kVector);
    for (std::int64_t j = kStep; j < kBlock; j += kStep)
      for (std::int64_t k = 0; k < kStep / kVector; ++k) v[k] = Op::combine(v[k], hn::LoadU(D(), in + j + k * kVector));
    for (std::int64_t k = 1; k < kStep / kVector; ++k) v[0] = Op::combine(v[0], v[k]);
    return fold_lanes<Op>(D(), v[0]);
  }

  static std::int64_t row(const T* in, std::int64_t n) {
    if constexpr (sizeof(T) == 1) {
      const void* found = std::memchr(in, kLargest, static_cast<std::size_t>(n));
      return found == nullptr ? 0 : static_cast<const T*>(found) - in;
    } else {
      // Blocks are compared by their best values, and only the winner is searched for its position.
      if (n < 2 * kBlock) return first_best(in, n);
      const std::int64_t last = n - n % kBlock;
      std::int64_t winner = 0;
      T best = best_of_block(in);
      for (std::int64_t begin = kBlock; begin < last; begin += kBlock) {
        const T value = best_of_block(in + begin);
        if (better(best, value)) best = value, winner = begin;
      }
      winner += first_best(in + winner, kBlock);
      if (last < n) {
        const std::int64_t rest = last + first_best(in + last, n - last);
        if (better(in[winner], in[rest])) winner = rest;
      }
      return winner;
    }
  }

  static void rows(const void* data, std::int64_t rows, std::int64_t n, std::int64_t* out) {
    const T* in = static_cast<const T*>(data);
    for (std::int64_t r = 0; r < rows; ++r) out[r] = row(in + r * n, n);
  }

  static void columns(const void* data, std::int64_t n, std::int64_t inner, std::int64_t width, std::int64_t* out) {
    constexpr std::int64_t kWidth = 1024;
    for (; width > 0; width -= kWidth, out += kWidth, data = static_cast<const T*>(data) + kWidth) {
      const T* in = static_cast<const T*>(data);
      const std::int64_t count = std::min(width, kWidth);
      T best[kWidth];
      std::copy(in, in + count, best);
      std::fill(out, out + count, 0);
      for (std::int64_t j = 1; j < n; ++j) {
        in += inner;
        for (std::int64_t i = 0; i < count; ++i) {
          const bool wins = better(best[i], in[i]);
          best[i] = wins ? in[i] : best[i];
          out[i] = wins ? j : out[i];
        }
      }
    }
  }

  static constexpr ArgReduceKernels kernels = {rows, columns};
};

template <bool kLargest>
const ArgReduceKernels& arg_kernels_of_type(DType type) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::boolean:
      return Arg<kLargest, std::uint8_t>::kernels;
    case DType::int64:
      return Arg<kLargest, std::int64_t>::kernels;
    case DType::float32:
      return Arg<kLargest, float>::kernels;
    case DType::float64:
      return Arg<kLargest, double>::kernels;
    default:
      __builtin_unreachable();  // computed in others
  }
}

const ArgReduceKernels& find_arg_kernels(ReduceOp reduction, DType type) {
  return reduction == ReduceOp::argmax ? arg_kernels_of_type<true>(type) : arg_kernels_of_type<false>(type);
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const ArgReduceKernels& arg_reduce_kernels(std::int64_t target, ReduceOp reduction, DType type) {
  DESCENT_CALL_TARGET(target, find_arg_kernels, reduction, type);
}

}  // namespace descent::kernels
#endif
