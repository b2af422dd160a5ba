#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/parallel.h"
#include "kernels/reduce.h"

using namespace descent;
using namespace descent::kernels;

namespace {

template <class T>
constexpr DType type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return boolean;
  else
    return dtype_of<T>();
}

/// Values with many equals, infinities, both zeros and NaNs, as far as the type has them.
template <class T>
std::vector<T> awkward_values(std::int64_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) {
    const std::uint64_t bits = generator();
    if constexpr (std::is_same_v<T, std::uint8_t>) {
      value = bits & 1;
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(bits % 5 == 0 ? bits : bits % 100);
    } else {
      using Limits = std::numeric_limits<T>;
      const T special[] = {0,
                           T{-0.0},
                           Limits::infinity(),
                           -Limits::infinity(),
                           Limits::quiet_NaN(),
                           -Limits::quiet_NaN(),
                           Limits::denorm_min(),
                           -Limits::denorm_min(),
                           Limits::lowest()};
      value = bits % 4 == 0 ? special[bits / 4 % 9] : static_cast<T>(static_cast<double>(bits >> 40) - 8e6);
    }
  }
  return values;
}

/// Whether a comes before b in ascending order; a NaN is larger than all.
template <class T>
bool less(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return false;
    if (std::isnan(b)) return true;
  }
  return a < b;
}

template <class T>
std::vector<std::int64_t> sorted(const T* row, std::int64_t n, bool descending) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(n));
  std::iota(positions.begin(), positions.end(), 0);
  std::stable_sort(positions.begin(), positions.end(), [&](std::int64_t a, std::int64_t b) {
    return descending ? less(row[b], row[a]) : less(row[a], row[b]);
  });
  return positions;
}

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

template <class T>
void check(std::int64_t rows, std::int64_t n) {
  CAPTURE(rows);
  CAPTURE(n);
  const auto in = awkward_values<T>(rows * n, static_cast<unsigned>(n));
  for (const bool descending : {false, true}) {
    std::vector<std::int64_t> expected;
    for (std::int64_t r = 0; r < rows; ++r) {
      const auto row = sorted(in.data() + r * n, n, descending);
      expected.insert(expected.end(), row.begin(), row.end());
    }
    for (const int threads : {1, 3}) {
      const Threads guard(threads);
      std::vector<std::int64_t> got(expected.size());
      argsort(type_of<T>(), in.data(), rows, n, descending, got.data());
      CHECK(got == expected);
      for (const std::int64_t k : {std::int64_t{0}, std::int64_t{1}, std::int64_t{5}, n / 2, n}) {
        if (k > n) continue;
        std::vector<std::int64_t> best, top(static_cast<std::size_t>(rows * k));
        for (std::int64_t r = 0; r < rows; ++r)
          best.insert(best.end(), expected.begin() + r * n, expected.begin() + r * n + k);
        arg_topk(type_of<T>(), in.data(), rows, n, k, descending, top.data());
        CHECK(top == best);
      }
    }
  }
}

template <class T>
void check_scan(std::int64_t outer, std::int64_t n, std::int64_t inner) {
  CAPTURE(outer);
  CAPTURE(n);
  CAPTURE(inner);
  std::mt19937_64 generator(1);
  std::vector<T> in(static_cast<std::size_t>(outer * n * inner));
  for (T& value : in) {
    if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(generator());
    else
      value = static_cast<T>(1.01 + static_cast<double>(generator() >> 11) * 0x1p-60);
  }
  using Accumulator = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;
  for (const Scan which : {Scan::sum, Scan::prod}) {
    std::vector<T> expected(in.size());
    const auto combine = [which](Accumulator a, Accumulator b) { return which == Scan::sum ? a + b : a * b; };
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::int64_t i = 0; i < inner; ++i) {
        const auto at = [&](std::int64_t j) { return static_cast<std::size_t>((o * n + j) * inner + i); };
        const auto value = [&](std::int64_t j) { return static_cast<Accumulator>(in[at(j)]); };
        Accumulator running = which == Scan::prod;
        for (std::int64_t j = 0; j < n; ++j) {
          if (inner == 1 && j % 4 == 0 && j + 4 <= n) {  // a single column goes by fours, joined in pairs
            const Accumulator pair = combine(value(j), value(j + 1));
            expected[at(j)] = static_cast<T>(combine(running, value(j)));
            expected[at(j + 1)] = static_cast<T>(combine(running, pair));
            expected[at(j + 2)] = static_cast<T>(combine(running, combine(pair, value(j + 2))));
            running = combine(running, combine(pair, combine(value(j + 2), value(j + 3))));
            j += 3;
          } else {
            running = combine(running, value(j));
          }
          expected[at(j)] = static_cast<T>(running);
        }
      }
    for (const int threads : {1, 3}) {
      const Threads guard(threads);
      std::vector<T> out(in.size());
      scan(which, dtype_of<T>(), in.data(), outer, n, inner, out.data());
      CHECK(out == expected);
      out = in;
      scan(which, dtype_of<T>(), out.data(), outer, n, inner, out.data());
      CHECK(out == expected);
    }
  }
}

}  // namespace

TEST_CASE("argsort and arg_topk against a stable sort") {
  for (const std::int64_t n : {0, 1, 2, 3, 7, 15, 16, 17, 31, 511, 512, 513, 3000})
    for (const std::int64_t rows : {1, 5}) {
      check<float>(rows, n);
      check<double>(rows, n);
      check<std::int64_t>(rows, n);
      check<std::uint8_t>(rows, n);
    }
  check<float>(1, 100003);
  check<float>(300, 10);
}

TEST_CASE("the order of NaNs and zeros, as in PyTorch") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  const std::vector<float> in = {1, nan, -0.0f, 0, inf, nan};
  std::vector<std::int64_t> out(6);
  argsort(float32, in.data(), 1, 6, true, out.data());
  CHECK(out == std::vector<std::int64_t>{1, 5, 4, 0, 2, 3});
  argsort(float32, in.data(), 1, 6, false, out.data());
  CHECK(out == std::vector<std::int64_t>{2, 3, 0, 4, 1, 5});
  out.resize(3);
  arg_topk(float32, in.data(), 1, 6, 3, true, out.data());
  CHECK(out == std::vector<std::int64_t>{1, 5, 4});
}

TEST_CASE("running sums and products, float32 accumulated in double") {
  for (const std::int64_t n : {0, 1, 2, 17, 1000})
    for (const std::int64_t inner : {1, 2, 3, 127, 128, 129, 300}) {
      check_scan<float>(2, n, inner);
      check_scan<double>(2, n, inner);
      check_scan<std::int64_t>(2, n, inner);
    }
  check_scan<float>(1, 100003, 1);
  const std::vector<float> tenths(100000, 0.1f);
  std::vector<float> sums(tenths.size());
  scan(Scan::sum, float32, tenths.data(), 1, 100000, 1, sums.data());
  CHECK(sums.back() == static_cast<float>(100000 * static_cast<double>(0.1f)));
}
