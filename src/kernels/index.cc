#include "kernels/index.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <limits>
#include <type_traits>

#include "descent/threads.h"
#include "kernels/element_size.h"
#include "kernels/nan.h"
#include "kernels/parallel.h"
#include "kernels/wrapping.h"

namespace descent::kernels {
namespace {

/// How many elements make it worth waking a thread.
constexpr std::int64_t kGrain = 1 << 14;

/// How many items have about so many elements together.
std::int64_t items_of(std::int64_t elements, std::int64_t elements_per_item) {
  return std::max<std::int64_t>(1, elements / std::max<std::int64_t>(1, elements_per_item));
}
std::int64_t grain(std::int64_t elements_per_item) { return items_of(kGrain, elements_per_item); }

/// Looks for the first of many indices that is outside [0, n), on any number of threads.
class Outside {
 public:
  explicit Outside(std::int64_t n) : n_(static_cast<std::uint64_t>(n)) {}

  /// Whether one of index[begin], ... is.
  bool find(const std::int64_t* index, std::int64_t begin, std::int64_t end) {
    std::uint64_t signs = 0;  // the highest bit of i, or of n - 1 - i, is set: vectors have no other way to compare
    for (std::int64_t j = begin; j < end; ++j)
      signs |= static_cast<std::uint64_t>(index[j]) | (n_ - 1 - static_cast<std::uint64_t>(index[j]));
    if (signs >> 63 == 0) return false;
    std::int64_t place = begin;
    while (static_cast<std::uint64_t>(index[place]) < n_) ++place;
    std::int64_t before = first_.load(std::memory_order_relaxed);
    while (place < before && !first_.compare_exchange_weak(before, place, std::memory_order_relaxed)) {
    }
    return true;
  }
  /// The position of the first, or -1.
  std::int64_t first() const {
    const std::int64_t place = first_.load(std::memory_order_relaxed);
    return place == kNone ? -1 : place;
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
  std::uint64_t n_;
  std::atomic<std::int64_t> first_{kNone};
};

/// How many indices are looked at, and then used while they are in the first cache.
constexpr std::int64_t kBlock = 1024;

/// The position of the first index outside [0, n), or -1.
std::int64_t first_outside(const std::int64_t* index, std::int64_t count, std::int64_t n) {
  Outside outside(n);
  parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t j = begin; j < end; j += kBlock) {
      if (outside.find(index, j, std::min(end, j + kBlock))) return;
    }
  });
  return outside.first();
}

/// a += b.
template <class T>
void add_to(T& a, T b) {
  if constexpr (std::is_same_v<T, bool>)
    a = a | b;
  else
    a += b;
}

/// Calls `f` with the type in which elements of `type` are added.
template <class F>
void dispatch_sum(DType type, const F& f) {
  dispatch_computed("a sum at indices", type, [&](auto zero) { f(Wrapping<decltype(zero)>{}); });
}

/// Calls body(o, first, width) for strips of the columns of each slice, as wide as lets every thread have one; each is
/// one thread's, so that what is added to an element is added in order.
template <class Body>
void for_each_strip(std::int64_t outer, std::int64_t rows, std::int64_t inner, const Body& body) {
  const std::int64_t threads = num_threads(), share = (inner * outer + threads - 1) / threads;
  const std::int64_t width = std::clamp<std::int64_t>((share + 15) / 16 * 16, 64, 512);
  const std::int64_t strips = (inner + width - 1) / width;
  parallel_for(outer * strips, grain(rows * std::min(inner, width)), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t first = item % strips * width;
      body(item / strips, first, std::min(width, inner - first));
    }
  });
}

}  // namespace

std::int64_t index_select(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                          const std::int64_t* index, std::int64_t count, void* out) {
  if (const std::int64_t bad = first_outside(index, count, n); bad >= 0) return bad;
  if (inner == 0) return -1;
  if (inner == 1) {
    dispatch_size(size_of(type), [&](auto zero) {
      using T = decltype(zero);
      parallel_for(outer * count, kGrain, [&](std::int64_t begin, std::int64_t end) {
        T* to = static_cast<T*>(out);
        for (std::int64_t o = begin / count, item = begin; item < end; ++o) {
          const T* from = static_cast<const T*>(in) + o * n;
          const std::int64_t last = std::min(end, (o + 1) * count);
          for (std::int64_t j = item - o * count; item < last; ++j, ++item) to[item] = from[index[j]];
        }
      });
    });
    return -1;
  }
  const std::int64_t row = inner * static_cast<std::int64_t>(size_of(type));
  parallel_for(outer * count, grain(inner), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t from = item / count * n + index[item % count];
      std::memcpy(static_cast<std::byte*>(out) + item * row, static_cast<const std::byte*>(in) + from * row,
                  static_cast<std::size_t>(row));
    }
  });
  return -1;
}

std::int64_t index_add(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                       const std::int64_t* index, std::int64_t count, void* out) {
  if (const std::int64_t bad = first_outside(index, count, n); bad >= 0) return bad;
  dispatch_sum(type, [&](auto zero) {
    using T = decltype(zero);
    for_each_strip(outer, count, inner, [&](std::int64_t o, std::int64_t first, std::int64_t width) {
      const T* from = static_cast<const T*>(in) + o * count * inner + first;
      T* to = static_cast<T*>(out) + o * n * inner + first;
      for (std::int64_t j = 0; j < count; ++j) {
        const T* source = from + j * inner;
        T* target = to + index[j] * inner;
        for (std::int64_t i = 0; i < width; ++i) add_to(target[i], source[i]);
      }
    });
  });
  return -1;
}

