// What it costs to keep what happened in a training: the time with, and beside it without, in turns.
//   bench_recording FOLDER    with the tables of examples/data
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;

namespace {

constexpr int kRounds = 101;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The median over rounds of both, one right after the other, so that other programs on the machine slow down both.
void compare(const std::string& what, const std::function<void()>& without, const std::function<void()>& with) {
  std::vector<double> plain, ratios;
  for (int round = 0; round < kRounds; ++round) {
    plain.push_back(seconds_of(without));
    ratios.push_back(seconds_of(with) / plain.back());
  }
  const auto median = [](std::vector<double>& values) {
    std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
    return values[kRounds / 2];
  };
  std::printf("%-50s%10.3f ms%+8.2f %%\n", what.c_str(), median(plain) * 1e3, (median(ratios) - 1) * 100);
  std::fflush(stdout);
}

/// The tutorial's first listing, the least step there is.
struct Listing {
  Tensor x = rand({15, 1}), y = 1.04 * x - 0.1;
  Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
  optim::SGD optimizer{{weight, bias}, {.lr = 0.01}};

  Tensor step() {
    const Tensor cost = mean(pow(x * weight + bias - y, 2));
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
    return cost;
  }
  StateDict named_parameters() const { return {{"weight", weight}, {"bias", bias}}; }
};

/// 32 rows through 8-32-32-1, Adam.
struct Regression {
  nn::Sequential net{nn::Linear(8, 32), nn::ReLU(), nn::Linear(32, 32), nn::ReLU(), nn::Linear(32, 1)};
  Tensor x = rand({32, 8}), y = rand({32, 1});
  optim::Adam optimizer{net.parameters()};

  Tensor step() {
    const Tensor cost = mse_loss(net(x), y);
    optimizer.zero_grad();
    cost.backward();
    optimizer.step();
    return cost;
  }
  auto named_parameters() const { return net.named_parameters(); }
};

template <class Work>
void compare_loops(const char* name, int epochs, int steps) {
  Work work;
  const auto plain = [&] {
    for (int i = 0; i < epochs * steps; ++i) work.step();
  };
  compare(concat(name, ", each step"), plain, [&] {
    train::Recorder recorder(work.optimizer);
    for (int i = 0; i < epochs * steps; ++i) recorder.step(work.step());
  });
  const auto run = [&](bool weights) {
    return [&work, epochs, steps, weights] {
      train::Recorder recorder(work.optimizer);
      for (int epoch = 0; epoch < epochs; ++epoch) {
        for (int i = 0; i < steps; ++i) recorder.step(work.step());
        recorder.epoch();
        if (weights) recorder.weights(work);
      }
    };
  };
  compare(concat(name, ", epochs too"), plain, run(false));
  compare(concat(name, ", and histograms"), plain, run(true));
}

void compare_fits(const std::string& path, const std::string& target, std::optional<std::int64_t> epochs) {
  const data::Table table = data::read_csv(path);
  const auto fit = [&](bool reported, bool histograms) {
    return [&table, &target, epochs, reported, histograms] {
      train::FitOptions options{.epochs = epochs, .weight_histograms = histograms};
      if (reported) options.on_epoch = [](const train::EpochReport&) {};
      train::fit_table(table, target, options);
    };
  };
  compare(concat("fit_table, ", target, ": measured each epoch"), fit(false, false), fit(true, false));
  compare(concat("fit_table, ", target, ": histograms"), fit(true, false), fit(true, true));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : "examples/data";
  manual_seed(0);
  std::printf("%-50s%13s%10s\n", "", "without", "with");
  compare_loops<Listing>("listing 1, 100 x 100", 100, 100);
  compare_loops<Regression>("8-32-32-1, 100 x 30", 100, 30);
  compare_fits(folder + "/iris.csv", "species", {});
  compare_fits(folder + "/digits.csv", "digit", 20);
  compare_fits(folder + "/diabetes.csv", "progression", {});
}
