// Every optimizer over 50 steps, beside the programs of tests/golden/ that say so: tests/golden/problems.py.
#include "golden/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "descent/descent.h"
#include "optim/every_optimizer.h"

using namespace descent;

namespace {

// A problem of tests/golden/problems.py.
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
  if (name == "ranking") {
    const Tensor x = parameter("x"), scale = constant("scale");
    return {{x}, [=] { return mean(square(relu(1 - matmul(x.slice(0, 0, 5) - x.slice(0, 1, 6), scale)))); }};
  }
  const Tensor w1 = parameter("w1"), b1 = parameter("b1"), w2 = parameter("w2"), b2 = parameter("b2");
  const Tensor inputs = constant("inputs"), targets = constant("targets");
  return {{w1, b1, w2, b2}, [=] { return mean(square(linear(tanh(linear(inputs, w1, b1)), w2, b2) - targets)); }};
}

void read(const std::string& text, optim::Scalar& value) { value = std::stod(text); }
void read(const std::string& text, bool& value) { value = text == "True"; }
void read(const std::string& text, std::int64_t& value) { value = std::stoll(text); }
void read(const std::string& text, optim::MuonAdjustLr& value) {
  REQUIRE(text == "'match_rms_adamw'");
  value = optim::MuonAdjustLr::match_rms_adamw;
}
void read(const std::string& text, optim::LineSearch& value) {
  REQUIRE(text == "'strong_wolfe'");
  value = optim::LineSearch::strong_wolfe;
}
template <class T>
void read(const std::string& text, std::optional<T>& value) {
  value.reset();
  if (text != "None") read(text, value.emplace(0));
}
std::vector<std::string> read_tuple(const std::string& text, std::size_t size) {
  auto parts = PythonCall::split(text.substr(1, text.size() - 2), ',');
  REQUIRE(parts.size() == size);
  return parts;
}
template <std::size_t n>
void read(const std::string& text, std::array<optim::Scalar, n>& values) {
  const auto parts = read_tuple(text, n);
  for (std::size_t i = 0; i < n; ++i) read(parts[i], values[i]);
}
template <class First, class Second>
void read(const std::string& text, std::pair<First, Second>& values) {
  const auto parts = read_tuple(text, 2);
  read(parts[0], values.first);
  read(parts[1], values.second);
}

using Parameters = std::vector<Tensor>;

// The optimizer that the call stands for; its options have the names of the members.
template <class Optimizer>
std::unique_ptr<optim::Optimizer> make(PythonCall& call, const Parameters& parameters) {
  typename Optimizer::Options o;
  reflect::for_each_member(o, [&](std::string_view name, auto& value) {
    if (const auto option = call.options.extract(std::string(name))) read(option.mapped(), value);
  });
  REQUIRE(call.options.empty());
  if (call.arguments.at(0) == "parameters") return std::make_unique<Optimizer>(parameters, o);
  auto optimizer = std::make_unique<Optimizer>(Parameters{parameters[0], parameters[2]}, o);
  if (call.arguments.at(0) == "parameters[0::2]") return optimizer;
  REQUIRE(call.arguments.at(0) ==
          "[{'params': parameters[0::2]}, {'params': parameters[1::2], 'lr': 0.03, 'weight_decay': 0.0}]");
  o.lr = 0.03;
  if constexpr (requires { o.weight_decay; }) o.weight_decay = 0.0;
  if constexpr (requires { optimizer->add_group(parameters, o); }) {
    optimizer->add_group(Parameters{parameters[1], parameters[3]}, o);
  }
  return optimizer;
}

using Maker = std::unique_ptr<optim::Optimizer> (*)(PythonCall& call, const Parameters& parameters);
const std::map<std::string, Maker> kMakers = [] {
  std::map<std::string, Maker> makers;
  for_each_optimizer(
      [&]<class Optimizer>(const OptimizerRow<Optimizer>& row) { makers.emplace(row.name, make<Optimizer>); });
  return makers;
}();

// The largest difference, relative to the largest value.
double relative_distance(const std::vector<double>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    difference = std::max(difference, std::abs(got[i] - wanted[i]));
    size = std::max(size, std::abs(wanted[i]));
  }
  return difference / size;
}

// Rosenbrock's valley, and rules that divide by small differences: 50 steps in float32 lose a digit more.
const std::set<std::string> kIllConditioned = {
    "DAdaptAdam/decay/rosenbrock/float32",
    "Prodigy/decay/rosenbrock/float32",
    "SOAP/plain/rosenbrock/float32",
};

// Runs every case of a file, and returns their number. Parameters in float32 are to be within 1e-6. Those that have no
// case in float32, where a rule has too few digits (tests/golden/problems.py), lose some in float64 too.
int check_cases(const char* file, double float32_loss_tolerance, double float64_tolerance) {
  const Golden golden(file);
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    CAPTURE(id);
    CAPTURE(code);
    const auto parts = PythonCall::split(id, '/');
    const std::string variant = parts.at(1), dtype = parts.at(3);
    const Problem problem = make_problem(golden, parts.at(2), dtype);
    PythonCall call(code);
    manual_seed(0);
    const auto optimizer = kMakers.at(call.function)(call, problem.parameters);
    const double sign = code.find("maximize=True") != std::string::npos ? -1 : 1;
    std::vector<double> losses;
    std::vector<std::vector<double>> shown;
    for (int step = 1; step <= 50; ++step) {
      losses.push_back(optimizer
                           ->step([&] {
                             optimizer->zero_grad();
                             const Tensor loss = sign * problem.loss();
                             loss.backward();
                             return loss;
                           })
                           .item());
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
    const bool float32_too = golden.has(concat(parts.at(0), '/', variant, '/', parts.at(2), "/float32/loss"));
    double loss_tolerance = float32_too ? float64_tolerance : 1e-9, tolerance = loss_tolerance;
    if (dtype == "float32") {
      loss_tolerance = float32_loss_tolerance;
      tolerance = kIllConditioned.contains(id) ? 4e-6 : 1e-6;
    }
    CHECK(relative_distance(losses, golden[id + "/loss"].to_vector<double>()) < loss_tolerance);
    const Tensor& wanted = golden[id + "/parameters"];
    for (std::size_t i = 0; i < shown.size(); ++i) {
      CHECK(relative_distance(shown[i], wanted[static_cast<std::int64_t>(i)].to_vector<double>()) < tolerance);
    }
  }
  return static_cast<int>(golden.cases().size());
}

}  // namespace

TEST_CASE("50 steps are PyTorch's") { CHECK(check_cases("optimizers", 1e-6, 1e-13) == 774); }
TEST_CASE("50 steps are Keras'") { CHECK(check_cases("keras_optimizers", 1e-6, 1e-13) == 64); }
// Rounded in another order: a last digit of x is several of Rosenbrock's loss.
TEST_CASE("50 steps are Optax's") { CHECK(check_cases("optax_optimizers", 4e-6, 1e-12) == 429); }
TEST_CASE("50 steps are the papers'") { CHECK(check_cases("paper_optimizers", 4e-6, 1e-12) == 244); }
