#include "kernels/reduce.h"

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
#include "kernels/reduce_kernels.h"
#include "kernels/targets.h"

using namespace descent;
using namespace descent::kernels;

namespace {

struct Shape {
  std::int64_t outer, n, inner;
  std::int64_t count() const { return outer * n * inner; }
};

const std::vector<Shape> kShapes = [] {
  std::vector<Shape> shapes;
  for (std::int64_t n : {1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 257, 1000, 1024, 1025})
    for (std::int64_t inner : {1, 2, 3, 5, 7, 16, 21, 31, 32, 33, 64, 100, 257, 300})
      for (std::int64_t outer : {1, 3}) shapes.push_back({outer, n, inner});
  for (const Shape& shape : {Shape{1, 100003, 1}, Shape{2, 100003, 1}, Shape{1, 100003, 3}, Shape{1, 5000, 40},
                             Shape{1, 3001, 300}, Shape{1, 2048 * 64, 1}, Shape{20, 4099, 1}, Shape{5, 16, 2000}})
    shapes.push_back(shape);
  return shapes;
}();

template <class T>
std::vector<T> random_values(std::int64_t count, int seed) {
  std::mt19937_64 generator(static_cast<std::uint64_t>(seed));
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) {
    const std::uint64_t bits = generator();
    if constexpr (std::is_same_v<T, std::uint8_t>)
      value = bits % 7 == 0;
    else if constexpr (std::is_integral_v<T>)
      value = static_cast<T>(bits);
    else
      value = static_cast<T>(static_cast<double>(bits >> 11) * 0x1p-52 - 1.0);
  }
  return values;
}

const std::vector<std::int64_t>& targets() {
  static const std::vector<std::int64_t> available = [] {
    std::vector<std::int64_t> found;
    for (const char* name : {"AVX3", "AVX2", "SSE2", "NEON"})
      if (target_named(name) != 0) found.push_back(target_named(name));
    return found;
  }();
  return available;
}

template <class Out, class T>
std::vector<Out> reduced(ReduceOp reduction, DType type, const std::vector<T>& in, Shape shape,
                         std::int64_t target = chosen_target()) {
  std::vector<Out> out(static_cast<std::size_t>(shape.outer * shape.inner));
  reduce_of_target(target, reduction, type, in.data(), shape.outer, shape.n, shape.inner, out.data());
  return out;
}

/// `step(accumulator, value, j)` over the middle dimension.
template <class Accumulator, class T, class Step>
std::vector<Accumulator> naive(const std::vector<T>& in, Shape shape, Accumulator start, Step step) {
  std::vector<Accumulator> out(static_cast<std::size_t>(shape.outer * shape.inner), start);
  for (std::int64_t o = 0; o < shape.outer; ++o)
    for (std::int64_t j = 0; j < shape.n; ++j)
      for (std::int64_t i = 0; i < shape.inner; ++i) {
        Accumulator& accumulator = out[static_cast<std::size_t>(o * shape.inner + i)];
        step(accumulator, in[static_cast<std::size_t>((o * shape.n + j) * shape.inner + i)], j);
      }
  return out;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

struct Threads {
  int before = num_threads();
  explicit Threads(int count) { set_num_threads(count); }
  ~Threads() { set_num_threads(before); }
};

template <class T>
bool better(ReduceOp reduction, T a, T b) {
  const bool largest = reduction == ReduceOp::maximum || reduction == ReduceOp::argmax;
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return false;
    if (std::isnan(b)) return true;
  }
  return largest ? b > a : b < a;
}

