// Compiled steps: to the bit what the function does.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "program/when_compiled.h"

using namespace descent;

TEST_CASE("the tutorial's step, compiled") {
  const Tensor x = arange(1, 16).to(float32).reshape({15, 1}), y = 1.04 * x - 0.1;
  const auto train = [&](bool compiled) {
    const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
    optim::SGD optimizer({weight, bias}, {.lr = 0.01});
    const auto function = [&](const Tensor& rows, const Tensor& targets) {
      const Tensor cost = mean(pow(rows * weight + bias - targets, 2));
      optimizer.zero_grad();
      cost.backward();
      optimizer.step();
      return cost;
    };
    auto step = compile(function);
    std::vector<Tensor> seen;
    for (int i = 0; i < 200; ++i) {
      if (compiled) {
        seen.push_back(step(x, y));
      } else {
        const AsItIs as_it_is;
        seen.push_back(function(x, y));
      }
      if (i == 100) optimizer.lr() = 0.005;
    }
    seen.push_back(weight);
    seen.push_back(bias);
    seen.push_back(weight.grad());
    if (compiled) MESSAGE(step.program());
    return seen;
  };
  const std::vector<Tensor> as_it_is = train(false), compiled = train(true);
  for (std::size_t i = 0; i < as_it_is.size(); ++i) {
    CAPTURE(i);
    CHECK(same_bits(as_it_is[i], compiled[i]));
  }
}
