// Highway's vectors as the values that formulas.h computes with: operators, and the primitives listed there.
// Included once per target, like every file that ends up inside a vector loop.
#if defined(DESCENT_KERNELS_LANES_H) == defined(HWY_TARGET_TOGGLE)
#ifdef DESCENT_KERNELS_LANES_H
#undef DESCENT_KERNELS_LANES_H
#else
#define DESCENT_KERNELS_LANES_H
#endif

#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace descent::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The bits of Lanes<D>: unsigned integers of the same size, wrapping.
template <class D>
struct Integers {
  using Tag = hn::RebindToUnsigned<D>;
  hn::Vec<Tag> raw;

  HWY_INLINE Integers(hn::Vec<Tag> v) : raw(v) {}
  HWY_INLINE Integers(std::uint64_t constant) : raw(hn::Set(Tag(), static_cast<hn::TFromD<Tag>>(constant))) {}

  friend HWY_INLINE Integers operator+(Integers a, Integers b) { return a.raw + b.raw; }
  friend HWY_INLINE Integers operator-(Integers a, Integers b) { return a.raw - b.raw; }
  friend HWY_INLINE Integers operator&(Integers a, Integers b) { return hn::And(a.raw, b.raw); }
  friend HWY_INLINE Integers operator|(Integers a, Integers b) { return hn::Or(a.raw, b.raw); }
};

template <int kBits, class D>
HWY_INLINE Integers<D> shift_left(Integers<D> a) {
  return hn::ShiftLeft<kBits>(a.raw);
}
template <int kBits, class D>
HWY_INLINE Integers<D> shift_right(Integers<D> a) {
  return hn::ShiftRight<kBits>(a.raw);
}

/// The result of a comparison.
template <class D>
struct Condition {
  hn::Mask<D> raw;

  HWY_INLINE Condition(hn::Mask<D> m) : raw(m) {}

  friend HWY_INLINE Condition operator&(Condition a, Condition b) { return hn::And(a.raw, b.raw); }
  friend HWY_INLINE Condition operator|(Condition a, Condition b) { return hn::Or(a.raw, b.raw); }
  friend HWY_INLINE Condition operator!=(Condition a, Condition b) { return hn::Xor(a.raw, b.raw); }
  friend HWY_INLINE Condition operator!(Condition a) { return hn::Not(a.raw); }
};

// Highway's one lane loses the sign of zeros.
#undef DESCENT_ROUNDED
#if HWY_TARGET == HWY_SCALAR
#define DESCENT_ROUNDED(of_one, of_all) hn::Set(D(), std::of_one(hn::GetLane(a.raw)))
#else
#define DESCENT_ROUNDED(of_one, of_all) hn::of_all(a.raw)
#endif

/// One vector of floats or doubles.
template <class D>
struct Lanes {
  using Tag = D;
  using T = hn::TFromD<D>;
  hn::Vec<D> raw;

  HWY_INLINE Lanes(hn::Vec<D> v) : raw(v) {}
  HWY_INLINE Lanes(double constant) : raw(hn::Set(D(), static_cast<T>(constant))) {}

  friend HWY_INLINE Lanes operator+(Lanes a, Lanes b) { return a.raw + b.raw; }
  friend HWY_INLINE Lanes operator-(Lanes a, Lanes b) { return a.raw - b.raw; }
  friend HWY_INLINE Lanes operator*(Lanes a, Lanes b) { return a.raw * b.raw; }
  friend HWY_INLINE Lanes operator/(Lanes a, Lanes b) { return a.raw / b.raw; }
  friend HWY_INLINE Lanes operator-(Lanes a) { return hn::Neg(a.raw); }

  friend HWY_INLINE Condition<D> operator==(Lanes a, Lanes b) { return a.raw == b.raw; }
  // Highway's own != is false for NaN on x86.
  friend HWY_INLINE Condition<D> operator!=(Lanes a, Lanes b) { return hn::Not(a.raw == b.raw); }
  friend HWY_INLINE Condition<D> operator<(Lanes a, Lanes b) { return a.raw < b.raw; }
  friend HWY_INLINE Condition<D> operator<=(Lanes a, Lanes b) { return a.raw <= b.raw; }
  friend HWY_INLINE Condition<D> operator>(Lanes a, Lanes b) { return a.raw > b.raw; }
  friend HWY_INLINE Condition<D> operator>=(Lanes a, Lanes b) { return a.raw >= b.raw; }

