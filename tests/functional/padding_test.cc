// Padding against PyTorch's: tests/golden/padding.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family paddings() {
  return {
      .stem = "padding",
      .expressions = {
          DESCENT_EXPRESSION("F.pad(a, (1, 2))", pad(a, {1, 2})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2, 0, 1))", pad(a, {1, 2, 0, 1})),
          DESCENT_EXPRESSION("F.pad(a, (1, 0, 2, 1, 0, 1))", pad(a, {1, 0, 2, 1, 0, 1})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2), value=1.5)", pad(a, {1, 2}, {.value = 1.5})),
          DESCENT_EXPRESSION("F.pad(a, (-1, 2, 1, -1))", pad(a, {-1, 2, 1, -1})),
          DESCENT_EXPRESSION("F.pad(a, (-2, -1))", pad(a, {-2, -1})),
          DESCENT_EXPRESSION("F.pad(a, (0, 0))", pad(a, {0, 0})),
          DESCENT_EXPRESSION("F.pad(a, ())", pad(a, {})),
          DESCENT_EXPRESSION("F.pad(a.t(), (1, 2))", pad(a.t(), {1, 2})),
          DESCENT_EXPRESSION("F.pad(a[:, ::2], (1, 2))", pad(slice(a, 1, 0, 9, 2), {1, 2})),
          DESCENT_EXPRESSION("F.pad(a.expand(3, 2), (1, 2))", pad(a.expand({3, 2}), {1, 2})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2), value=0.1)", pad(a, {1, 2}, {.value = 0.1})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2), value=7)", pad(a, {1, 2}, {.value = 7})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2), value=1)", pad(a, {1, 2}, {.value = 1})),
          DESCENT_EXPRESSION("F.pad(a, (2, 1), mode='reflect')", pad(a, {2, 1}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2, 0, 1), mode='reflect')",
                             pad(a, {1, 2, 0, 1}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a, (1, 0, 2, 1, 1, 1), mode='reflect')",
                             pad(a, {1, 0, 2, 1, 1, 1}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a, (-1, 2), mode='reflect')", pad(a, {-1, 2}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a.t(), (1, 1), mode='reflect')", pad(a.t(), {1, 1}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a, (1, 1), mode='reflect')", pad(a, {1, 1}, {.mode = PadMode::reflect})),
          DESCENT_EXPRESSION("F.pad(a, (2, 1), mode='replicate')", pad(a, {2, 1}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2, 0, 1), mode='replicate')",
                             pad(a, {1, 2, 0, 1}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (1, 0, 2, 1, 1, 1), mode='replicate')",
                             pad(a, {1, 0, 2, 1, 1, 1}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (-1, 2), mode='replicate')", pad(a, {-1, 2}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a.t(), (1, 1), mode='replicate')",
                             pad(a.t(), {1, 1}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (1, 1), mode='replicate')", pad(a, {1, 1}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (3, 0), mode='replicate')", pad(a, {3, 0}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (4, 0), mode='replicate')", pad(a, {4, 0}, {.mode = PadMode::replicate})),
          DESCENT_EXPRESSION("F.pad(a, (2, 1), mode='circular')", pad(a, {2, 1}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a, (1, 2, 0, 1), mode='circular')",
                             pad(a, {1, 2, 0, 1}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a, (1, 0, 2, 1, 1, 1), mode='circular')",
                             pad(a, {1, 0, 2, 1, 1, 1}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a, (-1, 2), mode='circular')", pad(a, {-1, 2}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a.t(), (1, 1), mode='circular')", pad(a.t(), {1, 1}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a, (1, 1), mode='circular')", pad(a, {1, 1}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("F.pad(a, (3, 0), mode='circular')", pad(a, {3, 0}, {.mode = PadMode::circular})),
          DESCENT_EXPRESSION("torch.nn.ConstantPad1d((1, 2), 1.5)(a)", nn::ConstantPad1d({1, 2}, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ConstantPad1d(1, 1.5)(a)", nn::ConstantPad1d(1, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ConstantPad2d((1, 2, 0, 1), 1.5)(a)", nn::ConstantPad2d({1, 2, 0, 1}, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ConstantPad2d(1, 1.5)(a)", nn::ConstantPad2d(1, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ConstantPad3d((1, 0, 2, 1, 0, 1), 1.5)(a)",
                             nn::ConstantPad3d({1, 0, 2, 1, 0, 1}, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ConstantPad3d(1, 1.5)(a)", nn::ConstantPad3d(1, 1.5)(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad1d((1, 2))(a)", nn::ZeroPad1d({1, 2})(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad1d(1)(a)", nn::ZeroPad1d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad2d((1, 2, 0, 1))(a)", nn::ZeroPad2d({1, 2, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad2d(1)(a)", nn::ZeroPad2d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad3d((1, 0, 2, 1, 0, 1))(a)", nn::ZeroPad3d({1, 0, 2, 1, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ZeroPad3d(1)(a)", nn::ZeroPad3d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad1d((1, 2))(a)", nn::ReflectionPad1d({1, 2})(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad1d(1)(a)", nn::ReflectionPad1d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad2d((1, 2, 0, 1))(a)", nn::ReflectionPad2d({1, 2, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad2d(1)(a)", nn::ReflectionPad2d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad3d((1, 0, 2, 1, 0, 1))(a)",
                             nn::ReflectionPad3d({1, 0, 2, 1, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ReflectionPad3d(1)(a)", nn::ReflectionPad3d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad1d((1, 2))(a)", nn::ReplicationPad1d({1, 2})(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad1d(1)(a)", nn::ReplicationPad1d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad2d((1, 2, 0, 1))(a)", nn::ReplicationPad2d({1, 2, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad2d(1)(a)", nn::ReplicationPad2d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad3d((1, 0, 2, 1, 0, 1))(a)",
                             nn::ReplicationPad3d({1, 0, 2, 1, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.ReplicationPad3d(1)(a)", nn::ReplicationPad3d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad1d((1, 2))(a)", nn::CircularPad1d({1, 2})(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad1d(1)(a)", nn::CircularPad1d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad2d((1, 2, 0, 1))(a)", nn::CircularPad2d({1, 2, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad2d(1)(a)", nn::CircularPad2d(1)(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad3d((1, 0, 2, 1, 0, 1))(a)", nn::CircularPad3d({1, 0, 2, 1, 0, 1})(a)),
          DESCENT_EXPRESSION("torch.nn.CircularPad3d(1)(a)", nn::CircularPad3d(1)(a)),
      }};
}

}  // namespace

TEST_CASE("padding is what PyTorch gives") { golden::check_golden(paddings()); }

TEST_CASE("padding, of inputs of any kind") { golden::check_golden_with_any_inputs(paddings()); }

TEST_CASE("padding, compiled") {
  CHECK(golden::check_golden_compiled(paddings(), {.native = false}).empty());
  CHECK(golden::check_golden_native(paddings()).empty());
  CHECK(golden::check_golden_exported(paddings()) ==
        std::set<std::string>{"CircularPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "ZeroPad", "circular",
                              "constant", "reflect", "replicate"});
}

TEST_CASE("gradients of padding") {
  using gradients::spread;
  gradients::check_square("constant",
                          [](const auto& in) {
                            return pad(in[0], {1, -1, -2, 3}, {.value = 2});
                          },
                          {spread({4, 3})});
  for (const PadMode mode : {PadMode::reflect, PadMode::replicate, PadMode::circular}) {
    gradients::check_square("elements",
                            [mode](const auto& in) {
                              return pad(in[0], {1, -1, 2, 3}, {.mode = mode});
                            },
                            {spread({4, 3})});
  }
}

TEST_CASE("what is padded is a copy") {
  const Tensor x = ones({2, 3});
  for (const PadMode mode : {PadMode::constant, PadMode::reflect}) {
    pad(x, {0, 0}, {.mode = mode}).zero_();
    pad(x, {-1, 0}, {.mode = mode}).zero_();
    pad(x, {}, {.mode = mode}).zero_();
  }
  CHECK(equal(x, ones({2, 3})));
}

TEST_CASE("errors of padding") {
  check_names_of_one("pad", [](const Tensor& x) { pad(x, {1, 1, 1, 1}, {.mode = PadMode::reflect}); });
  const Tensor x = ones({2, 3});
  CHECK(error_of([&] { pad(x, {1}); }) == "pad: padding [1] must have two numbers for each dimension");
  CHECK(error_of([&] {
          pad(x, {0, 0, 0, 0, 1, 1});
        }) == "pad: padding [0, 0, 0, 0, 1, 1] is for more dimensions than shape [2, 3] has");
  CHECK(error_of([&] {
          pad(x, {-2, -2});
        }) == "pad: padding by -2 and -2 takes more than there is of dimension 1 of shape [2, 3]");
  CHECK(error_of([&] {
          pad(x, {-4, 3});
        }) == "pad: padding by -4 and 3 takes more than there is of dimension 1 of shape [2, 3]");
  CHECK(error_of([&] {
          pad(x, {0, 3}, {.mode = PadMode::reflect});
        }) == "pad: padding by 0 and 3 wants to reflect more than there is of dimension 1 of shape [2, 3]");
  CHECK(error_of([&] {
          pad(x, {4, 0}, {.mode = PadMode::circular});
        }) == "pad: padding by 4 and 0 wants more than one turn of dimension 1 of shape [2, 3]");
  CHECK(error_of([&] {
          pad(ones({2, 0}), {1, 0}, {.mode = PadMode::replicate});
        }) == "pad: padding by 1 and 0 needs elements, but there are none in dimension 1 of shape [2, 0]");
  CHECK(error_of([&] {
          pad(x, {1, 0}, {.mode = PadMode::reflect, .value = 1});
        }) == "pad: value = 1 is of no use but in mode constant");
  CHECK(error_of([&] { nn::ReflectionPad1d(3)(x); }) ==
        "ReflectionPad1d: padding by 3 and 3 wants to reflect more than there is of dimension 1 of shape [2, 3]");
  CHECK(error_of([] { nn::ZeroPad2d({1, 2}); }) == "ZeroPad2d: padding [1, 2] must be one number, or 4");
  check_names_of_one("ConstantPad2d", [](const Tensor& x) { nn::ConstantPad2d(1, 0.5)(x); });
  check_names_of_one("ReplicationPad3d", [](const Tensor& x) { nn::ReplicationPad3d(1)(x); });
  check_names_of_one("CircularPad2d", [](const Tensor& x) { nn::CircularPad2d(1)(x); });
}

}  // namespace descent
