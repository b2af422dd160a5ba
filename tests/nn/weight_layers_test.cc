// Bilinear, and layers whose weight is made of others, against PyTorch's: tests/golden/weight_layers.py.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"
#include "ops/gradients.h"

namespace descent {
namespace {

void check_state(const StateDict& state, const StateDict& wanted) {
  CHECK(state.size() == wanted.size());
  for (const auto& entry : wanted) {
    const std::string& name = entry.first;
    CAPTURE(name);
    REQUIRE(state.contains(name));
    CHECK(state.at(name).sizes() == entry.second.sizes());
    CHECK(allclose(state.at(name), entry.second, 1e-13, 1e-14));
  }
}

template <class Layer>
void check_layer(const Golden& golden, const std::string& id, Layer layer) {
  check_state(layer.state_dict(), golden.under(id + "/start/"));
  const auto output = [&] {
    if constexpr (std::same_as<Layer, nn::Bilinear>)
      return layer(golden[id + "/in0"], golden[id + "/in1"]);
    else
      return layer(golden[id + "/in0"]);
  };
  CHECK(allclose(output(), golden[id + "/out"], 1e-12, 1e-13));
  check_state(layer.state_dict(), golden.under(id + "/end/"));
  layer.eval();
  CHECK(allclose(output(), golden[id + "/evaluation"], 1e-12, 1e-13));
}

}  // namespace

TEST_CASE("layers of weights are PyTorch's") {
  const Golden golden("weight_layers");
  const nn::LinearOptions wide = {.dtype = float64}, no_bias = {.bias = false, .dtype = float64};
  const auto check = [&](const auto& make) {
    return [&golden, make](const std::string& id) { check_layer(golden, id, make()); };
  };
  const std::map<std::string, std::function<void(const std::string&)>> layers = {
      {"bilinear", check([] { return nn::Bilinear(3, 2, 4, {.dtype = float64}); })},
      {"bilinear_no_bias", check([] { return nn::Bilinear(3, 2, 4, {.bias = false, .dtype = float64}); })},
      {"bilinear_batches", check([] { return nn::Bilinear(3, 2, 4, {.dtype = float64}); })},
      {"weight_norm", check([=] { return nn::WeightNorm(nn::Linear(3, 4, wide)); })},
      {"weight_norm_dim1", check([=] { return nn::WeightNorm(nn::Linear(3, 4, no_bias), 1); })},
      {"weight_norm_all", check([=] { return nn::WeightNorm(nn::Linear(3, 4, wide), std::nullopt); })},
      {"spectral_norm", check([=] { return nn::SpectralNorm(nn::Linear(3, 4, wide)); })},
      {"spectral_norm_options",
       check([=] { return nn::SpectralNorm(nn::Linear(3, 4, wide), {.n_power_iterations = 3, .dim = 1}); })},
  };
  CHECK(golden.cases().size() == layers.size());
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    manual_seed(std::stoull(PythonCall(PythonCall::split(code, ';').at(0)).arguments.at(0)));
    layers.at(id)(id);
  }
}

TEST_CASE("gradients go to the parts of a weight") {
  const Tensor x = gradients::spread({5, 3});
  nn::WeightNorm<nn::Linear> layer(nn::Linear(3, 4, {.dtype = float64}));
  CHECK(layer.parameters().size() == 3);
  CHECK(layer.named_parameters()[0].first == "bias");
  gradients::check("weight_norm",
                   [&](const auto& in) {
                     nn::WeightNorm<nn::Linear> copy = layer;
                     static_cast<Tensor&>(copy.weight_g) = in[0];
                     static_cast<Tensor&>(copy.weight_v) = in[1];
                     return copy(x);
                   },
                   {layer.weight_g.detach(), layer.weight_v.detach()});
  nn::SpectralNorm<nn::Linear> spectral(nn::Linear(3, 4, {.dtype = float64}));
  spectral.eval();
  gradients::check("spectral_norm",
                   [&](const auto& in) {
                     nn::SpectralNorm<nn::Linear> copy = spectral;
                     static_cast<Tensor&>(copy.weight_orig) = in[0];
                     return copy(x);
                   },
                   {spectral.weight_orig.detach()});
  // A second call, which changes the singular vectors, between a call and its gradient.
  spectral.train();
  const Tensor cost = sum(spectral(x));
  spectral(x);
  cost.backward();
  CHECK(spectral.weight_orig.grad().defined());
}

TEST_CASE("a compiled step improves singular vectors as an eager one") {
  manual_seed(1);
  nn::SpectralNorm<nn::Linear> eager(nn::Linear(3, 4)), compiled = eager;
  compiled.weight_u = nn::Buffer(eager.weight_u.clone());
  compiled.weight_v = nn::Buffer(eager.weight_v.clone());
  auto step = compile([&](const Tensor& x) { return compiled(x); });
  const Tensor x = ones({2, 3});
  for (int i = 0; i < 3; ++i) CHECK(equal(step(x), eager(x)));
  CHECK(equal(compiled.weight_u, eager.weight_u));
}

TEST_CASE("a layer inside a network keeps its names when its weight is made of others") {
  struct Net final : nn::Module<Net> {
    nn::WeightNorm<nn::Linear> first{nn::Linear(2, 3)};
    nn::SpectralNorm<nn::Linear> second{nn::Linear(3, 1)};
    Tensor forward(const Tensor& x) { return second(relu(first(x))); }
  };
  Net net;
  std::vector<std::string> names;
  for (const auto& [name, tensor] : net.state_dict()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"first.bias", "first.weight_g", "first.weight_v", "second.bias",
                                          "second.weight_orig", "second.weight_u", "second.weight_v"});
  CHECK(net(ones({4, 2})).sizes() == Dims{4, 1});
  net.eval();
  CHECK(!net.second.training);
  net.to(float64);
  CHECK(net(ones({4, 2}, {.dtype = float64})).dtype() == float64);
}

TEST_CASE("layers of weights say what they want") {
  CHECK(error_of([] { nn::Bilinear(0, 2, 3); }) ==
        "Bilinear: wants sizes of 0 or more, and the first above 0, not 0, 2 and 3");
  CHECK(error_of([] {
          nn::Bilinear(2, 3, 4)(ones({5, 2}), ones({5, 2}));
        }) == "Bilinear: inputs of shapes [5, 2] and [5, 2]; a weight of shape [4, 2, 3] wants [..., 2] and [..., 3]");
  CHECK(error_of([] { nn::WeightNorm(nn::Linear(2, 3), 2); }) ==
        "WeightNorm: a weight of shape [3, 2] has no dimension 2");
  CHECK(error_of([] { nn::SpectralNorm(nn::Linear(2, 3), {.dim = 2}); }) ==
        "SpectralNorm: a weight of shape [3, 2] has no dimension 2");
}

}  // namespace descent
