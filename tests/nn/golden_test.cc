// Starting values and dropout against PyTorch's: tests/golden/nn.py.
#include "golden/golden.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>

#include "descent/descent.h"

using namespace descent;

namespace {

// Statement "torch.manual_seed(N)" does just that.
void seed(const std::string& statement) {
  const PythonCall call(statement);
  REQUIRE(call.function == "torch.manual_seed");
  manual_seed(std::stoull(call.arguments.at(0)));
}

Dims shape_of(const PythonCall& call) {
  Dims shape;
  for (const std::string& size : call.arguments) shape.push_back(std::stoll(size));
  return shape;
}

DType dtype_of_case(const std::string& id) { return id.ends_with("float64") ? float64 : float32; }

double gain_of(const std::string& text) {
  if (!text.starts_with("nn.init.calculate_gain")) return std::stod(text);
  static const std::map<std::string, nn::init::Nonlinearity> nonlinearities = {
      {"'relu'", nn::init::Nonlinearity::relu}, {"'tanh'", nn::init::Nonlinearity::tanh}};
  return nn::init::calculate_gain(nonlinearities.at(PythonCall(text).arguments.at(0)));
}

void initialise(const Tensor& w, PythonCall call) {
  using namespace nn::init;
  static const std::map<std::string, Nonlinearity> nonlinearities = {
      {"'linear'", Nonlinearity::linear}, {"'sigmoid'", Nonlinearity::sigmoid},
      {"'tanh'", Nonlinearity::tanh},     {"'relu'", Nonlinearity::relu},
      {"'selu'", Nonlinearity::selu},     {"'leaky_relu'", Nonlinearity::leaky_relu}};
  const auto kaiming = [&]() -> KaimingOptions {
    const std::string a = call.take("a", std::string("0"));
    return {.a = a == "math.sqrt(5)" ? std::sqrt(5.0) : std::stod(a),
            .mode = call.take("mode", std::string("'fan_in'")) == "'fan_out'" ? Fan::out : Fan::in,
            .nonlinearity = nonlinearities.at(call.take("nonlinearity", std::string("'leaky_relu'")))};
  };
  const auto gain = [&] { return gain_of(call.take("gain", std::string("1"))); };
  const std::map<std::string, std::function<void()>> initialisers = {
      {"uniform_", [&] { uniform_(w, call.take("a", 0.0), call.take("b", 1.0)); }},
      {"normal_", [&] { normal_(w, call.take("mean", 0.0), call.take("std", 1.0)); }},
      {"xavier_uniform_", [&] { xavier_uniform_(w, gain()); }},
      {"xavier_normal_", [&] { xavier_normal_(w, gain()); }},
      {"kaiming_uniform_", [&] { kaiming_uniform_(w, kaiming()); }},
      {"kaiming_normal_", [&] { kaiming_normal_(w, kaiming()); }},
      {"orthogonal_", [&] { orthogonal_(w, gain()); }},
      {"trunc_normal_",
       [&] {
         trunc_normal_(w, call.take("mean", 0.0), call.take("std", 1.0), call.take("a", -2.0), call.take("b", 2.0));
       }},
      {"constant_", [&] { constant_(w, std::stod(call.arguments.at(1))); }},
      {"ones_", [&] { ones_(w); }},
      {"zeros_", [&] { zeros_(w); }},
      {"eye_", [&] { eye_(w); }},
  };
  initialisers.at(call.function.substr(std::string("nn.init.").size()))();
  CHECK(call.options.empty());
}

}  // namespace

TEST_CASE("layers start with PyTorch's numbers") {
  const Golden golden("nn");
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    if (!id.starts_with("layer/")) continue;
    CAPTURE(id);
    const auto statements = PythonCall::split(code, ';');
    seed(statements.at(0));
    StateDict state;
    if (id == "layer/sequential") {
      state = nn::Sequential{nn::Linear(4, 8), nn::Tanh(), nn::Linear(8, 3)}.state_dict();
    } else {
      if (id == "layer/after_draws") {
        randn(3);
        rand(5);
      }
      PythonCall call(statements.back());
      REQUIRE(call.function == "nn.Linear");
      state = nn::Linear(std::stoll(call.arguments.at(0)), std::stoll(call.arguments.at(1)),
                         {.bias = call.take("bias", true), .dtype = dtype_of_case(id)})
                  .state_dict();
    }
    const StateDict wanted = golden.under(id + "/");
    CHECK(state.size() == wanted.size());
    for (const auto& parameter : wanted) {
      const std::string& name = parameter.first;
      CAPTURE(name);
      CHECK(state.at(name).dtype() == parameter.second.dtype());
      CHECK(equal(state.at(name), parameter.second));
    }
  }
}

TEST_CASE("initialisers give PyTorch's numbers") {
  const Golden golden("nn");
  int count = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    if (!id.starts_with("init/") || id.starts_with("init/calculate_gain")) continue;
    CAPTURE(id);
    const auto statements = PythonCall::split(code, ';');
    seed(statements.at(0));
    const Tensor w = empty(shape_of(PythonCall(statements.at(1).substr(statements.at(1).find("torch")))),
                           {.dtype = dtype_of_case(id)});
    initialise(w, PythonCall(statements.at(2)));
    const Tensor& wanted = golden[id + "/out"];
    CHECK(w.sizes() == wanted.sizes());
    if (id.starts_with("init/orthogonal")) {
      CHECK(allclose(w, wanted, 0, w.dtype() == float32 ? 1e-6 : 1e-14));
    } else {
      CHECK(equal(w, wanted));
    }
    ++count;
  }
  CHECK(count > 150);
}

TEST_CASE("calculate_gain") {
  const Golden golden("nn");
  using nn::init::calculate_gain, nn::init::Nonlinearity;
  const auto wanted = [&](const std::string& name) { return golden["init/calculate_gain/" + name + "/out"].item(); };
  CHECK(calculate_gain(Nonlinearity::linear) == wanted("linear"));
  CHECK(calculate_gain(Nonlinearity::sigmoid) == wanted("sigmoid"));
  CHECK(calculate_gain(Nonlinearity::tanh) == wanted("tanh"));
  CHECK(calculate_gain(Nonlinearity::relu) == wanted("relu"));
  CHECK(calculate_gain(Nonlinearity::leaky_relu) == wanted("leaky_relu"));
  CHECK(calculate_gain(Nonlinearity::leaky_relu, 0.2) == wanted("leaky_relu_0.2"));
  CHECK(calculate_gain(Nonlinearity::selu) == wanted("selu"));
}

TEST_CASE("dropout draws PyTorch's masks") {
  const Golden golden("nn");
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    if (!id.starts_with("dropout/")) continue;
    CAPTURE(id);
    const auto statements = PythonCall::split(code, ';');
    seed(statements.at(0));
    PythonCall call(statements.at(1));
    const Tensor x = ones(shape_of(PythonCall(call.arguments.at(0))), {.dtype = dtype_of_case(id)});
    const nn::Dropout dropout(call.take("p", 0.5));
    CHECK(equal(dropout(x), golden[id + "/out"]));
  }
}
