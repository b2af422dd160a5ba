#include "kernels/softmax.h"

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/formulas.h"
#include "kernels/lanes.h"
#include "kernels/normalize_lanes.h"
#include "kernels/parallel.h"
#include "kernels/reduce_tree.h"
#include "kernels/softmax_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {

template <class T>
struct SoftmaxOf {
  using Lane = Run<T>;
  using D = typename Lane::D;
  using V = typename Lane::V;

  /// As the elementwise kernels compute it.
  static HWY_INLINE V exponential(V x) {
    if constexpr (sizeof(T) == 4)
      return formulas::exp(x);
    else
      return formulas::of_doubles::exp(x);
  }
  static HWY_INLINE T logarithm(T x) {
    if constexpr (sizeof(T) == 4)
      return hn::GetLane(formulas::log(set(x)).raw);
    else
      return hn::GetLane(formulas::of_doubles::log(set(x)).raw);
  }

  /// f(lanes, i) for a tree to read, lanes being those of Run.
  template <class F>
  struct Computed {
    const F& f;
    HWY_INLINE hn::Vec<D> load(std::int64_t at) const { return f(typename Lane::Full(), at).raw; }
    HWY_INLINE hn::Vec<D> load_first(std::int64_t at, std::int64_t n, T fill) const {
      const auto is_there = hn::FirstN(D(), static_cast<std::size_t>(n));
      return hn::IfThenElse(is_there, f(typename Lane::First{n}, at).raw, hn::Set(D(), fill));
    }
  };
  template <class F>
  static HWY_INLINE T sum(std::int64_t n, const F& f) {
    return Tree<Sum, T>::of_row(Computed<F>{f}, n);
  }
  static HWY_INLINE V largest(std::int64_t n, const T* x) {
    return hn::Set(D(), Tree<Maximum, T>::of_row(InMemory<T>{x}, n));
  }

  static HWY_INLINE V set(T value) { return hn::Set(D(), value); }

  /// f(lanes, i) for all of a row, where it puts the results.
  template <class F>
  static HWY_INLINE void for_each(bool streams, std::int64_t n, const F& f) {
    if (streams)
      Lane::template for_each<typename Lane::Streamed>(n, f);
    else
      Lane::for_each(n, f);
  }

  static void forward(std::int64_t rows, std::int64_t n, std::int64_t, const void* from, void* to) {
    const T* x = static_cast<const T*>(from);
    T* y = static_cast<T*>(to);
    for (std::int64_t r = 0; r < rows; ++r, x += n, y += n) {
      const V m = largest(n, x);
      const V factor = set(1 / sum(n, [&](auto lanes, std::int64_t i) {
                             const V weight = exponential(lanes.load(x + i) - m);
                             lanes.store(weight, y + i);
                             return weight;
                           }));
      Lane::for_each(n, [&](auto lanes, std::int64_t i) { lanes.store(lanes.load(y + i) * factor, y + i); });
    }
  }

  static void log_forward(std::int64_t rows, std::int64_t n, std::int64_t result_bytes, const void* from, void* to) {
    const bool streams = Lane::is_streamed(result_bytes, n, to);
    const T* x = static_cast<const T*>(from);
    T* y = static_cast<T*>(to);
    for (std::int64_t r = 0; r < rows; ++r, x += n, y += n) {
      const V m = largest(n, x);
      const V total =
          set(logarithm(sum(n, [&](auto lanes, std::int64_t i) { return exponential(lanes.load(x + i) - m); })));
      for_each(streams, n, [&](auto lanes, std::int64_t i) { lanes.put(lanes.load(x + i) - m - total, y + i); });
    }
    if (streams) hwy::FlushStream();
  }

  /// dx = slope(g, y, the sum over the row of term(g, y)).
  template <class Term, class Slope>
  static HWY_INLINE void backward_by(const Term& term, const Slope& slope, std::int64_t rows, std::int64_t n,
                                     std::int64_t result_bytes, const void* slopes, const void* result, void* to) {
    const bool streams = Lane::is_streamed(result_bytes, n, to);
    const T* g = static_cast<const T*>(slopes);
    const T* y = static_cast<const T*>(result);
    T* dx = static_cast<T*>(to);
    for (std::int64_t r = 0; r < rows; ++r, g += n, y += n, dx += n) {
      const V total =
          set(sum(n, [&](auto lanes, std::int64_t i) { return term(lanes.load(g + i), lanes.load(y + i)); }));
      for_each(streams, n, [&](auto lanes, std::int64_t i) {
        lanes.put(slope(lanes.load(g + i), lanes.load(y + i), total), dx + i);
      });
    }
    if (streams) hwy::FlushStream();
  }

  static void backward(std::int64_t rows, std::int64_t n, std::int64_t result_bytes, const void* g, const void* y,
                       void* dx) {
    backward_by([](V of_y, V p) { return of_y * p; }, [](V of_y, V p, V along) { return p * (of_y - along); }, rows, n,
                result_bytes, g, y, dx);
  }

