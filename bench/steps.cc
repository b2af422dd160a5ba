// Small pieces of work, COUNT times, for script/count-instructions:
//   bench_steps NAME COUNT
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "descent/descent.h"

using namespace descent;

namespace {

/// The tutorial's first listing: 15 rows, a weight and a bias.
void by_hand(int count) {
  const Tensor x = rand({15, 1}), y = 1.04 * x - 0.1;
  const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
  optim::SGD optimizer({weight, bias}, {.lr = 0.01});
  for (int i = 0; i < count; ++i) {
    const Tensor cost = mean(pow(x * weight + bias - y, 2));
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
  }
}

template <class Loss>
void train(nn::Sequential& net, const Tensor& x, const Tensor& y, const Loss& loss, optim::Optimizer& optimizer,
           int count) {
  for (int i = 0; i < count; ++i) {
    const Tensor cost = loss(net(x), y);
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
  }
}

/// A regression: 32 rows through 8-32-32-1, Adam.
void regression(int count) {
  nn::Sequential net{nn::Linear(8, 32), nn::ReLU(), nn::Linear(32, 32), nn::ReLU(), nn::Linear(32, 1)};
  optim::Adam optimizer(net.parameters());
  train(net, rand({32, 8}), rand({32, 1}), nn::MSELoss(), optimizer, count);
}

/// A classifier: 32 rows through 64-32-10, SGD with momentum.
void classifier(int count) {
  nn::Sequential net{nn::Linear(64, 32), nn::ReLU(), nn::Linear(32, 10)};
  optim::SGD optimizer(net.parameters(), {.lr = 0.01, .momentum = 0.9});
  train(net, rand({32, 64}), randint(10, {32}), nn::CrossEntropyLoss(), optimizer, count);
}

/// Rosenbrock's function from its usual start to its minimum, by the default method.
void minimum(int count) {
  const Tensor start = tensor({-1.2, 1.0}, {.dtype = float64});
  const auto rosenbrock = [](const Tensor& x) { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); };
  for (int i = 0; i < count; ++i) minimize(rosenbrock, start);
}

/// A table of 50 rows, two columns of numbers and one of text, from memory.
void table(int count) {
  std::string text = "length,width,species\n";
  for (int row = 0; row < 50; ++row) {
    text += concat(row, '.', row, ",-", row, "e-1,", row % 3 == 0 ? "setosa" : "\"versicolor\"", '\n');
  }
  for (int i = 0; i < count; ++i) data::parse_csv(text);
}

struct Work {
  std::string_view name;
  void (*run)(int count);
};
constexpr Work kWork[] = {{"by_hand", by_hand},
                          {"regression", regression},
                          {"classifier", classifier},
                          {"minimum", minimum},
                          {"table", table}};

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  for (const Work& work : kWork) {
    if (words.size() == 1) std::printf("%s\n", work.name.data());
    if (words.size() != 3 || work.name != words[1]) continue;
    manual_seed(0);
    work.run(std::stoi(words[2]));
    return 0;
  }
  return words.size() == 1 ? 0 : 1;
}
