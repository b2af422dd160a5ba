// Convolutions, forward and with their gradients: one line "NAME forward|both NANOSECONDS" for each. The first layers
// of a network need no gradient of their input. bench/compare_convolutions.py runs it beside PyTorch.
//   bench_convolution [NAME ...]
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;

namespace {

template <class Step>
double nanoseconds(const Step& step) {
  const auto time = [&](int count) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < count; ++i) step();
    return static_cast<double>(std::clock() - start) * (1e9 / CLOCKS_PER_SEC) / count;
  };
  time(3);
  const int count = std::clamp(static_cast<int>(3e7 / time(1)), 1, 1000);
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < 7; ++round) least = std::min(least, time(count));
  return least;
}

struct Case {
  const char* name;
  Dims input, weight;
  ConvOptions options;
  bool is_first = false;
};

const std::vector<Case> cases = {
    {"1-32_3x3_28", {64, 1, 28, 28}, {32, 1, 3, 3}, {}, true},
    {"32-64_3x3_26", {64, 32, 26, 26}, {64, 32, 3, 3}, {}},
    {"32-64_3x3_26_padded", {64, 32, 26, 26}, {64, 32, 3, 3}, {.padding = 1}},
    {"64-64_3x3_56", {16, 64, 56, 56}, {64, 64, 3, 3}, {.padding = 1}},
    {"3-64_7x7_224_stride_2", {8, 3, 224, 224}, {64, 3, 7, 7}, {.stride = 2, .padding = 3}, true},
    {"256-64_1x1_14", {32, 256, 14, 14}, {64, 256, 1, 1}, {}},
    {"128_depthwise_3x3_28", {16, 128, 28, 28}, {128, 1, 3, 3}, {.padding = 1, .groups = 128}},
    {"64-64_3_512", {16, 64, 512}, {64, 64, 3}, {.padding = 1}},
};

void print(const std::string& name, const char* what, double time) {
  std::printf("%s %s %.0f\n", name.c_str(), what, time);
  std::fflush(stdout);
}

void run(const Case& c) {
  const auto convolve = c.input.size() == 3 ? conv1d : conv2d;
  const Tensor x = randn(c.input), weight = randn(c.weight), bias = randn(c.weight[0]);
  print(c.name, "forward", nanoseconds([&] { convolve(x, weight, bias, c.options); }));
  const Tensor cotangent = randn(convolve(x, weight, bias, c.options).sizes());
  std::vector<Tensor> leaves = {weight.requires_grad_(), bias.requires_grad_()};
  if (!c.is_first) leaves.push_back(x.requires_grad_());
  print(c.name, "both", nanoseconds([&] { grad({convolve(x, weight, bias, c.options)}, leaves, {cotangent}); }));
}

// The network that Fashion-MNIST is most often shown with.
struct Net final : nn::Module<Net> {
  nn::Conv2d conv1{1, 32, 3};
  nn::Conv2d conv2{32, 64, 3};
  nn::Linear fc1{9216, 128};
  nn::Linear fc2{128, 10};

  Tensor forward(const Tensor& x) {
    const Tensor features = relu(conv2(relu(conv1(x))));
    return fc2(relu(fc1(flatten(max_pool2d(features, 2), 1))));
  }
};

void train_network() {
  Net net;
  optim::SGD sgd(net.parameters(), {.lr = 0.01});
  const Tensor x = randn({64, 1, 28, 28}), target = randint(0, 10, 64);
  print("network", "both", nanoseconds([&] {
          sgd.zero_grad();
          cross_entropy(net(x), target).backward();
          sgd.step();
        }));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> names(argv + 1, argv + argc);
  const auto wanted = [&](const char* name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const Case& c : cases)
    if (wanted(c.name)) run(c);
  if (wanted("network")) train_network();
}
