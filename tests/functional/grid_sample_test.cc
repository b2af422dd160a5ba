// grid_sample and affine_grid against PyTorch's: tests/golden/grid_sample.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family samplings() {
  return {
      .stem = "grid_sample",
      .expressions = {
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bilinear', padding_mode='zeros', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bilinear,
                                          .padding_mode = GridSamplePadding::zeros,
                                          .align_corners = false})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='bilinear', padding_mode='zeros', align_corners=True)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::bilinear, .padding_mode = GridSamplePadding::zeros, .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bilinear', padding_mode='border', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bilinear,
                                          .padding_mode = GridSamplePadding::border,
                                          .align_corners = false})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bilinear', padding_mode='border', align_corners=True)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bilinear,
                                          .padding_mode = GridSamplePadding::border,
                                          .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bilinear', padding_mode='reflection', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bilinear,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = false})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bilinear', padding_mode='reflection', align_corners=True)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bilinear,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='nearest', padding_mode='zeros', align_corners=False)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::nearest, .padding_mode = GridSamplePadding::zeros, .align_corners = false})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='nearest', padding_mode='zeros', align_corners=True)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::nearest, .padding_mode = GridSamplePadding::zeros, .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='nearest', padding_mode='border', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::nearest,
                                          .padding_mode = GridSamplePadding::border,
                                          .align_corners = false})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='nearest', padding_mode='border', align_corners=True)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::nearest, .padding_mode = GridSamplePadding::border, .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='nearest', padding_mode='reflection', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::nearest,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = false})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='nearest', padding_mode='reflection', align_corners=True)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::nearest,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='bicubic', padding_mode='zeros', align_corners=False)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::bicubic, .padding_mode = GridSamplePadding::zeros, .align_corners = false})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='bicubic', padding_mode='zeros', align_corners=True)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::bicubic, .padding_mode = GridSamplePadding::zeros, .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bicubic', padding_mode='border', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bicubic,
                                          .padding_mode = GridSamplePadding::border,
                                          .align_corners = false})),
          DESCENT_EXPRESSION(
              "F.grid_sample(a, b, mode='bicubic', padding_mode='border', align_corners=True)",
              grid_sample(
                  a, b,
                  {.mode = GridSampleMode::bicubic, .padding_mode = GridSamplePadding::border, .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bicubic', padding_mode='reflection', align_corners=False)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bicubic,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = false})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, mode='bicubic', padding_mode='reflection', align_corners=True)",
                             grid_sample(a, b,
                                         {.mode = GridSampleMode::bicubic,
                                          .padding_mode = GridSamplePadding::reflection,
                                          .align_corners = true})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, align_corners=False)", grid_sample(a, b, {.align_corners = false})),
          DESCENT_EXPRESSION("F.grid_sample(a, b, padding_mode='reflection', align_corners=True)",
                             grid_sample(a, b, {.padding_mode = GridSamplePadding::reflection, .align_corners = true})),
          DESCENT_EXPRESSION("F.affine_grid(a, (2, 1, 3, 4), align_corners=False)",
                             affine_grid(a, {2, 1, 3, 4}, false)),
          DESCENT_EXPRESSION("F.affine_grid(a, (1, 1, 3, 2, 4), align_corners=False)",
                             affine_grid(a, {1, 1, 3, 2, 4}, false)),
          DESCENT_EXPRESSION("F.affine_grid(a, (1, 1, 1, 2), align_corners=False)",
                             affine_grid(a, {1, 1, 1, 2}, false)),
          DESCENT_EXPRESSION("F.affine_grid(a, (2, 1, 3, 4), align_corners=True)", affine_grid(a, {2, 1, 3, 4}, true)),
          DESCENT_EXPRESSION("F.affine_grid(a, (1, 1, 3, 2, 4), align_corners=True)",
                             affine_grid(a, {1, 1, 3, 2, 4}, true)),
          DESCENT_EXPRESSION("F.affine_grid(a, (1, 1, 1, 2), align_corners=True)", affine_grid(a, {1, 1, 1, 2}, true)),
          DESCENT_EXPRESSION("F.affine_grid(a, (1, 1, 2, 2), align_corners=False)",
                             affine_grid(a, {1, 1, 2, 2}, false)),
      }};
}

}  // namespace

