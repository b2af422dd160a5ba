// The network 8-32-32-1 with Adam on batches of 32, trained by hand: what a C programmer would write, in plain loops
// over arrays of known size, for bench_programs to be compared with. Prints "8-32-32-1 by_hand NANOSECONDS 0".
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace {

constexpr int kRows = 32, kSizes[] = {8, 32, 32, 1}, kLayers = 3, kMost = 32;

struct Layer {
  float weight[kMost][kMost], bias[kMost];  // [out][in]
  float weight_gradient[kMost][kMost], bias_gradient[kMost];
  float weight_m[kMost][kMost], weight_v[kMost][kMost], bias_m[kMost], bias_v[kMost];
};

Layer layers[kLayers];
float values[kLayers + 1][kRows][kMost];  // of layer i: what goes in
float slopes[kLayers + 1][kRows][kMost];
float targets[kRows];

template <int kIn, int kOut, bool kRelu>
void forward(const Layer& layer, const float (&in)[kRows][kMost], float (&out)[kRows][kMost]) {
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOut; ++o) {
      float sum = layer.bias[o];
      for (int i = 0; i < kIn; ++i) sum += layer.weight[o][i] * in[r][i];
      out[r][o] = kRelu && sum < 0 ? 0 : sum;
    }
  }
}

template <int kIn, int kOut, bool kFirst>
void backward(Layer& layer, const float (&in)[kRows][kMost], const float (&slope)[kRows][kMost],
              float (&in_slope)[kRows][kMost]) {
  for (int o = 0; o < kOut; ++o) {
    layer.bias_gradient[o] = 0;
    for (int i = 0; i < kIn; ++i) layer.weight_gradient[o][i] = 0;
  }
  for (int r = 0; r < kRows; ++r) {
    for (int o = 0; o < kOut; ++o) {
      layer.bias_gradient[o] += slope[r][o];
      for (int i = 0; i < kIn; ++i) layer.weight_gradient[o][i] += slope[r][o] * in[r][i];
    }
    if (kFirst) continue;
    for (int i = 0; i < kIn; ++i) in_slope[r][i] = 0;
    for (int o = 0; o < kOut; ++o)
      for (int i = 0; i < kIn; ++i) in_slope[r][i] += slope[r][o] * layer.weight[o][i];
    for (int i = 0; i < kIn; ++i) in_slope[r][i] = in[r][i] > 0 ? in_slope[r][i] : 0;
  }
}

void adam(float* p, const float* gradient, float* m, float* v, int count, float rate, float spread) {
  for (int i = 0; i < count; ++i) {
    m[i] += 0.1f * (gradient[i] - m[i]);
    v[i] = 0.999f * v[i] + 0.001f * gradient[i] * gradient[i];
    p[i] -= rate * m[i] / (std::sqrt(v[i]) / spread + 1e-8f);
  }
}

template <int kIn, int kOut>
void update(Layer& layer, float rate, float spread) {
  for (int o = 0; o < kOut; ++o)
    adam(layer.weight[o], layer.weight_gradient[o], layer.weight_m[o], layer.weight_v[o], kIn, rate, spread);
  adam(layer.bias, layer.bias_gradient, layer.bias_m, layer.bias_v, kOut, rate, spread);
}

float step(int t) {
  forward<8, 32, true>(layers[0], values[0], values[1]);
  forward<32, 32, true>(layers[1], values[1], values[2]);
  forward<32, 1, false>(layers[2], values[2], values[3]);
  float cost = 0;
  for (int r = 0; r < kRows; ++r) {
    const float error = values[3][r][0] - targets[r];
    cost += error * error;
    slopes[3][r][0] = 2 * error / kRows;
  }
  backward<32, 1, false>(layers[2], values[2], slopes[3], slopes[2]);
  backward<32, 32, false>(layers[1], values[1], slopes[2], slopes[1]);
  backward<8, 32, true>(layers[0], values[0], slopes[1], slopes[0]);
  const auto rate = static_cast<float>(1e-3 / (1 - std::pow(0.9, t)));
  const auto spread = static_cast<float>(std::sqrt(1 - std::pow(0.999, t)));
  update<8, 32>(layers[0], rate, spread);
  update<32, 32>(layers[1], rate, spread);
  update<32, 1>(layers[2], rate, spread);
  return cost / kRows;
}

}  // namespace

int main() {
  unsigned state = 1;
  const auto random = [&] {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(state >> 8) / 8388608.0f - 1;
  };
  for (int l = 0; l < kLayers; ++l) {
    for (auto& row : layers[l].weight) {
      for (float& w : row) w = random() / std::sqrt(static_cast<float>(kSizes[l]));
    }
  }
  for (auto& row : values[0]) {
    for (float& x : row) x = random();
  }
  for (float& y : targets) y = random();
  double least = 1e9;
  float cost = 0;
  int t = 0;
  for (int round = 0; round < 7; ++round) {
    constexpr int kSteps = 5000;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kSteps; ++i) cost = step(++t);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    least = std::min(least, taken.count() / kSteps);
  }
  std::printf("8-32-32-1 by_hand %.1f 0\n", least);
  std::fprintf(stderr, "cost %g\n", static_cast<double>(cost));
}
