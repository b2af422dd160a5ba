#include "kernels/index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/parallel.h"

using namespace descent;
using namespace descent::kernels;

namespace {

struct Shape {
  std::int64_t outer, n, inner, count;
};

const std::vector<Shape> kShapes = {{1, 5, 1, 3},        {1, 5, 1, 0},     {2, 7, 1, 40},   {3, 4, 2, 6},
                                    {2, 3, 17, 5},       {1, 1, 700, 4},   {1, 1000, 3, 9}, {4, 100, 1, 9000},
                                    {0, 3, 2, 4},        {3, 100, 65, 77}, {2, 3, 0, 4},    {1, 50, 1200, 30},
                                    {1, 100, 1, 20'001}, {1, 2, 1, 20'000}};

/// bool has no std::vector of its bytes; std::uint8_t stands for it.
template <class T>
constexpr DType type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return boolean;
  else
    return dtype_of<T>();
}

template <class T>
std::vector<T> random_values(std::int64_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) {
    if constexpr (std::is_same_v<T, std::uint8_t>)
      value = generator() % 3 == 0;
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(generator());
    else
      value = static_cast<T>(static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0);
  }
  return values;
}

std::vector<std::int64_t> random_index(std::int64_t count, std::int64_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<std::int64_t> index(static_cast<std::size_t>(count));
  for (std::int64_t& i : index) i = static_cast<std::int64_t>(generator() % static_cast<std::uint64_t>(n));
  return index;
}

template <class T>
T sum(T a, T b) {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return a | b;
  else if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else
    return a + b;
}

/// Calls f(position in [outer, n, inner], position in [outer, count, inner]) for every element moved, in order.
template <class F>
void for_each_moved(const Shape& s, const std::vector<std::int64_t>& index, bool index_of_each, const F& f) {
  for (std::int64_t o = 0; o < s.outer; ++o)
    for (std::int64_t j = 0; j < s.count; ++j)
      for (std::int64_t i = 0; i < s.inner; ++i) {
        const std::int64_t position = (o * s.count + j) * s.inner + i;
        const std::int64_t row = index[static_cast<std::size_t>(index_of_each ? position : j)];
        f(static_cast<std::size_t>((o * s.n + row) * s.inner + i), static_cast<std::size_t>(position));
      }
}

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

template <class T>
void check(const Shape& s) {
  CAPTURE(s.outer);
  CAPTURE(s.n);
  CAPTURE(s.inner);
  CAPTURE(s.count);
  const std::int64_t whole = s.outer * s.n * s.inner, part = s.outer * s.count * s.inner;
  const auto from = random_values<T>(whole, 1);
  const auto added = random_values<T>(part, 2);
  for (const bool index_of_each : {false, true}) {
    const auto index = random_index(index_of_each ? part : s.count, s.n, 3);
    std::vector<T> taken(static_cast<std::size_t>(part)), grown = from;
    for_each_moved(s, index, index_of_each, [&](std::size_t at, std::size_t position) {
      taken[position] = from[at];
      grown[at] = sum(grown[at], added[position]);
    });
    for (const int threads : {1, 3}) {
      const Threads guard(threads);
      std::vector<T> got(static_cast<std::size_t>(part));
      const auto take = index_of_each ? gather : index_select;
      CHECK(take(type_of<T>(), from.data(), s.outer, s.n, s.inner, index.data(), s.count, got.data()) == -1);
      CHECK(got == taken);
      got = from;
      const auto add = index_of_each ? scatter_add : index_add;
      CHECK(add(type_of<T>(), added.data(), s.outer, s.n, s.inner, index.data(), s.count, got.data()) == -1);
      CHECK(got == grown);
    }
  }
}

}  // namespace

TEST_CASE("index_select, gather, index_add and scatter_add against loops") {
  for (const Shape& shape : kShapes) {
    check<float>(shape);
    check<double>(shape);
    check<std::int64_t>(shape);
    check<std::uint8_t>(shape);
  }
}

TEST_CASE("scatter against loops") {
  const auto changed = [](Scatter how, double there, double brought) {
    switch (how) {
      case Scatter::product:
        return there * brought;
      case Scatter::maximum:
        return std::max(there, brought);
      case Scatter::minimum:
        return std::min(there, brought);
      default:
        return brought;
    }
  };
  for (const Shape& s : kShapes) {
    const std::int64_t whole = s.outer * s.n * s.inner, part = s.outer * s.count * s.inner;
    const auto from = random_values<double>(whole, 1), brought = random_values<double>(part, 2);
    const auto index = random_index(part, s.n, 3);
    for (const Scatter how : {Scatter::replace, Scatter::product, Scatter::maximum, Scatter::minimum}) {
      std::vector<double> wanted = from;
      for_each_moved(s, index, true, [&](std::size_t at, std::size_t position) {
        wanted[at] = changed(how, wanted[at], brought[position]);
      });
      for (const int threads : {1, 3}) {
        const Threads guard(threads);
        std::vector<double> got = from;
        CHECK(scatter(how, float64, brought.data(), s.outer, s.n, s.inner, index.data(), s.count, got.data()) == -1);
        CHECK(got == wanted);
      }
    }
  }
}

TEST_CASE("the extremes that scatter finds are NaN where one is") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::int64_t index[] = {0, 1, 1, 2};
  const float brought[] = {1, nan, 2, 3};
  for (const Scatter how : {Scatter::maximum, Scatter::minimum}) {
    float out[] = {nan, 0, 2};
    CHECK(scatter(how, float32, brought, 1, 3, 1, index, 4, out) == -1);
    CHECK(std::isnan(out[0]));
    CHECK(std::isnan(out[1]));
    CHECK(out[2] == (how == Scatter::maximum ? 3 : 2));
  }
}

TEST_CASE("the first index outside is reported, wherever it is") {
  const std::vector<float> in(40);
  std::vector<float> out(4000);
  for (const std::int64_t bad : {std::int64_t{10}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                 std::numeric_limits<std::int64_t>::max()}) {
    for (const std::size_t position : {0, 1, 255, 256, 700, 999}) {
      std::vector<std::int64_t> index(1000, 9);
      index[position] = bad;
      index[999] = bad;
      const auto expected = static_cast<std::int64_t>(position);
      CHECK(index_select(float32, in.data(), 1, 10, 4, index.data(), 1000, out.data()) == expected);
      CHECK(index_add(float32, out.data(), 1, 10, 4, index.data(), 1000, out.data()) == expected);
      CHECK(gather(float32, in.data(), 1, 10, 4, index.data(), 250, out.data()) == expected);
      CHECK(scatter_add(float32, in.data(), 1, 10, 4, index.data(), 250, out.data()) == expected);
      CHECK(scatter(Scatter::replace, float32, in.data(), 1, 10, 4, index.data(), 250, out.data()) == expected);
    }
  }
  const std::int64_t zero = 0;
  CHECK(index_select(float32, nullptr, 1, 0, 4, &zero, 1, out.data()) == 0);
}
