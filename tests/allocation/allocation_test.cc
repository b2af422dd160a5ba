// A warmed-up training step asks the heap for nothing.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

#include "allocation/heap.h"

using namespace descent;
using namespace descent::heap;

namespace {

// How often `steps` more steps reach the heap, after some to warm up.
template <class Step>
long allocations_of(const Step& step, int steps = 100) {
  for (int i = 0; i < 10; ++i) step();
  const long before = allocations;
  for (int i = 0; i < steps; ++i) step();
  return allocations - before;
}

// The most bytes that `step` has at a time, on a thread of its own, without the blocks of earlier steps.
template <class Step>
long peak_of(const Step& step) {
  long result = 0;
  std::thread([&] {
    const long before = live;
    peak = before;
    step();
    result = peak - before;
  }).join();
  return result;
}

}  // namespace

TEST_CASE("the counter counts" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const long before = allocations;
  // Volatile: compilers leave out allocations that nobody can see.
  void* volatile blocks[] = {::operator new(1), std::malloc(1), std::aligned_alloc(64, 64)};
  CHECK(allocations - before == 3);
  ::operator delete(blocks[0]);
  std::free(blocks[1]);
  std::free(blocks[2]);
}

TEST_CASE("a step of linear regression by hand" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Tensor x = tensor({{1.0}, {2.0}, {3.0}}), y = tensor({{0.94}, {1.98}, {3.02}});
  const Tensor weight = zeros({1}, {.requires_grad = true}), bias = zeros({1}, {.requires_grad = true});
  CHECK(allocations_of([&] {
          const Tensor hypothesis = x * weight + bias;
          const Tensor cost = mean(pow(hypothesis - y, 2));
          cost.backward();
          const NoGrad no_grad;
          weight.sub_(0.01 * weight.grad());
          bias.sub_(0.01 * bias.grad());
          weight.grad().zero_();
          bias.grad().zero_();
        }) == 0);
}

TEST_CASE("a step of linear regression with an optimizer" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Tensor x = tensor({{1.0}, {2.0}, {3.0}}), y = tensor({{0.94}, {1.98}, {3.02}});
  const Tensor weight = zeros({1}, {.requires_grad = true}), bias = zeros({1}, {.requires_grad = true});
  optim::SGD sgd({weight, bias}, {.lr = 0.01, .momentum = 0.9});
  optim::Adam adam({weight, bias}, {.lr = 0.01});
  const auto step_of = [&](auto& optimizer) {
    return [&] {
      const Tensor hypothesis = x * weight + bias;
      const Tensor cost = mean(pow(hypothesis - y, 2));
      optimizer.zero_grad();
      cost.backward();
      optimizer.step();
    };
  };
  CHECK(allocations_of(step_of(sgd)) == 0);
  CHECK(allocations_of(step_of(adam)) == 0);
}

TEST_CASE("a recorder of steps" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  optim::SGD optimizer({zeros(1, {.requires_grad = true})}, {.lr = 0.1});
  train::Recorder recorder(optimizer);
  const Tensor loss = full({}, 0.5);
  CHECK(allocations_of([&] { recorder.step(loss); }, 5000) == 0);
  CHECK(recorder.history().loss.width() == 8);
}

TEST_CASE("a step of a network" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Tensor x = randn({32, 20}), classes = randint(0, 5, {32});
  const Tensor w1 = (randn({16, 20}) * 0.1).requires_grad_(), b1 = zeros({16}, {.requires_grad = true});
  const Tensor w2 = (randn({5, 16}) * 0.1).requires_grad_(), b2 = zeros({5}, {.requires_grad = true});
  optim::SGD optimizer({w1, b1, w2, b2}, {.lr = 0.1});
  CHECK(allocations_of([&] {
          const Tensor logits = linear(relu(linear(x, w1, b1)), w2, b2);
          const Tensor cost = cross_entropy(logits, classes);
          optimizer.zero_grad();
          cost.backward();
          optimizer.step();
        }) == 0);
}

TEST_CASE("checkpoints of a deep network" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  constexpr std::int64_t kBatch = 1000, kWidth = 64, kLayers = 64;
  constexpr double kActivation = kBatch * kWidth * 4;  // bytes
  manual_seed(1);
  nn::Sequential model{};
  for (int i = 0; i < kLayers; ++i) {
    model.push_back(nn::Linear(kWidth, kWidth));
    model.push_back(static_cast<Tensor (*)(const Tensor&)>(tanh));
  }
  const Tensor x = randn({kBatch, kWidth});
  const auto activations_of = [&](std::int64_t segments) {
    model.zero_grad();
    return peak_of([&] { sum(checkpoint_sequential(model, segments, x)).backward(); }) / kActivation;
  };
  const double plain = activations_of(1), eight = activations_of(8);
  MESSAGE("activations at a time: " << plain << ", in 8 segments " << eight);
  CHECK(plain > kLayers);
  CHECK(eight < 0.45 * plain);
}

TEST_CASE("the cross-entropy of many classes does not hold their logits" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  constexpr std::int64_t kSamples = 2048, kFeatures = 256, kClasses = 50257;  // 412 MB of logits
  manual_seed(1);
  const Tensor x = randn({kSamples, kFeatures}).requires_grad_();
  const Tensor weight = (randn({kClasses, kFeatures}) * 0.05).requires_grad_();
  const Tensor target = randint(kClasses, {kSamples});
  // The weight's gradient, of 51 MB, among them.
  CHECK(peak_of([&] { linear_cross_entropy(x, weight, target).backward(); }) <= 140e6);
}
