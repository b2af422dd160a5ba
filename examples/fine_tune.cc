// A network that PyTorch trained on the digits 0 to 4 learns the digits 5 to 9 from a few of each.
//   fine_tune [FILE]     writes what it becomes to FILE, fine_tuned.safetensors by default
// examples/data/fine_tune.py is the other side: it made the network, and shows that PyTorch reads FILE.
#include <cstdio>
#include <string>

#include "descent/descent.h"

using namespace descent;

struct Net final : nn::Module<Net> {
  nn::Sequential body{
      nn::Conv2d(1, 16, 3, {.padding = 1}),
      relu,
      nn::MaxPool2d(2),  //
      nn::Conv2d(16, 32, 3, {.padding = 1}),
      relu,
      nn::MaxPool2d(2),  //
      nn::Flatten(),
      nn::Linear(128, 64),
      relu,
  };
  nn::Linear head{64, 5};

  Tensor forward(const Tensor& x) { return head(body(x)); }
};

// The pictures of five digits, and which of the five each is.
data::Batch read_digits(std::int64_t lowest) {
  std::vector<Tensor> columns;
  for (const auto& column : data::read_csv(EXAMPLES_DATA "digits.csv").columns)
    columns.push_back(tensor(column.numbers, {.dtype = float32}));
  const Tensor x = stack({columns.begin(), columns.end() - 1}, 1).reshape({-1, 1, 8, 8}) / 16;
  const Tensor y = columns.back().to(int64) - lowest;
  const Tensor those = logical_and(y >= 0, y < 5);
  return {x(those), y(those)};
}

double accuracy(Net& net, const Tensor& x, const Tensor& y) {
  const NoGrad no_grad;
  return mean((argmax(net(x), 1) == y).to(float32)).item();
}

void fit(Net& net, optim::Optimizer& optimizer, const Tensor& x, const Tensor& y, int epochs) {
  data::Batches batches(x, y, 20);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (const auto& [inputs, targets] : batches) {
      optimizer.zero_grad();
      cross_entropy(net(inputs), targets).backward();
      optimizer.step();
    }
  }
}

int main(int argc, char** argv) try {
  manual_seed(1);
  Net net;
  StateDict state = load(EXAMPLES_DATA "fine_tune.safetensors").tensors;
  const Tensor expected = state.extract("logits").mapped();
  net.load_state_dict(state);
  const auto [old_x, old_y] = read_digits(0);
  const double difference = max(abs(net(old_x) - expected)).item();
  std::printf("digits 0 to 4: %.1f %% right, logits within %.0e of PyTorch's\n", 100 * accuracy(net, old_x, old_y),
              difference);

  // Of the other digits, 100 to learn from.
  const auto [x, y] = read_digits(5);
  const Slice few(0, 100), rest(100);

  // A new head first, on the body as it is.
  net.head = nn::Linear(64, 5);
  net.body.requires_grad_(false);
  optim::Adam head_only(net.head.parameters(), {.lr = 0.01});
  fit(net, head_only, x(few), y(few), 20);
  const double frozen = accuracy(net, x(rest), y(rest));
  std::printf("digits 5 to 9: %.1f %% of %lld right with a new head\n", 100 * frozen,
              static_cast<long long>(x(rest).size(0)));

  // Then all of it, more slowly.
  net.body.requires_grad_(true);
  optim::Adam all(net.parameters(), {.lr = 0.001});
  fit(net, all, x(few), y(few), 40);
  const double tuned = accuracy(net, x(rest), y(rest));
  std::printf("digits 5 to 9: %.1f %% right after tuning the body too\n", 100 * tuned);

  state = net.state_dict();
  {
    const NoGrad no_grad;
    state["logits"] = net(x);
  }
  save(argc > 1 ? argv[1] : "fine_tuned.safetensors", state);
  return difference < 1e-4 && frozen > 0.6 && tuned > 0.8 ? 0 : 1;
} catch (const Error& error) {
  std::fprintf(stderr, "fine_tune: %s\n", error.what());
  return 1;
}
