// Sums, products, maxima and minima in a fixed tree, on every target.
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reduce_tree.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "descent/error.h"
#include "kernels/reduce_kernels.h"
#include "kernels/reduce_lanes.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <template <class> class Operation, class T>
struct Tree {
  using Op = Operation<T>;
  using D = hn::ScalableTag<T>;
  using V = hn::Vec<D>;
  static constexpr std::int64_t kVector = hn::MaxLanes(D());
  static constexpr std::int64_t kLanes = kLaneBytes / sizeof(T);
  static constexpr std::int64_t kStrip = kStripBytes / sizeof(T);
  static constexpr int kLevels = 36;

  /// What goes down the rows together: neighbours in memory.
  static constexpr std::int64_t kGroup = std::min<std::int64_t>(8, kLanes / kVector);

  /// kVecs vectors of columns over `rows` >= 1 rows, one after another.
  template <std::int64_t kVecs>
  static HWY_INLINE void block(const T* in, std::int64_t rows, std::int64_t stride, V* v) {
    for (std::int64_t g = 0; g < kVecs; ++g) v[g] = hn::LoadU(D(), in + g * kVector);
    for (std::int64_t r = 1; r < rows; ++r) {
      in += stride;
      for (std::int64_t g = 0; g < kVecs; ++g) v[g] = Op::combine(v[g], hn::LoadU(D(), in + g * kVector));
    }
  }

  /// The same of the first `columns` columns of one vector.
  static HWY_INLINE V block_first(const T* in, std::int64_t rows, std::int64_t stride, std::int64_t columns) {
    V v = load_first(D(), in, columns, Op::identity);
    for (std::int64_t r = 1; r < rows; ++r) v = Op::combine(v, load_first(D(), in + r * stride, columns, Op::identity));
    return v;
  }

  template <std::int64_t kRows>
  static void combine(const void* data, std::int64_t rows, std::int64_t stride, std::int64_t width, std::int64_t rest,
                      void* result) {
    const T* in = static_cast<const T*>(data);
    T* out = static_cast<T*>(result);
    // Where bit l of the number of blocks so far is set, level l holds the tree over 2^l of them.
    HWY_ALIGN T levels[kLevels][kStrip];
    const std::int64_t blocks = (rows + (rest > 0) + kRows - 1) / kRows;
    for (std::int64_t b = 0; b < blocks; ++b, in += kRows * stride, rows -= kRows) {
      const std::int64_t count = std::min(rows, kRows);
      const bool with_rest = rest > 0 && b == blocks - 1;
      const int merged = std::countr_one(static_cast<std::uint64_t>(b));
      const auto add_subtree = [&](V v, std::int64_t c) {
        for (int l = 0; l < merged; ++l) v = Op::combine(hn::Load(D(), levels[l] + c), v);
        hn::Store(v, D(), levels[merged] + c);
      };
      std::int64_t c = 0;
      if (!with_rest) {
        for (; c + kGroup * kVector <= width; c += kGroup * kVector) {
          V v[kGroup];
          block<kGroup>(in + c, count, stride, v);
          for (std::int64_t g = 0; g < kGroup; ++g) add_subtree(v[g], c + g * kVector);
        }
      }
      for (; c < width; c += kVector) {
        V v = hn::Set(D(), Op::identity);
        if (count > 0 && width - c >= kVector)
          block<1>(in + c, count, stride, &v);
        else if (count > 0)
          v = block_first(in + c, count, stride, width - c);
        if (with_rest && rest > c)
          v = Op::combine(v, load_first(D(), in + count * stride + c, std::min(rest - c, kVector), Op::identity));
        add_subtree(v, c);
      }
    }
    const int lowest = std::countr_zero(static_cast<std::uint64_t>(blocks));
    const int highest = std::bit_width(static_cast<std::uint64_t>(blocks));
    for (std::int64_t c = 0; c < width; c += kVector) {
      V v = hn::Load(D(), levels[lowest] + c);
      for (int l = lowest + 1; l < highest; ++l)
        if ((blocks >> l & 1) != 0) v = Op::combine(hn::Load(D(), levels[l] + c), v);
      v = Op::finish(D(), v);
      if (width - c >= kVector)
        hn::StoreU(v, D(), out + c);
      else
        store_first(v, D(), out + c, width - c);
    }
  }

  static HWY_INLINE T fold_vectors(V* v) {
    for (std::int64_t half = kLanes / kVector / 2; half > 0; half /= 2)
      for (std::int64_t k = 0; k < half; ++k) v[k] = Op::combine(v[k], v[k + half]);
    return fold_lanes<Op>(D(), v[0]);
  }

  static void fold(void* data, std::int64_t count, std::int64_t inner, void* result) {
    T* groups = static_cast<T*>(data);
    T* out = static_cast<T*>(result);
    if (inner == 1 && count == kLanes) {
      V v[kLanes / kVector];
      for (std::int64_t k = 0; k < kLanes / kVector; ++k) v[k] = hn::LoadU(D(), groups + k * kVector);
      *out = fold_vectors(v);
      return;
    }
    const hn::CappedTag<T, 1> one;
    while (count > 1) {
      const std::int64_t half = (count + 1) / 2;
      for (std::int64_t i = 0; i < (count - half) * inner; ++i)
        groups[i] = hn::GetLane(Op::combine(hn::Set(one, groups[i]), hn::Set(one, groups[half * inner + i])));
      count = half;
    }
    std::copy(groups, groups + inner, out);
  }

  static void short_rows(const void* data, std::int64_t rows, std::int64_t n, void* result) {
    const T* in = static_cast<const T*>(data);
    T* out = static_cast<T*>(result);
    if (n <= kVector) {
      for (std::int64_t r = 0; r < rows; ++r)
        out[r] = fold_lanes<Op>(D(), load_first(D(), in + r * n, n, Op::identity));
      return;
    }
    for (std::int64_t r = 0; r < rows; ++r, in += n) {
      V v[kLanes / kVector];
      for (std::int64_t k = 0; k < kLanes / kVector; ++k) {
        const std::int64_t left = n - k * kVector;
        v[k] = left >= kVector ? hn::LoadU(D(), in + k * kVector)
               : left > 0      ? load_first(D(), in + k * kVector, left, Op::identity)
                               : hn::Set(D(), Op::identity);
      }
      out[r] = fold_vectors(v);
    }
  }

  static constexpr ReduceKernels kernels = {combine<kBlockRows>, combine<1>, fold, short_rows};
};

/// Integers wrap around as unsigned ones do.
template <template <class> class Op, class Integer>
const ReduceKernels& kernels_of_type(DType type) {
  static_assert(kComputedDTypeCount == 4, "a case for each below");
  switch (type) {
    case DType::boolean:
      break;  // reduce.cc's own
    case DType::int64:
      return Tree<Op, Integer>::kernels;
    case DType::float32:
      return Tree<Op, float>::kernels;
    case DType::float64:
      return Tree<Op, double>::kernels;
    default:
      break;  // computed in others
  }
  fail("reduce: sums, products, maxima and minima of ", type, " have no kernel");
}

const ReduceKernels& find_reduce_kernels(ReduceOp reduction, DType type) {
  switch (reduction) {
    case ReduceOp::sum:
      return kernels_of_type<Sum, std::uint64_t>(type);
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
