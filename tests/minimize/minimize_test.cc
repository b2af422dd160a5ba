#include "descent/minimize/minimize.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "descent/optim.h"
#include "minimize/doubles.h"

using namespace descent;

namespace {

Tensor rosenbrock(const Tensor& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); }
Tensor start() { return tensor({-1.2, 1.0}, {.dtype = float64}); }

const std::vector<Method> kSecondRate = {method::ConjugateGradient(), method::NewtonCG(), method::TrustRegion(),
                                         method::LBFGS(), method::LBFGS{.memory = 1}};

}  // namespace

TEST_CASE("minimize with no options finds the minimum") {
  const Tensor x = start();
  const MinimizeResult result = minimize(rosenbrock, x);
  CHECK(largest_difference(result.x, doubles({1, 1})) < 1e-6);
  CHECK(result.value < 1e-12);
  CHECK(result.gradient_norm <= 1e-6);
  CHECK(result.converged);
  CHECK(result.reason == StopReason::gradient);
  CHECK(std::string(result.message()) == "the gradient is small enough");
  CHECK(result.iterations > 0);
  CHECK(result.evaluations.functions >= result.evaluations.gradients);
  CHECK(result.evaluations.hessian_products == 0);
  CHECK(result.trace.empty());
  CHECK(equal(x, start()));
  CHECK_FALSE(result.x.requires_grad());
}

TEST_CASE("every method finds it, in float64 and float32") {
  for (const DType dtype : {float32, float64}) {
    for (const Method& method : kSecondRate) {
      CAPTURE(method.index());
      CAPTURE(std::string(name_of(dtype)));
      const MinimizeResult result = minimize(rosenbrock, start().to(dtype), {.method = method});
      CHECK(result.x.dtype() == dtype);
      CHECK(largest_difference(result.x, ones(2)) < (dtype == float32 ? 1e-2 : 1e-4));
    }
  }
}

TEST_CASE("gradient descent takes longer") {
  const MinimizeResult result = minimize(rosenbrock, start(), {.method = method::GradientDescent()});
  CHECK(result.converged);
  CHECK(largest_difference(result.x, ones(2)) < 1e-5);
  CHECK(result.iterations > minimize(rosenbrock, start()).iterations);
}

TEST_CASE("x has the start's shape, rank 0 included") {
  const Tensor target = arange(24).to(float64).reshape({2, 3, 4});
  const auto distance = [&](const Tensor& x) { return sum(square(x - target)).reshape({1, 1}); };
  const MinimizeResult result = minimize(distance, zeros({2, 3, 4}, {.dtype = float64}));
  CHECK(result.x.sizes() == Dims{2, 3, 4});
  CHECK(largest_difference(result.x, target) < 1e-6);
  const auto power = [](const Tensor& x) { return exp(x) - 2 * x; };
  CHECK(minimize(power, zeros({}, {.dtype = float64})).x.item() == doctest::Approx(std::log(2.0)));
  // A view that is not contiguous.
  const MinimizeResult turned =
      minimize([&](const Tensor& x) { return sum(square(x - target[0].t())); }, zeros({3, 4}, {.dtype = float64}).t());
  CHECK(largest_difference(turned.x, target[0].t()) < 1e-6);
}

TEST_CASE("a start at the minimum ends there") {
  const MinimizeResult result = minimize(rosenbrock, doubles({1, 1}));
  CHECK(result.converged);
  CHECK(result.iterations == 0);
  CHECK(result.evaluations.total() == 2);
}

