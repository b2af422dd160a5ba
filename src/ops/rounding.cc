#include "ops/elementwise_op.h"

namespace descent {

Tensor abs(const Tensor& x) {
  static constexpr Op op = unary(
      "abs", Formula::abs, Promotion::common, [](const Tensor& g, const Call& c) { return g * sign(c.input(0)); },
      kInput0);
  return apply<op>({&x});
}

Tensor sign(const Tensor& x) {
  static constexpr Op op = unary("sign", Formula::sign, Promotion::common, no_slope);
  if (impl_of(x, "sign").dtype == boolean) return x.clone();
  return apply<op>({&x});
}

Tensor copysign(const Tensor& magnitude, const Tensor& sign) {
  static constexpr Op op =
      binary("copysign", Formula::copysign, Promotion::floating,
             {[](const Tensor& g, const Call& c) {
                const Tensor zero = c.input(0) == 0;
                return where(zero, 0, g * (copysign(c.input(0), c.input(1)) / where(zero, 1, c.input(0))));
              },
              kInput0 | kInput1},
             {no_slope});
  return apply<op>({&magnitude, &sign});
}

Tensor floor(const Tensor& x) {
  static constexpr Op op = unary("floor", Formula::floor, Promotion::common, no_slope);
  return apply<op>({&x});
}

Tensor ceil(const Tensor& x) {
  static constexpr Op op = unary("ceil", Formula::ceil, Promotion::common, no_slope);
  return apply<op>({&x});
}

Tensor round(const Tensor& x) {
  static constexpr Op op = unary("round", Formula::round, Promotion::common, no_slope);
  return apply<op>({&x});
}

Tensor trunc(const Tensor& x) {
  static constexpr Op op = unary("trunc", Formula::trunc, Promotion::common, no_slope);
  return apply<op>({&x});
}

Tensor frac(const Tensor& x) {
  static constexpr Op op =
      unary("frac", Formula::frac, Promotion::common, [](const Tensor& g, const Call&) { return g; });
  return apply<op>({&x});
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  static constexpr Op op = binary("minimum", Formula::minimum, Promotion::common,
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &a = c.input(0), &b = c.input(1);
                                     return where(a == b, g / 2, where(a > b, 0, g));
                                   },
                                   kInput0 | kInput1},
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &a = c.input(0), &b = c.input(1);
                                     return where(a == b, g / 2, where(b > a, 0, g));
                                   },
                                   kInput0 | kInput1});
  return apply<op>({&a, &b});
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  static constexpr Op op = binary("maximum", Formula::maximum, Promotion::common,
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &a = c.input(0), &b = c.input(1);
                                     return where(a == b, g / 2, where(a < b, 0, g));
                                   },
                                   kInput0 | kInput1},
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &a = c.input(0), &b = c.input(1);
                                     return where(a == b, g / 2, where(b < a, 0, g));
                                   },
                                   kInput0 | kInput1});
  return apply<op>({&a, &b});
}

// The maximum, but where both are equal the gradient is x's.
Tensor clamp_min(const Tensor& x, const Tensor& low) {
  static constexpr Op op =
      binary("clamp_min", Formula::maximum, Promotion::common,
             {[](const Tensor& g, const Call& c) { return where(c.input(0) >= c.input(1), g, 0); }, kInput0 | kInput1},
             {[](const Tensor& g, const Call& c) { return where(c.input(0) < c.input(1), g, 0); }, kInput0 | kInput1});
  return apply<op>({&x, &low});
}

Tensor clamp_max(const Tensor& x, const Tensor& high) {
  static constexpr Op op =
      binary("clamp_max", Formula::minimum, Promotion::common,
             {[](const Tensor& g, const Call& c) { return where(c.input(0) <= c.input(1), g, 0); }, kInput0 | kInput1},
             {[](const Tensor& g, const Call& c) { return where(c.input(0) > c.input(1), g, 0); }, kInput0 | kInput1});
  return apply<op>({&x, &high});
}

Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high) try {
  if (!low.defined() && !high.defined()) fail("clamp: at least one bound must be given");
  if (!low.defined()) return clamp_max(x, high);
  if (!high.defined()) return clamp_min(x, low);
  return clamp_max(clamp_min(x, low), high);
} catch (const Error& error) {
  fail_as("clamp", error);
}

}  // namespace descent