  friend HWY_INLINE Lanes select(Condition<D> c, Lanes a, Lanes b) { return hn::IfThenElse(c.raw, a.raw, b.raw); }
  friend HWY_INLINE Lanes abs(Lanes a) { return hn::Abs(a.raw); }
  friend HWY_INLINE Lanes sqrt(Lanes a) { return hn::Sqrt(a.raw); }
  friend HWY_INLINE Lanes floor(Lanes a) { return DESCENT_ROUNDED(floor, Floor); }
  friend HWY_INLINE Lanes ceil(Lanes a) { return DESCENT_ROUNDED(ceil, Ceil); }
  friend HWY_INLINE Lanes round(Lanes a) { return DESCENT_ROUNDED(nearbyint, Round); }
  friend HWY_INLINE Lanes trunc(Lanes a) { return hn::Trunc(a.raw); }
  friend HWY_INLINE Lanes copysign(Lanes magnitude, Lanes sign) { return hn::CopySign(magnitude.raw, sign.raw); }

  friend HWY_INLINE Integers<D> bits(Lanes a) { return hn::BitCast(typename Integers<D>::Tag(), a.raw); }

  friend HWY_INLINE Lanes min(Lanes a, Lanes b) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    return hn::Min(a.raw, b.raw);
#else  // Highway's would pass the number on, not the NaN
    return select(a < b, a, b);
#endif
  }
  friend HWY_INLINE Lanes max(Lanes a, Lanes b) {
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    return hn::Max(a.raw, b.raw);
#else
    return select(a > b, a, b);
#endif
  }
  friend HWY_INLINE Lanes fma(Lanes a, Lanes b, Lanes c) {
#if HWY_TARGET == HWY_SCALAR
    const T x = hn::GetLane(a.raw), y = hn::GetLane(b.raw), z = hn::GetLane(c.raw);
    // The product of two floats is exact in double, and the sum rounded twice is wrong once in 2^29: a hundred times
    // faster than fmaf on a machine without the instruction.
    if constexpr (sizeof(T) == 4)
      return hn::Set(D(), static_cast<float>(static_cast<double>(x) * y + z));
    else
      return hn::Set(D(), std::fma(x, y, z));
#else
    return hn::MulAdd(a.raw, b.raw, c.raw);
#endif
  }
};

template <class D>
HWY_INLINE Lanes<D> from_bits(Integers<D> i) {
  return hn::BitCast(D(), i.raw);
}

/// kTable[i & 15].
template <const double (&kTable)[16], class D>
HWY_INLINE Lanes<D> lookup(Integers<D> i) {
#if HWY_TARGET == HWY_AVX3
  static_assert(hn::MaxLanes(D()) == 8);
  return hn::Vec<D>{_mm512_permutex2var_pd(_mm512_loadu_pd(kTable), i.raw.raw, _mm512_loadu_pd(kTable + 8))};
#else
  return hn::GatherIndex(D(), kTable, hn::BitCast(hn::RebindToSigned<D>(), (i & 15).raw));
#endif
}

/// kTable[kRow][i & 15].
template <const auto& kTable, int kRow, class D>
HWY_INLINE Lanes<D> lookup(Integers<D> i) {
  const float* const row = kTable[kRow];
#if HWY_TARGET == HWY_AVX3
  static_assert(hn::MaxLanes(D()) == 16);
  return hn::Vec<D>{_mm512_permutexvar_ps(i.raw.raw, _mm512_loadu_ps(row))};
#elif HWY_TARGET == HWY_AVX2
  static_assert(hn::MaxLanes(D()) == 8);
  const __m256 below = _mm256_permutevar8x32_ps(_mm256_loadu_ps(row), i.raw.raw);
  const __m256 above = _mm256_permutevar8x32_ps(_mm256_loadu_ps(row + 8), i.raw.raw);
  return hn::Vec<D>{_mm256_blendv_ps(below, above, _mm256_castsi256_ps(_mm256_slli_epi32(i.raw.raw, 28)))};
#else
  return hn::GatherIndex(D(), row, hn::BitCast(hn::RebindToSigned<D>(), (i & 15).raw));
#endif
}

