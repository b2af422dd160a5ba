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
    {"attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2]); },
     {{3, 2, 130, 20}, {3, 2, 150, 20}, {3, 2, 150, 35}}},
    {"causal attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], {.is_causal = true}); },
     {{600, 9}, {600, 9}, {600, 17}}},
    {"masked attention",
     [](const auto& in) { return scaled_dot_product_attention(in[0], in[1], in[2], {.attn_mask = in[3].detach()}); },
     {{5, 100, 16}, {5, 140, 16}, {5, 140, 16}, {100, 140}}},
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
