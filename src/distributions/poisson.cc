#include "descent/distributions/poisson.h"

#include <cmath>

#include "core/random.h"
#include "core/random_fill.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "distributions/parameters.h"
#include "kernels/special_functions.h"
#include "ops/check.h"

namespace descent::distributions {
namespace {

inline namespace compute {

double uniform(Generator& generator) {
  double result = 0;
  random::fill_uniform(generator, std::span(&result, 1));
  return result;
}

// For small rates: how many uniform numbers can be multiplied before the product is exp(-rate).
double count_of_products(double rate, Generator& generator) {
  const double least = std::exp(-rate);
  double count = 0;
  for (double product = uniform(generator); product > least; product *= uniform(generator)) ++count;
  return count;
}

// By transformed rejection with squeeze, from a rate of 10 on. Source: Hörmann, "The transformed rejection method for
// generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993), algorithm PTRS.
double transformed_rejection(double rate, Generator& generator) {
  const double b = 0.931 + 2.53 * std::sqrt(rate), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform(generator) - 0.5, v = uniform(generator);
    const double distance = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / distance + b) * u + rate + 0.43);
    if (distance >= 0.07 && v <= v_r) return k;
    if (k < 0 || (distance < 0.013 && v > distance)) continue;
    const double height = std::log(v) + std::log(inverse_alpha) - std::log(a / (distance * distance) + b);
    if (height <= k * std::log(rate) - rate - kernels::lgamma(k + 1)) return k;
  }
}

}  // namespace compute

Tensor draw_poisson(const Tensor& rates, Generator& generator) {
  static constexpr Op op = {.name = "poisson",
                            .kind = Kind::write,
                            .write = [](Inputs inputs, const Attributes& a, const TensorImpl& target) {
                              const Tensor rates = row_major(*inputs[0]);
                              random::fill_reals(target, [&](auto out) {
                                const auto* rate = elements_of<typename decltype(out)::value_type>(*rates.impl());
                                for (auto& sample : out) {
                                  const double mean = *rate++;
                                  sample = static_cast<typename decltype(out)::value_type>(
                                      mean >= 10 ? transformed_rejection(mean, *a.generator)
                                                 : (mean > 0 ? count_of_products(mean, *a.generator) : mean));
                                }
                              });
                            }};
  const Tensor result = empty(rates.sizes(), {.dtype = rates.dtype()});
  write_new<op>(result, {&rates}, random::drawing_from(generator));
  return result;
}

}  // namespace

Poisson::Poisson(const Tensor& rate, bool validate_args)
    : Distribution("Poisson", common_shape("Poisson", {rate}), {}, validate_args),
      rate_(alike("Poisson", rate, {rate})) {
  if (validate_args) check(rate_, rate_ >= 0 && isfinite(rate_), {"Poisson", "rate", "must be at least 0 and finite"});
}

Poisson Poisson::expand(const Dims& batch_shape) const { return like_this(Poisson(rate_.expand(batch_shape), false)); }

void Poisson::check_value(const Tensor& value) const {
  check(value, value >= 0 && value == floor(value), {"Poisson", "value", "must be a whole number of at least 0"});
}

Tensor Poisson::draw(const Dims& shape, Generator& generator) const {
  return draw_poisson(rate_.expand(extended(shape)), generator);
}

Tensor Poisson::log_prob_at(const Tensor& value) const {
  const Tensor safe = where(value == 0, 1.0, rate_);  // 0 log(0) is 0
  return value * log(safe) - rate_ - lgamma(value + 1);
}
Tensor Poisson::mean_of() const { return rate_; }
Tensor Poisson::mode_of() const { return floor(rate_); }
Tensor Poisson::variance_of() const { return rate_; }

}  // namespace descent::distributions
