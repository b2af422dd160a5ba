// The tutorial's first listing: linear regression with a weight and a bias made by hand.
#include <cstdio>

#include "descent/descent.h"

using namespace descent;

int main() {
  // clang-format off
  auto x = tensor({{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}, {15}}, {.dtype = float32});
  auto y = tensor({{0.94}, {1.98}, {3.02}, {4.06}, {5.10}, {6.14}, {7.18}, {8.22}, {9.26}, {10.30}, {11.34}, {12.38},
                   {13.42}, {14.46}, {15.50}});
  // clang-format on

  auto weight = zeros(1, {.requires_grad = true});
  auto bias = zeros(1, {.requires_grad = true});
  double learning_rate = 0.01;

  optim::SGD optimizer({weight, bias}, {.lr = learning_rate});

  for (int epoch = 0; epoch < 10000; ++epoch) {
    auto hypothesis = x * weight + bias;
    auto cost = mean(pow(hypothesis - y, 2));

    optimizer.zero_grad();
    cost.backward();
    optimizer.step();

    if ((epoch + 1) % 1000 == 0) {
      std::printf("Epoch %04d/%d, Cost: %.6f, Weight: %.6f, Bias: %.6f\n", epoch + 1, 10000, cost.item(), weight.item(),
                  bias.item());
    }
  }
}
