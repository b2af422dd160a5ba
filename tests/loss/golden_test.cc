// Losses and their gradients against PyTorch's: tests/golden/losses.py.
#include "golden/golden.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/descent.h"

using namespace descent;

namespace {

Reduction reduction_of(const std::string& name) {
  return name == "'sum'" ? Reduction::sum : name == "'none'" ? Reduction::none : Reduction::mean;
}

Tensor evaluate(PythonCall call, const std::vector<Tensor>& inputs) {
  const Reduction reduction = reduction_of(call.take("reduction", std::string("'mean'")));
  const bool weighted = call.take("weight", std::string()) == "c";
  const Tensor weight = weighted ? inputs.at(2) : Tensor();
  if (call.function == "F.mse_loss") {
    REQUIRE(call.options.empty());
    return mse_loss(inputs.at(0), inputs.at(1), {.weight = weight, .reduction = reduction});
  }
  REQUIRE(call.function == "F.cross_entropy");
  const CrossEntropyLossOptions options{.weight = weight,
                                        .ignore_index = std::stoll(call.take("ignore_index", std::string("-100"))),
                                        .reduction = reduction,
                                        .label_smoothing = call.take("label_smoothing", 0.0)};
  REQUIRE(call.options.empty());
  return cross_entropy(inputs.at(0), inputs.at(1), options);
}

// Equal, or close relative to the larger of the value and the largest finite one, which rounding is relative to in
// sums.
void check_close(const Tensor& got, const Tensor& wanted) {
  REQUIRE(got.sizes() == wanted.sizes());
  REQUIRE(got.dtype() == wanted.dtype());
  const auto a = got.to_vector<double>(), b = wanted.to_vector<double>();
  const double tolerance = wanted.dtype() == float32 ? 1e-6 : 1e-14;
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(b[i]))
      CHECK(std::isnan(a[i]));
    else if (std::isinf(b[i]))
      CHECK(a[i] == b[i]);
    else
      CHECK(std::abs(a[i] - b[i]) <= tolerance * std::abs(b[i]) + 1e-40);
  }
}

}  // namespace

TEST_CASE("losses and their gradients are PyTorch's") {
  const Golden golden("ops");
  int count = 0;
  for (const auto& golden_case : golden.cases()) {
    const std::string &id = golden_case.first, &code = golden_case.second;
    if (!code.starts_with("F.mse_loss") && !code.starts_with("F.cross_entropy")) continue;
    CAPTURE(id);
    CAPTURE(code);
    std::vector<Tensor> inputs;
    while (golden.has(concat(id, "/in", inputs.size()))) {
      const std::size_t i = inputs.size();
      const Tensor input = golden[concat(id, "/in", i)].clone();
      if (golden.has(concat(id, "/grad", i))) input.requires_grad_();
      inputs.push_back(input);
    }
    const Tensor loss = evaluate(PythonCall(code), inputs);
    check_close(loss, golden[id + "/out"]);
    loss.backward(golden[id + "/cotangent"]);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      CAPTURE(i);
      if (inputs[i].requires_grad()) check_close(inputs[i].grad(), golden[concat(id, "/grad", i)]);
    }
    ++count;
  }
  CHECK(count > 100);
}