TEST_CASE("grid_sample and affine_grid are what PyTorch gives") { golden::check_golden(samplings()); }

TEST_CASE("grid_sample and affine_grid, of inputs of any kind") { golden::check_golden_with_any_inputs(samplings()); }

TEST_CASE("grid_sample and affine_grid, compiled") {
  CHECK(golden::check_golden_compiled(samplings(), {.native = false}).empty());
  CHECK(golden::check_golden_native(samplings()).empty());
  CHECK(golden::check_golden_exported(samplings()) == std::set<std::string>{"affine_grid"});
}

TEST_CASE("gradients of grid_sample and affine_grid") {
  using gradients::spread;
  for (const GridSampleMode mode : {GridSampleMode::bilinear, GridSampleMode::nearest, GridSampleMode::bicubic}) {
    for (const GridSamplePadding padding :
         {GridSamplePadding::zeros, GridSamplePadding::border, GridSamplePadding::reflection}) {
      gradients::check_square(
          "grid_sample",
          [=](const auto& in) { return grid_sample(in[0], in[1], {.mode = mode, .padding_mode = padding}); },
          {spread({1, 2, 3, 2}), spread({1, 2, 2, 2}, -1.5, 1.5)});
    }
  }
  gradients::check_square("affine_grid",
                          [](const auto& in) {
                            return affine_grid(in[0], {1, 1, 2, 3});
                          },
                          {spread({1, 2, 3})});
}

TEST_CASE("the grid of the identity shows the image") {
  const Tensor identity = tensor({{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}}}).to(float64),
               x = rand({1, 2, 3, 4}, {.dtype = float64});
  for (const bool aligned : {false, true}) {
    const Tensor grid = affine_grid(identity, x.sizes(), aligned);
    CHECK(allclose(grid_sample(x, grid, {.align_corners = aligned}), x));
  }
}

TEST_CASE("errors of grid_sample and affine_grid") {
  const Tensor x = ones({1, 2, 3, 4}), grid = ones({1, 3, 4, 2});
  CHECK(error_of([&] {
          grid_sample(ones({2, 3}), grid);
        }) == "grid_sample: wants [N, C, H, W] or [N, C, D, H, W], not shape [2, 3]");
  CHECK(error_of([&] {
          grid_sample(x, ones({2, 3, 4, 2}));
        }) == "grid_sample: x of shape [1, 2, 3, 4] wants a grid of 1 x 2 sizes x 2, not of shape [2, 3, 4, 2]");
  CHECK(error_of([&] {
          grid_sample(ones({1, 2, 0, 4}), grid);
        }) == "grid_sample: dimension 2 of shape [1, 2, 0, 4] is empty");
  CHECK(error_of([&] { grid_sample(x, grid.to(float64)); }) ==
        "grid_sample: dtypes float32 and float64; both must be the same, and of floating point");
  CHECK(error_of([&] {
          grid_sample(ones({1, 1, 2, 2, 2}), ones({1, 2, 2, 2, 3}), {.mode = GridSampleMode::bicubic});
        }) == "grid_sample: bicubic is for [N, C, H, W], not for shape [1, 1, 2, 2, 2]");
  CHECK(error_of([] {
          affine_grid(ones({1, 2, 3}), {2, 1, 3, 4});
        }) == "affine_grid: size [2, 1, 3, 4] wants maps of shape [2, 2, 3], not [1, 2, 3]");
  CHECK(error_of([] {
          affine_grid(ones({1, 2, 3}), {1, 1, 0, 4});
        }) == "affine_grid: size [1, 1, 0, 4] must be positive");
  CHECK(error_of([] {
          affine_grid(ones({1, 2, 3}), {3, 4});
        }) == "affine_grid: wants a size [N, C, H, W] or [N, C, D, H, W], not [3, 4]");
  DESCENT_OF_TWO(grid_sample);
  check_names_of_one("affine_grid", [](const Tensor& x) { affine_grid(x, {1, 1, 2, 2}); });
}

}  // namespace descent