TEST_CASE("a function that falls for ever is said to be unbounded") {
  const std::vector<std::function<Tensor(const Tensor&)>> endless = {
      [](const Tensor& x) { return sum(x); },          [](const Tensor& x) { return 1e-3 * x[0] - 1e-6 * x[1]; },
      [](const Tensor& x) { return -sum(square(x)); }, [](const Tensor& x) { return sum(pow(x, 3)); },
      [](const Tensor& x) { return -sum(exp(x)); },
  };
  std::vector<Method> methods = kSecondRate;
  methods.push_back(method::GradientDescent());
  for (const DType dtype : {float64, float32}) {
    for (const Method& method : methods) {
      for (std::size_t i = 0; i < endless.size(); ++i) {
        CAPTURE(std::string(name_of(dtype)));
        CAPTURE(method.index());
        CAPTURE(i);
        const MinimizeResult result = minimize(endless[i], start().to(dtype), {.method = method});
        CHECK(result.reason == StopReason::unbounded);
        CHECK(result.value < -1e20);
        CHECK_FALSE(result.converged);
        CHECK(result.iterations < 500);
        CHECK(result.evaluations.total() < 5000);
        CHECK(std::string(result.message()).find("unbounded") != std::string::npos);
      }
    }
  }
  // Down a valley with walls, which the others may cross to and fro until max_iterations.
  const auto valley = [](const Tensor& x) { return square(x[0]) - 3 * x[1]; };
  const auto bent_valley = [](const Tensor& x) { return x[0] - 2 * sqrt(1 + square(x[0])) + 10 * square(x[1]); };
  for (const Method& method :
       {Method(method::LBFGS()), Method(method::ConjugateGradient()), Method(method::TrustRegion())}) {
    CAPTURE(method.index());
    CHECK(minimize(valley, start(), {.method = method}).reason == StopReason::unbounded);
    CHECK(minimize(bent_valley, start(), {.method = method}).reason == StopReason::unbounded);
  }
  // Within bounds that leave a way down.
  const auto down = [](const Tensor& x) { return -x[0] - 0.5 * x[1]; };
  const Box half = {.lower = doubles({-5, -5})}, whole = {.lower = doubles({-5, -5}), .upper = doubles({5, 5})};
  for (const Method& method : {Method(method::LBFGS()), Method(method::GradientDescent())}) {
    CAPTURE(method.index());
    CHECK(minimize(down, start(), {.method = method, .bounds = half}).reason == StopReason::unbounded);
    CHECK(minimize(down, start(), {.method = method, .bounds = whole}).converged);
  }
  // Optimizers whose steps grow with the gradient; those that walk at one pace cannot tell.
  const Method sgd = method::first_order<optim::SGD>({.lr = 0.1});
  CHECK(minimize(endless[2], start(), {.method = sgd}).reason == StopReason::unbounded);
  CHECK(minimize(endless[4], start(), {.method = sgd}).reason == StopReason::unbounded);
  CHECK(minimize(endless[0], start(), {.method = sgd}).reason == StopReason::max_iterations);
}

TEST_CASE("lowest_value is where a function counts as unbounded") {
  const auto linear = [](const Tensor& x) { return sum(x); };
  const MinimizeResult early = minimize(linear, start(), {.stop = {.lowest_value = -100}});
  CHECK(early.reason == StopReason::unbounded);
  CHECK(early.value < -100);
  const StoppingRules no_limit = {.lowest_value = -std::numeric_limits<double>::infinity(), .max_iterations = 20};
  const MinimizeResult never = minimize(linear, start(), {.stop = no_limit});
  CHECK(never.reason == StopReason::max_iterations);
  CHECK_THROWS_WITH_AS(minimize(linear, start(), {.stop = {.lowest_value = NAN}}),
                       "minimize: lowest_value = nan must be a number", Error);
}

TEST_CASE("the gradient may run while recording is off") {
  const NoGrad no_grad;
  CHECK(minimize(rosenbrock, start()).converged);
}

TEST_CASE("each rule stops, and says so") {
  const auto reason = [](const StoppingRules& stop) { return minimize(rosenbrock, start(), {.stop = stop}).reason; };
  CHECK(reason({.gradient_tolerance = 100}) == StopReason::gradient);
  CHECK(reason({.decrease_tolerance = 0.5}) == StopReason::decrease);
  CHECK(reason({.step_tolerance = 0.1}) == StopReason::step);
  CHECK(reason({.max_iterations = 0}) == StopReason::max_iterations);
  CHECK(reason({.max_evaluations = 0}) == StopReason::max_evaluations);
  CHECK(reason({.max_seconds = 0}) == StopReason::max_seconds);
  const MinimizeResult three = minimize(rosenbrock, start(), {.stop = {.max_iterations = 3}});
  CHECK(three.iterations == 3);
  CHECK_FALSE(three.converged);
  CHECK(minimize(rosenbrock, start(), {.stop = {.max_evaluations = 9}}).evaluations.total() < 9 + 2 * 20);
  // Down to the last bit.
  const MinimizeResult exact =
      minimize(rosenbrock, start(), {.stop = {.gradient_tolerance = 0, .decrease_tolerance = 0}});
  CHECK(exact.value < 1e-25);
}

TEST_CASE("a wrong gradient is found out") {
  const auto wrong = custom_function(
      "wrong", [](Context&, const std::vector<Tensor>& in) { return sum(square(in[0])); },
      [](const Context&, const Tensor&) -> std::vector<Tensor> {
        return {doubles({1, 1})};
      });
  const MinimizeResult result = minimize([&](const Tensor& x) { return wrong({x}); }, doubles({-1, -1}));
  CHECK(result.reason == StopReason::no_lower_value);
  CHECK_FALSE(result.converged);
}