  static void log_backward(std::int64_t rows, std::int64_t n, std::int64_t result_bytes, const void* g, const void* y,
                           void* dx) {
    backward_by([](V of_y, V) { return of_y; },
                [](V of_y, V log_p, V total) { return of_y - exponential(log_p) * total; }, rows, n, result_bytes, g, y,
                dx);
  }

  static void class_loss(std::int64_t n, const void* from, std::int64_t which, void* to, std::int64_t stride) {
    const T* x = static_cast<const T*>(from);
    T* out = static_cast<T*>(to);
    const V m = largest(n, x);
    const T total = logarithm(sum(n, [&](auto lanes, std::int64_t i) { return exponential(lanes.load(x + i) - m); }));
    const T most = hn::GetLane(m.raw);
    out[0] = total - (x[which] - most);
    out[stride] = most;
    out[2 * stride] = total;
  }

  static void class_loss_backward(std::int64_t n, std::int64_t result_bytes, const void* slope, const void* from,
                                  std::int64_t which, const void* loss, std::int64_t stride, void* to) {
    const T* x = static_cast<const T*>(from);
    T* dx = static_cast<T*>(to);
    const T g = *static_cast<const T*>(slope);
    const V factor = set(g), m = set(static_cast<const T*>(loss)[stride]),
            total = set(static_cast<const T*>(loss)[2 * stride]);
    const auto probability = [&](auto lanes, std::int64_t i) { return exponential(lanes.load(x + i) - m - total); };
    const bool streams = Lane::is_streamed(result_bytes, n, to);
    for_each(streams, n, [&](auto lanes, std::int64_t i) { lanes.put(probability(lanes, i) * factor, dx + i); });
    if (streams) hwy::FlushStream();
    dx[which] = (hn::GetLane(probability(typename Lane::First{1}, which).raw) - 1) * g;
  }

  static constexpr SoftmaxKernels kernels = {forward,      log_forward, backward,
                                             log_backward, class_loss,  class_loss_backward};
};

const SoftmaxKernels& find_softmax_kernels(DType type) {
  return type == DType::float32 ? SoftmaxOf<float>::kernels : SoftmaxOf<double>::kernels;
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::kernels {

const SoftmaxKernels& softmax_kernels(std::int64_t target, DType type) {
  DESCENT_CALL_TARGET(target, find_softmax_kernels, type);
}

namespace {

/// Elements that are worth waking a thread for.
constexpr std::int64_t kGrain = 1 << 13;

const std::byte* at(const void* data, std::int64_t offset) { return static_cast<const std::byte*>(data) + offset; }
std::byte* at(void* data, std::int64_t offset) { return static_cast<std::byte*>(data) + offset; }

/// Calls a kernel with blocks of rows of its operands.
template <class Kernel, class... Operands>
void run_rows(Kernel SoftmaxKernels::*kernel, DType type, std::int64_t rows, std::int64_t n, Operands... operands) {
  const Kernel run = softmax_kernels(chosen_target(), type).*kernel;
  const std::int64_t row = n * static_cast<std::int64_t>(size_of(type));
  parallel_for(rows, std::max<std::int64_t>(1, kGrain / n), [&](std::int64_t begin, std::int64_t end) {
    run(end - begin, n, rows * row, at(operands, begin * row)...);
  });
}

}  // namespace

void softmax_rows(DType type, std::int64_t rows, std::int64_t n, const void* x, void* y) {
  run_rows(&SoftmaxKernels::forward, type, rows, n, x, y);
}

void log_softmax_rows(DType type, std::int64_t rows, std::int64_t n, const void* x, void* y) {
  run_rows(&SoftmaxKernels::log_forward, type, rows, n, x, y);
}

void softmax_rows_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* y, void* dx) {
  run_rows(&SoftmaxKernels::backward, type, rows, n, g, y, dx);
}

void log_softmax_rows_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* y, void* dx) {
  run_rows(&SoftmaxKernels::log_backward, type, rows, n, g, y, dx);
}

void class_losses(DType type, std::int64_t rows, std::int64_t n, const void* x, const std::int64_t* classes,
                  void* out) {
  const SoftmaxKernels& kernels = softmax_kernels(chosen_target(), type);
  const auto size = static_cast<std::int64_t>(size_of(type));
  parallel_for(rows, std::max<std::int64_t>(1, kGrain / n), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r)
      kernels.class_loss(n, at(x, r * n * size), classes[r], at(out, r * size), rows);
  });
}

void class_losses_backward(DType type, std::int64_t rows, std::int64_t n, const void* g, const void* x,
                           const std::int64_t* classes, const void* out, void* dx) {
  const SoftmaxKernels& kernels = softmax_kernels(chosen_target(), type);
  const auto size = static_cast<std::int64_t>(size_of(type));
  parallel_for(rows, std::max<std::int64_t>(1, kGrain / n), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      kernels.class_loss_backward(n, rows * n * size, at(g, r * size), at(x, r * n * size), classes[r],
                                  at(out, r * size), rows, at(dx, r * n * size));
    }
  });
}

}  // namespace descent::kernels
#endif
