#include "descent/sampling.h"

#include <algorithm>

#include "core/promotion.h"
#include "core/random.h"
#include "core/random_fill.h"
#include "descent/ops.h"
#include "ops/check.h"

namespace descent {
namespace {

// index: how many positions a row; the target has so many columns. As PyTorch does, the weights are added up in their
// own type, and each number between 0 and 1 is looked up among the sums' shares of the whole.
Tensor draw_positions(const Tensor& weights, std::int64_t num_samples, Generator& generator) {
  static constexpr Op op = {.name = "multinomial",
                            .kind = Kind::write,
                            .write = [](Inputs inputs, const Attributes& attributes, const TensorImpl& target) {
                              const Tensor weights = row_major(*inputs[0]);
                              const std::int64_t n = weights.impl()->sizes.back(), samples = target.sizes.back();
                              dispatch_floating("multinomial", weights.impl()->dtype, [&](auto zero) {
                                using T = decltype(zero);
                                std::vector<T> shares(static_cast<std::size_t>(n));
                                const T* weight = elements_of<T>(weights);
                                auto* out = elements_of<std::int64_t>(target);
                                for (std::int64_t row = 0; row * samples < target.numel; ++row, weight += n) {
                                  T sum = 0;
                                  for (std::int64_t i = 0; i < n; ++i)
                                    shares[static_cast<std::size_t>(i)] = sum += weight[i];
                                  for (T& share : shares) share /= sum;
                                  shares.back() = 1;
                                  for (std::int64_t i = 0; i < samples; ++i) {
                                    double uniform = 0;
                                    random::fill_uniform(*attributes.generator, std::span(&uniform, 1));
                                    *out++ = std::partition_point(shares.begin(), shares.end(),
                                                                  [&](T share) { return share < uniform; }) -
                                             shares.begin();
                                  }
                                }
                              });
                            }};
  Dims sizes = weights.sizes();
  sizes[sizes.size() - 1] = num_samples;
  const Tensor result = empty(sizes, {.dtype = int64});
  write_new<op>(result, {&weights}, random::drawing_from(generator));
  return result;
}

}  // namespace

Tensor bernoulli(const Tensor& probabilities, Generator& generator) try {
  const Tensor p = probabilities.detach();
  random::check_real("bernoulli", p);
  check(p, p >= 0 && p <= 1, {"bernoulli", "the probability", "is not from 0 to 1"});
  return (rand(p.sizes(), {.dtype = p.dtype()}, generator) < p).to(p.dtype());
} catch (const Error& error) {
  fail_as("bernoulli", error);
}

Tensor bernoulli(const Tensor& x, double p, Generator& generator) try {
  const Tensor result = empty(x.sizes(), {.dtype = is_floating_point(x.dtype()) ? x.dtype() : float32});
  random::bernoulli_("bernoulli", result, p, generator);
  return result.to(x.dtype());
} catch (const Error& error) {
  fail_as("bernoulli", error);
}

Tensor multinomial(const Tensor& weights, std::int64_t num_samples, bool replacement, Generator& generator) try {
  const Dims& sizes = impl_of(weights, "multinomial").sizes;
  random::check_real("multinomial", weights);
  if (sizes.empty() || sizes.size() > 2) {
    fail("multinomial: a vector or a matrix of weights is wanted, not shape ", sizes);
  }
  if (num_samples <= 0) fail("multinomial: num_samples = ", num_samples, " must be positive");
  if (sizes.back() == 0) fail("multinomial: weights of shape ", sizes, " have nothing to sample from");
  if (!replacement && num_samples > sizes.back()) {
    fail("multinomial: ", num_samples, " samples of ", sizes.back(), " are too many without replacement");
  }
  const Tensor w = weights.detach(), total = sum(w, -1);
  check(w, isfinite(w) && w >= 0, {"multinomial", "the weight", "must be a number that is not negative"});
  check(total, total > 0, {"multinomial", nullptr, "the weights are all 0"});
  if (replacement && num_samples > 1) return draw_positions(w, num_samples, generator);
  // The waiting times of what happens w times as often: the order in which they come is that of draws without
  // replacement.
  const Tensor times = empty(sizes, {.dtype = w.dtype()});
  random::exponential_("multinomial", times, 1, generator);
  return num_samples == 1 ? argmax(w / times, -1, /*keepdim=*/true) : topk(w / times, num_samples).indices;
} catch (const Error& error) {
  fail_as("multinomial", error);
}

Tensor normal(const Tensor& mean, const Tensor& std, Generator& generator) try {
  check(std, std >= 0, {"normal", "std", "must not be negative"});
  const Dims shape = broadcast_shapes("normal", mean.sizes(), std.sizes());
  const Tensor* both[] = {&mean, &std};
  const DType dtype = promoted_dtype(both);
  return randn(shape, {.dtype = is_floating_point(dtype) ? dtype : float32}, generator) * std.detach() + mean.detach();
} catch (const Error& error) {
  fail_as("normal", error);
}

Tensor normal(double mean, double std, const Dims& shape, TensorOptions options, Generator& generator) try {
  const Tensor result = empty(shape, {.dtype = options.dtype});
  random::normal_("normal", result, mean, std, generator);
  return result.requires_grad_(options.requires_grad);
} catch (const Error& error) {
  fail_as("normal", error);
}

const Tensor& Tensor::uniform_(double from, double to, Generator& generator) const {
  random::uniform_("uniform_", *this, from, to, generator);
  return *this;
}
const Tensor& Tensor::normal_(double mean, double std, Generator& generator) const {
  random::normal_("normal_", *this, mean, std, generator);
  return *this;
}
const Tensor& Tensor::exponential_(double lambda, Generator& generator) const {
  random::exponential_("exponential_", *this, lambda, generator);
  return *this;
}
const Tensor& Tensor::bernoulli_(double p, Generator& generator) const {
  if (!is_floating_point(impl_of(*this, "bernoulli_").dtype)) return copy_(bernoulli(*this, p, generator));
  random::bernoulli_("bernoulli_", *this, p, generator);
  return *this;
}
const Tensor& Tensor::bernoulli_(const Tensor& p, Generator& generator) const try {
  return copy_(bernoulli(descent::expand(p, sizes()), generator));
} catch (const Error& error) {
  fail_as("bernoulli_", error);
}

}  // namespace descent
