// Activations against PyTorch's: tests/golden/activation.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family activations() {
  return {
      .stem = "activation",
      .expressions =
          {
              DESCENT_EXPRESSION("F.threshold(a, 0.25, -1.5)", threshold(a, 0.25, -1.5)),
              DESCENT_EXPRESSION("F.threshold(a.t(), 0.25, -1.5)", threshold(a.t(), 0.25, -1.5)),
              DESCENT_EXPRESSION("F.hardtanh(a)", hardtanh(a)),
              DESCENT_EXPRESSION("F.hardtanh(a.t())", hardtanh(a.t())),
              DESCENT_EXPRESSION("F.hardtanh(a, -0.5, 3.0)", hardtanh(a, -0.5, 3)),
              DESCENT_EXPRESSION("F.relu6(a)", relu6(a)),
              DESCENT_EXPRESSION("F.relu6(a.t())", relu6(a.t())),
              DESCENT_EXPRESSION("F.hardsigmoid(a)", hardsigmoid(a)),
              DESCENT_EXPRESSION("F.hardsigmoid(a.t())", hardsigmoid(a.t())),
              DESCENT_EXPRESSION("F.hardswish(a)", hardswish(a)),
              DESCENT_EXPRESSION("F.hardswish(a.t())", hardswish(a.t())),
              DESCENT_EXPRESSION("F.hardshrink(a)", hardshrink(a)),
              DESCENT_EXPRESSION("F.hardshrink(a.t())", hardshrink(a.t())),
              DESCENT_EXPRESSION("F.hardshrink(a, 0.25)", hardshrink(a, 0.25)),
              DESCENT_EXPRESSION("F.softshrink(a)", softshrink(a)),
              DESCENT_EXPRESSION("F.softshrink(a.t())", softshrink(a.t())),
              DESCENT_EXPRESSION("F.softshrink(a, 0.25)", softshrink(a, 0.25)),
              DESCENT_EXPRESSION("F.tanhshrink(a)", tanhshrink(a)),
              DESCENT_EXPRESSION("F.tanhshrink(a.t())", tanhshrink(a.t())),
              DESCENT_EXPRESSION("F.softsign(a)", softsign(a)),
              DESCENT_EXPRESSION("F.softsign(a.t())", softsign(a.t())),
              DESCENT_EXPRESSION("F.selu(a)", selu(a)),
              DESCENT_EXPRESSION("F.selu(a.t())", selu(a.t())),
              DESCENT_EXPRESSION("F.celu(a)", celu(a)),
              DESCENT_EXPRESSION("F.celu(a.t())", celu(a.t())),
              DESCENT_EXPRESSION("F.celu(a, 0.5)", celu(a, 0.5)),
              DESCENT_EXPRESSION("F.mish(a)", mish(a)),
              DESCENT_EXPRESSION("F.mish(a.t())", mish(a.t())),
              DESCENT_EXPRESSION("F.softplus(a, 2.0)", softplus(a, 2)),
              DESCENT_EXPRESSION("F.softplus(a.t(), 2.0)", softplus(a.t(), 2)),
              DESCENT_EXPRESSION("F.softplus(a, 2.0, 1.0)", softplus(a, 2, 1)),
              DESCENT_EXPRESSION("F.rrelu(a)", rrelu(a)),
              DESCENT_EXPRESSION("F.rrelu(a.t())", rrelu(a.t())),
              DESCENT_EXPRESSION("F.rrelu(a, 0.25, 0.5)", rrelu(a, 0.25, 0.5)),
              DESCENT_EXPRESSION("F.glu(a)", glu(a)),
              DESCENT_EXPRESSION("F.glu(a, dim=0)", glu(a, 0)),
              DESCENT_EXPRESSION("F.glu(a.t())", glu(a.t())),
              DESCENT_EXPRESSION("F.prelu(a, b)", prelu(a, b)),
              DESCENT_EXPRESSION("F.prelu(a.t(), b)", prelu(a.t(), b)),
              DESCENT_EXPRESSION("F.softmin(a, dim=0)", softmin(a, 0)),
              DESCENT_EXPRESSION("F.softmin(a, dim=-1)", softmin(a, -1)),
          },
      .without_gradient = {"hardsigmoid_float64"},
  };
}

