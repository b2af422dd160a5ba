// Problems that every optimizer is run on: classical functions with known minima, and two small trainings.
#pragma once

#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "descent/descent.h"

namespace descent {

struct TestProblem {
  std::string name;
  std::vector<Tensor> parameters;  // at the start
  std::function<Tensor()> objective;
  double least;  // its smallest value
};

namespace problems {

inline Tensor start(const NestedList& values) { return tensor(values, {.dtype = float64, .requires_grad = true}); }

/// sum x^2.
inline TestProblem sphere() {
  const Tensor x = start({2.0, -1.5, 1.0, 0.5});
  return {"sphere", {x}, [=] { return sum(square(x)); }, 0};
}

/// (1 - x)^2 + 100 (y - x^2)^2: a bent valley (Rosenbrock, 1960). From the side where the valley is straight.
inline TestProblem rosenbrock() {
  const Tensor x = start({0.5, 0.5});
  return {"rosenbrock", {x}, [=] { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); }, 0};
}

/// Flat with sharp corners; the minimum is at (3, 0.5) (Beale, 1958).
inline TestProblem beale() {
  const Tensor x = start({2.0, 0.0});
  return {"beale",
          {x},
          [=] {
            const Tensor y = x[1], y2 = y * y;
            return square(1.5 - x[0] * (1 - y)) + square(2.25 - x[0] * (1 - y2)) + square(2.625 - x[0] * (1 - y2 * y));
          },
          0};
}

/// Four minima, all 0 (Himmelblau, 1972).
inline TestProblem himmelblau() {
  const Tensor x = start({1.0, 1.0});
  return {"himmelblau", {x}, [=] { return square(square(x[0]) + x[1] - 11) + square(x[0] + square(x[1]) - 7); }, 0};
}

/// A bowl full of dents (Rastrigin, 1974), started in the deepest: descent has to find its bottom.
inline TestProblem rastrigin() {
  const Tensor x = start({0.3, -0.2});
  return {"rastrigin", {x}, [=] { return sum(square(x) - 10 * cos(2 * std::numbers::pi * x) + 10); }, 0};
}

/// A straight border between two classes of points that overlap.
inline TestProblem logistic_regression() {
  manual_seed(1);
  const Tensor inputs = randn({40, 3}, {.dtype = float64});
  const Tensor direction = tensor({1.0, -2.0, 0.5}, {.dtype = float64});
  const Tensor labels = (matmul(inputs, direction) + randn(40, {.dtype = float64}) > 0).to(float64);
  const Tensor weight = start({0.0, 0.0, 0.0}), bias = start(0.0);
  return {"logistic_regression",
          {weight, bias},
          [=] {
            const Tensor logits = matmul(inputs, weight) + bias;
            return mean(softplus(logits) - labels * logits) + 0.005 * sum(square(weight));
          },
          0.3388835446};
}

/// A network of 8 tanh units that is to draw a sine.
inline TestProblem network() {
  manual_seed(2);
  const Tensor x = linspace(-3, 3, 32, {.dtype = float64}).reshape({32, 1}), y = sin(x);
  const auto draw = [](const Dims& shape, double scale) {
    return (randn(shape, {.dtype = float64}) * scale).requires_grad_();
  };
  const Tensor w1 = draw({8, 1}, 1), b1 = draw(8, 1), w2 = draw({1, 8}, 0.3), b2 = draw(1, 0);
  return {"network", {w1, b1, w2, b2}, [=] { return mean(square(linear(tanh(linear(x, w1, b1)), w2, b2) - y)); }, 0};
}

inline std::vector<TestProblem> all() {
  std::vector<TestProblem> all;
  for (const auto make : {sphere, rosenbrock, beale, himmelblau, rastrigin, logistic_regression, network}) {
    all.push_back(make());
  }
  return all;
}

}  // namespace problems
}  // namespace descent
