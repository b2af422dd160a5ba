// The same bits on any number of threads and with any vector instruction set that has fused multiply-add.
#include "determinism.h"

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
