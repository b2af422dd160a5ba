// Random numbers, equal bit for bit to those of PyTorch 2.13's CPU generator.
//
// The generator is the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998). The fills below draw from it in
// PyTorch's order and round where PyTorch rounds, so that the same seed gives the same tensors in both:
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

namespace descent {

/// A stream of random bits. Not synchronised: one thread at a time draws from a generator.
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
  /// Continues from `state`, which may come from a file: a position past the words is an error.
  void set_state(const State& state);

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
  void refill();
  void temper();

  State state_;
  std::array<std::uint32_t, 624> outputs_{};  // state_.words, tempered
};

/// The generator that every function draws from that is not given one. It starts from `Generator::default_seed`.
Generator& default_generator();

namespace random {

/// Uniform on [from, to): `torch.rand`, `Tensor.uniform_`. from <= to, and their distance is finite.
void fill_uniform(Generator& generator, std::span<float> out, double from = 0, double to = 1);
void fill_uniform(Generator& generator, std::span<double> out, double from = 0, double to = 1);

/// Normal: `torch.randn`, `Tensor.normal_`. std >= 0. Box-Muller; from 16 values on in blocks of 16, as PyTorch does.
void fill_normal(Generator& generator, std::span<float> out, double mean = 0, double std = 1);
void fill_normal(Generator& generator, std::span<double> out, double mean = 0, double std = 1);

/// Integers in [low, high), low < high: `torch.randint`.
void fill_integers(Generator& generator, std::span<std::int64_t> out, std::int64_t low, std::int64_t high);

/// A permutation of 0 .. out.size() - 1: `torch.randperm`.
void fill_permutation(Generator& generator, std::span<std::int64_t> out);

/// 1 with probability p, else 0: `Tensor.bernoulli_(p)`, which is what dropout draws. 0 <= p <= 1.
void fill_bernoulli(Generator& generator, std::span<float> out, double p);
void fill_bernoulli(Generator& generator, std::span<double> out, double p);

}  // namespace random
}  // namespace descent
