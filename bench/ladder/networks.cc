// Training steps of small networks: forward, backward, update.
#include <cmath>
#include <memory>

#include "ladder/rung.h"
#include "ladder/training.h"

using namespace descent;

namespace ladder {
namespace {

auto multi_layer_perceptron(const std::vector<std::int64_t>& sizes) {
  auto layers = std::make_shared<std::vector<nn::Linear>>();
  for (std::size_t i = 1; i < sizes.size(); ++i) layers->emplace_back(sizes[i - 1], sizes[i]);
  return layers;
}

Tensor run(std::vector<nn::Linear>& layers, Tensor x) {
  for (nn::Linear& layer : layers) x = &layer == &layers.back() ? layer(x) : relu(layer(x));
  return x;
}

std::shared_ptr<optim::Optimizer> adam(std::vector<nn::Linear>& layers) {
  std::vector<Tensor> parameters;
  for (nn::Linear& layer : layers) {
    for (const Tensor& parameter : layer.parameters()) parameters.push_back(parameter);
  }
  return std::make_shared<optim::Adam>(parameters);
}

auto regression(std::int64_t rows, const std::vector<std::int64_t>& sizes) {
  return [=](auto way) {
    const auto layers = multi_layer_perceptron(sizes);
    return way(training(adam(*layers), [=](const Tensor& x, const Tensor& y) { return mse_loss(run(*layers, x), y); }),
               randn({rows, sizes.front()}), randn({rows, sizes.back()}));
  };
}

auto classification(std::int64_t rows, const std::vector<std::int64_t>& sizes) {
  return [=](auto way) {
    const auto layers = multi_layer_perceptron(sizes);
    return way(
        training(adam(*layers), [=](const Tensor& x, const Tensor& y) { return cross_entropy(run(*layers, x), y); }),
        randn({rows, sizes.front()}), randint(sizes.back(), {rows}));
  };
}

/// The public yardstick "microgpt": one layer of width 16 with 4 heads, RMS norms without weights, squares of ReLU left
/// out, a context of 16 of 27 characters; Adam.
struct MicroGPT final : nn::Module<MicroGPT> {
  static constexpr std::int64_t kWidth = 16, kHeads = 4, kContext = 16, kCharacters = 27;
  nn::Embedding characters{kCharacters, kWidth}, places{kContext, kWidth};
  nn::Linear query{kWidth, kWidth, {.bias = false}}, key{kWidth, kWidth, {.bias = false}},
      value{kWidth, kWidth, {.bias = false}}, out{kWidth, kWidth, {.bias = false}};
  nn::Linear up{kWidth, 4 * kWidth, {.bias = false}}, down{4 * kWidth, kWidth, {.bias = false}};
  nn::Linear head{kWidth, kCharacters, {.bias = false}};

  Tensor forward(const Tensor& tokens) {
    const std::int64_t batch = tokens.size(0);
    const auto heads = [&](const Tensor& x) {
      return x.reshape({batch, kContext, kHeads, kWidth / kHeads}).transpose(1, 2);
    };
    Tensor x = rms_norm(characters(tokens) + places.weight, {kWidth});
    const Tensor normed = rms_norm(x, {kWidth});
    const Tensor seen = scaled_dot_product_attention(heads(query(normed)), heads(key(normed)), heads(value(normed)),
                                                     {.is_causal = true});
    x = x + out(seen.transpose(1, 2).reshape({batch, kContext, kWidth}));
    x = x + down(relu(up(rms_norm(x, {kWidth}))));
    return head(x).reshape({-1, kCharacters});
  }
};

auto micro_gpt(std::int64_t batch) {
  return [=](auto way) {
    const auto net = std::make_shared<MicroGPT>();
    return way(training(std::make_shared<optim::Adam>(net->parameters()),
                        [=](const Tensor& x, const Tensor& y) { return cross_entropy((*net)(x), y); }),
               randint(MicroGPT::kCharacters, {batch, MicroGPT::kContext}),
               randint(MicroGPT::kCharacters, {batch * MicroGPT::kContext}));
  };
}

}  // namespace

void add_networks() {
  add_short("listing 1", {}, [](auto way) {
    const Tensor x = arange(1, 16).to(float32).reshape({15, 1});
    const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
    return way(training(std::make_shared<optim::SGD>(std::vector{weight, bias}, optim::SGD::Options{.lr = 0.01}),
                        [=](const Tensor& a, const Tensor& b) { return mean(pow(a * weight + bias - b, 2)); }),
               x, 1.04 * x - 0.1);
  }).ways.emplace_back("by_hand", [] {
    // What a C programmer would write, in one pass over the rows.
    struct State {
      float x[15], y[15], weight = 0, bias = 0;
    };
    const auto state = std::make_shared<State>();
    for (int i = 0; i < 15; ++i) {
      state->x[i] = static_cast<float>(i + 1);
      state->y[i] = 1.04f * state->x[i] - 0.1f;
    }
    return Work{[=] {
                  State& s = *state;
                  for (int step = 0; step < 1000; ++step) {
                    float weight_slope = 0, bias_slope = 0;
                    for (int i = 0; i < 15; ++i) {
                      const float error = s.x[i] * s.weight + s.bias - s.y[i];
                      weight_slope += 2 * error * s.x[i];
                      bias_slope += 2 * error;
                    }
                    s.weight -= 0.01f * weight_slope / 15;
                    s.bias -= 0.01f * bias_slope / 15;
                  }
                },
                1000};
  });
  add_short("8-32-32-1, batch 32, Adam", {}, regression(32, {8, 32, 32, 1}));
  add("4-32-16-4, batch 10000, Adam", {}, regression(10'000, {4, 32, 16, 4}));
  add("64-256-256-10, batch 128, Adam", {}, classification(128, {64, 256, 256, 10}));
  add("784-256-128-10, batch 64, Adam", {}, classification(64, {784, 256, 128, 10}));
  add("784-256-128-10, batch 1024, Adam", {}, classification(1024, {784, 256, 128, 10}));
  add("softmax regression 200000x100, 10 classes, SGD", {.bytes = 2 * 4.0 * 200'000 * 100}, [](auto way) {
    const auto layer = std::make_shared<nn::Linear>(100, 10);
    return way(training(std::make_shared<optim::SGD>(layer->parameters(), optim::SGD::Options{.lr = 0.1}),
                        [=](const Tensor& x, const Tensor& y) { return cross_entropy((*layer)(x), y); }),
               randn({200'000, 100}), randint(10, {200'000}));
  });
  add_short("microgpt, batch 1", {}, micro_gpt(1));
  add("microgpt, batch 16", {}, micro_gpt(16));
}

}  // namespace ladder
