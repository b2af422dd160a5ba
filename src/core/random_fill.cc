// The fills of random_fill.h. PyTorch's arithmetic is followed to the rounding: which products its build fuses into the
// additions that follow was found by comparing all variants with it (tests/golden/generator.py holds the result).
#include "core/random_fill.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/twister.h"
#include "descent/error.h"
#include "kernels/parallel.h"
#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/random_fill.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace descent::random::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// a * b + c, rounded once on every machine.
template <class D, class V>
V fused(D d, V a, V b, V c) {
#if HWY_NATIVE_FMA
  (void)d;
  return hn::MulAdd(a, b, c);
#else
  HWY_ALIGN hn::TFromD<D> lanes[3][hn::MaxLanes(D())];
  hn::Store(a, d, lanes[0]);
  hn::Store(b, d, lanes[1]);
  hn::Store(c, d, lanes[2]);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) lanes[0][i] = std::fma(lanes[0][i], lanes[1][i], lanes[2][i]);
  return hn::Load(d, lanes[0]);
#endif
}

// From [0, 1) to [from, to). Rounding can reach `to`, which becomes `from`.
template <class T>
void scale(T* values, std::size_t count, T from, T to) {
  const hn::ScalableTag<T> d;
  const auto low = hn::Set(d, from);
  const auto high = hn::Set(d, to);
  const auto width = hn::Set(d, to - from);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto value = fused(d, hn::LoadU(d, values + i), width, low);
    hn::StoreU(hn::IfThenElse(hn::Eq(value, high), low, value), d, values + i);
  }
  for (; i < count; ++i) {
    const T value = std::fma(values[i], to - from, from);
    values[i] = value == to ? from : value;
  }
}

void scale_float(float* values, std::size_t count, float from, float to) { scale(values, count, from, to); }
void scale_double(double* values, std::size_t count, double from, double to) { scale(values, count, from, to); }

// Natural logarithm of x in [2^-24, 1], after Cephes logf: x = 2^e m, m in [sqrt(1/2), sqrt(2)), a polynomial in m - 1.
template <class D, class V>
V log(D d, V x) {
  const hn::RebindToSigned<D> di;
  const auto bits = hn::BitCast(di, x);
  V e = hn::ConvertTo(d, hn::Sub(hn::ShiftRight<23>(bits), hn::Set(di, 126)));
  V m = hn::BitCast(d, hn::Or(hn::And(bits, hn::Set(di, 0x007fffff)), hn::Set(di, 0x3f000000)));  // in [0.5, 1)
  const auto small = hn::Lt(m, hn::Set(d, 0.707106781186547524f));
  const V one = hn::Set(d, 1.0f);
  e = hn::IfThenElse(small, hn::Sub(e, one), e);
  m = hn::Sub(hn::IfThenElse(small, hn::Add(m, m), m), one);

  const V square = hn::Mul(m, m);
  V y = hn::Set(d, 7.0376836292e-2f);
  y = fused(d, y, m, hn::Set(d, -1.1514610310e-1f));
  y = fused(d, y, m, hn::Set(d, 1.1676998740e-1f));
  y = fused(d, y, m, hn::Set(d, -1.2420140846e-1f));
  y = fused(d, y, m, hn::Set(d, 1.4249322787e-1f));
  y = fused(d, y, m, hn::Set(d, -1.6668057665e-1f));
  y = fused(d, y, m, hn::Set(d, 2.0000714765e-1f));
  y = fused(d, y, m, hn::Set(d, -2.4999993993e-1f));
  y = fused(d, y, m, hn::Set(d, 3.3333331174e-1f));
  y = hn::Mul(y, m);
  y = fused(d, y, square, hn::Mul(e, hn::Set(d, -2.12194440e-4f)));
  y = hn::Sub(y, hn::Mul(square, hn::Set(d, 0.5f)));
  return hn::Add(hn::Add(m, y), hn::Mul(e, hn::Set(d, 0.693359375f)));
}

