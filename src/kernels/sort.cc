// Sorting: every value becomes an unsigned integer of the same order, and those are sorted with their positions.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/parallel.h"
#include "kernels/reduce.h"

namespace descent::kernels {
namespace {

/// The order of the floats, 0 and -0 equal, every NaN the same and larger than all.
template <class Key, class T>
Key key_of(T value) {
  constexpr DTypeKind kind = kind_of(dtype_of<T>());
  if constexpr (kind == DTypeKind::boolean) {
    return value;
  } else if constexpr (kind == DTypeKind::integer) {
    static_assert(std::is_signed_v<T> && sizeof(T) == sizeof(Key), "the sign is the highest bit of the key");
    return static_cast<Key>(value) ^ Key { 1 } << (8 * sizeof(T) - 1);
  } else {
    static_assert(std::numeric_limits<T>::is_iec559 && sizeof(T) >= 4);
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr Bits kSign = Bits{1} << (8 * sizeof(T) - 1);
    if (value != value) return std::numeric_limits<Bits>::max();
    const Bits bits = std::bit_cast<Bits>(value + T{0});  // -0 + 0 is 0
    return (bits & kSign) != 0 ? static_cast<Bits>(~bits) : bits | kSign;
  }
}

template <class Key, class Position>
struct Entry {
  Key key;
  Position position;
  bool operator<(const Entry& other) const { return key != other.key ? key < other.key : position < other.position; }
};

/// What turns the order of keys round, or leaves it.
template <class Key>
constexpr Key flip_of(bool descending) {
  return descending ? static_cast<Key>(~Key{0}) : Key{0};
}

/// The entries of a row. Descending reverses the order of the keys, and equals keep theirs.
template <class E, class T>
void read_row(const T* in, std::int64_t n, bool descending, std::vector<E>& entries) {
  using Key = decltype(E::key);
  entries.resize(static_cast<std::size_t>(n));
  const Key flip = flip_of<Key>(descending);
  for (std::int64_t j = 0; j < n; ++j)
    entries[static_cast<std::size_t>(j)] = {static_cast<Key>(key_of<Key>(in[j]) ^ flip),
                                            static_cast<decltype(E::position)>(j)};
}

/// Sorts by key, keeping the order of equals: byte by byte from the lowest, without the bytes that all have in common.
template <class E>
void radix_sort(std::vector<E>& entries, std::vector<E>& scratch) {
  constexpr std::size_t kBytes = sizeof(E::key);
  std::array<std::array<std::size_t, 256>, kBytes> counts{};
  for (const E& entry : entries)
    for (std::size_t b = 0; b < kBytes; ++b) ++counts[b][entry.key >> 8 * b & 255];
  scratch.resize(entries.size());
  for (std::size_t b = 0; b < kBytes; ++b) {
    auto& count = counts[b];
    if (count[entries[0].key >> 8 * b & 255] == entries.size()) continue;
    std::size_t place = 0;
    for (std::size_t& c : count) place += std::exchange(c, place);
    for (const E& entry : entries) scratch[count[entry.key >> 8 * b & 255]++] = entry;
    entries.swap(scratch);
  }
}

template <class E>
void sort_entries(std::vector<E>& entries, std::vector<E>& scratch) {
  constexpr std::size_t kRadixFrom = 512;
  if (entries.size() < kRadixFrom)
    std::sort(entries.begin(), entries.end());
  else
    radix_sort(entries, scratch);
}

/// Leaves the k least entries, in any order.
template <class E>
void keep_least(std::int64_t k, std::vector<E>& entries) {
  if (k >= std::ssize(entries)) return;
  std::nth_element(entries.begin(), entries.begin() + (k - 1), entries.end());
  entries.resize(static_cast<std::size_t>(k));
}

/// The k first entries of a row's order, in any order. Most values of a long row are told by one comparison, some at a
/// time, from the last of those that were found.
template <class E, class T>
void read_first(const T* in, std::int64_t n, bool descending, std::int64_t k, std::vector<E>& entries) {
  using Key = decltype(E::key);
  constexpr std::int64_t kRun = 32;
  constexpr std::int64_t kLeastRoom = 256;
  const std::int64_t room = std::max(kLeastRoom, 2 * k);
  if (n <= 2 * room) {
    read_row(in, n, descending, entries);
    return keep_least(k, entries);
  }
  read_row(in, room, descending, entries);
  const Key flip = flip_of<Key>(descending);
  const auto key_at = [&](std::int64_t j) { return static_cast<Key>(key_of<Key>(in[j]) ^ flip); };
  Key last = 0;  // an equal one that comes later is no better
  const auto drop = [&] {
    keep_least(k, entries);
    last = std::max_element(entries.begin(), entries.end())->key;
  };
  drop();
  for (std::int64_t j = room; j < n; j += kRun) {
    const std::int64_t count = std::min(kRun, n - j);
    if (count == kRun) {
      bool any = false;
      for (std::int64_t i = 0; i < kRun; ++i) any |= key_at(j + i) < last;
      if (!any) [[likely]]
        continue;
    }
    for (std::int64_t i = j; i < j + count; ++i) {
      if (const Key key = key_at(i); key < last) entries.push_back({key, static_cast<decltype(E::position)>(i)});
    }
    if (std::ssize(entries) + kRun > room) drop();
  }
  keep_least(k, entries);
}

/// Calls `f` with a type's zero and an entry that has room for its keys and for positions below n.
template <class F>
void dispatch_entry(DType type, std::int64_t n, const F& f) {
  const bool small = n <= std::numeric_limits<std::uint32_t>::max();
  dispatch_computed("sort", type, [&](auto zero) {
    if constexpr (sizeof(zero) <= 4) {
      if (small) return f(zero, Entry<std::uint32_t, std::uint32_t>{});
    }
    f(zero, Entry<std::uint64_t, std::int64_t>{});
  });
}

std::int64_t row_grain(std::int64_t n) { return std::max<std::int64_t>(1, 1024 / std::max<std::int64_t>(1, n)); }

}  // namespace

void argsort(DType type, const void* in, std::int64_t rows, std::int64_t n, bool descending, std::int64_t* out) {
  dispatch_entry(type, n, [&](auto zero, auto entry) {
    using T = decltype(zero);
    parallel_for(rows, row_grain(n), [&](std::int64_t begin, std::int64_t end) {
      std::vector<decltype(entry)> entries, scratch;
      for (std::int64_t r = begin; r < end; ++r) {
        read_row(static_cast<const T*>(in) + r * n, n, descending, entries);
        sort_entries(entries, scratch);
        std::transform(entries.begin(), entries.end(), out + r * n,
                       [](const auto& e) { return static_cast<std::int64_t>(e.position); });
      }
    });
  });
}

void arg_topk(DType type, const void* in, std::int64_t rows, std::int64_t n, std::int64_t k, bool largest,
              std::int64_t* out) {
  if (k == 0) return;
  dispatch_entry(type, n, [&](auto zero, auto entry) {
    using T = decltype(zero);
    parallel_for(rows, row_grain(n), [&](std::int64_t begin, std::int64_t end) {
      std::vector<decltype(entry)> entries;
      for (std::int64_t r = begin; r < end; ++r) {
        read_first(static_cast<const T*>(in) + r * n, n, largest, k, entries);
        std::sort(entries.begin(), entries.end());
        std::transform(entries.begin(), entries.end(), out + r * k,
                       [](const auto& e) { return static_cast<std::int64_t>(e.position); });
      }
    });
  });
}

}  // namespace descent::kernels