TEST_CASE("the trace has every iteration") {
  std::vector<Iteration> called;
  const auto keep = [&](const Iteration& iteration) {
    called.push_back(iteration);
    return true;
  };
  const MinimizeResult result = minimize(rosenbrock, start(), {.trace = true, .on_iteration = keep});
  REQUIRE(result.trace.size() == static_cast<std::size_t>(result.iterations) + 1);
  CHECK(called.size() == result.trace.size());
  CHECK(equal(result.trace[0].x, start()));
  CHECK(result.trace[0].value == doctest::Approx(24.2));
  CHECK(result.trace[0].gradient_norm == doctest::Approx(215.6));
  for (std::size_t i = 1; i < result.trace.size(); ++i) {
    const Iteration& before = result.trace[i - 1];
    const Iteration& now = result.trace[i];
    CHECK(now.iteration == static_cast<std::int64_t>(i));
    CHECK(now.value <= before.value);
    CHECK(now.step == doctest::Approx(norm(now.x - before.x).item()));
    CHECK(now.value == called[i].value);
  }
  CHECK(result.trace.back().value == result.value);
}

TEST_CASE("on_iteration can stop") {
  const auto two = [](const Iteration& iteration) { return iteration.iteration < 2; };
  const MinimizeResult result = minimize(rosenbrock, start(), {.on_iteration = two});
  CHECK(result.reason == StopReason::callback);
  CHECK(result.iterations == 2);
}

TEST_CASE("optimizers are methods") {
  const Method adam = method::first_order<optim::Adam>({.lr = 0.05});
  const MinimizeResult result = minimize(rosenbrock, start(), {.method = adam});
  CHECK(result.converged);
  CHECK(largest_difference(result.x, ones(2)) < 1e-5);
  CHECK(result.evaluations.functions == result.iterations + 1);

  // The same steps as by hand.
  const Tensor x = start().requires_grad_();
  optim::Adam optimizer({x}, {.lr = 0.05});
  for (int i = 0; i < 10; ++i) {
    optimizer.zero_grad();
    rosenbrock(x).backward();
    optimizer.step();
  }
  const auto ten = minimize(rosenbrock, start(), {.method = adam, .stop = {.max_iterations = 10}, .trace = true});
  CHECK(equal(ten.trace.back().x, x.detach()));

  const method::FirstOrder by_hand = {[](const Tensor& x) {
    return std::make_unique<optim::SGD>(optim::ParameterList{x}, optim::SGDOptions{.lr = 1e-3});
  }};
  CHECK(minimize(rosenbrock, start(), {.method = by_hand, .stop = {.max_iterations = 100}}).value < 4.2);
}

TEST_CASE("the result of an optimizer that diverges is the best point it met") {
  const Method sgd = method::first_order<optim::SGD>({.lr = 0.01});
  const MinimizeResult result = minimize(rosenbrock, start(), {.method = sgd});
  CHECK(result.reason == StopReason::non_finite);
  CHECK(std::isfinite(result.value));
  CHECK(result.value <= 24.2);
  CHECK(result.value == doctest::Approx(rosenbrock(result.x).item()));
}

TEST_CASE("bounds hold, at every x the objective sees") {
  for (const Method& method : {Method(method::LBFGS()), Method(method::GradientDescent())}) {
    for (const DType dtype : {float32, float64}) {
      CAPTURE(method.index());
      CAPTURE(std::string(name_of(dtype)));
      const Box bounds{tensor({-1.5, -1.0}), tensor({0.7, std::numeric_limits<double>::infinity()})};
      double largest = 0;
      const auto watched = [&](const Tensor& x) {
        largest = std::max(largest, x[0].item());
        CHECK(x[1].item() >= bounds.lower[1].item());
        return rosenbrock(x);
      };
      const MinimizeResult result = minimize(watched, start().to(dtype), {.method = method, .bounds = bounds});
      const double upper = bounds.upper[0].item();
      CHECK(largest <= upper);
      CHECK(result.x[0].item() == upper);
      CHECK(result.x[1].item() == doctest::Approx(0.49).epsilon(1e-3));
      CHECK(result.converged);
    }
  }
}

TEST_CASE("the start is moved into the bounds, which broadcast; variables can be fixed") {
  const auto distance = [](const Tensor& x) { return sum(square(x - doubles({1, 2, 3}))); };
  const MinimizeResult result =
      minimize(distance, doubles({9, 9, 9}), {.bounds = {.lower = -1, .upper = doubles({2.5})}});
  CHECK(largest_difference(result.x, doubles({1, 2, 2.5})) < 1e-6);
  const MinimizeResult fixed =
      minimize(distance, zeros(3, {.dtype = float64}), {.bounds = {doubles({-5, 0.5, -5}), doubles({5, 0.5, 5})}});
  CHECK(largest_difference(fixed.x, doubles({1, 0.5, 3})) < 1e-6);
}

