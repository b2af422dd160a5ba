// bilinear against PyTorch's: tests/golden/bilinear.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family bilinear_forms() {
  return {
      .stem = "bilinear",
      .expressions = {
          DESCENT_EXPRESSION("F.bilinear(a, b, c)", bilinear(a, b, c)),
          DESCENT_EXPRESSION("F.bilinear(a, b, c, d)", bilinear(a, b, c, d)),
          DESCENT_EXPRESSION("F.bilinear(a.t(), b, c.transpose(0, 2), d)", bilinear(a.t(), b, transpose(c, 0, 2), d)),
      }};
}

}  // namespace

TEST_CASE("bilinear is what PyTorch gives") { golden::check_golden(bilinear_forms()); }

TEST_CASE("bilinear, of inputs of any kind") { golden::check_golden_with_any_inputs(bilinear_forms()); }

TEST_CASE("bilinear, compiled") {
  CHECK(golden::check_golden_compiled(bilinear_forms(), {.native = false}).empty());
  CHECK(golden::check_golden_native(bilinear_forms()).empty());
  CHECK(golden::check_golden_exported(bilinear_forms()).empty());
}

TEST_CASE("gradients of bilinear") {
  using gradients::spread;
  gradients::check("bilinear", [](const auto& in) { return bilinear(in[0], in[1], in[2], in[3]); },
                   {spread({2, 3}), spread({2, 2}, -2, 2, 0.7), spread({2, 3, 2}, -1, 1), spread({2})});
}

TEST_CASE("errors of bilinear say what was wanted") {
  const Tensor weight = ones({2, 3, 3});
  check_names_of_two("bilinear", [&](const Tensor& a, const Tensor& b) { bilinear(a, b, weight); });
  CHECK(error_of([] {
          bilinear(ones({2, 3}), ones({2, 3}), ones({3, 3}));
        }) == "bilinear: the weight is of shape [3, 3]; wanted [out, in1, in2]");
  CHECK(error_of([&] {
          bilinear(ones({2, 3}), ones({2, 4}), weight);
        }) == "bilinear: inputs of shapes [2, 3] and [2, 4]; a weight of shape [2, 3, 3] wants [..., 3] and [..., 3]");
  CHECK(error_of([&] {
          bilinear(ones({2, 3}), ones({1, 3}), weight);
        }) == "bilinear: inputs of shapes [2, 3] and [1, 3] have different batches");
}

}  // namespace descent
