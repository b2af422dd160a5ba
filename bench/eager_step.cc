// One training step of the tutorial's first listing, eagerly, beside the same loop written by hand in C.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "descent/descent.h"

using namespace descent;

namespace {

constexpr int kRows = 15;
constexpr int kSteps = 2'000;
constexpr int kRounds = 200;

// What a C programmer would write: forward, cost, gradient and update, one pass over the data.
__attribute__((noinline)) float hand_written(const float* x, const float* y, float* weight, float* bias, float rate) {
  float cost = 0, weight_slope = 0, bias_slope = 0;
  for (int i = 0; i < kRows; ++i) {
    const float error = x[i] * *weight + *bias - y[i];
    cost += error * error;
    weight_slope += 2 * error * x[i];
    bias_slope += 2 * error;
  }
  *weight -= rate * weight_slope / kRows;
  *bias -= rate * bias_slope / kRows;
  return cost / kRows;
}

// The least of many short rounds: what other programs on the machine take does not count.
template <class Step>
double nanoseconds_per_step(const Step& step) {
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kSteps; ++i) step();
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    least = std::min(least, taken.count() / kSteps);
  }
  return least;
}

}  // namespace

int main() {
  float xs[kRows], ys[kRows];
  for (int i = 0; i < kRows; ++i) {
    xs[i] = static_cast<float>(i + 1);
    ys[i] = static_cast<float>(i + 1) * 1.04f - 0.1f;
  }
  float w = 0, b = 0;
  volatile float sink = 0;
  const double by_hand = nanoseconds_per_step([&] { sink = hand_written(xs, ys, &w, &b, 0.01f); });

  const Tensor x = tensor(std::span<const float>(xs), {kRows, 1});
  const Tensor y = tensor(std::span<const float>(ys), {kRows, 1});
  const Tensor weight = zeros(1, {.requires_grad = true});
  const Tensor bias = zeros(1, {.requires_grad = true});
  optim::SGD optimizer({weight, bias}, {.lr = 0.01});
  const double eager = nanoseconds_per_step([&] {
    const Tensor hypothesis = x * weight + bias;
    const Tensor cost = mean(pow(hypothesis - y, 2));
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
  });
  std::printf("hand-written C: %.1f ns a step (weight %.6f, bias %.6f)\n", by_hand, w, b);
  std::printf("eager Descent:  %.1f ns a step (weight %.6f, bias %.6f)\n", eager, weight.item(), bias.item());
  std::printf("ratio: %.1f\n", eager / by_hand);
}
