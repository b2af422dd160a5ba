// The generator that all random numbers come from: equal bit for bit to PyTorch 2.13's CPU generator.
//
// It is the Mersenne Twister MT19937. rand, randn, randint, randperm, nn::init and dropout draw from it in PyTorch's
// order and round where PyTorch rounds, so that the same seed gives the same tensors in both:
//   - float32 normals equal those of PyTorch on x86-64 with AVX2, and are the same bits on every machine here
//     (PyTorch's own are others with ATEN_CPU_CAPABILITY=default);
//   - float64 normals, and fills of fewer than 16 normals, call the C library's log, log1p, sin and cos, as PyTorch's
//     do; across C libraries, or processors with and without fused multiply-add, the last bit can differ, in both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "descent/export.h"
#include "descent/state_dict.h"

namespace DESCENT_EXPORT descent {

/// A stream of random bits. Copying it copies the place where it stands. Not synchronised: one thread at a time draws
/// from a generator.
///
/// Source: Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
/// generator", ACM TOMACS 8 (1998), and its initialisation of 2002.
class Generator {
 public:
  static constexpr std::uint64_t default_seed = 67280421310721;

  /// Everything that the numbers to come depend on, to be saved and restored as a value.
  struct State {
    std::uint64_t seed = default_seed;
    /// The Twister's words, and how many of them are used up (at most all).
    std::array<std::uint32_t, 624> words{};
    std::uint32_t position = 624;
    /// The Box-Muller transform makes two normal samples; a fill of fewer than 16 keeps an odd one for the next.
    std::optional<double> next_normal;

    bool operator==(const State&) const = default;
  };

  explicit Generator(std::uint64_t seed = default_seed) { manual_seed(seed); }

  /// Starts over. Of the seed only the low 32 bits matter, as in PyTorch.
  void manual_seed(std::uint64_t seed);
  std::uint64_t seed() const { return state_.seed; }

  const State& state() const { return state_; }
  /// Continues from `state`, which may come from a file: an Error for a position past the words, or words that are all
  /// 0, which no others follow.
  void set_state(const State& state);

  /// The state as tensors: "seed" (int64, the same bits), "words" [624] and "position" (int64), and "next_normal"
  /// (float64, NaN for none).
  StateDict state_dict() const;
  /// Continues from `state`, a generator's state dict. An Error that says what does not fit leaves this one as it was.
  void load_state_dict(const StateDict& state);

  /// A generator whose numbers have nothing to do with those that this one goes on to give. It draws 8 words (32 bits
  /// each) from this one and starts the other from them by the Twister's initialisation by array; the fork's seed() is
  /// the first two of them, the upper half first. The same state gives the same fork, and two forks in turn differ.
  Generator fork();

  /// The next 32 bits.
  std::uint32_t random() {
    if (state_.position == outputs_.size()) refill();
    return outputs_[state_.position++];
  }

  /// The next 64 bits, the upper half first.
  std::uint64_t random64() {
    const std::uint64_t upper = random();
    return upper << 32 | random();
  }

  /// What the next calls of `random()` would return: at least one, at most `count` of them (count > 0). The span holds
  /// until the next draw.
  std::span<const std::uint32_t> take(std::size_t count);

  /// The normal sample kept from the last pair, if any; it is given out once.
  std::optional<double> take_next_normal() { return std::exchange(state_.next_normal, std::nullopt); }
  void keep_next_normal(double sample) { state_.next_normal = sample; }

 private:
  void start(std::uint32_t word);
  void refill();
  void temper();

  State state_;
  std::array<std::uint32_t, 624> outputs_{};  // state_.words, tempered
};

/// The generator that every function draws from that is not given one: the innermost WithGenerator's on this thread, or
/// else the one that all threads share, which starts from `Generator::default_seed`.
Generator& default_generator();

/// Starts the default generator over.
void manual_seed(std::uint64_t seed);

/// While one lives, `generator` is the default one on this thread: what draws from the default generator (layers that
/// are made, dropout, optimizers that add noise) then has random numbers of its own, whatever other threads do.
class WithGenerator {
 public:
  /// `generator` must outlive it.
  explicit WithGenerator(Generator& generator);
  ~WithGenerator();
  WithGenerator(const WithGenerator&) = delete;
  WithGenerator& operator=(const WithGenerator&) = delete;

 private:
  Generator* before_;
};

}  // namespace descent
