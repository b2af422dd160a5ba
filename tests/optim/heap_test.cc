#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include "descent/descent.h"

using namespace descent;

namespace {
std::atomic<long> heap_allocations = 0;
}

// Counts what reaches the heap in this program. Not inlined, so that the compiler does not see free meet new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++heap_allocations;
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

TEST_CASE("a warmed-up training step does not reach the heap") {
  const Tensor x = tensor({{1.0}, {2.0}, {3.0}}), y = tensor({{0.94}, {1.98}, {3.02}});
  const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
  const std::vector<Tensor> parameters{weight, bias};
  const std::unique_ptr<optim::Optimizer> optimizers[] = {
      std::make_unique<optim::SGD>(parameters),
      std::make_unique<optim::SGD>(
          parameters, optim::SGDOptions{.momentum = 0.9, .weight_decay = 0.1, .nesterov = true, .maximize = true}),
      std::make_unique<optim::Adagrad>(parameters, optim::AdagradOptions{.lr_decay = 0.1, .weight_decay = 0.1}),
      std::make_unique<optim::Adam>(parameters, optim::AdamOptions{.weight_decay = 0.1, .amsgrad = true}),
      std::make_unique<optim::AdamW>(parameters),
      std::make_unique<optim::Lookahead>(optim::Adam(parameters), optim::LookaheadOptions{.k = 2}),
      std::make_unique<optim::SAM>(optim::SGD(parameters), optim::SAMOptions{.adaptive = true}),
      std::make_unique<optim::GradientCentralization>(optim::SGD(parameters)),
      std::make_unique<optim::GradientAccumulation>(optim::SGD(parameters), optim::GradientAccumulationOptions{.k = 2}),
      std::make_unique<optim::SkipNonFinite>(optim::SGD(parameters)),
      std::make_unique<optim::Projected>(optim::SGD(parameters), optim::project_non_negative),
      std::make_unique<optim::Combined>(optim::SGD({weight}), optim::Adam({bias}))};
  for (const auto& optimizer : optimizers) {
    const auto step = [&] {
      optimizer->step([&] {
        const Tensor cost = mse_loss(x * weight + bias, y);
        optimizer->zero_grad();
        cost.backward();
        return cost;
      });
    };
    for (int i = 0; i < 3; ++i) step();
    const long before = heap_allocations;
    for (int i = 0; i < 10; ++i) step();
    CHECK(heap_allocations - before == 0);
  }
}
