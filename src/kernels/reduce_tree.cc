// Sums, products, maxima and minima in a fixed tree, on every target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_tree.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "descent/error.h"
#include "kernels/reduce_kernels.h"
#include "kernels/reduce_tree.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <template <class> class Operation, class T, template <class> class Values = InMemory>
struct TreeKernels {
  using Of = Tree<Operation, T>;

  template <std::int64_t kRows, class Source>
  static void combine(const void* in, std::int64_t rows, std::int64_t stride, std::int64_t width, std::int64_t rest,
                      void* out) {
    Of::template combine<kRows, Of::kStrip>(Source(static_cast<const T*>(in)), rows, stride, width, rest,
                                            static_cast<T*>(out));
  }

  static void fold(void* data, std::int64_t count, std::int64_t inner, void* result) {
    T* groups = static_cast<T*>(data);
    T* out = static_cast<T*>(result);
    if (inner == 1 && count == Of::kLanes) {
      *out = Of::fold_lanes_of(groups);
      return;
    }
    const hn::CappedTag<T, 1> one;
    while (count > 1) {
      const std::int64_t half = (count + 1) / 2;
      for (std::int64_t i = 0; i < (count - half) * inner; ++i)
        groups[i] = hn::GetLane(Operation<T>::combine(hn::Set(one, groups[i]), hn::Set(one, groups[half * inner + i])));
      count = half;
    }
    std::copy(groups, groups + inner, out);
  }

  static void short_rows(const void* data, std::int64_t rows, std::int64_t n, void* result) {
    const T* in = static_cast<const T*>(data);
    T* out = static_cast<T*>(result);
    if (n <= Of::kVector) {
      for (std::int64_t r = 0; r < rows; ++r) out[r] = Of::of_vector(Values<T>(in + r * n), n);
    } else {
      for (std::int64_t r = 0; r < rows; ++r) out[r] = Of::of_lanes(Values<T>(in + r * n), n);
    }
  }

  static constexpr ReduceKernels kernels = {combine<kBlockRows, Values<T>>, combine<1, InMemory<T>>, fold, short_rows};
};

/// Integers wrap around as unsigned ones do.
template <template <class> class Op, class Integer>
const ReduceKernels& kernels_of_type(DType type) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::boolean:
      break;  // reduce.cc's own
    case DType::int64:
      return TreeKernels<Op, Integer>::kernels;
    case DType::float32:
      return TreeKernels<Op, float>::kernels;
    case DType::float64:
      return TreeKernels<Op, double>::kernels;
    default:
      break;  // computed in others
  }
  fail("reduce: sums, products, maxima and minima of ", type, " have no kernel");
}

const ReduceKernels& find_reduce_kernels(ReduceOp reduction, DType type) {
  switch (reduction) {
    case ReduceOp::sum:
      return kernels_of_type<Sum, std::uint64_t>(type);
    case ReduceOp::sum_of_squares:
      if (type == DType::float32) return TreeKernels<Sum, float, Squared>::kernels;
      if (type == DType::float64) return TreeKernels<Sum, double, Squared>::kernels;
      break;
    case ReduceOp::prod:
      return kernels_of_type<Prod, std::uint64_t>(type);
    case ReduceOp::maximum:
      return kernels_of_type<Maximum, std::int64_t>(type);
    case ReduceOp::minimum:
      return kernels_of_type<Minimum, std::int64_t>(type);
    case ReduceOp::any:
    case ReduceOp::all:
    case ReduceOp::argmax:
    case ReduceOp::argmin:
      break;  // reduce.cc's own, and reduce_arg.cc's
  }
  fail("reduce: reduction ", static_cast<int>(reduction), " of ", type, " has no kernel");
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const ReduceKernels& reduce_kernels(std::int64_t target, ReduceOp reduction, DType type) {
  DESCENT_CALL_TARGET(target, find_reduce_kernels, reduction, type);
}

}  // namespace descent::kernels
#endif
