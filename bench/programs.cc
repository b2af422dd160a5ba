// Steps as they are, op by op, as programs on Descent's kernels, and as native code: one line
// "NAME eager|program|native|repeated NANOSECONDS BYTES" for each, where BYTES is what the step must at least read and
// write, or 0. bench/compare_programs.py runs it beside PyTorch; optimizers by themselves are on the ladder too.
//   bench_programs [NAME ...]
//   bench_programs optimizers     every optimizer, as native code alone
// With DESCENT_BENCH_FIRST=1 it times the first call of each instead, which captures and compiles it or finds it in the
// cache.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/observer.h"
#include "descent/descent.h"
#include "optim/every_optimizer.h"

using namespace descent;

namespace {

using Step = std::function<void()>;

// Nanoseconds a step of each, the least of several rounds of at least 50 ms, in turns.
std::vector<double> nanoseconds(const std::vector<Step>& steps) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](const Step& step, int count) {
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) step();
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
  };
  std::vector<int> counts;
  for (const Step& step : steps) {
    for (int i = 0; i < 3; ++i) step();
    counts.push_back(std::max(1, static_cast<int>(5e7 / time(step, 1))));
  }
  std::vector<double> least(steps.size(), std::numeric_limits<double>::infinity());
  for (int round = 0; round < 7; ++round) {
    for (std::size_t i = 0; i < steps.size(); ++i) least[i] = std::min(least[i], time(steps[i], counts[i]) / counts[i]);
  }
  return least;
}

struct Bench {
  std::vector<std::string> names;

  bool wants(const std::string& name) const {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  }
  static void print(const std::string& name, const char* way, double time, double bytes) {
    std::printf("%s %s %.1f %.0f\n", name.c_str(), way, time, bytes);
    std::fflush(stdout);
  }
  template <class Function, class... Arguments>
  void function(const std::string& name, double bytes, const Function& f, const Arguments&... arguments) const {
    if (!wants(name)) return;
    auto native = compile(f);
    if (const char* first = std::getenv("DESCENT_BENCH_FIRST"); first && *first) {
      const auto start = std::chrono::steady_clock::now();
      native(arguments...);
      const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
      return print(name, "first", taken.count(), bytes);
    }
    auto program = compile(f, {.native = false});
    const std::vector<double> times = nanoseconds({[&] { native(arguments...); }, [&] { program(arguments...); },
                                                   [&] {
                                                     Observer somebody;  // who watches: then no step runs as a program
                                                     const WithObserver watched(&somebody);
                                                     f(arguments...);
                                                   }});
    print(name, "native", times[0], bytes);
    print(name, "program", times[1], bytes);
    print(name, "eager", times[2], bytes);
    if (times[0] > 1e5) return;
    constexpr std::int64_t kSteps = 1000;  // in one call, where a call takes its share of the time
    print(name, "repeated", nanoseconds({[&] { native.repeat(kSteps, arguments...); }})[0] / kSteps, bytes);
  }

  // What memory can do with as many bytes: a copy by two threads.
  void copy() const {
    if (!wants("copy") && !wants("optimizers")) return;
    const std::int64_t n = 40'000'000;
    const Tensor from = ones(n), to = zeros(n);
    print("copy", "eager", nanoseconds({[&] { to.copy_(from); }})[0], 8.0 * static_cast<double>(n));
  }

