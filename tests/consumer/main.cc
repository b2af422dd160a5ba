// Trains y = 2x + 1, catches an error of the library's, and says whether both worked.
#include <descent/descent.h>

#include <cmath>
#include <cstdio>

using namespace descent;

int main() {
  manual_seed(0);
  const Tensor x = linspace(-1, 1, 16).unsqueeze(1);
  const Tensor y = 2 * x + 1;
  nn::Linear model(1, 1);
  optim::SGD optimizer(model.parameters(), {.lr = 0.3});
  for (int epoch = 0; epoch < 200; ++epoch) {
    optimizer.zero_grad();
    mse_loss(model(x), y).backward();
    optimizer.step();
  }
  const double weight = model.weight.item(), bias = model.bias.item();
  std::printf("weight %.3f, bias %.3f, by Descent %s\n", weight, bias, version());
  try {
    matmul(zeros({2, 3}), zeros({2, 3}));
    return 1;
  } catch (const Error&) {
  }
  return std::abs(weight - 2) < 1e-3 && std::abs(bias - 1) < 1e-3 ? 0 : 1;
}
