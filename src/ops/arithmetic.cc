#include "core/host.h"
#include "ops/check.h"
#include "ops/elementwise_op.h"

namespace descent {
namespace {

// Those that also change tensors in place.
constexpr Op add_op =
    binary("add", Formula::add, Promotion::common,  //
           {[](const Tensor& g, const Call&) { return g; }}, {[](const Tensor& g, const Call&) { return g; }});

constexpr Op sub_op =
    binary("sub", Formula::sub, Promotion::common,  //
           {[](const Tensor& g, const Call&) { return g; }}, {[](const Tensor& g, const Call&) { return -g; }});

constexpr Op mul_op = binary("mul", Formula::mul, Promotion::common,
                             {[](const Tensor& g, const Call& c) { return g * c.input(1); }, kInput1},
                             {[](const Tensor& g, const Call& c) { return g * c.input(0); }, kInput0});

constexpr Op div_op = binary(
    "div", Formula::div, Promotion::floating,  //
    {[](const Tensor& g, const Call& c) { return g / c.input(1); }, kInput1},
    {[](const Tensor& g, const Call& c) { return -g * (c.input(0) / c.input(1) / c.input(1)); }, kInput0 | kInput1});

constexpr Op addcmul_op = {.name = "addcmul",
                           .kind = Kind::elementwise,
                           .promotion = Promotion::common,
                           .formula = Formula::addcmul,
                           .gradients = {{[](const Tensor& g, const Call&) { return g; }},
                                         {[](const Tensor& g, const Call& c) { return g * c.input(2); }, kInput2},
                                         {[](const Tensor& g, const Call& c) { return g * c.input(1); }, kInput1}}};

bool both_bool(const char* name, const Tensor& a, const Tensor& b) {
  return impl_of(a, name).dtype == boolean && impl_of(b, name).dtype == boolean;
}

bool is_integer_number(const Tensor& x) { return impl_of(x).is_number && !is_floating_point(x.dtype()); }

void refuse_zero_divisors(const char* name, const Tensor& a, const Tensor& b) {
  if (is_floating_point(impl_of(a, name).dtype) || is_floating_point(impl_of(b, name).dtype)) return;
  check(b, b != 0, {name, nullptr, "integer division by zero"});
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  if (both_bool("add", a, b)) return logical_or(a, b);
  return apply<add_op>({&a, &b});
}

Tensor sub(const Tensor& a, const Tensor& b) { return apply<sub_op>({&a, &b}); }

Tensor mul(const Tensor& a, const Tensor& b) {
  if (both_bool("mul", a, b)) return logical_and(a, b);
  return apply<mul_op>({&a, &b});
}

Tensor div(const Tensor& a, const Tensor& b) { return apply<div_op>({&a, &b}); }

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  static constexpr Op op = binary("floor_divide", Formula::floor_divide, Promotion::common, {no_slope}, {no_slope});
  refuse_zero_divisors("floor_divide", a, b);
  return apply<op>({&a, &b});
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  static constexpr Op op = binary(
      "remainder", Formula::remainder, Promotion::common,  //
      {[](const Tensor& g, const Call&) { return g; }},
      {[](const Tensor& g, const Call& c) { return -g * floor_divide(c.input(0), c.input(1)); }, kInput0 | kInput1});
  refuse_zero_divisors("remainder", a, b);
  return apply<op>({&a, &b});
}

Tensor fmod(const Tensor& a, const Tensor& b) {
  static constexpr Op op =
      binary("fmod", Formula::fmod, Promotion::common,  //
             {[](const Tensor& g, const Call&) { return g; }},
             {[](const Tensor& g, const Call& c) { return -g * trunc(c.input(0) / c.input(1)); }, kInput0 | kInput1});
  refuse_zero_divisors("fmod", a, b);
  return apply<op>({&a, &b});
}

Tensor pow(const Tensor& base, const Tensor& exponent) {
  // The slopes would be 0 * inf at the edges (exponent 0; base 0), so the formulas are kept away from them.
  static constexpr Op op = binary("pow", Formula::pow, Promotion::common,
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &b = c.input(0), &e = c.input(1);
                                     Tensor flat = e == 0;
                                     // The slope 0 there, e * b^(e - 1), has itself a slope along e.
                                     if (e.requires_grad()) flat = flat && !isfinite(reciprocal(b));
                                     return where(flat, 0, g * (e * pow(b, where(flat, 1, e - 1))));
                                   },
                                   kInput0 | kInput1},
                                  {[](const Tensor& g, const Call& c) {
                                     const Tensor &b = c.input(0), &e = c.input(1);
                                     const Tensor flat = b == 0 && e >= 0;
                                     return where(flat, 0, g * (pow(b, e) * log(where(flat, 1, b))));
                                   },
                                   kInput0 | kInput1});
  const TensorImpl& power = impl_of(exponent, "pow");
  if (power.is_number) {
    const double value = constant(exponent, "pow");
    if (value == 2 && (is_integer_number(exponent) || is_floating_point(base.dtype()))) return square(base);
    if (value == 0.5 && is_floating_point(base.dtype())) return sqrt(base);
    if (value < 0 && is_integer_number(exponent) && !is_floating_point(base.dtype())) {
      fail("pow: integers to a negative integer power are not integers; convert the base to a floating point type");
    }
  }
  return apply<op>({&base, &exponent});
}

