// Measures the error of the float64 functions that are formulas over lanes, on random inputs of every size and around
// where the functions change; and their speed. Prints the table of docs/accuracy.md.
//
//   ulp_scan_float64 [COUNT]
//
// An error is the distance to the exact result in units of the last digit of that. COUNT: how many inputs, 1,000,000.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

#include "kernels/elementwise.h"
#include "kernels/float64_reference.h"

namespace {

using namespace descent::kernels;

/// One double of a sequence that comes to every exponent, and oftener to those that functions are not flat at.
double sample(std::mt19937_64& generator, std::uint64_t i) {
  const double uniform = static_cast<double>(generator() >> 11) * 0x1p-53;
  const double sign = i % 2 == 0 ? 1 : -1;
  switch (i / 2 % 6) {
    case 0:
      return std::bit_cast<double>(generator());
    case 1:
      return sign * 2 * uniform;
    case 2:
      return sign * 40 * uniform;
    case 3:
      return sign * 760 * uniform;
    case 4:
      return sign * std::exp(-40 + 60 * uniform);
    default:
      return 1 + sign * std::exp(-36 * uniform);
  }
}

double evaluate(Formula formula, const std::vector<double>& in, std::vector<double>& out) {
  const ElementwiseKernel kernel = elementwise(formula, descent::float64);
  const Operand operand{in.data(), 1};
  const auto start = std::chrono::steady_clock::now();
  kernel(&operand, out.data(), static_cast<std::int64_t>(in.size()));
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
  return time.count() / static_cast<double>(in.size());
}

/// Nanoseconds an element: the best of many runs over data that stay in the first cache.
double speed(Formula formula) {
  std::vector<double> in(1024), out(1024);
  std::mt19937_64 generator(1);
  for (double& x : in) x = static_cast<double>(generator() >> 11) * 0x1p-53 * 4;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 1000; ++run) best = std::min(best, evaluate(formula, in, out));
  return best;
}

void measure(Formula formula, std::uint64_t count) {
  std::mt19937_64 generator(2);
  std::vector<double> in(4096), out(4096);
  double worst = -1, at = 0;
  std::uint64_t inexact = 0;
  for (std::uint64_t begin = 0; begin < count; begin += in.size()) {
    for (std::size_t i = 0; i < in.size(); ++i) in[i] = sample(generator, begin + i);
    evaluate(formula, in, out);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double error = reference::error_in_ulp(formula, in[i], out[i]);
      inexact += error > 0.5;
      if (error > worst) worst = error, at = in[i];
    }
  }
  std::printf("| %s | %.2f | %.17g | %.1f %% | %.2f |\n", info_of(formula).name, worst, at,
              100 * static_cast<double>(inexact) / static_cast<double>(count), speed(formula));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 1'000'000;
  if (argc > 2 || count < 1) {
    std::fprintf(stderr, "usage: ulp_scan_float64 [COUNT]\n");
    return 2;
  }
  std::printf("| function | largest error (ulp) | at | not the nearest double | ns (%s) |\n|---|---:|---|---:|---:|\n",
              cpu_target());
  for (const FormulaInfo& info : kFormulas) {
    if (info.float64 == Implementation::of_doubles && info.arity == 1)
      measure(static_cast<Formula>(&info - kFormulas), static_cast<std::uint64_t>(count));
  }
}
