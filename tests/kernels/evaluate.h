// What the tests of elementwise kernels put in, and the value that comes out.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/elementwise.h"

namespace descent::kernels {

using Int = std::int64_t;
inline constexpr Int kIntMin = std::numeric_limits<Int>::min(), kIntMax = std::numeric_limits<Int>::max();
inline constexpr float kInf = std::numeric_limits<float>::infinity();
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// std::vector<bool> has no data().
template <class T>
using Buffer = std::vector<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>>;

template <class T>
const Buffer<T>& special_values() {
  static const Buffer<T> values = [] {
    if constexpr (std::is_same_v<T, bool>)
      return Buffer<T>{0, 1};
    else if constexpr (std::is_same_v<T, Int>)
      return Buffer<T>{0, 1, -1, 2, -2, 3, 7, -7, 63, 64, 1000003, kIntMin, kIntMin + 1, kIntMax};
    else {
      using Limits = std::numeric_limits<T>;
      Buffer<T> found;
      for (const T x : {T(0),
                        Limits::denorm_min(),
                        Limits::min() / 4,
                        Limits::min(),
                        T(1e-20),
                        T(1e-4),
                        T(0.25),
                        T(0.5),
                        T(0.75),
                        T(1),
                        T(1.5),
                        T(2),
                        T(3),
                        T(7),
                        T(14.5),
                        T(16.25),
                        T(88.5),
                        T(89),
                        T(103.9),
                        T(104.5),
                        T(1000),
                        T(8388607.5),
                        T(1e10),
                        T(1e30),
                        Limits::max(),
                        Limits::infinity(),
                        Limits::quiet_NaN()}) {
        found.push_back(x);
        found.push_back(-x);
      }
      return found;
    }
  }();
  return values;
}

template <class T>
Buffer<T> inputs_as_computed(std::size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  Buffer<T> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t random = generator();
    if (random % 3 == 0)
      values[i] = special_values<T>()[random / 3 % special_values<T>().size()];
    else if constexpr (std::is_same_v<T, bool>)
      values[i] = random / 3 % 2;
    else if constexpr (std::is_same_v<T, Int>)
      values[i] = static_cast<Int>(generator() >> (random / 3 % 64));
    else if (random % 3 == 1)
      values[i] = static_cast<T>(static_cast<double>(static_cast<Int>(generator())) * 0x1p-59);
    else if constexpr (sizeof(T) == 4)
      values[i] = std::bit_cast<T>(static_cast<std::uint32_t>(generator()));
    else
      values[i] = std::bit_cast<T>(generator());
  }
  return values;
}

/// Special values, then random ones, n of them. Those of small types are those in which they are computed, converted.
template <class T>
Buffer<T> inputs(std::size_t n, unsigned seed) {
  if constexpr (!is_computed(dtype_of<T>())) {
    Buffer<T> values;
    for (const auto value : inputs<std::conditional_t<std::is_integral_v<T>, Int, float>>(n, seed))
      values.push_back(static_cast<T>(value));
    return values;
  } else {
    return inputs_as_computed<T>(n, seed);
  }
}

inline float of(Formula formula, float a) {
  const Operand in{&a, 1};
  float out;
  elementwise(formula, float32)(&in, &out, 1);
  return out;
}

template <class T>
T of(Formula formula, T a, T b) {
  const Operand in[] = {{&a, 1}, {&b, 1}};
  T out;
  elementwise(formula, dtype_of<T>())(in, &out, 1);
  return out;
}

}  // namespace descent::kernels