std::int64_t gather(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                    const std::int64_t* index, std::int64_t count, void* out) {
  Outside outside(n);
  dispatch_size(size_of(type), [&](auto zero) {
    using T = decltype(zero);
    parallel_for(outer * count, grain(inner), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t item = begin; item < end;) {
        const std::int64_t stop = std::min(end, item + items_of(kBlock, inner));
        if (outside.find(index, item * inner, stop * inner)) return;
        if (inner == 1) {
          T* to = static_cast<T*>(out);
          for (std::int64_t o = item / count; item < stop; ++o) {
            const T* from = static_cast<const T*>(in) + o * n;
            for (const std::int64_t last = std::min(stop, (o + 1) * count); item < last; ++item)
              to[item] = from[index[item]];
          }
          continue;
        }
        for (; item < stop; ++item) {
          const T* from = static_cast<const T*>(in) + item / count * n * inner;
          T* to = static_cast<T*>(out) + item * inner;
          const std::int64_t* which = index + item * inner;
          for (std::int64_t i = 0; i < inner; ++i) to[i] = from[which[i] * inner + i];
        }
      }
    });
  });
  return outside.first();
}

namespace {

/// change(element of out, element of in) for many elements of one slice: each thread goes through all of them, for
/// those of its part of out.
template <class T, class Change>
void scatter_parts(const T* in, std::int64_t n, const std::int64_t* index, std::int64_t count, T* out,
                   std::int64_t parts, const Change& change) {
  const std::int64_t width = (n + parts - 1) / parts;
  parallel_for(parts, 1, [&](std::int64_t part, std::int64_t end) {
    for (; part < end; ++part) {
      const std::int64_t first = part * width;
      const auto own = static_cast<std::uint64_t>(std::clamp<std::int64_t>(n - first, 0, width));
      // A list of its elements comes before, made without a branch, which could be foreseen as little as the indices.
      std::int64_t mine[kBlock];
      for (std::int64_t begin = 0; begin < count; begin += kBlock) {
        std::int64_t found = 0;
        for (std::int64_t j = begin; j < std::min(count, begin + kBlock); ++j) {
          mine[found] = j;
          found += static_cast<std::uint64_t>(index[j] - first) < own ? 1 : 0;
        }
        for (std::int64_t k = 0; k < found; ++k) change(out[index[mine[k]]], in[mine[k]]);
      }
    }
  });
}

/// change(element of out, element of in) for each, T being the type in which both are taken.
template <class T, class Change>
void scatter_elements(const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner, const std::int64_t* index,
                      std::int64_t count, void* out, const Change& change) {
  constexpr std::int64_t kMostParts = 4;
  const std::int64_t parts = std::min<std::int64_t>(num_threads(), kMostParts);
  if (outer == 1 && inner == 1 && count > kGrain && parts > 1)
    return scatter_parts(static_cast<const T*>(in), n, index, count, static_cast<T*>(out), parts, change);
  for_each_strip(outer, count, inner, [&](std::int64_t o, std::int64_t first, std::int64_t width) {
    const T* from = static_cast<const T*>(in) + o * count * inner + first;
    const std::int64_t* which = index + o * count * inner + first;
    T* to = static_cast<T*>(out) + o * n * inner + first;
    for (std::int64_t j = 0; j < count; ++j)
      for (std::int64_t i = 0; i < width; ++i) change(to[which[j * inner + i] * inner + i], from[j * inner + i]);
  });
}

}  // namespace

std::int64_t scatter_add(DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                         const std::int64_t* index, std::int64_t count, void* out) {
  if (const std::int64_t bad = first_outside(index, outer * count * inner, n); bad >= 0) return bad;
  dispatch_sum(type, [&](auto zero) {
    using T = decltype(zero);
    scatter_elements<T>(in, outer, n, inner, index, count, out, [](T& to, T from) { add_to(to, from); });
  });
  return -1;
}

std::int64_t scatter(Scatter how, DType type, const void* in, std::int64_t outer, std::int64_t n, std::int64_t inner,
                     const std::int64_t* index, std::int64_t count, void* out) {
  if (const std::int64_t bad = first_outside(index, outer * count * inner, n); bad >= 0) return bad;
  const auto change = [&]<class T>(const auto& f) { scatter_elements<T>(in, outer, n, inner, index, count, out, f); };
  if (how == Scatter::product) {
    dispatch_numbers("scatter", type, [&](auto zero) {
      using T = Wrapping<decltype(zero)>;
      change.template operator()<T>([](T& to, T from) { to *= from; });
    });
    return -1;
  }
  dispatch_computed("scatter", type, [&](auto zero) {
    using T = decltype(zero);
    switch (how) {
      case Scatter::maximum:
        return change.template operator()<T>([](T& to, T from) { to = from > to || is_nan(from) ? from : to; });
      case Scatter::minimum:
        return change.template operator()<T>([](T& to, T from) { to = from < to || is_nan(from) ? from : to; });
      default:
        return change.template operator()<T>([](T& to, T from) { to = from; });
    }
  });
  return -1;
}

}  // namespace descent::kernels
