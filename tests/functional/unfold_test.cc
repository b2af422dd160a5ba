// unfold and fold against PyTorch's: tests/golden/unfold.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family unfolds() {
  return {
      .stem = "unfold",
      .expressions = {
          DESCENT_EXPRESSION("F.unfold(a, 2)", unfold(a, 2)),
          DESCENT_EXPRESSION("F.unfold(a, (2, 3))", unfold(a, {2, 3})),
          DESCENT_EXPRESSION("F.unfold(a, 2, stride=2)", unfold(a, 2, {.stride = 2})),
          DESCENT_EXPRESSION("F.unfold(a, 3, padding=1)", unfold(a, 3, {.padding = 1})),
          DESCENT_EXPRESSION("F.unfold(a, (2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2))",
                             unfold(a, {2, 3}, {.dilation = {2, 1}, .padding = {1, 2}, .stride = {1, 2}})),
          DESCENT_EXPRESSION("F.unfold(a, 1, stride=3)", unfold(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.unfold(a, 2, dilation=3, padding=2)", unfold(a, 2, {.dilation = 3, .padding = 2})),
          DESCENT_EXPRESSION("F.unfold(a, 1, padding=2, stride=3)", unfold(a, 1, {.padding = 2, .stride = 3})),
          DESCENT_EXPRESSION("F.unfold(a.transpose(0, 2), 2)", unfold(a.transpose(0, 2), 2)),
          DESCENT_EXPRESSION("F.fold(a, (4, 5), 2)", fold(a, {4, 5}, 2)),
          DESCENT_EXPRESSION("F.fold(a, (4, 5), (2, 3))", fold(a, {4, 5}, {2, 3})),
          DESCENT_EXPRESSION("F.fold(a, (4, 5), 2, stride=2)", fold(a, {4, 5}, 2, {.stride = 2})),
          DESCENT_EXPRESSION("F.fold(a, (3, 4), 3, padding=1)", fold(a, {3, 4}, 3, {.padding = 1})),
          DESCENT_EXPRESSION("F.fold(a, (4, 5), (2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2))",
                             fold(a, {4, 5}, {2, 3}, {.dilation = {2, 1}, .padding = {1, 2}, .stride = {1, 2}})),
          DESCENT_EXPRESSION("F.fold(a, (4, 5), 1, stride=3)", fold(a, {4, 5}, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.fold(a, (3, 3), 2, dilation=3, padding=2)",
                             fold(a, {3, 3}, 2, {.dilation = 3, .padding = 2})),
          DESCENT_EXPRESSION("F.fold(a, (1, 1), 1, padding=2, stride=3)",
                             fold(a, {1, 1}, 1, {.padding = 2, .stride = 3})),
          DESCENT_EXPRESSION("F.fold(a, 3, 2)", fold(a, 3, 2)),
          DESCENT_EXPRESSION("F.fold(a.transpose(0, 2), 3, 2)", fold(a.transpose(0, 2), 3, 2)),
          DESCENT_EXPRESSION("a.unfold(0, 2, 1)", unfold(a, 0, 2, 1)),
          DESCENT_EXPRESSION("a.unfold(1, 2, 1)", unfold(a, 1, 2, 1)),
          DESCENT_EXPRESSION("a.unfold(-1, 3, 1)", unfold(a, -1, 3, 1)),
          DESCENT_EXPRESSION("a.unfold(2, 2, 2)", unfold(a, 2, 2, 2)),
          DESCENT_EXPRESSION("a.unfold(2, 1, 3)", unfold(a, 2, 1, 3)),
          DESCENT_EXPRESSION("a.unfold(2, 5, 1)", unfold(a, 2, 5, 1)),
          DESCENT_EXPRESSION("a.unfold(1, 0, 1)", unfold(a, 1, 0, 1)),
          DESCENT_EXPRESSION("a.unfold(0, 1, 1)", unfold(a, 0, 1, 1)),
          DESCENT_EXPRESSION("a.unfold(0, 0, 1)", unfold(a, 0, 0, 1)),
          DESCENT_EXPRESSION("torch.nn.Unfold(2)(a)", nn::Unfold(2)(a)),
          DESCENT_EXPRESSION("torch.nn.Unfold((2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2))(a)",
                             nn::Unfold({2, 3}, {.dilation = {2, 1}, .padding = {1, 2}, .stride = {1, 2}})(a)),
          DESCENT_EXPRESSION("torch.nn.Fold(3, 2)(a)", nn::Fold(3, 2)(a)),
          DESCENT_EXPRESSION("torch.nn.Fold((3, 4), (2, 3), dilation=(2, 1), padding=(1, 2), stride=(1, 2))(a)",
                             nn::Fold({3, 4}, {2, 3}, {.dilation = {2, 1}, .padding = {1, 2}, .stride = {1, 2}})(a)),
      }};
}

}  // namespace

TEST_CASE("unfold and fold are what PyTorch gives") { golden::check_golden(unfolds()); }

TEST_CASE("unfold and fold, of inputs of any kind") { golden::check_golden_with_any_inputs(unfolds()); }

TEST_CASE("unfold and fold, compiled") {
  CHECK(golden::check_golden_compiled(unfolds(), {.native = false}).empty());
  CHECK(golden::check_golden_native(unfolds()).empty());
  CHECK(golden::check_golden_exported(unfolds()) ==
        std::set<std::string>{"Fold", "Unfold", "fold", "unfold", "unfold_dim"});
}

TEST_CASE("gradients of unfold and fold") {
  using gradients::spread;
  const UnfoldOptions options = {.dilation = {2, 1}, .padding = 1, .stride = {1, 2}};
  gradients::check_square("unfold", [&](const auto& in) { return unfold(in[0], 2, options); }, {spread({1, 2, 3, 4})});
  gradients::check_square("fold", [&](const auto& in) { return fold(in[0], {3, 4}, 2, options); }, {spread({1, 8, 9})});
  gradients::check_square("along a dimension", [](const auto& in) { return unfold(in[0], 1, 3, 1); }, {spread({2, 5})});
}

TEST_CASE("fold adds up integers, and undoes unfold where windows do not meet") {
  const Tensor x = arange(16).reshape({1, 4, 4});
  CHECK(equal(fold(unfold(x, 2, {.stride = 2}), 4, 2, {.stride = 2}), x));
  CHECK(equal(fold(unfold(ones({1, 2, 3}, {.dtype = int64}), 2), {2, 3}, 2), tensor({{{1, 2, 1}, {1, 2, 1}}})));
}

TEST_CASE("pieces along a dimension are a copy") {
  const Tensor x = zeros(4);
  unfold(x, 0, 2, 1).fill_(1);
  CHECK(equal(x, zeros(4)));
}

TEST_CASE("errors of unfold and fold") {
  const Tensor x = ones({1, 2, 3, 3});
  CHECK(error_of([&] {
          unfold(x, {2, 4});
        }) ==
        "unfold: a window of kernel_size 4, padding 0 and dilation 1 does not fit dimension 3 of shape [1, 2, 3, 3]");
  CHECK(error_of([&] { unfold(ones({3, 3}), 2); }) == "unfold: wants [N, C, H, W] or [C, H, W], not shape [3, 3]");
  CHECK(error_of([&] { unfold(x, 2, {.stride = 0}); }) == "unfold: stride [0] must be at least 1");
  CHECK(error_of([&] {
          fold(ones({1, 7, 4}), 3, 2);
        }) ==
        "fold: windows of kernel_size [2, 2] over output_size [3, 3] want columns of a multiple of 4 and 4 windows; x "
        "has shape [1, 7, 4]");
  CHECK(error_of([&] {
          nn::Fold(3, 2)(ones({8, 5}));
        }) ==
        "Fold: windows of kernel_size [2, 2] over output_size [3, 3] want columns of a multiple of 4 and 4 windows; x "
        "has shape [8, 5]");
  CHECK(error_of([&] { fold(ones(3), 3, 2); }) ==
        "fold: wants [N, columns, windows] or [columns, windows], not shape [3]");
  CHECK(error_of([&] { unfold(x, 1, 3, 1); }) == "unfold: size = 3 does not fit dimension 1 of shape [1, 2, 3, 3]");
  CHECK(error_of([&] { unfold(x, 1, 2, 0); }) == "unfold: step = 0 must be at least 1");
  CHECK(error_of([] { nn::Unfold({2, 2, 2}); }) == "Unfold: kernel_size [2, 2, 2] must be one number, or 2");
  CHECK(error_of([] { nn::Fold(0, 2); }) == "Fold: output_size [0] must be at least 1");
  check_names_of_one("unfold", [](const Tensor& x) { unfold(x, 2); });
  check_names_of_one("unfold", [](const Tensor& x) { unfold(x, 1, 2, 1); });
  check_names_of_one("fold", [](const Tensor& x) { fold(x, 2, 2); });
  check_names_of_one("Unfold", [](const Tensor& x) { nn::Unfold(2)(x); });
  check_names_of_one("Fold", [](const Tensor& x) { nn::Fold(2, 2)(x); });
}

}  // namespace descent
