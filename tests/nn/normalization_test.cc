// Layers that normalize against PyTorch's: tests/golden/normalization_layers.py.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

namespace descent {
namespace {

void check_state(const StateDict& state, const StateDict& wanted) {
  CHECK(state.size() == wanted.size());
  for (const auto& entry : wanted) {
    const std::string& name = entry.first;
    CAPTURE(name);
    REQUIRE(state.contains(name));
    CHECK(state.at(name).dtype() == entry.second.dtype());
    CHECK(state.at(name).sizes() == entry.second.sizes());
    CHECK(allclose(state.at(name), entry.second, 1e-13, 1e-13));
  }
}

template <class Layer>
std::function<void(const Golden&, const std::string&)> check_of(Layer layer) {
  return [layer](const Golden& golden, const std::string& id) mutable {
    check_state(layer.state_dict(), golden.under(id + "/start/"));
    const auto check_output = [&](const char* in, const char* out) {
      const Tensor got = layer(golden[id + in]);
      const Tensor& wanted = golden[id + out];
      CHECK(got.sizes() == wanted.sizes());
      CHECK(allclose(got, wanted, 1e-12, 1e-13));
    };
    check_output("/in0", "/out0");
    check_output("/in1", "/out1");
    layer.eval();
    check_output("/in0", "/out2");
    check_state(layer.state_dict(), golden.under(id + "/end/"));
  };
}

}  // namespace

TEST_CASE("layers that normalize are PyTorch's") {
  const std::map<std::string, std::function<void(const Golden&, const std::string&)>> layers = {
      {"layer_norm", check_of(nn::LayerNorm(5, {.dtype = float64}))},
      {"layer_norm_shape", check_of(nn::LayerNorm({4, 5}, {.eps = 0.5, .dtype = float64}))},
      {"layer_norm_no_bias", check_of(nn::LayerNorm(5, {.bias = false, .dtype = float64}))},
      {"layer_norm_plain", check_of(nn::LayerNorm(5, {.elementwise_affine = false}))},
      {"rms_norm", check_of(nn::RMSNorm(5, {.dtype = float64}))},
      {"rms_norm_plain", check_of(nn::RMSNorm(5, {.eps = 0.5, .elementwise_affine = false}))},
      {"group_norm", check_of(nn::GroupNorm(2, 4, {.dtype = float64}))},
      {"group_norm_plain", check_of(nn::GroupNorm(2, 4, {.eps = 0.5, .affine = false}))},
      {"batch_norm1d", check_of(nn::BatchNorm1d(3, {.dtype = float64}))},
      {"batch_norm1d_positions", check_of(nn::BatchNorm1d(3, {.momentum = 0.25, .dtype = float64}))},
      {"batch_norm2d", check_of(nn::BatchNorm2d(3, {.dtype = float64}))},
      {"batch_norm2d_cumulative", check_of(nn::BatchNorm2d(3, {.momentum = std::nullopt, .dtype = float64}))},
      {"batch_norm2d_plain", check_of(nn::BatchNorm2d(3, {.eps = 0.5, .affine = false, .dtype = float64}))},
      {"batch_norm2d_no_account", check_of(nn::BatchNorm2d(3, {.track_running_stats = false, .dtype = float64}))},
      {"batch_norm3d", check_of(nn::BatchNorm3d(3, {.dtype = float64}))},
      {"instance_norm1d", check_of(nn::InstanceNorm1d(3))},
      {"instance_norm1d_item", check_of(nn::InstanceNorm1d(3))},
      {"instance_norm2d", check_of(nn::InstanceNorm2d(3, {.affine = true, .dtype = float64}))},
      {"instance_norm2d_account",
       check_of(nn::InstanceNorm2d(3, {.momentum = 0.25, .track_running_stats = true, .dtype = float64}))},
      {"instance_norm3d", check_of(nn::InstanceNorm3d(3, {.eps = 0.5}))},
      {"local_response_norm", check_of(nn::LocalResponseNorm(2, 0.5))},
  };
  const Golden golden("normalization_layers");
  CHECK(golden.cases().size() == layers.size());
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    CAPTURE(id);
    layers.at(id)(golden, id);
  }
}

TEST_CASE("layers that normalize start as float32") {
  CHECK(nn::LayerNorm(3).weight.dtype() == float32);
  CHECK(nn::RMSNorm(3).weight.requires_grad());
  CHECK(nn::GroupNorm(1, 3).bias.dtype() == float32);
  CHECK(nn::BatchNorm1d(3).running_var.dtype() == float32);
  CHECK(nn::BatchNorm1d(3).parameters().size() == 2);
  nn::BatchNorm1d converted(3);
  converted.to(float64);
  CHECK(converted.running_mean.dtype() == float64);
  CHECK(converted.num_batches_tracked.dtype() == int64);
}

TEST_CASE("layers that normalize say what they want") {
  CHECK(error_of([] { nn::LayerNorm(Dims{}); }) ==
        "LayerNorm: wants a normalized_shape of one dimension or more, not []");
  CHECK(error_of([] { nn::LayerNorm(3)(ones({2, 4})); }) == "LayerNorm: the input is of shape [2, 4]; wanted [..., 3]");
  CHECK(error_of([] { nn::RMSNorm(3)(Tensor()); }) == "RMSNorm: the tensor is undefined");
  CHECK(error_of([] { nn::GroupNorm(2, 3); }) == "GroupNorm: 3 channels are not 2 groups");
  CHECK(error_of([] { nn::GroupNorm(2, 4)(ones({2, 6})); }) == "GroupNorm: weight of shape [4]; wanted [6]");
  CHECK(error_of([] {
          nn::BatchNorm2d(3)(ones({2, 3, 4}));
        }) == "BatchNorm2d: the input is of shape [2, 3, 4]; wanted [N, C, H, W]");
  CHECK(error_of([] { nn::BatchNorm1d(3)(ones({2, 4})); }) == "BatchNorm1d: the input has 4 channels, wanted 3");
  CHECK(error_of([] {
          nn::BatchNorm1d(3)(ones({1, 3}));
        }) == "BatchNorm1d: an input of shape [1, 3] has one number a channel: no variance to train by");
  CHECK(error_of([] { nn::BatchNorm3d(3, {.momentum = 1.5}); }) ==
        "BatchNorm3d: momentum = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([] { nn::BatchNorm1d(-1); }) == "BatchNorm1d: wants 0 channels or more, not -1");
  CHECK(error_of([] { nn::InstanceNorm2d(3)(ones(3)); }) ==
        "InstanceNorm2d: the input is of shape [3]; wanted [N, C, H, W] or [C, H, W]");
}

}  // namespace descent
