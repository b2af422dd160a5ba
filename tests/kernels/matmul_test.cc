#include "kernels/matmul.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/matmul_kernels.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"

using namespace descent;
using namespace descent::kernels;

namespace {

struct Shape {
  std::int64_t m, n, k, batch = 1;
};

/// A batch of matrices [rows, columns], each stored with a gap after every row, transposed or not.
template <class T>
struct Stored {
  std::vector<T> values;
  MatrixView matrix;
  std::int64_t step;

  Stored(std::int64_t rows, std::int64_t columns, std::int64_t batch, bool transposed, std::int64_t gap,
         unsigned seed) {
    const std::int64_t stride = (transposed ? rows : columns) + gap;
    step = stride * (transposed ? columns : rows);
    values.resize(static_cast<std::size_t>(step * batch));
    std::mt19937_64 generator(seed);
    for (T& value : values) {
      if constexpr (std::is_integral_v<T>)
        value = static_cast<T>(generator());
      else
        value = static_cast<T>(static_cast<double>(generator() >> 11) * 0x1p-52 - 1.0);
    }
    matrix = {values.data(), stride, transposed};
  }
  T at(std::int64_t i, std::int64_t r, std::int64_t c) const {
    return values[static_cast<std::size_t>(
        i * step + (matrix.transposed ? c * matrix.row_stride + r : r * matrix.row_stride + c))];
  }
};

std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> found;
  for (const char* name : {"AVX3", "AVX2", "SSE2", "NEON"})
    if (target_named(name) != 0) found.push_back(target_named(name));
  return found;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

/// The exact product and what its rounding may come to.
template <class T>
struct Expected {
  std::vector<long double> value, error;
  std::vector<std::uint64_t> wrapped;

  Expected(Shape s, const Stored<T>& a, const Stored<T>& b) {
    const long double steps = static_cast<long double>(std::min<std::int64_t>(s.k, 512) + s.k / 512 + 1);
    for (std::int64_t i = 0; i < s.batch; ++i)
      for (std::int64_t r = 0; r < s.m; ++r)
        for (std::int64_t col = 0; col < s.n; ++col) {
          if constexpr (std::is_integral_v<T>) {
            std::uint64_t sum = 0;
            for (std::int64_t p = 0; p < s.k; ++p)
              sum += static_cast<std::uint64_t>(a.at(i, r, p)) * static_cast<std::uint64_t>(b.at(i, p, col));
            wrapped.push_back(sum);
          } else {
            long double sum = 0, magnitude = 0;
            for (std::int64_t p = 0; p < s.k; ++p) {
              const long double product = static_cast<long double>(a.at(i, r, p)) * b.at(i, p, col);
              sum += product;
              magnitude += std::abs(product);
            }
            value.push_back(sum);
            error.push_back(magnitude * steps * std::numeric_limits<T>::epsilon() / 2);
          }
        }
  }

  bool fits(const std::vector<T>& c) const {
    for (std::size_t i = 0; i < c.size(); ++i) {
      if constexpr (std::is_integral_v<T>) {
        if (static_cast<std::uint64_t>(c[i]) != wrapped[i]) return false;
      } else {
        if (!(std::abs(c[i] - value[i]) <= error[i])) return false;
      }
    }
    return true;
  }
};

/// Holds that tiles are handed out when they are done, and each element in one of them: in place of its elements a tile
/// keeps them, and how often they were there, apart.
template <class T>
void check_tiles(Shape s, const Stored<T>& a, const Stored<T>& b, const std::vector<T>& expected) {
  std::vector<T> c(expected.size()), seen(expected.size());
  std::vector<int> times(expected.size());
  const auto finish = [&](const Tile& tile) {
    for (std::int64_t row = 0; row < tile.rows; ++row) {
      for (std::int64_t i = tile.begin + row * s.n; i < tile.begin + row * s.n + tile.columns; ++i) {
        const auto at = static_cast<std::size_t>(i);
        seen[at] = c[at];
        ++times[at];
        c[at] = T{7};
      }
    }
  };
  matmul(dtype_of<T>(), s.m, s.n, s.k, a.matrix, a.step, b.matrix, b.step, c.data(), s.batch, finish_by(finish));
  CHECK(same_bits(seen, expected));
  CHECK(std::count(times.begin(), times.end(), 1) == static_cast<std::ptrdiff_t>(times.size()));
  CHECK(std::count(c.begin(), c.end(), T{7}) == static_cast<std::ptrdiff_t>(c.size()));
}

template <class T>
void check(Shape s) {
  CAPTURE(s.m);
  CAPTURE(s.n);
  CAPTURE(s.k);
  for (const int layout : {0, 1, 2, 3}) {
    CAPTURE(layout);
    const std::int64_t gap = (s.m + s.n + s.k + layout) % 2 * 3;
    const Stored<T> a(s.m, s.k, s.batch, (layout & 1) != 0, gap, 1);
    const Stored<T> b(s.k, s.n, s.batch, (layout & 2) != 0, gap, 2);
    const Expected<T> expected(s, a, b);
    const auto run = [&](std::int64_t target) {
      std::vector<T> c(static_cast<std::size_t>(s.batch * s.m * s.n), T{7});
      matmul_of_target(target, dtype_of<T>(), s.m, s.n, s.k, a.matrix, a.step, b.matrix, b.step, c.data(), s.batch);
      return c;
    };
    const auto c = run(chosen_target());
    CHECK(expected.fits(c));
    for (const int threads : {1, 2, 3}) {
      const Threads guard(threads);
      CHECK(same_bits(c, run(chosen_target())));
      check_tiles(s, a, b, c);
    }
    if constexpr (!std::is_integral_v<T>) {
      for (const std::int64_t target : targets()) CHECK(expected.fits(run(target)));
      const std::int64_t avx2 = target_named("AVX2"), avx3 = target_named("AVX3");
      if (avx2 != 0 && avx3 != 0) CHECK(same_bits(run(avx2), run(avx3)));
    }
  }
}

}  // namespace

