#include "ops/elementwise_op.h"

namespace descent {

Tensor sin(const Tensor& x) {
  static constexpr Op op = unary(
      "sin", Formula::sin, Promotion::floating, [](const Tensor& g, const Call& c) { return g * cos(c.input(0)); },
      kInput0);
  return apply<op>({&x});
}

Tensor cos(const Tensor& x) {
  static constexpr Op op = unary(
      "cos", Formula::cos, Promotion::floating, [](const Tensor& g, const Call& c) { return -g * sin(c.input(0)); },
      kInput0);
  return apply<op>({&x});
}

Tensor tan(const Tensor& x) {
  static constexpr Op op = unary(
      "tan", Formula::tan, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (square(c.output()) + 1); }, kOutput);
  return apply<op>({&x});
}

Tensor asin(const Tensor& x) {
  static constexpr Op op = unary(
      "asin", Formula::asin, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * rsqrt(1 - square(c.input(0))); }, kInput0);
  return apply<op>({&x});
}

Tensor acos(const Tensor& x) {
  static constexpr Op op = unary(
      "acos", Formula::acos, Promotion::floating,
      [](const Tensor& g, const Call& c) { return -g * rsqrt(1 - square(c.input(0))); }, kInput0);
  return apply<op>({&x});
}

Tensor atan(const Tensor& x) {
  static constexpr Op op = unary(
      "atan", Formula::atan, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g / (square(c.input(0)) + 1); }, kInput0);
  return apply<op>({&x});
}

namespace {
// 1 / (x^2 + y^2); at the origin, where an angle has no slope, 0.
Tensor inverse_square_distance(const Tensor& x, const Tensor& y) {
  const Tensor squares = square(x) + square(y);
  const Tensor origin = squares == 0;
  return where(origin, 0, reciprocal(where(origin, 1, squares)));
}
}  // namespace

Tensor atan2(const Tensor& y, const Tensor& x) {
  static constexpr Op op = binary("atan2", Formula::atan2, Promotion::floating,
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &y = c.input(0), &x = c.input(1);
                                     return g * (x * inverse_square_distance(x, y));
                                   },
                                   kInput0 | kInput1},
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &y = c.input(0), &x = c.input(1);
                                     return -g * (y * inverse_square_distance(x, y));
                                   },
                                   kInput0 | kInput1});
  return apply<op>({&y, &x});
}

Tensor hypot(const Tensor& a, const Tensor& b) {
  static constexpr Op op =
      binary("hypot", Formula::hypot, Promotion::floating,
             {[](const Tensor& g, const Call& c) { return g * (c.input(0) / c.output()); }, kInput0 | kOutput},
             {[](const Tensor& g, const Call& c) { return g * (c.input(1) / c.output()); }, kInput1 | kOutput});
  return apply<op>({&a, &b});
}

Tensor sinh(const Tensor& x) {
  static constexpr Op op = unary(
      "sinh", Formula::sinh, Promotion::floating, [](const Tensor& g, const Call& c) { return g * cosh(c.input(0)); },
      kInput0);
  return apply<op>({&x});
}

Tensor cosh(const Tensor& x) {
  static constexpr Op op = unary(
      "cosh", Formula::cosh, Promotion::floating, [](const Tensor& g, const Call& c) { return g * sinh(c.input(0)); },
      kInput0);
  return apply<op>({&x});
}

Tensor tanh(const Tensor& x) {
  static constexpr Op op = unary(
      "tanh", Formula::tanh, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * (1 - square(c.output())); }, kOutput);
  return apply<op>({&x});
}

Tensor asinh(const Tensor& x) {
  static constexpr Op op = unary(
      "asinh", Formula::asinh, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * rsqrt(square(c.input(0)) + 1); }, kInput0);
  return apply<op>({&x});
}

Tensor acosh(const Tensor& x) {
  static constexpr Op op = unary(
      "acosh", Formula::acosh, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g * rsqrt(square(c.input(0)) - 1); }, kInput0);
  return apply<op>({&x});
}

Tensor atanh(const Tensor& x) {
  static constexpr Op op = unary(
      "atanh", Formula::atanh, Promotion::floating,
      [](const Tensor& g, const Call& c) { return g / (1 - square(c.input(0))); }, kInput0);
  return apply<op>({&x});
}

}  // namespace descent
