// Training steps of the networks that people make of layers, op by op and as native code: one line
// "NAME eager|native MILLISECONDS" for each. bench/compare_layers.py runs it beside PyTorch.
//   bench_layers [NAME ...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/observer.h"
#include "descent/descent.h"

using namespace descent;

namespace {

using Step = std::function<void()>;

// Milliseconds a step of each, the least of several rounds of at least 0.2 s, in turns.
std::vector<double> milliseconds(const std::vector<Step>& steps) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](const Step& step, int count) {
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) step();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count() / count;
  };
  std::vector<int> counts;
  for (const Step& step : steps) {
    for (int i = 0; i < 2; ++i) step();
    counts.push_back(std::max(1, static_cast<int>(200 / time(step, 1))));
  }
  std::vector<double> least(steps.size(), std::numeric_limits<double>::infinity());
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < steps.size(); ++i) least[i] = std::min(least[i], time(steps[i], counts[i]));
  }
  return least;
}

// Times the training of `net` by AdamW, where loss(net) is what it descends.
template <class Net, class LossOf>
void training(const std::string& name, Net net, const LossOf& loss_of) {
  optim::AdamW optimizer(net.parameters(), {.lr = 1e-3});
  const auto step = [&] {
    optimizer.zero_grad();
    loss_of(net).backward();
    optimizer.step();
  };
  auto native = compile(step);
  const std::vector<double> times = milliseconds({[&] { native(); },
                                                  [&] {
                                                    Observer somebody;  // who watches: then no step runs as a program
                                                    const WithObserver watched(&somebody);
                                                    step();
                                                  }});
  std::printf("%s native %.3f\n%s eager %.3f\n", name.c_str(), times[0], name.c_str(), times[1]);
  std::fflush(stdout);
}

// Sequences of 100 steps, and the class of each.
struct SequenceClassifier final : nn::Module<SequenceClassifier> {
  nn::LSTM lstm{64, 128, {.batch_first = true}};
  nn::Linear head{128, 10};
  Tensor forward(const Tensor& x) { return head(lstm(x).second.h[0]); }
};

void lstm(const std::string& name) {
  const Tensor x = randn({64, 100, 64}), y = randint(10, {64});
  training(name, SequenceClassifier(), [&](SequenceClassifier& net) { return cross_entropy(net(x), y); });
}

const std::vector<std::pair<const char*, void (*)(const std::string& name)>> networks = {{"lstm", lstm}};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  for (const auto& [name, run] : networks) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) run(name);
  }
}