template <class T>
void check_extremes(DType type, const std::vector<T>& in, Shape shape) {
  CAPTURE(type);
  CAPTURE(shape.outer);
  CAPTURE(shape.n);
  CAPTURE(shape.inner);
  for (const bool largest : {true, false}) {
    const ReduceOp value_of = largest ? ReduceOp::maximum : ReduceOp::minimum;
    const ReduceOp position_of = largest ? ReduceOp::argmax : ReduceOp::argmin;
    const auto first = std::vector<T>(in.begin(), in.begin() + shape.count());
    struct Best {
      T value;
      std::int64_t position;
    };
    const auto best = naive(first, shape, Best{T{}, -1}, [&](Best& b, T value, std::int64_t j) {
      if (b.position < 0 || better(value_of, b.value, value)) b = {value, j};
    });
    for (const std::int64_t target : targets()) {
      const auto values = reduced<T>(value_of, type, in, shape, target);
      const auto positions = reduced<std::int64_t>(position_of, type, in, shape, target);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < best.size(); ++i) {
        if (positions[i] != best[i].position) ++wrong;
        if (values[i] != best[i].value && (values[i] == values[i] || best[i].value == best[i].value)) ++wrong;
      }
      CHECK(wrong == 0);
    }
  }
}

}  // namespace

TEST_CASE("sums are within the error of a pairwise sum, on every target and any number of threads the same") {
  const auto floats = random_values<float>(1'000'000, 1);
  const auto doubles = random_values<double>(1'000'000, 2);
  const auto check = [&](auto type, const auto& in, Shape shape) {
    using T = decltype(type);
    CAPTURE(shape.outer);
    CAPTURE(shape.n);
    CAPTURE(shape.inner);
    const DType dtype = dtype_of<T>();
    const auto sum = reduced<T>(ReduceOp::sum, dtype, in, shape);
    const auto prod = reduced<T>(ReduceOp::prod, dtype, in, shape);
    struct Both {
      long double sum, magnitude;
    };
    const auto exact = naive(in, shape, Both{0, 0}, [](Both& b, T value, std::int64_t) {
      b.sum += value;
      b.magnitude += std::abs(value);
    });
    std::size_t wrong = 0;
    const long double steps = 16 + std::log2(static_cast<double>(shape.n)) + 1;
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const long double error = std::abs(static_cast<long double>(sum[i]) - exact[i].sum);
      if (!(error <= exact[i].magnitude * steps * std::numeric_limits<T>::epsilon() / 2)) ++wrong;
    }
    CHECK(wrong == 0);
    if (shape.n <= 33) {
      const auto product = naive(in, shape, 1.0L, [](long double& p, T value, std::int64_t) { p *= value; });
      for (std::size_t i = 0; i < prod.size(); ++i) {
        const long double error = std::abs(static_cast<long double>(prod[i]) - product[i]);
        if (!(error <= std::abs(product[i]) * static_cast<long double>(shape.n) * std::numeric_limits<T>::epsilon() +
                           std::numeric_limits<T>::denorm_min()))
          ++wrong;
      }
      CHECK(wrong == 0);
    }
    std::vector<T> squares(in.begin(), in.begin() + shape.count());
    for (T& value : squares) value *= value;
    const auto sum_of_squares = reduced<T>(ReduceOp::sum, dtype, squares, shape);
    for (const std::int64_t target : targets()) {
      CHECK(same_bits(sum, reduced<T>(ReduceOp::sum, dtype, in, shape, target)));
      CHECK(same_bits(sum_of_squares, reduced<T>(ReduceOp::sum_of_squares, dtype, in, shape, target)));
      CHECK(same_bits(prod, reduced<T>(ReduceOp::prod, dtype, in, shape, target)));
    }
    for (int threads : {1, 2, 3}) {
      const Threads guard(threads);
      CHECK(same_bits(sum, reduced<T>(ReduceOp::sum, dtype, in, shape)));
    }
  };
  for (const Shape& shape : kShapes) {
    check(float{}, floats, shape);
    check(double{}, doubles, shape);
  }
}

TEST_CASE("a sum of many equal numbers does not drift") {
  const std::vector<float> tenths(10'000'000, 0.1f);
  float sum = 0;
  reduce(ReduceOp::sum, float32, tenths.data(), 1, 10'000'000, 1, &sum);
  CHECK(sum == doctest::Approx(1'000'000.0149).epsilon(1e-6));
}

