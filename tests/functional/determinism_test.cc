// The same bits on any number of threads and with any vector instruction set that has fused multiply-add.
#include "determinism.h"

#include "functional/recurrent.h"

namespace descent {
namespace {

using determinism::Fingerprints;

struct Case {
  const char* name;
  Tensor (*f)(const std::vector<Tensor>& in);
  std::vector<Dims> shapes;  // of inputs, numbers between 0 and 1
};

// Large enough for several blocks and threads, with a rest.
const std::vector<Case> cases = {
    {"attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2]); },
     {{3, 2, 130, 20}, {3, 2, 150, 20}, {3, 2, 150, 35}}},
    {"causal attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], {.is_causal = true}); },
     {{600, 9}, {600, 9}, {600, 17}}},
    {"masked attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], {.attn_mask = in[3].detach()}); },
     {{5, 100, 16}, {5, 140, 16}, {5, 140, 16}, {100, 140}}},
    {"linear_cross_entropy",
     [](const auto& in) {
       const Tensor classes = (in[2].detach() * 700).to(int64);
       return linear_cross_entropy(in[0], in[1], classes, {.linear_bias = in[3], .label_smoothing = 0.1});
     },
     {{300, 37}, {700, 37}, {300}, {700}}},
    {"cross_entropy",
     [](const auto& in) { return cross_entropy(in[0] * 9, (in[1].detach() * 700).to(int64)); },
     {{300, 700}, {300}}},
    {"lstm",
     [](const std::vector<Tensor>& in) {
       return recurrent(kernels::Cell::lstm, {in[0], in[1] - 0.5, {}, in[2], in[3], {}}).outputs;
     },
     {{7, 50, 4 * 37}, {4 * 37, 37}, {50, 37}, {50, 37}}},
    {"gru",
     [](const std::vector<Tensor>& in) {
       return recurrent(kernels::Cell::gru, {in[0], in[1] - 0.5, in[2], in[3], {}, {}}, true).outputs;
     },
     {{7, 130, 3 * 37}, {3 * 37, 37}, {37}, {130, 37}}},
    {"rnn",
     [](const std::vector<Tensor>& in) {
       return recurrent(kernels::Cell::rnn_tanh, {in[0], in[1] - 0.5, {}, in[2], {}, {}}).outputs;
     },
     {{7, 50, 37}, {37, 37}, {50, 37}}},
    {"conv2d",
     [](const auto& in) { return conv2d(in[0], in[1], in[2], {.padding = 1}); },
     {{5, 40, 37, 41}, {50, 40, 3, 3}, {50}}},
    {"conv2d_stride",
     [](const auto& in) { return conv2d(in[0], in[1], in[2], {.stride = 2}); },
     {{3, 3, 70, 41}, {50, 3, 5, 5}, {50}}},
    {"conv2d_depthwise",
     [](const auto& in) { return conv2d(in[0], in[1], in[2], {.padding = 1, .groups = 30}); },
     {{9, 30, 37, 41}, {30, 1, 3, 3}, {30}}},
    {"conv2d_pointwise",
     [](const auto& in) { return conv2d(in[0], in[1], in[2]); },
     {{3, 70, 14, 14}, {100, 70, 1, 1}, {100}}},
    {"conv_transpose2d",
     [](const auto& in) { return conv_transpose2d(in[0], in[1], in[2], {.stride = 2}); },
     {{5, 40, 17, 21}, {40, 50, 3, 3}, {50}}},
    {"pad",
     [](const auto& in) {
       return pad(in[0], {1, -1, 2, 3}, {.value = 0.5});
     },
     {{3, 7, 60, 70}}},
    {"pad_reflect",
     [](const auto& in) {
       return pad(in[0], {1, -1, 2, 3}, {.mode = PadMode::reflect});
     },
     {{3, 7, 60, 70}}},
    {"max_pool2d", [](const auto& in) { return max_pool2d(in[0], 3, {.stride = 2, .padding = 1}); }, {{3, 17, 41, 39}}},
    {"avg_pool2d", [](const auto& in) { return avg_pool2d(in[0], 3, {.stride = 2, .padding = 1}); }, {{3, 17, 41, 39}}},
    {"lp_pool1d", [](const auto& in) { return lp_pool1d(in[0], 2, 3); }, {{3, 17, 1601}}},
    {"adaptive_max_pool2d", [](const auto& in) { return adaptive_max_pool2d(in[0], 7); }, {{3, 17, 41, 39}}},
    {"adaptive_avg_pool2d", [](const auto& in) { return adaptive_avg_pool2d(in[0], 7); }, {{3, 17, 41, 39}}},
    {"unfold", [](const auto& in) { return unfold(in[0], 3, {.padding = 1}); }, {{3, 17, 41, 39}}},
    {"fold",
     [](const auto& in) {
       return fold(in[0], {41, 39}, 3, {.padding = 1});
     },
     {{3, 9 * 17, 41 * 39}}},
    {"interpolate",
     [](const auto& in) {
       return interpolate(in[0], {.size = {70, 90}, .mode = InterpolationMode::bilinear});
     },
     {{3, 17, 41, 39}}},
    {"interpolate_bicubic",
     [](const auto& in) {
       return interpolate(in[0], {.size = {30, 20}, .mode = InterpolationMode::bicubic});
     },
     {{3, 17, 41, 39}}},
    {"interpolate_nearest", [](const auto& in) { return interpolate(in[0], {.size = 70}); }, {{3, 17, 41, 39}}},
    {"grid_sample",
     [](const auto& in) { return grid_sample(in[0], in[1] * 2 - 1); },
     {{3, 17, 41, 39}, {3, 30, 20, 2}}},
    {"activations",
     [](const auto& in) {
       const Tensor x = in[0] * 8 - 4;
       return selu(x) + celu(x) * mish(x) + softplus(x, 2) + hardswish(x) + softsign(x) + glu(x).sum() +
              prelu(x, in[1]);
     },
     {{157, 302}, {302}}},
    {"rrelu, dropout",
     [](const auto& in) {
       Generator generator(3);
       return rrelu(in[0] - 0.5, 0.1, 0.3, true, generator) + alpha_dropout(in[0], 0.5, true, generator);
     },
     {{157, 302}}},
    {"bilinear", [](const auto& in) { return bilinear(in[0], in[1], in[2]); }, {{101, 9}, {101, 7}, {5, 9, 7}}},
    {"embedding", [](const auto& in) { return embedding((in[0] * 900).to(int64), in[1]); }, {{31, 70}, {901, 301}}},
    {"embedding, padding",
     [](const auto& in) { return embedding((in[0] * 900).to(int64), in[1], 3, std::nullopt, 2, true); },
     {{31, 70}, {901, 301}}},
    {"layer_norm", [](const auto& in) { return layer_norm(in[0], 301, in[1], in[2]); }, {{307, 301}, {301}, {301}}},
    {"layer_norm, short rows", [](const auto& in) { return layer_norm(in[0], 7, in[1]); }, {{9001, 7}, {7}}},
    {"layer_norm, long rows", [](const auto& in) { return layer_norm(in[0], 70001); }, {{3, 70001}}},
    {"rms_norm", [](const auto& in) { return rms_norm(in[0], 301, in[1]); }, {{307, 301}, {301}}},
    {"batch_norm",
     [](const auto& in) { return batch_norm(in[0], {}, {}, in[1], in[2], true); },
     {{5, 13, 23, 31}, {13}, {13}}},
    {"batch_norm of rows",
     [](const auto& in) { return batch_norm(in[0], {}, {}, in[1], in[2], true); },
     {{4001, 13}, {13}, {13}}},
    {"running_mean",
     [](const auto& in) {
       const Tensor mean = in[1].detach().clone(), variance = in[1].detach().clone();
       batch_norm(in[0], mean, variance, {}, {}, true);
       return mean + variance;
     },
     {{5, 13, 23, 31}, {13}}},
    {"group_norm", [](const auto& in) { return group_norm(in[0], 3, in[1], in[2]); }, {{5, 12, 101}, {12}, {12}}},
};

Fingerprints fingerprints() {
  Fingerprints result;
  manual_seed(3);
  for (const DType dtype : {float32, float64}) {
    for (const Case& c : cases) {
      std::vector<Tensor> inputs;
      for (const Dims& shape : c.shapes) inputs.push_back(rand(shape, {.dtype = dtype}));
      determinism::add(result, concat(c.name, " ", dtype), c.f, inputs);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("the same bits on any number of threads") { determinism::check_on_threads(fingerprints); }

TEST_CASE("the same bits with any vector instruction set") {
  determinism::check_with_targets(fingerprints(), {"AVX3", "AVX2"});
}

TEST_CASE("print fingerprints" * doctest::skip()) { determinism::print(fingerprints()); }

}  // namespace descent
