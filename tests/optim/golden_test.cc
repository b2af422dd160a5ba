// Every optimizer against PyTorch's over 50 steps: tests/golden/nn.py.
#include "golden/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "descent/descent.h"

using namespace descent;

namespace {

// A problem of tests/golden/nn.py.
struct Problem {
  std::vector<Tensor> parameters;
  std::function<Tensor()> loss;
};

Problem make_problem(const Golden& golden, const std::string& name, const std::string& dtype) {
  const auto constant = [&](const char* key) { return golden[name + "/" + dtype + "/" + key]; };
  const auto parameter = [&](const char* key) { return constant(key).clone().requires_grad_(); };
  if (name == "quadratic") {
    const Tensor x = parameter("x"), scale = constant("scale"), target = constant("target");
    return {{x}, [=] { return sum(scale * square(x - target)) / 2; }};
  }
  if (name == "rosenbrock") {
    const Tensor x = parameter("x");
    return {{x}, [=] { return square(1 - x[0]) + 100 * square(x[1] - square(x[0])); }};
  }
  const Tensor w1 = parameter("w1"), b1 = parameter("b1"), w2 = parameter("w2"), b2 = parameter("b2");
  const Tensor inputs = constant("inputs"), targets = constant("targets");
  return {{w1, b1, w2, b2}, [=] { return mean(square(linear(tanh(linear(inputs, w1, b1)), w2, b2) - targets)); }};
}

void set_options(optim::SGDOptions& o, PythonCall& call) {
  o.momentum = call.take("momentum", 0.0);
  o.dampening = call.take("dampening", 0.0);
  o.nesterov = call.take("nesterov", false);
}

void set_options(optim::AdagradOptions& o, PythonCall& call) {
  o.lr_decay = call.take("lr_decay", 0.0);
  o.initial_accumulator_value = call.take("initial_accumulator_value", 0.0);
  o.eps = call.take("eps", 1e-10);
}

template <class AdamOptions>
void set_options(AdamOptions& o, PythonCall& call) {
  if (const std::string betas = call.take("betas", std::string()); !betas.empty()) {
    const auto pair = PythonCall::split(betas.substr(1, betas.size() - 2), ',');
    o.betas = {std::stod(pair.at(0)), std::stod(pair.at(1))};
  }
  o.eps = call.take("eps", 1e-8);
  o.amsgrad = call.take("amsgrad", false);
}

template <class Optimizer, class Options>
std::unique_ptr<optim::Optimizer> make(PythonCall& call, const std::vector<Tensor>& parameters) {
  Options o;
  o.lr = call.take("lr", o.lr.value());
  o.weight_decay = call.take("weight_decay", o.weight_decay.value());
  o.maximize = call.take("maximize", false);
  set_options(o, call);
  REQUIRE(call.options.empty());
  if (call.arguments.at(0) == "parameters") return std::make_unique<Optimizer>(parameters, o);
  REQUIRE(call.arguments.at(0) ==
          "[{'params': parameters[0::2]}, {'params': parameters[1::2], 'lr': 0.03, 'weight_decay': 0.0}]");
  auto optimizer = std::make_unique<Optimizer>(std::vector<Tensor>{parameters[0], parameters[2]}, o);
  o.lr = 0.03;
  o.weight_decay = 0.0;
  optimizer->add_group(std::vector<Tensor>{parameters[1], parameters[3]}, o);
  return optimizer;
}

std::unique_ptr<optim::Optimizer> make_optimizer(const std::string& code, const std::vector<Tensor>& parameters) {
  PythonCall call(code);
  if (call.function == "torch.optim.SGD") return make<optim::SGD, optim::SGDOptions>(call, parameters);
  if (call.function == "torch.optim.Adagrad") return make<optim::Adagrad, optim::AdagradOptions>(call, parameters);
  if (call.function == "torch.optim.Adam") return make<optim::Adam, optim::AdamOptions>(call, parameters);
  if (call.function == "torch.optim.AdamW") return make<optim::AdamW, optim::AdamWOptions>(call, parameters);
  fail("no such optimizer: ", code);
}

// The largest difference, relative to the largest value.
double distance(const std::vector<double>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    difference = std::max(difference, std::abs(got[i] - wanted[i]));
    size = std::max(size, std::abs(wanted[i]));
  }
  return difference / size;
}

}  // namespace

TEST_CASE("50 steps are PyTorch's") {
  const Golden golden("nn");
  int count = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    if (!code.starts_with("torch.optim.")) continue;
    CAPTURE(id);
    const auto parts = PythonCall::split(id, '/');
    const std::string variant = parts.at(1), dtype = parts.at(3);
    const Problem problem = make_problem(golden, parts.at(2), dtype);
    const auto optimizer = make_optimizer(code, problem.parameters);
    const double sign = code.find("maximize=True") != std::string::npos ? -1 : 1;
    std::vector<double> losses;
    std::vector<std::vector<double>> shown;
    for (int step = 1; step <= 50; ++step) {
      optimizer->zero_grad();
      const Tensor loss = sign * problem.loss();
      loss.backward();
      optimizer->step();
      losses.push_back(loss.item());
      if (step == 1 || step == 2 || step == 10 || step == 50) {
        auto& values = shown.emplace_back();
        for (const Tensor& parameter : problem.parameters) {
          const auto more = parameter.to_vector<double>();
          values.insert(values.end(), more.begin(), more.end());
        }
      }
      if (variant.ends_with("halved") && step == 5) {
        for (std::size_t group = 0; group < optimizer->group_count(); ++group) {
          optimizer->lr(group) = optimizer->lr(group).value() / 2;
        }
      }
    }
    const double tolerance = dtype == "float32" ? 1e-6 : 1e-13;
    CHECK(distance(losses, golden[id + "/loss"].to_vector<double>()) < tolerance);
    const Tensor& wanted = golden[id + "/parameters"];
    for (std::size_t i = 0; i < shown.size(); ++i) {
      CHECK(distance(shown[i], wanted[static_cast<std::int64_t>(i)].to_vector<double>()) < tolerance);
    }
    ++count;
  }
  CHECK(count == 240);
}
