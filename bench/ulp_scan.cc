// Measures the error of every float32 unary formula on all 2^32 inputs, and its speed; prints the table of
// docs/accuracy.md.
//
//   ulp_scan [--stride N] [--threads N] [FORMULA...]
//
// An error is the distance, in floats, to the correctly rounded result.
#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "../tests/kernels/float32_reference.h"
#include "kernels/elementwise.h"

namespace {

using descent::kernels::Formula;
namespace reference = descent::kernels::reference;

struct Entry {
  Formula formula;
  const char* name;
  float low, high;  // where it is timed
};

#define DESCENT_ENTRY(name, low, high) \
  { Formula::name, #name, low, high }
// The most used first.
constexpr Entry kEntries[] = {
    DESCENT_ENTRY(exp, -10, 10),     DESCENT_ENTRY(log, 0, 100),      DESCENT_ENTRY(tanh, -4, 4),
    DESCENT_ENTRY(sigmoid, -8, 8),   DESCENT_ENTRY(silu, -8, 8),      DESCENT_ENTRY(gelu, -6, 6),
    DESCENT_ENTRY(gelu_tanh, -6, 6), DESCENT_ENTRY(softplus, -8, 8),  DESCENT_ENTRY(log_sigmoid, -8, 8),
    DESCENT_ENTRY(sqrt, 0, 100),     DESCENT_ENTRY(rsqrt, 0, 100),    DESCENT_ENTRY(reciprocal, -100, 100),
    DESCENT_ENTRY(cbrt, -100, 100),  DESCENT_ENTRY(exp2, -10, 10),    DESCENT_ENTRY(expm1, -10, 10),
    DESCENT_ENTRY(log2, 0, 100),     DESCENT_ENTRY(log10, 0, 100),    DESCENT_ENTRY(log1p, -1, 100),
    DESCENT_ENTRY(erf, -4, 4),       DESCENT_ENTRY(erfc, -4, 4),      DESCENT_ENTRY(sin, -100, 100),
    DESCENT_ENTRY(cos, -100, 100),   DESCENT_ENTRY(tan, -100, 100),   DESCENT_ENTRY(asin, -1, 1),
    DESCENT_ENTRY(acos, -1, 1),      DESCENT_ENTRY(atan, -10, 10),    DESCENT_ENTRY(sinh, -10, 10),
    DESCENT_ENTRY(cosh, -10, 10),    DESCENT_ENTRY(asinh, -100, 100), DESCENT_ENTRY(acosh, 1, 100),
    DESCENT_ENTRY(atanh, -1, 1),     DESCENT_ENTRY(erfinv, -1, 1),    DESCENT_ENTRY(lgamma, -10, 30),
    DESCENT_ENTRY(digamma, -10, 30),
};
#undef DESCENT_ENTRY

// ---- scanning ----

struct Worst {
  std::int64_t error = -1;
  float input = 0;
  std::uint64_t inexact = 0, count = 0;

  void merge(const Worst& other) {
    if (other.error > error) error = other.error, input = other.input;
    inexact += other.inexact;
    count += other.count;
  }
};

constexpr std::uint64_t kInputs = std::uint64_t{1} << 32;
constexpr std::uint64_t kBlock = 4096;

Worst scan(Formula formula, std::uint64_t stride, int threads) {
  const auto kernel = descent::kernels::elementwise(formula, descent::float32);
  const std::uint64_t inputs = (kInputs + stride - 1) / stride;
  std::atomic<std::uint64_t> next{0};
  std::vector<Worst> found(threads);
  const auto work = [&](Worst& worst) {
    std::vector<float> in(kBlock), out(kBlock);
    for (;;) {
      const std::uint64_t begin = next.fetch_add(kBlock);
      if (begin >= inputs) return;
      const std::uint64_t n = std::min(kBlock, inputs - begin);
      for (std::uint64_t i = 0; i < n; ++i) {
        in[i] = std::bit_cast<float>(static_cast<std::uint32_t>((begin + i) * stride));
      }
      const descent::kernels::Operand operand{in.data(), 1};
      kernel(&operand, out.data(), static_cast<std::int64_t>(n));
      for (std::uint64_t i = 0; i < n; ++i) {
        const std::int64_t error = reference::distance(formula, in[i], out[i]);
        worst.inexact += error != 0;
        if (error > worst.error) worst.error = error, worst.input = in[i];
      }
      worst.count += n;
    }
  };
  std::vector<std::thread> pool;
  for (Worst& worst : found) pool.emplace_back(work, std::ref(worst));
  for (std::thread& thread : pool) thread.join();
  Worst total;
  for (const Worst& worst : found) total.merge(worst);
  return total;
}

/// The best of many runs over data that stay in the first cache.
double nanoseconds_per_element(const Entry& entry) {
  const auto kernel = descent::kernels::elementwise(entry.formula, descent::float32);
  constexpr int kCount = 2048;
  std::vector<float> in(kCount), out(kCount);
  for (int i = 0; i < kCount; ++i)
    in[i] = entry.low + (entry.high - entry.low) * (static_cast<float>(i * 997 % kCount) + 0.5f) / kCount;
  const descent::kernels::Operand operand{in.data(), 1};
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 300; ++run) {
    const auto start = std::chrono::steady_clock::now();
    kernel(&operand, out.data(), kCount);
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    best = std::min(best, time.count() / kCount);
  }
  return best;
}

[[noreturn]] void usage() {
  std::fprintf(stderr, "usage: ulp_scan [--stride N] [--threads N] [FORMULA...]\n");
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t stride = 1;
  int threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if ((argument == "--stride" || argument == "--threads") && i + 1 < argc) {
      const long value = std::atol(argv[++i]);
      if (value < 1) usage();
      if (argument == "--stride")
        stride = static_cast<std::uint64_t>(value);
      else
        threads = static_cast<int>(value);
    } else if (argument.starts_with("-")) {
      usage();
    } else {
      names.push_back(argument);
    }
  }
  std::printf("| function | max error (ulp) | at | not correctly rounded | ns per element (%s) |\n",
              descent::kernels::cpu_target());
  std::printf("|---|---:|---|---:|---:|\n");
  for (const Entry& entry : kEntries) {
    if (!names.empty() && std::find(names.begin(), names.end(), entry.name) == names.end()) continue;
    const double speed = nanoseconds_per_element(entry);
    const Worst worst = scan(entry.formula, stride, threads);
    const std::string error = worst.error == reference::kWrong ? "wrong" : std::to_string(worst.error);
    std::printf("| %s | %s | %.9g (%a) | %.3f%% | %.2f |\n", entry.name, error.c_str(),
                static_cast<double>(worst.input), static_cast<double>(worst.input),
                100 * static_cast<double>(worst.inexact) / static_cast<double>(worst.count), speed);
    std::fflush(stdout);
  }
}
