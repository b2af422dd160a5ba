#include "kernels/distance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "descent/threads.h"

using namespace descent;
using namespace descent::kernels;

namespace {

std::vector<double> numbers(std::int64_t count, double start) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = start = std::fmod(start + 0.6180339887498949, 1.0);
  return values;
}

}  // namespace

TEST_CASE("distances, and weighted differences, against loops") {
  constexpr std::int64_t kBatch = 2, kRows = 37, kColumns = 29;
  for (const std::int64_t width : {0, 1, 3, 8, 77}) {
    CAPTURE(width);
    const std::vector<double> a = numbers(kBatch * kRows * width, 0.1), b = numbers(kBatch * kColumns * width, 0.7);
    const std::vector<double> weights = numbers(kBatch * kRows * kColumns, 0.4);
    std::vector<double> distances(weights.size()), sums(a.size());
    const auto difference = [&](std::int64_t row, std::int64_t j, std::int64_t k) {
      const std::int64_t other = row / kRows * kColumns + j;
      return a[static_cast<std::size_t>(row * width + k)] - b[static_cast<std::size_t>(other * width + k)];
    };
    for (const int threads : {1, 3}) {
      set_num_threads(threads);
      euclidean_distances(float64, a.data(), b.data(), kBatch, kRows, kColumns, width, distances.data());
      weighted_differences(float64, weights.data(), a.data(), b.data(), kBatch, kRows, kColumns, width, sums.data());
      for (std::int64_t row = 0; row < kBatch * kRows; ++row) {
        for (std::int64_t j = 0; j < kColumns; ++j) {
          double squares = 0;
          for (std::int64_t k = 0; k < width; ++k) squares += difference(row, j, k) * difference(row, j, k);
          CHECK(distances[static_cast<std::size_t>(row * kColumns + j)] == doctest::Approx(std::sqrt(squares)));
        }
        for (std::int64_t k = 0; k < width; ++k) {
          double sum = 0;
          for (std::int64_t j = 0; j < kColumns; ++j) {
            sum += weights[static_cast<std::size_t>(row * kColumns + j)] * difference(row, j, k);
          }
          CHECK(sums[static_cast<std::size_t>(row * width + k)] == doctest::Approx(sum));
        }
      }
    }
  }
  set_num_threads(1);
}
