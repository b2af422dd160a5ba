#include "core/twister.h"

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/twister.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace descent::random::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kShift = 397;

// Calls step(tag, i) for i in [begin, end), a vector at a time, then one by one.
template <class Step>
HWY_INLINE void for_words(std::size_t begin, std::size_t end, const Step& step) {
  const hn::ScalableTag<std::uint32_t> vector;
  const hn::CappedTag<std::uint32_t, 1> one;
  const std::size_t rest = (end - begin) % hn::Lanes(vector);
  for (std::size_t i = begin; i < end - rest; i += hn::Lanes(vector)) step(vector, i);
  for (std::size_t i = end - rest; i < end; ++i) step(one, i);
}

// The word `far` from here, times what follows `words`: the top bit of one before the other bits of the next, times the
// matrix of the recurrence.
template <class D, class V>
HWY_INLINE V twisted(D d, V word, V next, V far) {
  const V mixed = hn::Or(hn::And(word, hn::Set(d, 0x80000000u)), hn::And(next, hn::Set(d, 0x7fffffffu)));
  const V is_odd = hn::Sub(hn::Zero(d), hn::And(next, hn::Set(d, 1u)));
  return hn::Xor(far, hn::Xor(hn::ShiftRight<1>(mixed), hn::And(is_odd, hn::Set(d, 0x9908b0dfu))));
}

// No step reads what the vectors right before it wrote: the words that do are 227 apart at the least.
void next_words_of(std::uint32_t* words) {
  const auto step = [words](std::size_t i, std::ptrdiff_t far, auto d) {
    const auto here = hn::LoadU(d, words + i), next = hn::LoadU(d, words + i + 1);
    hn::StoreU(twisted(d, here, next, hn::LoadU(d, words + i + far)), d, words + i);
  };
  for_words(0, kTwisterWords - kShift, [&](auto d, std::size_t i) { step(i, kShift, d); });
  constexpr auto kBack = static_cast<std::ptrdiff_t>(kShift) - static_cast<std::ptrdiff_t>(kTwisterWords);
  for_words(kTwisterWords - kShift, kTwisterWords - 1, [&](auto d, std::size_t i) { step(i, kBack, d); });
  const hn::CappedTag<std::uint32_t, 1> one;
  const auto last = hn::LoadU(one, words + kTwisterWords - 1), first = hn::LoadU(one, words);
  hn::StoreU(twisted(one, last, first, hn::LoadU(one, words + kShift - 1)), one, words + kTwisterWords - 1);
}

void temper_of(const std::uint32_t* words, std::uint32_t* outputs) {
  for_words(0, kTwisterWords, [&](auto d, std::size_t i) {
    auto word = hn::LoadU(d, words + i);
    word = hn::Xor(word, hn::ShiftRight<11>(word));
    word = hn::Xor(word, hn::And(hn::ShiftLeft<7>(word), hn::Set(d, 0x9d2c5680u)));
    word = hn::Xor(word, hn::And(hn::ShiftLeft<15>(word), hn::Set(d, 0xefc60000u)));
    hn::StoreU(hn::Xor(word, hn::ShiftRight<18>(word)), d, outputs + i);
  });
}

void to_uniform_of(const std::uint32_t* words, std::size_t count, float* out) {
  for_words(0, count, [&](auto d, std::size_t i) {
    const hn::RebindToSigned<decltype(d)> integers;
    const hn::RebindToFloat<decltype(d)> floats;
    const auto bits = hn::And(hn::LoadU(d, words + i), hn::Set(d, 0xffffffu));
    const auto number = hn::ConvertTo(floats, hn::BitCast(integers, bits));
    hn::StoreU(hn::Mul(number, hn::Set(floats, 0x1p-24f)), floats, out + i);
  });
}

void to_bernoulli_of(const std::uint32_t* words, std::size_t count, std::uint64_t limit, float* out) {
  for_words(0, count, [&](auto d, std::size_t i) {
    const hn::RebindToSigned<decltype(d)> integers;
    const hn::RebindToFloat<decltype(d)> floats;
    auto upper = hn::Undefined(d), lower = hn::Undefined(d);
    hn::LoadInterleaved2(d, words + 2 * i, upper, lower);
    const auto high = hn::BitCast(integers, hn::And(upper, hn::Set(d, 0x1fffffu)));
    // What is compared as signed must not be: the top bit is turned around.
    const auto low = hn::BitCast(integers, hn::Xor(lower, hn::Set(d, 0x80000000u)));
    const auto high_limit = hn::Set(integers, static_cast<std::int32_t>(limit >> 32));
    const auto low_limit =
        hn::Set(integers, static_cast<std::int32_t>(static_cast<std::uint32_t>(limit) ^ 0x80000000u));
    const auto is_below = hn::Or(hn::Lt(high, high_limit), hn::And(hn::Eq(high, high_limit), hn::Lt(low, low_limit)));
    hn::StoreU(hn::IfThenElseZero(hn::RebindMask(floats, is_below), hn::Set(floats, 1.0f)), floats, out + i);
  });
}

}  // namespace descent::random::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace descent::random {

void next_words(std::span<std::uint32_t, kTwisterWords> words) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), next_words_of, words.data());
}

void temper(std::span<const std::uint32_t, kTwisterWords> words, std::span<std::uint32_t, kTwisterWords> outputs) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), temper_of, words.data(), outputs.data());
}

void to_uniform(std::span<const std::uint32_t> words, float* out) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), to_uniform_of, words.data(), words.size(), out);
}

void to_bernoulli(std::span<const std::uint32_t> words, std::uint64_t limit, float* out) {
  DESCENT_CALL_TARGET(kernels::chosen_target(), to_bernoulli_of, words.data(), words.size() / 2, limit, out);
}

}  // namespace descent::random
#endif
