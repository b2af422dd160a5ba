// Functional gradients and higher orders.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cmath>

#include "autograd/values.h"

using namespace descent;
using doctest::Approx;
using doctest::Contains;

TEST_CASE("grad gives gradients and leaves no trace") {
  const Tensor x = leaf({1, 2}), y = leaf({3, 4});
  const Tensor total = sum(x * x * y);
  const std::vector<Tensor> gradients = grad({total}, {y, x});
  CHECK(values_of(gradients[0]) == Values{1, 4});
  CHECK(values_of(gradients[1]) == Values{6, 16});
  CHECK_FALSE(gradients[0].requires_grad());
  CHECK_FALSE(x.grad().defined());
  CHECK_FALSE(y.grad().defined());
}

TEST_CASE("grad with respect to results within the graph") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * 3, z = y * y;
  const std::vector<Tensor> gradients = grad({sum(z)}, {y, x, z});
  CHECK(values_of(gradients[0]) == Values{6, 12});
  CHECK(values_of(gradients[1]) == Values{18, 36});
  CHECK(values_of(gradients[2]) == Values{1, 1});
}

TEST_CASE("grad of several outputs adds their gradients") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * x;
  CHECK(values_of(grad({sum(x), y, y}, {x}, {Tensor(), tensor({1.0, 1.0}), tensor({0.0, 2.0})})[0]) == Values{3, 13});
  CHECK_THROWS_AS(grad({y}, {x}), Error);
  CHECK_THROWS_AS(grad({y}, {x}, {tensor({1.0, 1.0}), tensor(1.0)}), Error);
  CHECK_THROWS_AS(grad({sum(y)}, {}), Error);
}

TEST_CASE("an input that the outputs do not depend on") {
  const Tensor x = leaf({1}), unused = leaf({2});
  CHECK_THROWS_WITH_AS(grad({x * x}, {x, unused}), Contains("input 1"), Error);
  const std::vector<Tensor> gradients = grad({x * x}, {x, unused}, {}, {.allow_unused = true});
  CHECK(values_of(gradients[0]) == Values{2});
  CHECK_FALSE(gradients[1].defined());
  CHECK_THROWS_WITH_AS(grad({x * x}, {tensor({1.0})}), Contains("does not require gradients"), Error);
}

TEST_CASE("the same input asked for twice") {
  const Tensor x = leaf({3});
  const std::vector<Tensor> gradients = grad({x * x}, {x, x});
  CHECK(values_of(gradients[0]) == Values{6});
  CHECK(values_of(gradients[1]) == Values{6});
}

TEST_CASE("grad walks no further than it is asked to") {
  const Tensor x = leaf({1, 2});
  const Tensor first = exp(x), y = first * 2;
  CHECK(values_of(grad({sum(y * y)}, {y})[0]) == values_of(2 * y));
  // What lies behind y was not needed, so that it is still there.
  sum(y).backward();
  CHECK(x.grad().defined());
}

TEST_CASE("gradients of gradients, three deep") {
  const Tensor x = leaf({2, -1.5});
  const Tensor first = grad({sum(pow(x, 4))}, {x}, {}, {.create_graph = true})[0];
  const Tensor second = grad({sum(first)}, {x}, {}, {.create_graph = true})[0];
  const Tensor third = grad({sum(second)}, {x}, {}, {.create_graph = true})[0];
  const Tensor fourth = grad({sum(third)}, {x})[0];
  for (int i = 0; i < 2; ++i) {
    const double at = x[i].item();
    CHECK(first[i].item() == Approx(4 * std::pow(at, 3)));
    CHECK(second[i].item() == Approx(12 * at * at));
    CHECK(third[i].item() == Approx(24 * at));
    CHECK(fourth[i].item() == Approx(24));
  }

  // sin, whose derivatives come round.
  const Tensor angle = leaf({0.7});
  Tensor derivative = sin(angle);
  for (const double expected : {std::cos(0.7), -std::sin(0.7), -std::cos(0.7), std::sin(0.7)}) {
    derivative = grad({derivative}, {angle}, {}, {.create_graph = true})[0];
    CHECK(derivative.item() == Approx(expected));
  }
}