using gradients::check;
using gradients::spread;

}  // namespace

TEST_CASE("activations are what PyTorch gives") { golden::check_golden(activations()); }

TEST_CASE("activations, of inputs of any kind") { golden::check_golden_with_any_inputs(activations()); }

TEST_CASE("activations, compiled") {
  CHECK(golden::check_golden_compiled(activations(), {.native = false}).empty());
  CHECK(golden::check_golden_native(activations()).empty());
  CHECK(golden::check_golden_exported(activations()).empty());
}

TEST_CASE("gradients of activations") {
  const Tensor x = spread({3, 4}, -4, 4);
  check("threshold", [](const auto& in) { return threshold(in[0], 0.3, 2); }, {x});
  check("hardtanh", [](const auto& in) { return hardtanh(in[0], -2, 1.5); }, {x});
  check("relu6", [](const auto& in) { return relu6(in[0]); }, {x});
  check("hardsigmoid", [](const auto& in) { return hardsigmoid(in[0]); }, {x});
  check("hardswish", [](const auto& in) { return hardswish(in[0]); }, {x});
  check("hardshrink", [](const auto& in) { return hardshrink(in[0]); }, {x});
  check("softshrink", [](const auto& in) { return softshrink(in[0]); }, {x});
  check("tanhshrink", [](const auto& in) { return tanhshrink(in[0]); }, {x});
  check("softsign", [](const auto& in) { return softsign(in[0]); }, {x});
  check("selu", [](const auto& in) { return selu(in[0]); }, {x});
  check("celu", [](const auto& in) { return celu(in[0], 0.5); }, {x});
  check("mish", [](const auto& in) { return mish(in[0]); }, {x});
  check("softplus", [](const auto& in) { return softplus(in[0], 2, 3); }, {x});
  check("glu", [](const auto& in) { return glu(in[0]); }, {x});
  check("prelu", [](const auto& in) { return prelu(in[0], in[1]); }, {x, spread({4})});
  check("prelu, one weight", [](const auto& in) { return prelu(in[0], in[1]); }, {x, spread({1})});
  check("rrelu", [](const auto& in) { return rrelu(in[0]); }, {x});
  check("softmin", [](const auto& in) { return softmin(in[0], -1); }, {x});
}

TEST_CASE("errors of activations are in their names") {
  check_names_of_one("threshold", [](const Tensor& x) { threshold(x, 0, 1); });
  check_names_of_one("softplus", [](const Tensor& x) { softplus(x, 2); });
  check_names_of_one("softmin", [](const Tensor& x) { softmin(x, 0); });
  check_names_of_one("prelu", [](const Tensor& x) { prelu(x, ones(1)); });
  check_names_of_one("rrelu", [](const Tensor& x) { rrelu(x, 0.25, 0.5, true); });
  DESCENT_OF_ONE(hardtanh);
  DESCENT_OF_ONE(relu6);
  DESCENT_OF_ONE(hardsigmoid);
  DESCENT_OF_ONE(hardswish);
  DESCENT_OF_ONE(hardshrink);
  DESCENT_OF_ONE(softshrink);
  DESCENT_OF_ONE(tanhshrink);
  DESCENT_OF_ONE(softsign);
  DESCENT_OF_ONE(selu);
  DESCENT_OF_ONE(celu);
  DESCENT_OF_ONE(mish);
  DESCENT_OF_ONE(glu);
  CHECK(error_of([] { hardtanh(ones(1), 2, 1); }) == "hardtanh: min_val = 2 must be at most max_val = 1");
  CHECK(error_of([] { softshrink(ones(1), -1); }) == "softshrink: lambd = -1 must be 0 or more");
  CHECK(error_of([] { celu(ones(1), 0); }) == "celu: alpha must not be 0");
  CHECK(error_of([] { glu(ones({2, 3})); }) == "glu: dimension -1 of shape [2, 3] has no halves");
  CHECK(error_of([] {
          prelu(ones({2, 3}), ones(2));
        }) == "prelu: a weight of shape [2] for an input of shape [2, 3]; wanted one for all or one for each channel");
  CHECK(error_of([] { rrelu(ones(1), 0.5, 0.25); }) == "rrelu: lower = 0.5 must be at most upper = 0.25");
}

}  // namespace descent
