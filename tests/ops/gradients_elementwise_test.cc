// The gradients of elementwise functions against difference quotients, over broadcast, strided, expanded, empty and
// zero-dim inputs, the same tensor twice, and edges where the derivative exists.
#include <limits>
#include <numbers>

#include "ops/gradients.h"

namespace descent::gradients {
namespace {

struct UnaryCase {
  const char* name;
  Tensor (*f)(const Tensor&);
  double low = -2, high = 2;
  std::vector<double> edges = {};
  int order = 2;
};

const std::vector<UnaryCase> unary_cases = {
    {"neg", [](const Tensor& x) { return -x; }},
    {"reciprocal", reciprocal, 0.3, 3},
    {"square", square, -2, 2, {0, 1e3}},
    {"number + x", [](const Tensor& x) { return 3 + x; }},
    {"number - x", [](const Tensor& x) { return 3 - x; }},
    {"number * x", [](const Tensor& x) { return 3 * x; }},
    {"number / x", [](const Tensor& x) { return 3 / x; }, 0.3, 3},
    {"x / number", [](const Tensor& x) { return x / 3; }},
    {"pow 0", [](const Tensor& x) { return pow(x, 0); }, -2, 2, {0}},
    {"pow 1", [](const Tensor& x) { return pow(x, 1); }, -2, 2, {0}},
    {"pow 2", [](const Tensor& x) { return pow(x, 2); }, -2, 2, {0}},
    {"pow 3", [](const Tensor& x) { return pow(x, 3); }, -2, 2, {0}},
    {"pow -2", [](const Tensor& x) { return pow(x, -2); }, 0.3, 3, {-1.5}},
    {"pow 0.5", [](const Tensor& x) { return pow(x, 0.5); }, 0.3, 3},
    {"pow 2.5", [](const Tensor& x) { return pow(x, 2.5); }, 0.3, 3},
    {"number to the x", [](const Tensor& x) { return pow(2.5, x); }, -2, 2, {0}},
    {"0 to the x", [](const Tensor& x) { return pow(0, x); }, 0.5, 3},
    {"sqrt", sqrt, 0.1, 4},
    {"rsqrt", rsqrt, 0.1, 4},
    {"cbrt", cbrt, -4, -0.1},
    {"cbrt of positive numbers", cbrt, 0.1, 4},
    {"exp", exp, -3, 3, {0, -700}},
    {"exp2", exp2, -3, 3, {0}},
    {"expm1", expm1, -3, 3, {0, -40}},
    {"log", log, 0.1, 4},
    {"log2", log2, 0.1, 4},
    {"log10", log10, 0.1, 4},
    {"log1p", log1p, -0.8, 3, {0}},
    {"sin", sin, -4, 4, {0}},
    {"cos", cos, -4, 4, {0}},
    {"tan", tan, -1.2, 1.2, {0}},
    {"asin", asin, -0.9, 0.9, {0}},
    {"acos", acos, -0.9, 0.9, {0}},
    {"atan", atan, -3, 3, {0, 1e3}},
    {"sinh", sinh, -3, 3, {0}},
    {"cosh", cosh, -3, 3, {0}},
    {"tanh", tanh, -3, 3, {0, 30, -30}},
    {"asinh", asinh, -3, 3, {0}},
    {"acosh", acosh, 1.2, 4},
    {"atanh", atanh, -0.9, 0.9, {0}},
    {"relu", relu},
    {"sigmoid", sigmoid, -3, 3, {0, 40, -40}},
    {"log_sigmoid", log_sigmoid, -3, 3, {0, 40, -40}},
    {"silu", silu, -3, 3, {0, 40, -40}},
    {"gelu", [](const Tensor& x) { return gelu(x); }, -3, 3, {0, 10, -10}},
    {"gelu tanh", [](const Tensor& x) { return gelu(x, Gelu::tanh); }, -3, 3, {0, 10, -10}},
    {"softplus", softplus, -3, 3, {0, 40, -40}},
    {"leaky_relu", [](const Tensor& x) { return leaky_relu(x, 0.2); }},
    {"elu", [](const Tensor& x) { return elu(x, 1.5); }, -2, 2, {800, -40}},
    {"erf", erf, -2, 2, {0, 6, -6}},
    {"erfc", erfc, -2, 2, {0, 6, -6}},
    {"erfinv", erfinv, -0.9, 0.9, {0}},
    {"lgamma", lgamma, 0.3, 4, {-1.5, 20}, 1},
    {"abs", abs},
    {"sign", sign},
    {"floor", floor},
    {"ceil", ceil},
    {"round", round},
    {"trunc", trunc},
    {"frac", frac},
    {"clamp", [](const Tensor& x) { return clamp(x, -0.7, 0.9); }},
    {"clamp_min", [](const Tensor& x) { return clamp_min(x, -0.7); }},
    {"clamp_max", [](const Tensor& x) { return clamp_max(x, 0.9); }},
    {"where, number", [](const Tensor& x) { return where(x > 0.5, square(x), 2); }},
    {"copysign, number", [](const Tensor& x) { return copysign(x, -1); }},
    {"hypot, number", [](const Tensor& x) { return hypot(x, 1); }, -2, 2, {0}},
    {"clone", [](const Tensor& x) { return square(x.clone()); }},
    {"contiguous", [](const Tensor& x) { return square(x.contiguous()); }},
};

struct BinaryCase {
  const char* name;
  Tensor (*f)(const Tensor&, const Tensor&);
  double low_a = -2, high_a = 2, low_b = -2, high_b = 2;
  std::vector<std::pair<double, double>> edges = {};
};

const std::vector<BinaryCase> binary_cases = {
    {"add", add},
    {"sub", sub},
    {"mul", mul, -2, 2, -2, 2, {{0, 0}, {0, 1}}},
    {"div", div, -2, 2, 0.3, 3, {{0, 1}, {1, -0.5}}},
    {"floor_divide", floor_divide, -9, 9, 0.3, 3},
    {"remainder", remainder, -9, 9, 0.3, 3},
    {"fmod", fmod, -9, 9, 0.3, 3},
    {"pow", pow, 0.3, 3, -2, 3, {{2, 0}, {1, 0}}},
    {"atan2", atan2, 0.3, 3, -2, 2, {{0, 1}, {1, 0}, {-1, 0}}},
    {"hypot", hypot, 0.3, 3, -2, 2, {{0, 1}, {1, 0}}},
    {"copysign", copysign},
    {"logaddexp", logaddexp, -3, 3, -3, 3, {{0, 0}, {50, -50}, {-50, 50}, {1e2, 1e2}}},
    {"minimum", minimum},
    {"maximum", maximum},
    {"a where b > 0", [](const Tensor& a, const Tensor& b) { return where(b > 0, a * b, a); }},
    {"clamp by a tensor", clamp_min},
    {"clamp by a tensor from above", clamp_max},
};

// Every layout that a tensor of shape [2, 3] can lie in.
std::vector<Tensor> layouts(double low, double high, double start) {
  return {spread({2, 3}, low, high, start), spread({3, 2}, low, high, start).t(),
          spread({2, 6}, low, high, start).slice(1, 0, 6, 2), spread({1, 3}, low, high, start).expand({2, 3}),
          spread({2, 1}, low, high, start).expand({2, 3})};
}

}  // namespace

TEST_CASE("gradients of unary functions") {
  for (const UnaryCase& c : unary_cases) {
    const Function f = [&c](const std::vector<Tensor>& in) { return c.f(in[0]); };
    for (const Tensor& x : layouts(c.low, c.high, 0.31)) check(c.name, f, {x}, c.order);
    for (const Dims& shape : {Dims{}, Dims{0}, Dims{0, 3}}) check(c.name, f, {spread(shape, c.low, c.high)}, c.order);
    check(c.name, f, {float64s(c.edges)}, c.order);
    // Straight pieces have a second order only as part of something curved.
    if (c.order > 1) check_square(c.name, f, {spread({2, 3}, c.low, c.high)});
  }
}

TEST_CASE("gradients of binary functions") {
  const std::pair<Dims, Dims> shapes[] = {{{2, 3}, {3}}, {{2, 1}, {1, 3}}, {{2, 1, 3}, {2, 1}}, {{}, {2, 3}},
                                          {{2, 3}, {}},  {{}, {}},         {{0, 3}, {3}},       {{2, 1, 3}, {0, 1}}};
  for (const BinaryCase& c : binary_cases) {
    const Function f = [&c](const std::vector<Tensor>& in) { return square(c.f(in[0], in[1])); };
    for (const auto& [a, b] : shapes) {
      check(c.name, f, {spread(a, c.low_a, c.high_a), spread(b, c.low_b, c.high_b, 0.17)});
    }
    const std::vector<Tensor> lefts = layouts(c.low_a, c.high_a, 0.31), rights = layouts(c.low_b, c.high_b, 0.17);
    for (std::size_t i = 0; i < lefts.size(); ++i) {
      check(c.name, f, {lefts[i], rights[i]});
      check(c.name, f, {lefts[i], rights[(i + 1) % rights.size()]});
    }
    std::vector<double> a, b;
    for (const auto& [left, right] : c.edges) {
      a.push_back(left);
      b.push_back(right);
    }
    check(c.name, f, {float64s(a), float64s(b)});
  }
}

TEST_CASE("gradients where both arguments are the same tensor") {
  const std::pair<const char*, Tensor (*)(const Tensor&, const Tensor&)> functions[] = {
      {"add", add},     {"sub", sub},     {"mul", mul},         {"div", div},         {"pow", pow},
      {"hypot", hypot}, {"atan2", atan2}, {"minimum", minimum}, {"maximum", maximum}, {"logaddexp", logaddexp}};
  for (const auto& [name, f] : functions) {
    check(name, [f = f](const std::vector<Tensor>& in) { return square(f(in[0], in[0])); }, {spread({2, 3}, 0.3, 3)});
    check(name, [f = f](const std::vector<Tensor>& in) { return f(in[0], in[0].t()); }, {spread({2, 2}, 0.3, 3)});
  }
}

TEST_CASE("gradients of functions of three tensors") {
  const Tensor condition = tensor({{true, false, true}, {false, false, true}});
  const Tensor a = spread({2, 3}), b = spread({3}, -2, 2, 0.17), c = spread({2, 1}, 0.1, 0.9, 0.77);
  const Function select = [](const std::vector<Tensor>& in) { return square(where(in[0], in[1], in[2])); };
  check("where", select, {condition, a, b});
  check("where", select, {condition, c, a.t().contiguous().t()});
  check("where", select, {condition[0], c, b});
  check("where", select, {tensor(true), spread({}), b});
  check("where", select, {condition, b, b});
  check("where", select, {zeros({0, 1}, {.dtype = boolean}), spread({0, 3}), b});
  check("addcmul", [](const std::vector<Tensor>& in) { return square(addcmul(in[0], in[1], in[2])); }, {a, b, c});
  check("addcmul", [](const std::vector<Tensor>& in) { return addcmul(in[0], in[0], in[0]); }, {a});
  check("lerp", [](const std::vector<Tensor>& in) { return square(lerp(in[0], in[1], in[2])); }, {a, b, c});
  check("clamp", [](const std::vector<Tensor>& in) { return square(clamp(in[0], in[1], in[2])); },
        {spread({2, 3}, -3, 3), spread({3}, -2, -0.5), spread({2, 1}, 0.5, 2)});
}

// Ops that only a gradient is made of (double_product, share_of_mean) have a second order of their own in its third.
TEST_CASE("gradients of a gradient, to the third order") {
  const auto slope_of = [](Tensor (*f)(const Tensor&)) -> Function {
    return [f](const std::vector<Tensor>& in) {
      const Tensor x = in[0].requires_grad() ? in[0] : in[0].detach().requires_grad_();
      return grad({f(x)}, {x}, {}, {.create_graph = true})[0];
    };
  };
  check("square", slope_of([](const Tensor& x) { return square(sum(square(x))); }), {spread({2, 3})});
  check("mean", slope_of([](const Tensor& x) { return square(mean(square(x))); }), {spread({2, 3})});
  // Of nothing: NaN, with the slope 0.
  const Tensor none = zeros({0, 3}, {.dtype = float64, .requires_grad = true});
  const Tensor weight = ones({}, {.dtype = float64, .requires_grad = true});
  const Tensor slope = grad({mean(none)}, {none}, {weight}, {.create_graph = true})[0];
  CHECK(grad({sum(slope)}, {weight})[0].item() == 0);
  check("mean, dims", slope_of([](const Tensor& x) { return sum(square(mean(square(x), 0))); }), {spread({2, 3})});
}

// What PyTorch defines where mathematics leaves a choice: f, x, and df/dx.
TEST_CASE("gradients at kinks are PyTorch's") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  struct Kink {
    const char* name;
    Tensor (*f)(const Tensor&);
    std::vector<double> x, slope;
  };
  const Kink kinks[] = {
      {"abs", abs, {0, -0.0}, {0, 0}},
      {"relu", relu, {0, -0.0}, {0, 0}},
      {"leaky_relu", [](const Tensor& x) { return leaky_relu(x, 0.2); }, {0}, {0.2}},
      {"elu", [](const Tensor& x) { return elu(x, 1.5); }, {0}, {1.5}},
      {"sign", sign, {0}, {0}},
      {"floor", floor, {0, 1}, {0, 0}},
      {"clamp", [](const Tensor& x) { return clamp(x, -1, 1); }, {-2, -1, 0, 1, 2}, {0, 1, 1, 1, 0}},
      {"clamp, bounds crossed", [](const Tensor& x) { return clamp(x, 1, -1); }, {-2, -1, 0, 1, 2}, {0, 0, 0, 0, 0}},
      {"clamp_min", [](const Tensor& x) { return clamp_min(x, 1); }, {1}, {1}},
      {"clamp_max", [](const Tensor& x) { return clamp_max(x, 1); }, {1}, {1}},
      {"maximum, a tie", [](const Tensor& x) { return maximum(x, 1); }, {1}, {0.5}},
      {"minimum, a tie", [](const Tensor& x) { return minimum(x, 1); }, {1}, {0.5}},
      {"sqrt", sqrt, {0}, {kInfinity}},
      {"pow 0.5", [](const Tensor& x) { return pow(x, 0.5); }, {0}, {kInfinity}},
      {"pow 1", [](const Tensor& x) { return pow(x, 1); }, {0}, {1}},
      {"pow 0", [](const Tensor& x) { return pow(x, 0); }, {0}, {0}},
      {"0 to the x", [](const Tensor& x) { return pow(zeros_like(x), x); }, {0, 1, 2}, {0, 0, 0}},
      {"copysign", [](const Tensor& x) { return copysign(x, -1); }, {0, 2, -2}, {0, -1, 1}},
      {"norm", [](const Tensor& x) { return norm(x); }, {0, 0}, {0, 0}},
      {"std", [](const Tensor& x) { return standard_deviation(x); }, {3, 3}, {0, 0}},
      {"max", [](const Tensor& x) { return max(x); }, {1, 3, 3, 2}, {0, 0.5, 0.5, 0}},
      {"min", [](const Tensor& x) { return min(x); }, {1, 1, 3, 1}, {1. / 3, 1. / 3, 0, 1. / 3}},
      {"max along", [](const Tensor& x) { return max(x, 0).values; }, {1, 3, 3, 2}, {0, 1, 0, 0}},
      {"min along", [](const Tensor& x) { return min(x, 0).values; }, {2, 1, 3, 1}, {0, 1, 0, 0}},
      {"norm inf", [](const Tensor& x) { return norm(x, kInfinity); }, {1, -3, 3}, {0, -0.5, 0.5}},
  };
  for (const Kink& kink : kinks) {
    CAPTURE(kink.name);
    const Tensor x = float64s(kink.x).requires_grad_();
    sum(kink.f(x)).backward();
    CHECK(x.grad().to_vector<double>() == kink.slope);
  }
}

