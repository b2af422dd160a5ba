// Measures the error of every float32 unary formula on all 2^32 inputs, and its speed; prints the table of
// docs/accuracy.md.
//
//   ulp_scan [--stride N] [--threads N] [FORMULA...]
//
// An error is the distance, in floats, to the correctly rounded result. That is the rounded result of the C library in
// double, or in long double where the double lies too close to the middle between two floats to tell.
#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "kernels/elementwise.h"

namespace {

using descent::kernels::Formula;

// ---- references, for R double and long double ----

template <class R>
constexpr R kPi = static_cast<R>(3.14159265358979323846264338327950288L);

template <class R>
R sigmoid(R x) {
  const R e = std::exp(-std::abs(x));
  return (x < 0 ? e : R(1)) / (1 + e);
}

template <class R>
R softplus(R x) {
  return std::fmax(x, R(0)) + std::log1p(std::exp(-std::abs(x)));
}

template <class R>
R gelu_tanh_argument(R x) {
  return 2 * std::sqrt(2 / kPi<R>) * (x + R(0.044715L) * x * x * x);
}

/// Newton's method on the C library's erf, from a start that takes a handful of steps.
template <class R>
R erfinv(R y) {
  const R a = std::abs(y);
  if (!(a < 1)) return a == 1 ? std::copysign(std::numeric_limits<R>::infinity(), y) : std::numeric_limits<R>::quiet_NaN();
  R x = a < R(0.9) ? a : std::sqrt(-std::log(1 - a));
  for (int i = 0; i < 60; ++i) {
    const R excess = a < R(0.5) ? std::erf(x) - a : (1 - a) - std::erfc(x);
    const R newton = excess * std::sqrt(kPi<R>) / 2 * std::exp(x * x);
    const R step = newton / (1 + x * newton);
    x -= step;
    if (std::abs(step) <= std::abs(x) * std::numeric_limits<R>::epsilon() * 4) break;
  }
  return std::copysign(x, y);
}

/// Always in long double: close to its roots a double would not do.
long double digamma(long double x) {
  if (x == 0) return std::copysign(std::numeric_limits<long double>::infinity(), -x);
  if (x < 0) {
    if (x == std::floor(x)) return std::numeric_limits<long double>::quiet_NaN();
    return digamma(1 - x) - kPi<long double> / std::tan(kPi<long double> * (x - std::nearbyint(x)));
  }
  long double sum = 0;
  for (; x < 24; ++x) sum -= 1 / x;
  const long double z = 1 / (x * x);
  constexpr long double kTerms[] = {1.0L / 12,       -1.0L / 120, 1.0L / 252, -1.0L / 240, 1.0L / 132,
                                    -691.0L / 32760, 1.0L / 12,   -3617.0L / 8160};
  long double series = 0;
  for (int k = 7; k >= 0; --k) series = (series + kTerms[k]) * z;
  return sum + (std::log(x) - 1 / (2 * x) - series);
}

template <class R>
R log_gamma(R x) {
  int sign;
  if constexpr (sizeof(R) == sizeof(double)) return ::lgamma_r(x, &sign);
  else return ::lgammal_r(x, &sign);
}

template <class R>
R reference(Formula formula, R x) {
  switch (formula) {
    case Formula::reciprocal: return 1 / x;
    case Formula::sqrt: return std::sqrt(x);
    case Formula::rsqrt: return 1 / std::sqrt(x);
    case Formula::exp: return std::exp(x);
    case Formula::exp2: return std::exp2(x);
    case Formula::expm1: return std::expm1(x);
    case Formula::log: return std::log(x);
    case Formula::log2: return std::log2(x);
    case Formula::log10: return std::log10(x);
    case Formula::log1p: return std::log1p(x);
    case Formula::sin: return std::sin(x);
    case Formula::cos: return std::cos(x);
    case Formula::tan: return std::tan(x);
    case Formula::asin: return std::asin(x);
    case Formula::acos: return std::acos(x);
    case Formula::atan: return std::atan(x);
    case Formula::sinh: return std::sinh(x);
    case Formula::cosh: return std::cosh(x);
    case Formula::tanh: return std::tanh(x);
    case Formula::asinh: return std::asinh(x);
    case Formula::acosh: return std::acosh(x);
    case Formula::atanh: return std::atanh(x);
    case Formula::sigmoid: return sigmoid(x);
    case Formula::log_sigmoid: return -softplus(-x);
    case Formula::silu: return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * sigmoid(x);
    case Formula::gelu:
      return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * (std::erfc(-x / std::sqrt(R(2))) / 2);
    case Formula::gelu_tanh:
      return x == -std::numeric_limits<R>::infinity() ? R(-0.0) : x * sigmoid(gelu_tanh_argument(x));
    case Formula::softplus: return softplus(x);
    case Formula::erf: return std::erf(x);
    case Formula::erfc: return std::erfc(x);
    case Formula::erfinv: return erfinv(x);
    case Formula::lgamma: return log_gamma(x);
    case Formula::digamma: return static_cast<R>(digamma(x));
    default: return std::numeric_limits<R>::quiet_NaN();
  }
}

struct Entry {
  Formula formula;
  const char* name;
  float low, high;  // where it is timed
};

#define DESCENT_ENTRY(name, low, high) {Formula::name, #name, low, high}
// The most used first.
constexpr Entry kEntries[] = {
    DESCENT_ENTRY(exp, -10, 10),       DESCENT_ENTRY(log, 0, 100),     DESCENT_ENTRY(tanh, -4, 4),
    DESCENT_ENTRY(sigmoid, -8, 8),     DESCENT_ENTRY(silu, -8, 8),     DESCENT_ENTRY(gelu, -6, 6),
    DESCENT_ENTRY(gelu_tanh, -6, 6),   DESCENT_ENTRY(softplus, -8, 8), DESCENT_ENTRY(log_sigmoid, -8, 8),
    DESCENT_ENTRY(sqrt, 0, 100),       DESCENT_ENTRY(rsqrt, 0, 100),   DESCENT_ENTRY(reciprocal, -100, 100),
    DESCENT_ENTRY(exp2, -10, 10),      DESCENT_ENTRY(expm1, -10, 10),  DESCENT_ENTRY(log2, 0, 100),
    DESCENT_ENTRY(log10, 0, 100),      DESCENT_ENTRY(log1p, -1, 100),  DESCENT_ENTRY(erf, -4, 4),
    DESCENT_ENTRY(erfc, -4, 4),        DESCENT_ENTRY(sin, -100, 100),  DESCENT_ENTRY(cos, -100, 100),
    DESCENT_ENTRY(tan, -100, 100),     DESCENT_ENTRY(asin, -1, 1),     DESCENT_ENTRY(acos, -1, 1),
    DESCENT_ENTRY(atan, -10, 10),      DESCENT_ENTRY(sinh, -10, 10),   DESCENT_ENTRY(cosh, -10, 10),
    DESCENT_ENTRY(asinh, -100, 100),   DESCENT_ENTRY(acosh, 1, 100),   DESCENT_ENTRY(atanh, -1, 1),
    DESCENT_ENTRY(erfinv, -1, 1),      DESCENT_ENTRY(lgamma, -10, 30), DESCENT_ENTRY(digamma, -10, 30),
};
#undef DESCENT_ENTRY

// ---- distance in floats ----

/// Neighbouring floats are neighbouring integers; the zeros are one.
std::int64_t ordinal(float x) {
  const std::int32_t bits = std::bit_cast<std::int32_t>(x);
  return bits >= 0 ? bits : -static_cast<std::int64_t>(bits & 0x7fffffff);
}

/// Whether an error of some units in the last place of the double could round it to another float.
bool undecided(double reference) {
  const float rounded = static_cast<float>(reference);
  const double margin = std::abs(reference) * 0x1p-50;
  return static_cast<float>(reference - margin) != rounded || static_cast<float>(reference + margin) != rounded;
}

constexpr std::int64_t kWrong = std::numeric_limits<std::int32_t>::max();  // NaN or the sign of a zero differs

std::int64_t distance(Formula formula, float x, float result) {
  const double approximate = reference<double>(formula, x);
  const float expected = undecided(approximate) ? static_cast<float>(reference<long double>(formula, x))
                                                : static_cast<float>(approximate);
  if (std::isnan(result) || std::isnan(expected)) return std::isnan(result) && std::isnan(expected) ? 0 : kWrong;
  if (result == 0 && expected == 0 && std::signbit(result) != std::signbit(expected)) return kWrong;
  return std::abs(ordinal(result) - ordinal(expected));
}

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
        const std::int64_t error = distance(formula, in[i], out[i]);
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
  for (int i = 0; i < kCount; ++i) in[i] = entry.low + (entry.high - entry.low) * (static_cast<float>(i * 997 % kCount) + 0.5f) / kCount;
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
      if (argument == "--stride") stride = static_cast<std::uint64_t>(value);
      else threads = static_cast<int>(value);
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
    const std::string error = worst.error == kWrong ? "wrong" : std::to_string(worst.error);
    std::printf("| %s | %s | %.9g (%a) | %.3f%% | %.2f |\n", entry.name, error.c_str(), static_cast<double>(worst.input),
                static_cast<double>(worst.input), 100 * static_cast<double>(worst.inexact) / static_cast<double>(worst.count), speed);
    std::fflush(stdout);
  }
}