TEST_CASE("a quadratic in a box is solved to its conditions of optimality") {
  manual_seed(3);
  const Tensor root = randn({30, 30}, {.dtype = float64}), b = 20 * randn(30, {.dtype = float64});
  const Tensor a = matmul(root, root.t()) + eye(30, {.dtype = float64});
  const auto quadratic = [&](const Tensor& x) { return sum(x * matmul(a, x)) / 2 - sum(b * x); };
  const MinimizeResult result =
      minimize(quadratic, zeros(30, {.dtype = float64}), {.bounds = {-1, 1}, .stop = {.decrease_tolerance = 0}});
  CHECK(result.reason == StopReason::gradient);
  const auto x = result.x.to_vector<double>(), g = (matmul(a, result.x) - b).to_vector<double>();
  int at_bounds = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == -1) CHECK(g[i] >= -1e-6);
    if (x[i] == 1) CHECK(g[i] <= 1e-6);
    if (std::abs(x[i]) < 1) CHECK(std::abs(g[i]) < 1e-5);
    at_bounds += std::abs(x[i]) == 1;
  }
  CHECK(at_bounds > 5);
  CHECK(at_bounds < 30);
}

TEST_CASE("values that are not finite are steps too far") {
  // Falls towards a wall of NaN at 0, with the minimum before it.
  const auto barrier = [](const Tensor& x) { return sum(x - log(x)); };
  for (const Method& method : kSecondRate) {
    CAPTURE(method.index());
    const MinimizeResult result = minimize(barrier, doubles({4, 0.01, 30}), {.method = method});
    CHECK(result.converged);
    CHECK(largest_difference(result.x, ones(3)) < 1e-5);
  }
}

TEST_CASE("many variables") {
  const auto chain = [](const Tensor& x) {
    const Tensor a = x(Slice(0, -1)), b = x(Slice(1));
    return sum(square(1 - a) + 100 * square(b - square(a)));
  };
  const MinimizeResult result = minimize(chain, zeros(2000, {.dtype = float64}));
  CHECK(result.converged);
  CHECK(largest_difference(result.x, ones(2000)) < 1e-3);
}

TEST_CASE("minimize says what it cannot take") {
  const auto check = [](const char* message, const Objective& f, const Tensor& x, const MinimizeOptions& options = {}) {
    CHECK_THROWS_WITH_AS(minimize(f, x, options), message, Error);
  };
  check("minimize: the start is int64; wanted a floating point type", rosenbrock, tensor({1, 2}));
  check("minimize: the start has shape [0]; wanted at least one element", rosenbrock, zeros(0));
  check(
      "minimize: the objective gave shape [2]; wanted one element", [](const Tensor& x) { return x; }, start());
  check(
      "minimize: the objective does not depend on x", [](const Tensor&) { return zeros({}); }, start());
  check(
      "minimize: the objective gave int64; wanted a floating point type", [](const Tensor& x) { return argmax(x); },
      start());
  check(
      "minimize: the objective gave an undefined tensor; wanted one element", [](const Tensor&) { return Tensor(); },
      start());
  check(
      "minimize: the objective at the start is not finite", [](const Tensor& x) { return sum(log(x)); }, start());
  check(
      "minimize: the gradient at the start is not finite", [](const Tensor& x) { return sum(sqrt(x)); },
      zeros(2, {.dtype = float64}));
  check("minimize: the bounds of element 1 are 2 and 1; wanted lower <= upper", rosenbrock, start(),
        {.bounds = {doubles({0, 2}), doubles({1, 1})}});
  check("minimize: a bound is NaN", rosenbrock, start(),
        {.bounds = {.lower = std::numeric_limits<double>::quiet_NaN()}});
  check("minimize: this method takes no bounds; LBFGS and GradientDescent do", rosenbrock, start(),
        {.method = method::NewtonCG(), .bounds = {.lower = 0}});
  check("minimize: memory = 0 must be at least 1", rosenbrock, start(), {.method = method::LBFGS{.memory = 0}});
  check("minimize: max_radius = 0 must be above 0", rosenbrock, start(),
        {.method = method::TrustRegion{.max_radius = 0}});
  check("minimize: gradient_tolerance = -1 must be at least 0", rosenbrock, start(),
        {.stop = {.gradient_tolerance = -1}});
  check("minimize: max_seconds = nan must be at least 0", rosenbrock, start(),
        {.stop = {.max_seconds = std::numeric_limits<double>::quiet_NaN()}});
  check("minimize: FirstOrder wants a function `make`", rosenbrock, start(), {.method = method::FirstOrder()});
}
