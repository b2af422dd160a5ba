// The words of the Mersenne Twister (MT19937; Matsumoto and Nishimura, 1998), many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace descent::random {

inline constexpr std::size_t kTwisterWords = 624;

/// Makes the words of a generator's state the ones that follow.
void next_words(std::span<std::uint32_t, kTwisterWords> words);

/// What such words are given out as.
void temper(std::span<const std::uint32_t, kTwisterWords> words, std::span<std::uint32_t, kTwisterWords> outputs);

/// Uniform numbers on [0, 1), as PyTorch makes them: the lower 24 bits of each word, by 2^24.
void to_uniform(std::span<const std::uint32_t> words, float* out);

/// For each pair of words 1 where their lower 53 bits, the first word above the second, are less than `limit`, which is
/// at most 2^53; else 0.
void to_bernoulli(std::span<const std::uint32_t> words, std::uint64_t limit, float* out);

}  // namespace descent::random
