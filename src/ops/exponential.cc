#include <numbers>

#include "ops/elementwise_op.h"

namespace descent {

Tensor sqrt(const Tensor& x) {
  static constexpr Op op = unary(
      "sqrt", Formula::sqrt, Promotion::floating, [](const Tensor& g, const Call& c) { return g / (c.output() * 2); },
      kOutput);
  return apply<op>({&x});
}

Tensor rsqrt(const Tensor& x) {
  static constexpr Op op = unary(
      "rsqrt", Formula::rsqrt, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * -0.5 * pow(c.output(), 3); }, kOutput);
  return apply<op>({&x});
}

Tensor cbrt(const Tensor& x) {
  static constexpr Op op = unary(
      "cbrt", Formula::cbrt, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g / (square(c.output()) * 3); }, kOutput);
  return apply<op>({&x});
}

Tensor exp(const Tensor& x) {
  static constexpr Op op = unary(
      "exp", Formula::exp, Promotion::floating, [](const Tensor& g, const Call& c) { return g * c.output(); }, kOutput);
  return apply<op>({&x});
}

Tensor exp2(const Tensor& x) {
  static constexpr Op op = unary(
      "exp2", Formula::exp2, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * c.output() * std::numbers::ln2; }, kOutput);
  return apply<op>({&x});
}

Tensor expm1(const Tensor& x) {
  static constexpr Op op = unary(
      "expm1", Formula::expm1, Promotion::floating, [](const Tensor& g, const Call& c) { return g * (c.output() + 1); },
      kOutput);
  return apply<op>({&x});
}

Tensor log(const Tensor& x) {
  static constexpr Op op = unary(
      "log", Formula::log, Promotion::floating, [](const Tensor& g, const Call& c) { return g / c.input(0); }, kInput0);
  return apply<op>({&x});
}

Tensor log2(const Tensor& x) {
  static constexpr Op op = unary(
      "log2", Formula::log2, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g / (c.input(0) * std::numbers::ln2); }, kInput0);
  return apply<op>({&x});
}

Tensor log10(const Tensor& x) {
  static constexpr Op op = unary(
      "log10", Formula::log10, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g / (c.input(0) * std::numbers::ln10); }, kInput0);
  return apply<op>({&x});
}

Tensor log1p(const Tensor& x) {
  static constexpr Op op = unary(
      "log1p", Formula::log1p, Promotion::floating, [](const Tensor& g, const Call& c) { return g / (c.input(0) + 1); },
      kInput0);
  return apply<op>({&x});
}

Tensor logaddexp(const Tensor& a, const Tensor& b) {
  static constexpr Op op =
      binary("logaddexp", Formula::logaddexp, Promotion::floating,
             {[](const Tensor& g, const Call& c) { return g * sigmoid(c.input(0) - c.input(1)); }, kInput0 | kInput1},
             {[](const Tensor& g, const Call& c) { return g * sigmoid(c.input(1) - c.input(0)); }, kInput0 | kInput1});
  return apply<op>({&a, &b});
}

}  // namespace descent
