// What functions draw from a generator: spans of random numbers, as PyTorch draws them (descent/generator.h).
#pragma once

#include <cstdint>
#include <span>

#include "descent/generator.h"

namespace descent::random {

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

/// Exponential of rate lambda > 0: `Tensor.exponential_`.
void fill_exponential(Generator& generator, std::span<float> out, double lambda);
void fill_exponential(Generator& generator, std::span<double> out, double lambda);

}  // namespace descent::random