TEST_CASE("backward with create_graph puts differentiable gradients into grad()") {
  const Tensor x = leaf({3});
  pow(x, 3).backward({}, {.create_graph = true});
  const Tensor slope = x.grad();
  CHECK(slope.requires_grad());
  CHECK(values_of(slope) == Values{27});
  x.set_grad({});
  square(slope).backward();  // d/dx (3 x^2)^2 = 36 x^3
  CHECK(values_of(x.grad()) == Values{36 * 27});
}

TEST_CASE("check_grads reaches the third order") {
  CHECK_NOTHROW(check_grads([](const std::vector<Tensor>& in) { return sum(exp(in[0]) * sin(in[1])); },
                            {tensor({0.3, -0.4}, {.dtype = float64}), tensor({1.1, 0.2}, {.dtype = float64})},
                            {.order = 3}));
}

TEST_CASE("check_grads finds a wrong second derivative of a difference") {
  const Tensor x = tensor({0.5, -1.0}, {.dtype = float64}), y = tensor({0.25, 2.0}, {.dtype = float64});
  // Its gradient is right, but not itself differentiable as it should be.
  const auto cube = custom_function(
      "cube",
      [](Context& context, const std::vector<Tensor>& in) {
        context.save({in[0]});
        return pow(in[0], 3);
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient * 3 * square(context.saved()[0].detach())};
      });
  const auto of_difference = [&](const std::vector<Tensor>& in) { return cube({in[0] - in[1]}); };
  CHECK_NOTHROW(check_grads(of_difference, {x, y}, {.order = 1}));
  CHECK_THROWS_AS(check_grads(of_difference, {x, y}), Error);
}

TEST_CASE("check_grads finds a wrong gradient and says where") {
  const auto wrong = custom_function(
      "wrong_square",
      [](Context& context, const std::vector<Tensor>& in) {
        context.save({in[0]});
        return square(in[0]);
      },
      [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
        return {gradient * context.saved()[0] * tensor({2.0, 2.0, 2.1}, {.dtype = float64})};
      });
  const Tensor x = tensor({1.0, 2.0, 3.0}, {.dtype = float64});
  CHECK_THROWS_WITH_AS(check_grads([&](const std::vector<Tensor>& in) { return wrong({in[0]}); }, {x}),
                       Contains("input 0 of shape [3], element 2 (3)"), Error);
  // A gradient that is missing is wrong too.
  CHECK_THROWS_AS(check_grads([](const std::vector<Tensor>& in) { return square(in[0].detach()); }, {x}), Error);
}

TEST_CASE("Hessian-vector products agree with the Hessian") {
  const auto f = [](const Tensor& x) { return sum(pow(x, 3)) + prod(x) + exp(x[0] * x[1]); };
  const Tensor x = tensor({0.5, -0.7, 1.2}, {.dtype = float64});
  const Tensor vector = tensor({1.0, -2.0, 0.5}, {.dtype = float64});

  const Tensor at = x.clone().requires_grad_();
  const Tensor slope = grad({f(at)}, {at}, {}, {.create_graph = true})[0];
  std::vector<Tensor> rows;
  for (int i = 0; i < 3; ++i) rows.push_back(grad({slope[i]}, {at}, {}, {.retain_graph = true})[0]);
  const Tensor hessian = stack(rows);
  CHECK(allclose(hessian, hessian.t(), 1e-12, 1e-12));

  CHECK(allclose(hvp(f, x, vector).product, matmul(hessian, vector), 1e-12, 1e-12));
  CHECK(allclose(descent::hessian(f, x), hessian, 1e-12, 1e-12));
  CHECK_FALSE(x.requires_grad());
  // Of a linear function, and of one that does not look at x.
  CHECK(values_of(hvp([](const Tensor& y) { return sum(3 * y); }, x, vector).product) == Values{0, 0, 0});
  CHECK(values_of(hvp([](const Tensor&) { return tensor({1.0}, {.requires_grad = true}); }, x, vector).product) ==
        Values{0, 0, 0});
  const NoGrad no_grad;
  CHECK(allclose(hvp(f, x, vector).product, matmul(hessian, vector), 1e-12, 1e-12));
}

TEST_CASE("recorded gradients survive the graph they came from") {
  const Tensor x = leaf({2});
  Tensor slope;
  {
    const Tensor y = x * x * x;
    slope = grad({y}, {x}, {}, {.create_graph = true})[0];
  }
  CHECK(values_of(grad({slope}, {x})[0]) == Values{12});
}
