#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include "descent/descent.h"
#include "optim/every_optimizer.h"

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
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++heap_allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

TEST_CASE("a warmed-up training step does not reach the heap") {
  const Tensor x = tensor({{1.0}, {2.0}, {3.0}}), y = tensor({{0.94}, {1.98}, {3.02}});
  const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
  std::vector<TestedOptimizer> optimizers = every_optimizer({weight, bias});
  const std::vector<Tensor> parameters{weight, bias};
  optimizers.push_back(
      {"Lookahead", std::make_unique<optim::Lookahead>(optim::Adam(parameters), optim::LookaheadOptions{.k = 2})});
  optimizers.push_back(
      {"SAM", std::make_unique<optim::SAM>(optim::SGD(parameters), optim::SAMOptions{.adaptive = true})});
  optimizers.push_back(
      {"GradientCentralization", std::make_unique<optim::GradientCentralization>(optim::SGD(parameters))});
  optimizers.push_back(
      {"GradientAccumulation", std::make_unique<optim::GradientAccumulation>(
                                   optim::SGD(parameters), optim::GradientAccumulationOptions{.k = 2})});
  optimizers.push_back({"SkipNonFinite", std::make_unique<optim::SkipNonFinite>(optim::SGD(parameters))});
  optimizers.push_back(
      {"Projected", std::make_unique<optim::Projected>(optim::SGD(parameters), optim::project_non_negative)});
  optimizers.push_back({"Combined", std::make_unique<optim::Combined>(optim::SGD({weight}), optim::Adam({bias}))});
  for (const TestedOptimizer& entry : optimizers) {
    CAPTURE(std::string(entry.name));
    if (entry.name == std::string_view("LBFGS")) continue;  // its lists of gradients
    if (entry.name == std::string_view("Shampoo") || entry.name == std::string_view("SOAP")) continue;  // Eigen's
    const auto& optimizer = entry.optimizer;
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
