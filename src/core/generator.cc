#include "core/generator.h"

#include <algorithm>

#include "descent/error.h"

namespace descent {

namespace {

constexpr std::size_t word_count = 624;
constexpr std::size_t shift = 397;

// The word that follows: the top bit of `word` before the other bits of `next`, times the matrix of the recurrence.
constexpr std::uint32_t twist(std::uint32_t word, std::uint32_t next) {
  const std::uint32_t mixed = (word & 0x80000000u) | (next & 0x7fffffffu);
  return mixed >> 1 ^ (-(next & 1u) & 0x9908b0dfu);
}

}  // namespace

void Generator::manual_seed(std::uint64_t seed) {
  state_.seed = seed;
  state_.words[0] = static_cast<std::uint32_t>(seed);
  for (std::uint32_t i = 1; i < word_count; ++i) {
    const std::uint32_t previous = state_.words[i - 1];
    state_.words[i] = 1812433253u * (previous ^ previous >> 30) + i;
  }
  state_.position = word_count;
  state_.next_normal.reset();
}

void Generator::set_state(const State& state) {
  if (state.position > word_count) {
    fail("generator state: position ", state.position, " is past the ", word_count, " words");
  }
  state_ = state;
  temper();
}

std::span<const std::uint32_t> Generator::take(std::size_t count) {
  if (state_.position == word_count) refill();
  const std::size_t taken = std::min(count, word_count - state_.position);
  const std::span result = std::span(outputs_).subspan(state_.position, taken);
  state_.position += static_cast<std::uint32_t>(taken);
  return result;
}

// Two loops, so that none reads what its last few steps wrote: the compiler can make vectors of them.
void Generator::refill() {
  std::uint32_t* words = state_.words.data();
  for (std::size_t i = 0; i < word_count - shift; ++i) words[i] = words[i + shift] ^ twist(words[i], words[i + 1]);
  for (std::size_t i = word_count - shift; i < word_count - 1; ++i) {
    words[i] = words[i + shift - word_count] ^ twist(words[i], words[i + 1]);
  }
  words[word_count - 1] = words[shift - 1] ^ twist(words[word_count - 1], words[0]);
  state_.position = 0;
  temper();
}

void Generator::temper() {
  for (std::size_t i = 0; i < word_count; ++i) {
    std::uint32_t word = state_.words[i];
    word ^= word >> 11;
    word ^= word << 7 & 0x9d2c5680u;
    word ^= word << 15 & 0xefc60000u;
    outputs_[i] = word ^ word >> 18;
  }
}

Generator& default_generator() {
  static Generator generator;
  return generator;
}

}  // namespace descent
