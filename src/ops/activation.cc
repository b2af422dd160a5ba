#include <cmath>
#include <numbers>

#include "ops/elementwise_op.h"

namespace descent {
namespace {

constexpr double kSqrt2OverPi = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;

}  // namespace

Tensor relu(const Tensor& x) {
  static constexpr Op op = unary(
      "relu", Formula::relu, Promotion::common,
      [](const Tensor& g, const Call& c) { return where(c.output() <= 0, 0, g); }, kOutput);
  return apply<op>({&x});
}

Tensor sigmoid(const Tensor& x) {
  static constexpr Op op = unary(
      "sigmoid", Formula::sigmoid, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (c.output() * (1 - c.output())); }, kOutput);
  return apply<op>({&x});
}

Tensor log_sigmoid(const Tensor& x) {
  static constexpr Op op = unary(
      "log_sigmoid", Formula::log_sigmoid, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * sigmoid(-c.input(0)); }, kInput0);
  return apply<op>({&x});
}

Tensor silu(const Tensor& x) {
  static constexpr Op op = unary(
      "silu", Formula::silu, Promotion::floating,
      [](const Tensor& g, const Call& c) {
        const Tensor s = sigmoid(c.input(0));
        return g * (s * (1 + c.input(0) * (1 - s)));
      },
      kInput0);
  return apply<op>({&x});
}

Tensor gelu(const Tensor& x, Gelu form) {
  static constexpr Op exact = unary(
      "gelu", Formula::gelu, Promotion::floating,
      [](const Tensor& g, const Call& c) {
        const Tensor& x = c.input(0);
        const Tensor distribution = 0.5 * erfc(x * (-1 / std::numbers::sqrt2));
        const Tensor density = exp(square(x) * -0.5) * (0.5 * kSqrt2OverPi);
        return g * (distribution + x * density);
      },
      kInput0);
  static constexpr Op approximate = unary(
      "gelu_tanh", Formula::gelu_tanh, Promotion::floating,
      [](const Tensor& g, const Call& c) {
        const Tensor& x = c.input(0);
        const Tensor t = tanh((x + 0.044715 * pow(x, 3)) * kSqrt2OverPi);
        const Tensor slope = (1 + 3 * 0.044715 * square(x)) * kSqrt2OverPi;
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - square(t)) * slope);
      },
      kInput0);
  return form == Gelu::erf ? apply<exact>({&x}) : apply<approximate>({&x});
}

Tensor softplus(const Tensor& x) {
  static constexpr Op op = unary(
      "softplus", Formula::softplus, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * sigmoid(c.input(0)); }, kInput0);
  return apply<op>({&x});
}

Tensor leaky_relu(const Tensor& x, double negative_slope) try {
  return where(x > 0, x, x * negative_slope);
} catch (const Error& error) {
  fail_as("leaky_relu", error);
}

// expm1 sees no positive numbers: where they are large it would be infinite, and 0 * inf poison the gradient.
Tensor elu(const Tensor& x, double alpha) try {
  const Tensor positive = x > 0;
  return where(positive, x, alpha * expm1(where(positive, 0, x)));
} catch (const Error& error) {
  fail_as("elu", error);
}

Tensor erf(const Tensor& x) {
  static constexpr Op op = unary(
      "erf", Formula::erf, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (exp(-square(c.input(0))) * (2 * std::numbers::inv_sqrtpi)); },
      kInput0);
  return apply<op>({&x});
}

Tensor erfc(const Tensor& x) {
  static constexpr Op op = unary(
      "erfc", Formula::erfc, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (exp(-square(c.input(0))) * (-2 * std::numbers::inv_sqrtpi)); },
      kInput0);
  return apply<op>({&x});
}

Tensor erfinv(const Tensor& x) {
  static constexpr Op op = unary(
      "erfinv", Formula::erfinv, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (exp(square(c.output())) * (0.5 / std::numbers::inv_sqrtpi)); },
      kOutput);
  return apply<op>({&x});
}

Tensor lgamma(const Tensor& x) {
  static constexpr Op op = unary(
      "lgamma", Formula::lgamma, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * digamma(c.input(0)); }, kInput0);
  return apply<op>({&x});
}

Tensor digamma(const Tensor& x) {
  static constexpr Op op =
      unary("digamma", Formula::digamma, Promotion::floating,
            [](const Tensor&, const Call&) -> Tensor { fail("digamma has no gradient: trigamma is not there"); });
  return apply<op>({&x});
}

}  // namespace descent
