#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

std::string temporary_file() {
  return std::filesystem::temp_directory_path() / concat("descent-test-", getpid(), ".safetensors");
}

template <class M>
std::vector<std::string> names_of(const M& module) {
  std::vector<std::string> names;
  for (const auto& [name, parameter] : module.named_parameters()) names.push_back(name);
  return names;
}

using Names = std::vector<std::string>;

struct Net final : nn::Module<Net> {
  nn::Linear fc1{4, 3};
  nn::Linear fc2{3, 2};
  Tensor forward(const Tensor& x) { return fc2(relu(fc1(x))); }
};

// Its own parameters come before those of its layers, as in PyTorch.
struct Deep final : nn::Module<Deep> {
  Net net;
  int width = 3;
  nn::Parameter scale{ones(2)};
  nn::Buffer mean{zeros(2)};
  std::string title = "deep";
  Tensor plain = ones(1);
  std::vector<nn::Linear> layers;
  std::array<nn::Linear, 2> pair{nn::Linear(1, 1), nn::Linear(1, 1, {.bias = false})};
  std::optional<nn::Linear> absent;
  std::optional<nn::Linear> present = nn::Linear(1, 1);
  std::unique_ptr<Net> owned = std::make_unique<Net>();
  std::map<std::string, nn::Linear> heads;
  std::vector<nn::Parameter> biases;
  std::function<Tensor(const Tensor&)> activation = descent::tanh;
  nn::Parameter undefined;
  Tensor forward(const Tensor& x) { return activation(net(x)) * scale; }
};

class Block final : public nn::Module<Block> {
 public:
  explicit Block(int width) : linear_(width, width), shift_(zeros(width)) {}
  Tensor forward(const Tensor& x) { return x + linear_(x) + shift_; }
  auto members() { return nn::members("linear", linear_, "shift", shift_); }

 private:
  nn::Linear linear_;
  nn::Parameter shift_;
};

// With members of all kinds, which it must name.
class Mixed final : public nn::Module<Mixed> {
 public:
  virtual ~Mixed() = default;
  Tensor forward(const Tensor& x) const { return layers_[1](layers_[0](x)) * scale_; }
  auto members() {
    return nn::members("training", training, "layers", layers_, "name", name_, "odd", odd_, "scale", scale_);
  }

  Flag training = true;

 private:
  nn::Linear layers_[2] = {nn::Linear(2, 2), nn::Linear(2, 1)};
  std::string name_ = "mixed";
  bool odd_ = false;
  nn::Parameter scale_ = nn::Parameter(ones(1));
};

struct Tied final : nn::Module<Tied> {
  nn::Linear encoder{3, 3, {.bias = false}};
  nn::Linear decoder = encoder;
};

struct Modes final : nn::Module<Modes> {
  nn::Dropout dropout;
  nn::Sequential inner{nn::Dropout(0.25)};
  Flag training = true;
};

}  // namespace

TEST_CASE("parameters come out under dotted names") {
  CHECK(names_of(Net()) == Names{"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"});
  Deep deep;
  deep.layers.emplace_back(2, 2);
  deep.layers.emplace_back(2, 2, nn::LinearOptions{.bias = false});
  deep.heads.emplace("left", nn::Linear(1, 1));
  deep.biases.emplace_back(zeros(2));
  CHECK(names_of(deep) == Names{"scale",          "net.fc1.weight",    "net.fc1.bias",    "net.fc2.weight",
                                "net.fc2.bias",   "layers.0.weight",   "layers.0.bias",   "layers.1.weight",
                                "pair.0.weight",  "pair.0.bias",       "pair.1.weight",   "present.weight",
                                "present.bias",   "owned.fc1.weight",  "owned.fc1.bias",  "owned.fc2.weight",
                                "owned.fc2.bias", "heads.left.weight", "heads.left.bias", "biases.0"});
  CHECK(deep.parameters().size() == 20);
  REQUIRE(deep.named_buffers().size() == 1);
  CHECK(deep.named_buffers()[0].first == "mean");
  CHECK(deep.state_dict().size() == 21);
}

