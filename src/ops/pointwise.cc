#include "descent/pointwise.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/copy.h"
#include "core/tensor_impl.h"
#include "descent/create.h"

namespace descent {

Tensor addcdiv(const Tensor& a, const Tensor& b, const Tensor& c, double value) try {
  for (const Tensor* x : {&a, &b, &c}) {
    if (!is_floating_point(x->dtype())) {
      fail("addcdiv: ", x->dtype(), " would have to be divided; convert it with to(float32)");
    }
  }
  return value == 1 ? a + b / c : a + value * (b / c);
} catch (const Error& error) {
  fail_as("addcdiv", error);
}

Tensor positive(const Tensor& x) {
  if (impl_of(x, "positive").dtype == boolean) fail("positive: bool has no sign; convert it with to(int64)");
  return x;
}

Tensor sgn(const Tensor& x) try { return sign(x); } catch (const Error& error) {
  fail_as("sgn", error);
}

Tensor signbit(const Tensor& x) try {
  return is_floating_point(x.dtype()) ? copysign(ones({}, {.dtype = x.dtype()}), x.detach()) < 0 : x < 0;
} catch (const Error& error) {
  fail_as("signbit", error);
}

Tensor float_power(const Tensor& base, const Tensor& exponent) try {
  return pow(base.to(float64), exponent.to(float64));
} catch (const Error& error) {
  fail_as("float_power", error);
}

Tensor ldexp(const Tensor& x, const Tensor& exponent) try {
  return x * pow(2.0, exponent);
} catch (const Error& error) {
  fail_as("ldexp", error);
}

Tensor rad2deg(const Tensor& x) try { return x * (180 / std::numbers::pi); } catch (const Error& error) {
  fail_as("rad2deg", error);
}

Tensor deg2rad(const Tensor& x) try { return x * (std::numbers::pi / 180); } catch (const Error& error) {
  fail_as("deg2rad", error);
}

Tensor expit(const Tensor& x) try { return sigmoid(x); } catch (const Error& error) {
  fail_as("expit", error);
}

Tensor logit(const Tensor& x, std::optional<double> eps) try {
  const Tensor p = eps ? clamp(x, *eps, 1 - *eps) : x;
  return log(p / (1 - p));
} catch (const Error& error) {
  fail_as("logit", error);
}

Tensor sinc(const Tensor& x) try {
  const Tensor zero = x == 0;
  const Tensor angle = where(zero, 1, x) * std::numbers::pi;
  return where(zero, 1, sin(angle) / angle);
} catch (const Error& error) {
  fail_as("sinc", error);
}

Tensor xlogy(const Tensor& x, const Tensor& y) try {
  // Kept away from log(0), whose slope times 0 would be NaN.
  const Tensor zero = x == 0 && !isnan(y);
  return where(zero, 0, x * log(where(zero, 1, y)));
} catch (const Error& error) {
  fail_as("xlogy", error);
}

Tensor heaviside(const Tensor& x, const Tensor& values) try {
  if (x.dtype() != values.dtype()) {
    fail("heaviside: x is ", x.dtype(), " and values ", values.dtype(), "; they must be the same");
  }
  return where(x == 0, values, (x > 0).to(x.dtype()));
} catch (const Error& error) {
  fail_as("heaviside", error);
}

Tensor nan_to_num(const Tensor& x, double nan, std::optional<double> posinf, std::optional<double> neginf) try {
  if (!is_floating_point(impl_of(x, "nan_to_num").dtype)) return x.clone();
  const double largest = dispatch_floating(
      "nan_to_num", x.dtype(), [](auto zero) -> double { return std::numeric_limits<decltype(zero)>::max(); });
  const Tensor number = where(isnan(x), nan, x);
  return where(isposinf(x), posinf.value_or(largest), where(isneginf(x), neginf.value_or(-largest), number));
} catch (const Error& error) {
  fail_as("nan_to_num", error);
}

Tensor isposinf(const Tensor& x) try { return isinf(x) && x > 0; } catch (const Error& error) {
  fail_as("isposinf", error);
}

Tensor isneginf(const Tensor& x) try { return isinf(x) && x < 0; } catch (const Error& error) {
  fail_as("isneginf", error);
}

Tensor isreal(const Tensor& x) try { return ones_like(x, {.dtype = boolean}); } catch (const Error& error) {
  fail_as("isreal", error);
}

}  // namespace descent