Tensor neg(const Tensor& x) {
  static constexpr Op op =
      unary("neg", Formula::neg, Promotion::common, [](const Tensor& g, const Call&) { return -g; });
  return apply<op>({&x});
}

Tensor reciprocal(const Tensor& x) {
  static constexpr Op op = unary(
      "reciprocal", Formula::reciprocal, Promotion::floating,
      [](const Tensor& g, const Call& c) { return -g * square(c.output()); }, kOutput);
  return apply<op>({&x});
}

namespace {

// 2 a b, which is what the slope of a square and its own slopes come to.
Tensor double_product(const Tensor& a, const Tensor& b) {
  static constexpr Op op =
      binary("double_product", Formula::double_product, Promotion::common,
             {[](const Tensor& g, const Call& c) { return double_product(g, c.input(1)); }, kInput1},
             {[](const Tensor& g, const Call& c) { return double_product(g, c.input(0)); }, kInput0});
  return apply<op>({&a, &b});
}

}  // namespace

Tensor square(const Tensor& x) {
  static constexpr Op op = unary(
      "square", Formula::square, Promotion::common,
      [](const Tensor& g, const Call& c) { return double_product(g, c.input(0)); }, kInput0);
  if (impl_of(x, "square").dtype == boolean) return square(x.to(int64));
  return apply<op>({&x});
}

Tensor addcmul(const Tensor& a, const Tensor& b, const Tensor& c) { return apply<addcmul_op>({&a, &b, &c}); }

Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight) try {
  return addcmul(start, weight, end - start);
} catch (const Error& error) {
  fail_as("lerp", error);
}

const Tensor& Tensor::add_(const Tensor& other) const {
  apply_in_place<add_op>("add_", *this, {this, &other});
  return *this;
}
const Tensor& Tensor::sub_(const Tensor& other) const {
  apply_in_place<sub_op>("sub_", *this, {this, &other});
  return *this;
}
const Tensor& Tensor::mul_(const Tensor& other) const {
  apply_in_place<mul_op>("mul_", *this, {this, &other});
  return *this;
}
const Tensor& Tensor::div_(const Tensor& other) const {
  apply_in_place<div_op>("div_", *this, {this, &other});
  return *this;
}
const Tensor& Tensor::addcmul_(const Tensor& a, const Tensor& b) const {
  apply_in_place<addcmul_op>("addcmul_", *this, {this, &a, &b});
  return *this;
}

Tensor Tensor::exp() const { return descent::exp(*this); }
Tensor Tensor::log() const { return descent::log(*this); }
Tensor Tensor::sqrt() const { return descent::sqrt(*this); }
Tensor Tensor::abs() const { return descent::abs(*this); }
Tensor Tensor::pow(const Tensor& exponent) const { return descent::pow(*this, exponent); }

}  // namespace descent
