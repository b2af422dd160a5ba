#include "core/copy.h"
#include "core/elements.h"
#include "descent/pointwise.h"
#include "ops/elementwise_op.h"

namespace descent {
namespace {

Tensor as_bool(const Tensor& x) { return cast_to(x, boolean); }

template <const Op& op>
Tensor logical(const Tensor& a, const Tensor& b) {
  const Tensor left = as_bool(a), right = as_bool(b);
  return apply<op>({&left, &right});
}

}  // namespace

Tensor eq(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("eq", Formula::eq);
  return apply<op>({&a, &b});
}

Tensor ne(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("ne", Formula::ne);
  return apply<op>({&a, &b});
}

Tensor lt(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("lt", Formula::lt);
  return apply<op>({&a, &b});
}

Tensor le(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("le", Formula::le);
  return apply<op>({&a, &b});
}

Tensor gt(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("gt", Formula::gt);
  return apply<op>({&a, &b});
}

Tensor ge(const Tensor& a, const Tensor& b) {
  static constexpr Op op = predicate("ge", Formula::ge);
  return apply<op>({&a, &b});
}

// Integers and bools are always finite numbers.
Tensor isnan(const Tensor& x) try {
  static constexpr Op op = predicate("isnan", Formula::isnan);
  return is_floating_point(x.dtype()) ? apply<op>({&x}) : zeros_like(x, {.dtype = boolean});
} catch (const Error& error) {
  fail_as("isnan", error);
}

Tensor isinf(const Tensor& x) try {
  static constexpr Op op = predicate("isinf", Formula::isinf);
  return is_floating_point(x.dtype()) ? apply<op>({&x}) : zeros_like(x, {.dtype = boolean});
} catch (const Error& error) {
  fail_as("isinf", error);
}

Tensor isfinite(const Tensor& x) try {
  static constexpr Op op = predicate("isfinite", Formula::isfinite);
  return is_floating_point(x.dtype()) ? apply<op>({&x}) : ones_like(x, {.dtype = boolean});
} catch (const Error& error) {
  fail_as("isfinite", error);
}

Tensor logical_not(const Tensor& x) try {
  static constexpr Op op = predicate("logical_not", Formula::logical_not);
  const Tensor value = as_bool(x);
  return apply<op>({&value});
} catch (const Error& error) {
  fail_as("logical_not", error);
}

Tensor logical_and(const Tensor& a, const Tensor& b) try {
  static constexpr Op op = predicate("logical_and", Formula::logical_and);
  return logical<op>(a, b);
} catch (const Error& error) {
  fail_as("logical_and", error);
}

Tensor logical_or(const Tensor& a, const Tensor& b) try {
  static constexpr Op op = predicate("logical_or", Formula::logical_or);
  return logical<op>(a, b);
} catch (const Error& error) {
  fail_as("logical_or", error);
}

Tensor logical_xor(const Tensor& a, const Tensor& b) try {
  static constexpr Op op = predicate("logical_xor", Formula::logical_xor);
  return logical<op>(a, b);
} catch (const Error& error) {
  fail_as("logical_xor", error);
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  static constexpr Op op = {
      .name = "where",
      .kind = Kind::elementwise,
      .promotion = Promotion::common,
      .formula = Formula::where,
      .first_typed_input = 1,
      .gradients = {{},
                    {[](const Tensor& g, const Call& c) { return where(c.input(0), g, 0); }, kInput0},
                    {[](const Tensor& g, const Call& c) { return where(c.input(0), 0, g); }, kInput0}}};
  return apply<op>({&condition, &a, &b});
}

bool equal(const Tensor& a, const Tensor& b) try {
  return a.sizes() == b.sizes() && all(a == b).item<bool>();
} catch (const Error& error) {
  fail_as("equal", error);
}

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) try {
  const Tensor x = a.detach().to(float64), y = b.detach().to(float64), distance = abs(x - y);
  // An infinite distance is not within an infinite tolerance.
  const Tensor close = x == y || (isfinite(distance) && distance <= atol + abs(rtol * y));
  return equal_nan ? close || (isnan(x) && isnan(y)) : close;
} catch (const Error& error) {
  fail_as("isclose", error);
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) try {
  return a.sizes() == b.sizes() && all(isclose(a, b, rtol, atol, equal_nan)).item<bool>();
} catch (const Error& error) {
  fail_as("allclose", error);
}

}  // namespace descent
