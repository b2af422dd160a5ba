// Functions that never hold the large matrix in their middle: attention, and the cross entropy of many classes. One
// line "NAME forward|backward|step MILLISECONDS" for each, and "NAME memory MB" for what a step of a loss takes at its
// peak beyond its inputs. bench/compare_large_functions.py runs it beside PyTorch.
//   bench_large_functions [NAME ...]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "descent/descent.h"

using namespace descent;

namespace {

// The least of several calls.
template <class F>
double milliseconds(const F& f, int rounds = 15) {
  using Clock = std::chrono::steady_clock;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= rounds; ++i) {
    const auto start = Clock::now();
    f();
    const double time = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    if (i > 0) least = std::min(least, time);
  }
  return least;
}

// A line of /proc/self/status, in MB.
double megabytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) * 1024 / 1e6;
  return 0;
}

void report(const std::string& name, const char* what, double value) {
  std::printf("%s %s %.3f\n", name.c_str(), what, value);
  std::fflush(stdout);
}

void attention(const std::string& name, const Dims& shape, bool causal, DType dtype) {
  const TensorOptions like = {.dtype = dtype, .requires_grad = true};
  const Tensor q = randn(shape, like), k = randn(shape, like), v = randn(shape, like);
  const auto forward = [&] { return scaled_dot_product_attention(q, k, v, {.is_causal = causal}); };
  report(name, "forward", milliseconds([&] {
           const NoGrad no_grad;
           forward();
         }));
  const Tensor out = forward(), gradient = randn(shape, {.dtype = dtype});
  report(name, "backward", milliseconds([&] { grad({out}, {q, k, v}, {gradient}, {.retain_graph = true}); }));
}

void cross_entropy_of_words(const std::string& name) {
  const Tensor x = randn({2048, 256}, {.requires_grad = true});
  const Tensor weight = empty({50257, 256}), target = randint(50257, 2048);
  nn::init::normal_(weight, 0, 0.02);
  weight.requires_grad_();
  const auto step = [&] {
    x.set_grad({});
    weight.set_grad({});
    linear_cross_entropy(x, weight, target).backward();
  };
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak is now
  const double before = megabytes("VmRSS");
  step();
  report(name, "memory", megabytes("VmHWM") - before);
  report(name, "step", milliseconds(step, 4));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  const auto is_wanted = [&](const std::string& name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  for (const DType dtype : {float32, float64}) {
    for (const Dims& shape : {Dims{16, 6, 256, 64}, Dims{1, 12, 1024, 64}}) {
      for (const bool causal : {false, true}) {
        const std::string name = concat(causal ? "causal_" : "", "attention_", shape[2], "_", dtype);
        if (is_wanted(name)) attention(name, shape, causal, dtype);
      }
    }
  }
  if (is_wanted("linear_cross_entropy")) cross_entropy_of_words("linear_cross_entropy");
}
