#include "descent/generator.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/twister.h"
#include "descent/create.h"

namespace descent {

using random::kTwisterWords;

// Knuth's recurrence, as the Twister's authors start it: from one word.
void Generator::start(std::uint32_t word) {
  state_.words[0] = word;
  for (std::uint32_t i = 1; i < kTwisterWords; ++i) {
    const std::uint32_t previous = state_.words[i - 1];
    state_.words[i] = 1812433253u * (previous ^ previous >> 30) + i;
  }
  state_.position = kTwisterWords;
  state_.next_normal.reset();
}

void Generator::manual_seed(std::uint64_t seed) {
  state_.seed = seed;
  start(static_cast<std::uint32_t>(seed));
}

// mt19937ar's init_by_array.
Generator Generator::fork() {
  constexpr std::size_t key_size = 8;
  std::array<std::uint32_t, key_size> key;
  for (std::uint32_t& word : key) word = random();

  Generator result;
  result.state_.seed = static_cast<std::uint64_t>(key[0]) << 32 | key[1];
  result.start(19650218);
  std::array<std::uint32_t, kTwisterWords>& words = result.state_.words;
  std::size_t i = 1;
  const auto mix = [&](std::uint32_t factor, auto next) {
    const std::uint32_t previous = words[i - 1];
    words[i] = next(words[i] ^ (previous ^ previous >> 30) * factor);
    if (++i == kTwisterWords) {
      words[0] = words[kTwisterWords - 1];
      i = 1;
    }
  };
  for (std::size_t k = 0; k < kTwisterWords; ++k) {
    const auto j = static_cast<std::uint32_t>(k % key_size);
    mix(1664525, [&](std::uint32_t word) { return word + key[j] + j; });
  }
  for (std::size_t k = 1; k < kTwisterWords; ++k) {
    mix(1566083941, [&](std::uint32_t word) { return word - static_cast<std::uint32_t>(i); });
  }
  words[0] = 0x80000000u;
  return result;
}

StateDict Generator::state_dict() const {
  const std::vector<std::int64_t> words(state_.words.begin(), state_.words.end());
  return {{"seed", tensor(std::bit_cast<std::int64_t>(state_.seed))},
          {"words", tensor(words)},
          {"position", tensor(static_cast<std::int64_t>(state_.position))},
          {"next_normal",
           tensor(state_.next_normal.value_or(std::numeric_limits<double>::quiet_NaN()), {.dtype = float64})}};
}

void Generator::load_state_dict(const StateDict& state) {
  const char* const what = "generator state";
  const StateDict found = Generator().state_dict();
  copy_state(what, {found.begin(), found.end()}, state);
  const auto word_of = [&](const char* name, std::int64_t value) {
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
      fail(what, ": ", name, " holds ", value, ", which is no number of 32 bits");
    }
    return static_cast<std::uint32_t>(value);
  };
  State loaded;
  loaded.seed = std::bit_cast<std::uint64_t>(found.at("seed").item<std::int64_t>());
  const std::vector<std::int64_t> words = found.at("words").to_vector<std::int64_t>();
  std::transform(words.begin(), words.end(), loaded.words.begin(), [&](auto word) { return word_of("words", word); });
  loaded.position = word_of("position", found.at("position").item<std::int64_t>());
  if (const double kept = found.at("next_normal").item(); !std::isnan(kept)) loaded.next_normal = kept;
  set_state(loaded);
}

void Generator::set_state(const State& state) {
  if (state.position > kTwisterWords) {
    fail("generator state: position ", state.position, " is past the ", kTwisterWords, " words");
  }
  if (std::all_of(state.words.begin(), state.words.end(), [](std::uint32_t word) { return word == 0; })) {
    fail("generator state: the words are all 0, which no others follow");
  }
  state_ = state;
  temper();
}

std::span<const std::uint32_t> Generator::take(std::size_t count) {
  if (state_.position == kTwisterWords) refill();
  const std::size_t taken = std::min(count, kTwisterWords - state_.position);
  const std::span result = std::span(outputs_).subspan(state_.position, taken);
  state_.position += static_cast<std::uint32_t>(taken);
  return result;
}

void Generator::refill() {
  random::next_words(state_.words);
  state_.position = 0;
  temper();
}

void Generator::temper() { random::temper(state_.words, outputs_); }

namespace {
thread_local Generator* own_generator = nullptr;  // of the innermost WithGenerator
}

Generator& default_generator() {
  static Generator generator;
  return own_generator ? *own_generator : generator;
}

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

WithGenerator::WithGenerator(Generator& generator) : before_(std::exchange(own_generator, &generator)) {}
WithGenerator::~WithGenerator() { own_generator = before_; }

}  // namespace descent