// Sine and cosine of x in [0, 2 pi], after Cephes sinf and cosf: x less the nearest even multiple of pi/4, subtracted
// in three parts, then one polynomial for each function, exchanged and negated by octant.
template <class D, class V>
void sine_cosine(D d, V x, V& sine, V& cosine) {
  const hn::RebindToSigned<D> di;
  const auto octant =
      hn::And(hn::Add(hn::ConvertTo(di, hn::Mul(x, hn::Set(d, 1.27323954473516f))), hn::Set(di, 1)), hn::Set(di, ~1));
  const V multiple = hn::ConvertTo(d, octant);
  x = fused(d, multiple, hn::Set(d, -0.78515625f), x);
  x = fused(d, multiple, hn::Set(d, -2.4187564849853515625e-4f), x);
  x = fused(d, multiple, hn::Set(d, -3.77489497744594108e-8f), x);

  const V square = hn::Mul(x, x);
  V even = hn::Set(d, 2.443315711809948e-5f);
  even = fused(d, even, square, hn::Set(d, -1.388731625493765e-3f));
  even = fused(d, even, square, hn::Set(d, 4.166664568298827e-2f));
  even = hn::Mul(even, square);
  even = fused(d, even, square, hn::Mul(square, hn::Set(d, -0.5f)));
  even = hn::Add(even, hn::Set(d, 1.0f));

  V odd = hn::Set(d, -1.9515295891e-4f);
  odd = fused(d, odd, square, hn::Set(d, 8.3321608736e-3f));
  odd = fused(d, odd, square, hn::Set(d, -1.6666654611e-1f));
  odd = hn::Mul(odd, square);
  odd = fused(d, odd, x, x);

  const auto four = hn::Set(di, 4);
  const auto two = hn::Set(di, 2);
  const auto exchanged = hn::MaskFromVec(hn::BitCast(d, hn::VecFromMask(di, hn::Eq(hn::And(octant, two), two))));
  const V sine_sign = hn::BitCast(d, hn::ShiftLeft<29>(hn::And(octant, four)));
  const V cosine_sign = hn::BitCast(d, hn::ShiftLeft<29>(hn::AndNot(hn::Sub(octant, two), four)));
  sine = hn::Xor(hn::IfThenElse(exchanged, even, odd), sine_sign);
  cosine = hn::Xor(hn::IfThenElse(exchanged, odd, even), cosine_sign);
}

// Blocks of 16 uniform values on [0, 1), in place to normal ones: the first 8 of a block give the radii, the others the
// angles of 8 points, whose coordinates they become.
void box_muller_float(float* values, std::size_t blocks, float mean, float std) {
  const hn::CappedTag<float, 8> d;
  for (float* block = values; block != values + 16 * blocks; block += 16) {
    for (std::size_t i = 0; i < 8; i += hn::Lanes(d)) {
      const auto uniform = hn::Sub(hn::Set(d, 1.0f), hn::LoadU(d, block + i));
      const auto radius = hn::Sqrt(hn::Mul(hn::Set(d, -2.0f), log(d, uniform)));
      auto sine = hn::Undefined(d);
      auto cosine = hn::Undefined(d);
      sine_cosine(d, hn::Mul(hn::Set(d, 2 * std::numbers::pi_v<float>), hn::LoadU(d, block + 8 + i)), sine, cosine);
      hn::StoreU(fused(d, hn::Mul(radius, cosine), hn::Set(d, std), hn::Set(d, mean)), d, block + i);
      hn::StoreU(fused(d, hn::Mul(radius, sine), hn::Set(d, std), hn::Set(d, mean)), d, block + 8 + i);
    }
  }
}

void box_muller_double(double* values, std::size_t blocks, double mean, double std) {
  for (double* block = values; block != values + 16 * blocks; block += 16) {
    for (std::size_t i = 0; i < 8; ++i) {
      const double radius = std::sqrt(-2 * std::log(1 - block[i]));
      const double angle = 2 * std::numbers::pi * block[i + 8];
      block[i] = std::fma(radius * std::cos(angle), std, mean);
      block[i + 8] = std::fma(radius * std::sin(angle), std, mean);
    }
  }
}

}  // namespace descent::random::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::random {

namespace {

void scale(std::span<float> values, float from, float to) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), scale_float, values.data(), values.size(), from, to);
}

void scale(std::span<double> values, double from, double to) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), scale_double, values.data(), values.size(), from, to);
}

void box_muller(std::span<float> values, float mean, float std) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), box_muller_float, values.data(), values.size() / 16, mean, std);
}

void box_muller(std::span<double> values, double mean, double std) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), box_muller_double, values.data(), values.size() / 16, mean, std);
}

double standard_uniform(Generator& generator) {
  return static_cast<double>(generator.random64() & ((1ull << 53) - 1)) * 0x1p-53;
}

double standard_normal(Generator& generator) {
  if (const std::optional<double> kept = generator.take_next_normal()) return *kept;
  const double angle = 2 * std::numbers::pi * standard_uniform(generator);
  const double radius = std::sqrt(-2 * std::log1p(-standard_uniform(generator)));
  generator.keep_next_normal(radius * std::sin(angle));
  return radius * std::cos(angle);
}

void fill_standard_uniform(Generator& generator, std::span<float> out) {
  while (!out.empty()) {
    const std::span<const std::uint32_t> words = generator.take(out.size());
    to_uniform(words, out.data());
    out = out.subspan(words.size());
  }
}

void fill_standard_uniform(Generator& generator, std::span<double> out) {
  for (double& value : out) value = standard_uniform(generator);
}

template <class T>
void uniform(Generator& generator, std::span<T> out, double from, double to) {
  const T low = static_cast<T>(from);
  const T high = static_cast<T>(to);
  if (!(from <= to) || !std::isfinite(high - low)) {
    fail("uniform: got from = ", from, ", to = ", to, "; wanted from <= to, a finite distance apart");
  }
  fill_standard_uniform(generator, out);
  if (low != 0 || high != 1) scale(out, low, high);
}