  // Every optimizer of the tests, its bytes by what it keeps: a parameter and each tensor of state as large are read
  // and written, a gradient is read. Those that change parameters by a sum over all elements have to read what they
  // take again behind it, as no cache holds it.
  void optimizers() const {
    if (names != std::vector<std::string>{"optimizers"}) return;
    // Reads and writes of both walks.
    const std::map<std::string, std::int64_t> two_walks = {
        {"Adafactor", 4 + 4}, {"DAdaptSGD", 3 + 6}, {"DoG", 3 + 3},    {"DoWG", 3 + 3}, {"Fromage", 2 + 3},
        {"LAMB", 6 + 4},      {"LARS", 2 + 5},      {"MARS", 2 + 9},   {"MoMo", 4 + 3}, {"MoMoAdam", 6 + 4},
        {"NovoGrad", 1 + 5},  {"PolyakSGD", 1 + 3}, {"Prodigy", 9 + 4}};
    const std::int64_t n = 20'000'000;
    const Tensor unused = randn(4).requires_grad_();
    for (std::size_t i = 0; i < every_optimizer({unused}).size(); ++i) {
      const std::string name = every_optimizer({unused})[i].name;
      if (name == "LBFGS" || name == "Shampoo" || name == "SOAP") continue;
      const Tensor p = randn(n).requires_grad_();
      TestedOptimizer tested = std::move(every_optimizer({p})[i]);
      const Tensor gradient = randn(n), loss = full({}, 1.0);
      auto step = compile([&] {
        return tested.optimizer->step([&] {
          p.set_grad(gradient);
          return loss;
        });
      });
      const std::vector<double> times = nanoseconds({[&] { step(); }});
      std::int64_t streams = 3;
      for (const auto& [key, tensor] : tested.optimizer->state_dict()) streams += tensor.numel() == n ? 2 : 0;
      if (const auto found = two_walks.find(name); found != two_walks.end()) streams = found->second;
      print(name, "native", times[0], 4.0 * static_cast<double>(streams * n));
    }
  }

  void listing() const {
    const Tensor x = arange(1, 16).to(float32).reshape({15, 1}), y = 1.04 * x - 0.1;
    const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
    optim::SGD optimizer({weight, bias}, {.lr = 0.01});
    function(
        "listing_1", 0,
        [&](const Tensor& rows, const Tensor& targets) {
          const Tensor cost = mean(pow(rows * weight + bias - targets, 2));
          optimizer.zero_grad();
          cost.backward();
          optimizer.step();
          return cost;
        },
        x, y);
  }

  void network(const std::string& name, std::int64_t rows, const std::vector<std::int64_t>& sizes) const {
    std::vector<nn::Linear> layers;
    for (std::size_t i = 1; i < sizes.size(); ++i) layers.emplace_back(sizes[i - 1], sizes[i]);
    std::vector<Tensor> parameters;
    for (nn::Linear& layer : layers) {
      for (const auto& parameter : layer.parameters()) parameters.push_back(parameter);
    }
    optim::Adam optimizer(parameters);
    function(
        name, 0,
        [&](const Tensor& x, const Tensor& y) {
          Tensor value = x;
          for (std::size_t i = 0; i < layers.size(); ++i)
            value = i + 1 < layers.size() ? relu(layers[i](value)) : layers[i](value);
          const Tensor cost = mse_loss(value, y);
          optimizer.zero_grad();
          cost.backward();
          optimizer.step();
          return cost;
        },
        randn({rows, sizes.front()}), randn({rows, sizes.back()}));
  }

  void layer_norm(const std::string& name, std::int64_t rows) const {
    const Tensor weight = ones(1000), bias = zeros(1000);
    const NoGrad no_grad;
    function(
        name, 8000.0 * static_cast<double>(rows),
        [&](const Tensor& x) {
          const Tensor deviations = x - mean(x, -1, true);
          return x + gelu(deviations * rsqrt(mean(square(deviations), -1, true) + 1e-5) * weight + bias);
        },
        randn({rows, 1000}));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const Bench bench{{argv + 1, argv + argc}};
  bench.copy();
  bench.optimizers();
  bench.listing();
  bench.network("8-32-32-1", 32, {8, 32, 32, 1});
  bench.network("4-32-16-4", 10'000, {4, 32, 16, 4});
  bench.network("64-256-256-10", 128, {64, 256, 256, 10});
  bench.layer_norm("layer_norm_8MB", 1000);
  bench.layer_norm("layer_norm_200MB", 25'000);
}