TEST_CASE("integers wrap around") {
  const auto in = random_values<std::int64_t>(1'000'000, 3);
  for (const Shape& shape : kShapes) {
    CAPTURE(shape.n);
    CAPTURE(shape.inner);
    const auto sum = naive(in, shape, std::uint64_t{0}, [](std::uint64_t& s, std::int64_t value, std::int64_t) {
      s += static_cast<std::uint64_t>(value);
    });
    const auto prod = naive(in, shape, std::uint64_t{1}, [](std::uint64_t& p, std::int64_t value, std::int64_t) {
      p *= static_cast<std::uint64_t>(value);
    });
    for (const std::int64_t target : targets()) {
      CHECK(reduced<std::uint64_t>(ReduceOp::sum, int64, in, shape, target) == sum);
      CHECK(reduced<std::uint64_t>(ReduceOp::prod, int64, in, shape, target) == prod);
    }
  }
}

TEST_CASE("maximum, minimum and their positions") {
  auto floats = random_values<float>(1'000'000, 4);
  auto doubles = random_values<double>(1'000'000, 5);
  auto integers = random_values<std::int64_t>(1'000'000, 6);
  const auto bools = random_values<std::uint8_t>(1'000'000, 7);
  for (std::size_t i = 0; i < floats.size(); ++i) {  // many equals
    floats[i] = std::round(floats[i] * 100);
    doubles[i] = std::round(doubles[i] * 10);
    if (i % 3 == 0) integers[i] %= 50;
  }
  for (const Shape& shape : kShapes) {
    check_extremes(float32, floats, shape);
    check_extremes(float64, doubles, shape);
    check_extremes(int64, integers, shape);
    check_extremes(boolean, bools, shape);
  }
}

TEST_CASE("infinities, and the first NaN wins") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  for (const Shape& shape : kShapes) {
    if (shape.count() > 200'000) continue;
    std::vector<float> in(static_cast<std::size_t>(shape.count()), -inf);
    check_extremes(float32, in, shape);
    std::fill(in.begin(), in.end(), inf);
    check_extremes(float32, in, shape);
    auto doubles = random_values<double>(shape.count(), 8);
    for (std::size_t i = 0; i < doubles.size(); i += 1 + i / 2) doubles[i] = std::nan("");
    check_extremes(float64, doubles, shape);
  }
}

TEST_CASE("any and all") {
  for (const Shape& shape : kShapes) {
    for (const std::uint8_t mostly : {0, 1}) {
      std::vector<std::uint8_t> in(static_cast<std::size_t>(shape.count()), mostly);
      for (int round = 0; round < 2; ++round) {
        const auto any =
            naive(in, shape, std::uint8_t{0}, [](std::uint8_t& r, std::uint8_t v, std::int64_t) { r |= v; });
        const auto all =
            naive(in, shape, std::uint8_t{1}, [](std::uint8_t& r, std::uint8_t v, std::int64_t) { r &= v; });
        CHECK(reduced<std::uint8_t>(ReduceOp::any, boolean, in, shape) == any);
        CHECK(reduced<std::uint8_t>(ReduceOp::all, boolean, in, shape) == all);
        in[in.size() / 2] = !mostly;
      }
    }
  }
}

TEST_CASE("reductions of nothing") {
  std::vector<float> sum(6, 5), prod(6, 5);
  reduce(ReduceOp::sum, float32, nullptr, 2, 0, 3, sum.data());
  reduce(ReduceOp::prod, float32, nullptr, 2, 0, 3, prod.data());
  CHECK(sum == std::vector<float>(6, 0));
  CHECK(prod == std::vector<float>(6, 1));
  bool any = true, all = false;
  reduce(ReduceOp::any, boolean, nullptr, 1, 0, 1, &any);
  reduce(ReduceOp::all, boolean, nullptr, 1, 0, 1, &all);
  CHECK_FALSE(any);
  CHECK(all);
  reduce(ReduceOp::sum, float32, nullptr, 0, 3, 3, nullptr);
  reduce(ReduceOp::maximum, float64, nullptr, 3, 3, 0, nullptr);
}

TEST_CASE("a sum of negative zeros is zero, as in PyTorch") {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{1, 2, 1}, Shape{1, 1000, 1}, Shape{1, 2, 3}, Shape{2, 40, 300}}) {
    const std::vector<float> in(static_cast<std::size_t>(shape.count()), -0.0f);
    for (const float value : reduced<float>(ReduceOp::sum, float32, in, shape)) CHECK(std::signbit(value) == false);
  }
}