TEST_CASE("products of every small shape") {
  for (const std::int64_t m : {1, 2, 3, 5, 7, 12, 13})
    for (const std::int64_t n : {1, 2, 7, 16, 17, 31, 33})
      for (const std::int64_t k : {1, 2, 8, 17, 40}) {
        check<float>({m, n, k});
        check<double>({m, n, k});
        check<std::int64_t>({m, n, k});
      }
}

TEST_CASE("products of long and wide shapes") {
  for (const Shape& shape :
       {Shape{1, 1, 1000}, Shape{1, 700, 300}, Shape{700, 1, 300}, Shape{2, 130, 600}, Shape{64, 10, 784},
        Shape{130, 129, 57}, Shape{27, 515, 520}, Shape{400, 40, 30}, Shape{130, 300, 520}, Shape{60, 256, 1024},
        Shape{20, 1100, 300}, Shape{20, 32, 9000}, Shape{5, 1024, 512}}) {
    check<float>(shape);
    check<double>(shape);
  }
  check<std::int64_t>({70, 80, 90});
}

TEST_CASE("deep products, whose steps along k threads share") {
  for (const Shape& shape : {Shape{10, 100, 20'000}, Shape{3, 40, 3'000, 2}, Shape{1, 40, 3'000}, Shape{40, 1, 3'000},
                             Shape{97, 300, 2'100}}) {
    check<float>(shape);
    check<double>(shape);
  }
}

TEST_CASE("tiles of a product so large that it is packed in pieces") {
  const Shape s{70, 2100, 2500, 1};
  const Stored<float> a(s.m, s.k, s.batch, false, 0, 1), b(s.k, s.n, s.batch, true, 0, 2);
  std::vector<float> c(static_cast<std::size_t>(s.m * s.n));
  matmul(float32, s.m, s.n, s.k, a.matrix, a.step, b.matrix, b.step, c.data(), s.batch);
  check_tiles(s, a, b, c);
}

TEST_CASE("batches, and one matrix shared by all") {
  check<float>({3, 4, 5, 7});
  check<double>({20, 17, 9, 3});
  check<std::int64_t>({2, 3, 4, 5});
  const std::vector<double> shared = {1, 2, 3, 4};            // [2, 2]
  const std::vector<double> many = {1, 0, 0, 1, 0, 1, 1, 0};  // two of [2, 2]
  const std::vector<double> expected = {1, 2, 3, 4, 2, 1, 4, 3};
  std::vector<double> c(8);
  matmul(float64, 2, 2, 2, {shared.data(), 2, false}, 0, {many.data(), 2, false}, 4, c.data(), 2);
  CHECK(c == expected);
}

TEST_CASE("an empty sum is zero, and empty products write nothing") {
  std::vector<float> c(6, 5);
  matmul(float32, 2, 3, 0, {nullptr, 1, false}, 0, {nullptr, 3, false}, 0, c.data(), 1);
  CHECK(c == std::vector<float>(6, 0));
  matmul(float32, 0, 3, 2, {nullptr, 2, false}, 0, {nullptr, 3, false}, 0, nullptr, 1);
  matmul(float64, 2, 0, 2, {nullptr, 2, false}, 0, {nullptr, 1, false}, 0, nullptr, 1);
  matmul(int64, 2, 2, 2, {nullptr, 2, false}, 0, {nullptr, 2, false}, 0, nullptr, 0);
}

TEST_CASE("infinities and NaNs reach only their own row and column") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const std::int64_t n : {3, 20}) {
    std::vector<float> a(15 * 4, 1), b(static_cast<std::size_t>(4 * n), 1), c(static_cast<std::size_t>(15 * n));
    a[2 * 4 + 1] = inf;
    b[static_cast<std::size_t>(3 * n + 1)] = std::nanf("");
    matmul(float32, 15, n, 4, {a.data(), 4, false}, 0, {b.data(), n, false}, 0, c.data(), 1);
    for (std::int64_t r = 0; r < 15; ++r)
      for (std::int64_t j = 0; j < n; ++j) {
        const float value = c[static_cast<std::size_t>(r * n + j)];
        if (j == 1)
          CHECK(std::isnan(value));
        else
          CHECK(value == (r == 2 ? inf : 4.0f));
      }
  }
}