/// Whether the lowest bit is set.
template <class D>
HWY_INLINE Condition<D> is_odd(Integers<D> i) {
  return hn::RebindMask(D(), hn::TestBit(i.raw, hn::Set(typename Integers<D>::Tag(), 1)));
}

#if HWY_TARGET == HWY_AVX3
// What the formulas of these names give, in one instruction.
using Doubles = Lanes<hn::ScalableTag<double>>;
using Floats = Lanes<hn::ScalableTag<float>>;

HWY_INLINE Doubles scale(Doubles mantissa, Doubles n) {
  return hn::Vec<Doubles::Tag>{_mm512_scalef_pd(mantissa.raw.raw, n.raw.raw)};
}
HWY_INLINE Floats scale(Floats mantissa, Floats n, Integers<Floats::Tag>) {
  return hn::Vec<Floats::Tag>{_mm512_scalef_ps(mantissa.raw.raw, n.raw.raw)};
}
HWY_INLINE Doubles exponent(Doubles x) { return hn::Vec<Doubles::Tag>{_mm512_getexp_pd(x.raw.raw)}; }
HWY_INLINE Doubles significand(Doubles x) {
  return hn::Vec<Doubles::Tag>{_mm512_getmant_pd(x.raw.raw, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src)};
}

// By class of x, from the right: NaN is itself, signalling NaN too, 0 gives -infinity, positive numbers `log`,
// -infinity NaN, infinity itself, negative numbers NaN.
inline constexpr int kLogOfSpecial = 0x03530422;
HWY_INLINE Doubles log_or_special(Doubles x, Doubles log) {
  return hn::Vec<Doubles::Tag>{_mm512_fixupimm_pd(log.raw.raw, x.raw.raw, _mm512_set1_epi64(kLogOfSpecial), 0)};
}
HWY_INLINE Floats log_or_special(Floats x, Floats log) {
  return hn::Vec<Floats::Tag>{_mm512_fixupimm_ps(log.raw.raw, x.raw.raw, _mm512_set1_epi32(kLogOfSpecial), 0)};
}
#endif

/// Floats that fill a vector of doubles once widened.
using DoubleTag = hn::ScalableTag<double>;
using NarrowTag = hn::Rebind<float, DoubleTag>;

HWY_INLINE Lanes<DoubleTag> widen(Lanes<NarrowTag> a) { return hn::PromoteTo(DoubleTag(), a.raw); }
HWY_INLINE Lanes<NarrowTag> narrow(Lanes<DoubleTag> a) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(NarrowTag(), static_cast<float>(a.raw.raw));  // DemoteTo would saturate
#else
  return hn::DemoteTo(NarrowTag(), a.raw);
#endif
}

/// `result`, with the lanes where `c` holds replaced by `function` of the same lanes of `values`.
template <auto function, class D, class... V>
HWY_INLINE Lanes<D> replace(Condition<D> c, Lanes<D> result, V... values) {
  if (HWY_LIKELY(hn::AllFalse(D(), c.raw))) return result;
  constexpr std::size_t n = hn::MaxLanes(D());
  using T = hn::TFromD<D>;
  HWY_ALIGN T in[sizeof...(V)][n];
  HWY_ALIGN T out[n];
  std::size_t k = 0;
  (hn::Store(values.raw, D(), in[k++]), ...);
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (sizeof...(V) == 1)
      out[i] = function(in[0][i]);
    else
      out[i] = function(in[0][i], in[1][i]);
  }
  return select(c, Lanes<D>(hn::Load(D(), out)), result);
}

/// `result`, with the lanes where `c` holds replaced by those of f(), which is called if there are any.
template <class D, class F>
HWY_INLINE Lanes<D> replace_seldom(Condition<D> c, Lanes<D> result, const F& f) {
  if (HWY_LIKELY(hn::AllFalse(D(), c.raw))) return result;
  return select(c, f(), result);
}

}  // namespace descent::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