TEST_CASE("a struct inside a function is a module too") {
  struct Local final : nn::Module<Local> {
    nn::Linear only{1, 1};
    Tensor forward(const Tensor& x) const { return only(x); }
  };
  const Local local;
  CHECK(names_of(local) == Names{"only.weight", "only.bias"});
  CHECK(local(ones({2, 1})).sizes() == Dims{2, 1});
}

TEST_CASE("a class with a constructor names its members") {
  const Block block(2);
  CHECK(names_of(block) == Names{"shift", "linear.weight", "linear.bias"});
  CHECK(names_of(nn::Sequential{block, nn::ReLU(), block}) == Names{"0.shift", "0.linear.weight", "0.linear.bias"});
  CHECK(nn::Sequential{block, nn::ReLU(), block}.state_dict().size() == 6);
}

TEST_CASE("members() may name members that hold no parameters, and arrays of layers") {
  Mixed mixed;
  CHECK(names_of(mixed) == Names{"scale", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"});
  CHECK_FALSE(mixed.eval().training);
}

TEST_CASE("tuples, pairs and variants of layers are walked too") {
  struct Parts final : nn::Module<Parts> {
    std::tuple<nn::Linear, int, nn::Linear> both{nn::Linear(1, 1), 3, nn::Linear(1, 1, {.bias = false})};
    std::pair<nn::Parameter, double> scale{nn::Parameter(ones(1)), 0.5};
    std::variant<int, nn::Linear> either = nn::Linear(1, 1, {.bias = false});
    std::variant<int, nn::Linear> number = 5;
    std::map<int, nn::Linear> by_number;
    std::tuple<int, double> plain{1, 2.0};
    Tensor forward(const Tensor& x) const { return x; }
  };
  Parts parts;
  parts.by_number.emplace(7, nn::Linear(1, 1, nn::LinearOptions{.bias = false}));
  CHECK(names_of(parts) ==
        Names{"both.0.weight", "both.0.bias", "both.2.weight", "scale.0", "either.weight", "by_number.0.1.weight"});
}

TEST_CASE("what parameters() gives are the module's own") {
  Net net;
  const Tensor loss = net(ones({2, 4})).sum();
  loss.backward();
  for (const nn::Parameter& parameter : net.parameters()) {
    CHECK(parameter.requires_grad());
    CHECK(parameter.is_leaf());
    CHECK(parameter.grad().defined());
  }
  CHECK(equal(net.fc2.bias.grad(), tensor({2.0, 2.0})));
  net.zero_grad();
  CHECK(!net.fc2.bias.grad().defined());
  net.requires_grad_(false);
  CHECK(!net(ones({2, 4})).requires_grad());
}

TEST_CASE("train and eval reach every layer") {
  Modes modes;
  modes.eval();
  CHECK(!modes.training);
  CHECK(!modes.dropout.training);
  CHECK(!modes.inner.at<nn::Dropout>(0).training);
  CHECK(equal(modes.inner(ones(5)), ones(5)));
  modes.train();
  CHECK(modes.training);
  CHECK(modes.inner.at<nn::Dropout>(0).training);
}

TEST_CASE("a state dict carries a module's numbers to another") {
  manual_seed(1);
  Net from, to;
  const Tensor x = randn({3, 4});
  CHECK(!equal(from(x), to(x)));
  to.load_state_dict(from.state_dict());
  CHECK(equal(from(x), to(x)));
  CHECK(to.fc1.weight.requires_grad());
  CHECK(!to.state_dict().at("fc1.weight").requires_grad());
  // Copied, not shared.
  NoGrad no_grad;
  from.fc1.weight.fill_(0);
  CHECK(!equal(from.fc1.weight, to.fc1.weight));
}

TEST_CASE("a state dict that does not fit is an error that says how, and changes nothing") {
  Net net;
  StateDict state = Net().state_dict();
  const Tensor before = net.fc1.weight.detach().clone();
  state.erase("fc1.bias");
  state.emplace("fc3.weight", zeros(1));
  state["fc2.weight"] = zeros({3, 2});
  CHECK(error_of([&] { net.load_state_dict(state); }) ==
        "load_state_dict: missing fc1.bias; unexpected fc3.weight; another shape: fc2.weight of [3, 2] where [2, 3] is "
        "wanted");
  CHECK(error_of([&] { net.load_state_dict(state, false); }) ==
        "load_state_dict: another shape: fc2.weight of [3, 2] where [2, 3] is wanted");
  CHECK(equal(net.fc1.weight.detach(), before));
  state["fc2.weight"] = zeros({2, 3}, {.dtype = float64});
  net.load_state_dict(state, false);
  CHECK(equal(net.fc1.weight.detach(), state.at("fc1.weight")));
  CHECK(equal(net.fc2.weight.detach(), zeros({2, 3})));
}

TEST_CASE("a state dict survives a file") {
  manual_seed(2);
  Deep from, to;
  const std::string path = temporary_file();
  save(path, from.state_dict(), {{"kind", "deep"}});
  const Safetensors loaded = load(path);
  std::remove(path.c_str());
  CHECK(loaded.metadata.at("kind") == "deep");
  to.load_state_dict(loaded.tensors);
  const StateDict wanted = from.state_dict(), got = to.state_dict();
  for (const auto& entry : wanted) {
    const std::string& name = entry.first;
    CAPTURE(name);
    CHECK(equal(got.at(name), entry.second));
  }
}

TEST_CASE("every dtype and layout survives a file") {
  const std::string path = temporary_file();
  const Tensor wide = arange(6).reshape({2, 3});
  save(path, {{"int64", wide.t()},
              {"bool", wide > 2},
              {"float64", wide.to(float64) / 3},
              {"zero_dim", tensor(0.5)},
              {"empty", zeros({2, 0})}});
  const StateDict loaded = load(path).tensors;
  std::remove(path.c_str());
  CHECK(loaded.size() == 5);
  CHECK(equal(loaded.at("int64"), wide.t()));
  CHECK(loaded.at("bool").dtype() == boolean);
  CHECK(equal(loaded.at("bool"), wide > 2));
  CHECK(equal(loaded.at("float64"), wide.to(float64) / 3));
  CHECK(equal(loaded.at("zero_dim"), tensor(0.5)));
  CHECK(loaded.at("empty").sizes() == Dims{2, 0});
}

TEST_CASE("members that share a parameter list it once, and go on sharing it in another dtype") {
  Tied tied;
  CHECK(names_of(tied) == Names{"encoder.weight"});
  CHECK(tied.state_dict().size() == 2);
  tied.to(float64);
  CHECK(tied.encoder.weight.dtype() == float64);
  CHECK(tied.encoder.weight.impl() == tied.decoder.weight.impl());
  CHECK(tied.encoder.weight.requires_grad());
  CHECK(tied.encoder.weight.is_leaf());
  CHECK(names_of(tied) == Names{"encoder.weight"});
  CHECK(error_of([&] { tied.to(int64); }) == "to: a module's parameters are floating point, not int64");
}

TEST_CASE("parameters print as PyTorch's") {
  nn::Linear model(1, 1);
  {
    const NoGrad no_grad;
    model.weight.fill_(1.0831);
    model.bias.fill_(-0.5438);
  }
  std::ostringstream out;
  out << model.parameters();
  CHECK(out.str() ==
        "[Parameter containing:\ntensor([[1.0831]], requires_grad=True), Parameter containing:\n"
        "tensor([-0.5438], requires_grad=True)]");
}