TEST_CASE("a branch not taken leaves no NaN in the gradient") {
  const Tensor x = tensor({0.0, 1.0}, {.dtype = float64, .requires_grad = true});
  sum(where(x > 0, log(where(x > 0, x, 1)), 0)).backward();
  CHECK(x.grad().to_vector<double>() == std::vector<double>{0, 1});
}

TEST_CASE("a gradient has the dtype of its input") {
  const Tensor single = tensor({1.0, 2.0}, {.requires_grad = true});
  const Tensor wide = tensor({3.0, 4.0}, {.dtype = float64, .requires_grad = true});
  const Tensor product = single * wide;
  CHECK(product.dtype() == float64);
  sum(product).backward();
  CHECK(single.grad().dtype() == float32);
  CHECK(single.grad().to_vector<double>() == std::vector<double>{3, 4});
  CHECK(wide.grad().dtype() == float64);
  CHECK(wide.grad().to_vector<double>() == std::vector<double>{1, 2});

  const Tensor x = tensor({1.5, -2.0}, {.dtype = float64, .requires_grad = true});
  sum(square(x.to(float32))).backward();
  CHECK(x.grad().dtype() == float64);
  CHECK(x.grad().to_vector<double>() == std::vector<double>{3, -4});
  const Tensor slope = grad({sum(square(x.to(float32)))}, {x}, {}, {.create_graph = true})[0];
  CHECK(grad({sum(slope)}, {x})[0].to_vector<double>() == std::vector<double>{2, 2});
}

TEST_CASE("a number in a float64 op keeps all its digits on the way back") {
  const auto slope = [](Tensor (*f)(const Tensor&), double at) {
    const Tensor x = tensor({at}, {.dtype = float64, .requires_grad = true});
    f(x).backward();
    return x.grad().item();
  };
  CHECK(slope([](const Tensor& x) { return pow(x, 1.0 / 3); }, 8) == doctest::Approx(1.0 / 12).epsilon(1e-14));
  CHECK(slope([](const Tensor& x) { return pow(0.1, x); }, 1) == doctest::Approx(0.1 * std::log(0.1)).epsilon(1e-14));
  CHECK(slope([](const Tensor& x) { return atan2(x, 0.1); }, 0.2) == doctest::Approx(2).epsilon(1e-14));
}

TEST_CASE("a function without a gradient says so") {
  const Tensor x = tensor({1.5}, {.dtype = float64, .requires_grad = true});
  CHECK_THROWS_WITH_AS(digamma(x).backward(), doctest::Contains("digamma"), Error);
  CHECK_FALSE((x > 0).requires_grad());
  CHECK_FALSE(x.to(int64).requires_grad());
  CHECK_FALSE(argmax(x).requires_grad());
}

}  // namespace descent::gradients