template <class T>
void normal(Generator& generator, std::span<T> out, double mean, double std) {
  if (!(std >= 0)) fail("normal: got std = ", std, "; wanted std >= 0");
  if (out.size() < 16) {
    for (T& value : out) value = static_cast<T>(std::fma(standard_normal(generator), std, mean));
    return;
  }
  // The generator goes on word by word, what becomes of them does not: while that is in a near cache.
  constexpr std::size_t kPart = 1 << 16, kBlock = 16;
  for (std::span<T> rest = out; !rest.empty();) {
    const std::span<T> part = rest.first(std::min(rest.size(), kPart));
    fill_standard_uniform(generator, part);
    kernels::parallel_for(static_cast<std::int64_t>(part.size() / kBlock), kPart / kBlock / 4,
                          [&](std::int64_t begin, std::int64_t end) {
                            const auto first = static_cast<std::size_t>(begin) * kBlock;
                            box_muller(part.subspan(first, static_cast<std::size_t>(end) * kBlock - first),
                                       static_cast<T>(mean), static_cast<T>(std));
                          });
    rest = rest.subspan(part.size());
  }
  // What is left over after the last whole block: the last 16 values are drawn anew.
  if (out.size() % 16 != 0) {
    fill_standard_uniform(generator, out.last(16));
    box_muller(out.last(16), static_cast<T>(mean), static_cast<T>(std));
  }
}

// The bound of standard_uniform() < p, as an integer.
std::uint64_t limit_of(double p) {
  if (!(p >= 0 && p <= 1)) fail("bernoulli: got p = ", p, "; wanted 0 <= p <= 1");
  return static_cast<std::uint64_t>(std::ceil(p * 0x1p53));
}

void bernoulli(Generator& generator, std::span<float> out, double p) {
  const std::uint64_t limit = limit_of(p);
  std::array<std::uint32_t, 1024> words;  // in pairs, which may lie apart in the generator
  while (!out.empty()) {
    const std::size_t count = std::min(out.size(), words.size() / 2);
    for (std::size_t begin = 0; begin < 2 * count;) {
      const std::span<const std::uint32_t> taken = generator.take(2 * count - begin);
      std::copy(taken.begin(), taken.end(), words.begin() + static_cast<std::ptrdiff_t>(begin));
      begin += taken.size();
    }
    to_bernoulli(std::span(words).first(2 * count), limit, out.data());
    out = out.subspan(count);
  }
}

void bernoulli(Generator& generator, std::span<double> out, double p) {
  const std::uint64_t limit = limit_of(p);
  for (double& value : out) value = generator.random64() % (1ull << 53) < limit ? 1 : 0;
}

template <class T>
void exponential(Generator& generator, std::span<T> out, double lambda) {
  if (!(lambda > 0)) fail("exponential: got lambda = ", lambda, "; wanted lambda > 0");
  const double scale = -1 / lambda;
  for (T& value : out) value = static_cast<T>(scale * std::log1p(-standard_uniform(generator)));
}

}  // namespace

void fill_uniform(Generator& generator, std::span<float> out, double from, double to) {
  uniform(generator, out, from, to);
}

void fill_uniform(Generator& generator, std::span<double> out, double from, double to) {
  uniform(generator, out, from, to);
}

void fill_normal(Generator& generator, std::span<float> out, double mean, double std) {
  normal(generator, out, mean, std);
}

void fill_normal(Generator& generator, std::span<double> out, double mean, double std) {
  normal(generator, out, mean, std);
}

void fill_integers(Generator& generator, std::span<std::int64_t> out, std::int64_t low, std::int64_t high) {
  if (low >= high) fail("randint: got low = ", low, ", high = ", high, "; wanted low < high");
  const std::uint64_t offset = static_cast<std::uint64_t>(low);
  const std::uint64_t range = static_cast<std::uint64_t>(high) - offset;
  // From 2^28 on the remainder of 32 bits would be too far from uniform.
  if (range >= 1ull << 28) {
    for (std::int64_t& value : out) value = static_cast<std::int64_t>(generator.random64() % range + offset);
  } else {
    const std::uint32_t divisor = static_cast<std::uint32_t>(range);
    for (std::int64_t& value : out) value = static_cast<std::int64_t>(generator.random() % divisor + offset);
  }
}

void fill_permutation(Generator& generator, std::span<std::int64_t> out) {
  const std::size_t count = out.size();
  if (count < 0xffffffffu / 20) {
    std::iota(out.begin(), out.end(), std::int64_t{0});
    for (std::size_t i = 0; i + 1 < count; ++i) {
      std::swap(out[i], out[i + generator.random() % static_cast<std::uint32_t>(count - i)]);
    }
    return;
  }
  // So many that the remainder of 32 bits would be skewed; the shuffle runs the other way, as in PyTorch.
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::int64_t>(i);
    std::swap(out[i], out[generator.random64() % (i + 1)]);
  }
}

void fill_bernoulli(Generator& generator, std::span<float> out, double p) { bernoulli(generator, out, p); }
void fill_bernoulli(Generator& generator, std::span<double> out, double p) { bernoulli(generator, out, p); }

void fill_exponential(Generator& generator, std::span<float> out, double lambda) {
  exponential(generator, out, lambda);
}

void fill_exponential(Generator& generator, std::span<double> out, double lambda) {
  exponential(generator, out, lambda);
}

}  // namespace descent::random
#endif  // HWY_ONCE
