#include "kernels/search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "descent/threads.h"

using namespace descent;
using namespace descent::kernels;

namespace {

const float kNaN = std::numeric_limits<float>::quiet_NaN();

// Small whole numbers, so that there are equal ones.
std::vector<float> whole_numbers(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(generator() % 20);
  return values;
}

}  // namespace

TEST_CASE("places in sorted rows are the standard library's bounds") {
  constexpr std::int64_t kRows = 7, kLength = 301, kCount = 999;
  std::vector<float> sequence = whole_numbers(kRows * kLength, 1);
  const std::vector<float> values = whole_numbers(kRows * kCount, 2);
  for (std::int64_t row = 0; row < kRows; ++row) {
    std::sort(sequence.begin() + row * kLength, sequence.begin() + (row + 1) * kLength);
  }
  for (const bool shared : {false, true}) {
    for (const bool right : {false, true}) {
      std::vector<std::int64_t> wanted, got(values.size());
      for (std::int64_t i = 0; i < kRows * kCount; ++i) {
        const auto first = sequence.begin() + (shared ? 0 : i / kCount * kLength);
        const float value = values[static_cast<std::size_t>(i)];
        wanted.push_back((right ? std::upper_bound(first, first + kLength, value)
                                : std::lower_bound(first, first + kLength, value)) -
                         first);
      }
      for (const int threads : {1, 3}) {
        set_num_threads(threads);
        search_sorted(float32, sequence.data(), shared, kRows, kLength, values.data(), kCount, right, got.data());
        CHECK(got == wanted);
      }
    }
  }
  set_num_threads(1);
  const float with_nan[] = {1, 2, kNaN}, nan[] = {kNaN};
  std::int64_t place = 0;
  search_sorted(float32, with_nan, true, 1, 3, nan, 1, false, &place);
  CHECK(place == 3);
}

TEST_CASE("running extremes against loops") {
  constexpr std::int64_t kOuter = 3, kLength = 200, kInner = 150;
  const std::vector<float> in = whole_numbers(kOuter * kLength * kInner, 3);
  for (const bool largest : {false, true}) {
    std::vector<std::int64_t> wanted(in.size()), got(in.size());
    for (std::int64_t o = 0; o < kOuter; ++o) {
      for (std::int64_t i = 0; i < kInner; ++i) {
        const auto at = [&](std::int64_t j) { return static_cast<std::size_t>((o * kLength + j) * kInner + i); };
        std::int64_t best = 0;
        for (std::int64_t j = 0; j < kLength; ++j) {
          if (largest ? in[at(j)] >= in[at(best)] : in[at(j)] <= in[at(best)]) best = j;
          wanted[at(j)] = best;
        }
      }
    }
    for (const int threads : {1, 3}) {
      set_num_threads(threads);
      running_arg_extreme(float32, largest, in.data(), kOuter, kLength, kInner, got.data());
      CHECK(got == wanted);
    }
  }
  set_num_threads(1);
  const float with_nan[] = {1, kNaN, 5, kNaN, 0};
  std::int64_t positions[5];
  running_arg_extreme(float32, true, with_nan, 1, 5, 1, positions);
  CHECK(std::vector<std::int64_t>(positions, positions + 5) == std::vector<std::int64_t>{0, 1, 1, 3, 3});
}
