// An LSTM learns a sine, and goes on with it by itself.
#include <cmath>
#include <cstdio>

#include "descent/descent.h"

using namespace descent;

struct Net final : nn::Module<Net> {
  nn::LSTM lstm{1, 32, {.batch_first = true}};
  nn::Linear head{32, 1};

  // The next value after each, and the state to go on from.
  std::pair<Tensor, nn::LSTMState> forward(const Tensor& x, const nn::LSTMState& state = {}) {
    const auto [output, last] = lstm(x, state);
    return {head(output), last};
  }
};

int main() {
  manual_seed(0);
  // 16 sines that begin at other places, 100 steps of 0.2 each.
  const Tensor starts = linspace(0, 6, 16).unsqueeze(1), steps = arange(101) * 0.2;
  const Tensor waves = sin(starts + steps).unsqueeze(2);
  const Tensor x = waves(Slice(), Slice(0, 100)), y = waves(Slice(), Slice(1));

  Net net;
  optim::Adam optimizer(net.parameters(), {.lr = 0.01});
  for (int epoch = 1; epoch <= 200; ++epoch) {
    optimizer.zero_grad();
    const Tensor loss = mse_loss(net(x).first, y);
    loss.backward();
    optim::clip_grad_norm_(net.parameters(), 1);
    optimizer.step();
    if (epoch % 50 == 0) std::printf("epoch %3d: loss %.5f\n", epoch, loss.item());
  }

  // From the first ten values on, each is made of the one before.
  const NoGrad no_grad;
  auto [next, state] = net(x(Slice(0, 1), Slice(0, 10)));
  Tensor value = next(Slice(), Slice(-1));
  double worst = 0;
  for (int i = 10; i < 60; ++i) {
    worst = std::max(worst, std::abs(value.item() - std::sin(i * 0.2)));
    std::tie(value, state) = net(value, state);
  }
  std::printf("50 values on its own: none is further than %.2f from the sine\n", worst);
  return worst < 0.3 ? 0 : 1;
}
