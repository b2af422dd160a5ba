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
