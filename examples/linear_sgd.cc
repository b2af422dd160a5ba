// The tutorial's second listing: the same with a linear layer, the MSE loss and SGD.
#include <cstdio>
#include <iostream>

#include "descent/descent.h"

using namespace descent;

int main() {
  // clang-format off
  auto x = tensor({{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}, {15}}, {.dtype = float32});
  auto y = tensor({{0.94}, {1.98}, {3.02}, {4.06}, {5.10}, {6.14}, {7.18}, {8.22}, {9.26}, {10.30}, {11.34}, {12.38},
                   {13.42}, {14.46}, {15.50}});
  // clang-format on

  nn::Linear model(1, 1);
  nn::MSELoss criterion;
  optim::SGD optimizer(model.parameters(), {.lr = 0.001});

  {  // The tutorial did not print where it started; this is where.
    NoGrad no_grad;
    model.weight.fill_(0.51017989);
    model.bias.fill_(-0.85227257);
  }

  for (int epoch = 0; epoch < 10000; ++epoch) {
    auto output = model(x);
    auto cost = criterion(output, y);

    optimizer.zero_grad();
    cost.backward();
    optimizer.step();

    if ((epoch + 1) % 1000 == 0) {
      std::printf("Epoch [%d/10000], Cost: %.6f, Model : ", epoch + 1, cost.item());
      std::cout << model.parameters() << std::endl;
    }
  }
}
