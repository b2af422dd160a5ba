// Interpolation and shuffling of pixels against PyTorch's: tests/golden/interpolate.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family interpolations() {
  return {
      .stem = "interpolate",
      .expressions = {
          DESCENT_EXPRESSION("F.interpolate(a, size=(6,), mode='nearest')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='nearest')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='nearest')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='nearest')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7,), mode='nearest')",
                             interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7,), recompute_scale_factor=True, mode='nearest')",
              interpolate(a,
                          {.scale_factor = {1.7}, .mode = InterpolationMode::nearest, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3), mode='nearest')",
                             interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), mode='nearest')",
                             interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), recompute_scale_factor=True, mode='nearest')",
              interpolate(
                  a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::nearest, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3, 5), mode='nearest')",
                             interpolate(a, {.size = {6, 3, 5}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), mode='nearest')",
                             interpolate(a, {.scale_factor = {1.7, 2.0, 0.6}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), recompute_scale_factor=True, mode='nearest')",
              interpolate(a, {.scale_factor = {1.7, 2.0, 0.6},
                              .mode = InterpolationMode::nearest,
                              .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='nearest')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='nearest')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='nearest')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='nearest')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6,), mode='nearest-exact')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='nearest-exact')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='nearest-exact')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7,), mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7,), recompute_scale_factor=True, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.7},
                                             .mode = InterpolationMode::nearest_exact,
                                             .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3), mode='nearest-exact')",
                             interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), recompute_scale_factor=True, mode='nearest-exact')",
              interpolate(a, {.scale_factor = {1.7, 2.0},
                              .mode = InterpolationMode::nearest_exact,
                              .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3, 5), mode='nearest-exact')",
                             interpolate(a, {.size = {6, 3, 5}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), mode='nearest-exact')",
              interpolate(a, {.scale_factor = {1.7, 2.0, 0.6}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), recompute_scale_factor=True, mode='nearest-exact')",
              interpolate(a, {.scale_factor = {1.7, 2.0, 0.6},
                              .mode = InterpolationMode::nearest_exact,
                              .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='nearest-exact')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='nearest-exact')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6,), mode='linear')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='linear')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='linear')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='linear')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7,), mode='linear')",
                             interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7,), recompute_scale_factor=True, mode='linear')",
              interpolate(a,
                          {.scale_factor = {1.7}, .mode = InterpolationMode::linear, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6,), align_corners=True, mode='linear')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::linear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=1, align_corners=True, mode='linear')",
                             interpolate(a, {.size = 1, .mode = InterpolationMode::linear, .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7,), align_corners=True, mode='linear')",
              interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::linear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='linear')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='linear')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='linear')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='linear')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3), mode='bilinear')",
                             interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='bilinear')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='bilinear')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='bilinear')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), mode='bilinear')",
                             interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), recompute_scale_factor=True, mode='bilinear')",
                             interpolate(a, {.scale_factor = {1.7, 2.0},
                                             .mode = InterpolationMode::bilinear,
                                             .recompute_scale_factor = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, size=(6, 3), align_corners=True, mode='bilinear')",
              interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::bilinear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=1, align_corners=True, mode='bilinear')",
                             interpolate(a, {.size = 1, .mode = InterpolationMode::bilinear, .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), align_corners=True, mode='bilinear')",
              interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::bilinear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='bilinear')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='bilinear')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='bilinear')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='bilinear')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::bilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3), mode='bicubic')",
                             interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='bicubic')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='bicubic')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='bicubic')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), mode='bicubic')",
                             interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), recompute_scale_factor=True, mode='bicubic')",
              interpolate(
                  a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::bicubic, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, size=(6, 3), align_corners=True, mode='bicubic')",
              interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::bicubic, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=1, align_corners=True, mode='bicubic')",
                             interpolate(a, {.size = 1, .mode = InterpolationMode::bicubic, .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), align_corners=True, mode='bicubic')",
              interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::bicubic, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='bicubic')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='bicubic')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='bicubic')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='bicubic')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::bicubic})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3, 5), mode='trilinear')",
                             interpolate(a, {.size = {6, 3, 5}, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='trilinear')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='trilinear')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='trilinear')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), mode='trilinear')",
                             interpolate(a, {.scale_factor = {1.7, 2.0, 0.6}, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), recompute_scale_factor=True, mode='trilinear')",
              interpolate(a, {.scale_factor = {1.7, 2.0, 0.6},
                              .mode = InterpolationMode::trilinear,
                              .recompute_scale_factor = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, size=(6, 3, 5), align_corners=True, mode='trilinear')",
              interpolate(a, {.size = {6, 3, 5}, .mode = InterpolationMode::trilinear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=1, align_corners=True, mode='trilinear')",
                             interpolate(a, {.size = 1, .mode = InterpolationMode::trilinear, .align_corners = true})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), align_corners=True, mode='trilinear')",
              interpolate(
                  a, {.scale_factor = {1.7, 2.0, 0.6}, .mode = InterpolationMode::trilinear, .align_corners = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='trilinear')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='trilinear')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='trilinear')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='trilinear')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::trilinear})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6,), mode='area')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, size=9, mode='area')",
                             interpolate(a, {.size = 9, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, size=2, mode='area')",
                             interpolate(a, {.size = 2, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.0, mode='area')",
                             interpolate(a, {.scale_factor = {2.0}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7,), mode='area')",
                             interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7,), recompute_scale_factor=True, mode='area')",
              interpolate(a, {.scale_factor = {1.7}, .mode = InterpolationMode::area, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3), mode='area')",
                             interpolate(a, {.size = {6, 3}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0), mode='area')",
                             interpolate(a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION(
              "F.interpolate(a, scale_factor=(1.7, 2.0), recompute_scale_factor=True, mode='area')",
              interpolate(
                  a, {.scale_factor = {1.7, 2.0}, .mode = InterpolationMode::area, .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=(6, 3, 5), mode='area')",
                             interpolate(a, {.size = {6, 3, 5}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), mode='area')",
                             interpolate(a, {.scale_factor = {1.7, 2.0, 0.6}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=(1.7, 2.0, 0.6), recompute_scale_factor=True, mode='area')",
                             interpolate(a, {.scale_factor = {1.7, 2.0, 0.6},
                                             .mode = InterpolationMode::area,
                                             .recompute_scale_factor = true})),
          DESCENT_EXPRESSION("F.interpolate(a, size=3, mode='area')",
                             interpolate(a, {.size = 3, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.3, mode='area')",
                             interpolate(a, {.scale_factor = {1.3}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.0, mode='area')",
                             interpolate(a, {.scale_factor = {1.0}, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a.transpose(1, -1), size=3, mode='area')",
                             interpolate(a.transpose(1, -1), {.size = 3, .mode = InterpolationMode::area})),
          DESCENT_EXPRESSION("F.interpolate(a, size=7, mode='nearest')",
                             interpolate(a, {.size = 7, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=7, mode='nearest-exact')",
                             interpolate(a, {.size = 7, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=13, mode='nearest')",
                             interpolate(a, {.size = 13, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=13, mode='nearest-exact')",
                             interpolate(a, {.size = 13, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=100, mode='nearest')",
                             interpolate(a, {.size = 100, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=100, mode='nearest-exact')",
                             interpolate(a, {.size = 100, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=49, mode='nearest')",
                             interpolate(a, {.size = 49, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=49, mode='nearest-exact')",
                             interpolate(a, {.size = 49, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=121, mode='nearest')",
                             interpolate(a, {.size = 121, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, size=121, mode='nearest-exact')",
                             interpolate(a, {.size = 121, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.1, mode='nearest')",
                             interpolate(a, {.scale_factor = {1.1}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=1.1, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {1.1}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=0.9, mode='nearest')",
                             interpolate(a, {.scale_factor = {0.9}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=0.9, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {0.9}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.9, mode='nearest')",
                             interpolate(a, {.scale_factor = {2.9}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=2.9, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {2.9}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=0.34, mode='nearest')",
                             interpolate(a, {.scale_factor = {0.34}, .mode = InterpolationMode::nearest})),
          DESCENT_EXPRESSION("F.interpolate(a, scale_factor=0.34, mode='nearest-exact')",
                             interpolate(a, {.scale_factor = {0.34}, .mode = InterpolationMode::nearest_exact})),
          DESCENT_EXPRESSION("F.interpolate(a, size=6, mode='linear')",
                             interpolate(a, {.size = 6, .mode = InterpolationMode::linear})),
          DESCENT_EXPRESSION("torch.nn.Upsample(scale_factor=2.0)(a)", nn::Upsample({.scale_factor = {2.0}})(a)),
          DESCENT_EXPRESSION(
              "torch.nn.Upsample(size=(5, 3), mode='bilinear', align_corners=True)(a)",
              nn::Upsample({.size = {5, 3}, .mode = InterpolationMode::bilinear, .align_corners = true})(a)),
          DESCENT_EXPRESSION("torch.nn.UpsamplingNearest2d(scale_factor=2.0)(a)",
                             nn::UpsamplingNearest2d({.scale_factor = {2.0}})(a)),
          DESCENT_EXPRESSION("torch.nn.UpsamplingBilinear2d(size=(5, 3))(a)",
                             nn::UpsamplingBilinear2d({.size = {5, 3}})(a)),
          DESCENT_EXPRESSION("F.pixel_shuffle(a, 2)", pixel_shuffle(a, 2)),
          DESCENT_EXPRESSION("F.pixel_shuffle(a, 3)", pixel_shuffle(a, 3)),
          DESCENT_EXPRESSION("F.pixel_shuffle(a, 1)", pixel_shuffle(a, 1)),
          DESCENT_EXPRESSION("F.pixel_shuffle(a.transpose(1, 3), 2)", pixel_shuffle(a.transpose(1, 3), 2)),
          DESCENT_EXPRESSION("F.pixel_unshuffle(a, 2)", pixel_unshuffle(a, 2)),
          DESCENT_EXPRESSION("F.pixel_unshuffle(a, 3)", pixel_unshuffle(a, 3)),
          DESCENT_EXPRESSION("F.channel_shuffle(a, 2)", channel_shuffle(a, 2)),
          DESCENT_EXPRESSION("F.channel_shuffle(a, 3)", channel_shuffle(a, 3)),
          DESCENT_EXPRESSION("torch.nn.PixelShuffle(2)(a)", nn::PixelShuffle(2)(a)),
          DESCENT_EXPRESSION("torch.nn.PixelUnshuffle(2)(a)", nn::PixelUnshuffle(2)(a)),
          DESCENT_EXPRESSION("torch.nn.ChannelShuffle(2)(a)", nn::ChannelShuffle(2)(a)),
      }};
}

}  // namespace

TEST_CASE("interpolation is what PyTorch gives") { golden::check_golden(interpolations()); }

TEST_CASE("interpolation, of inputs of any kind") { golden::check_golden_with_any_inputs(interpolations()); }

TEST_CASE("interpolation, compiled") {
  CHECK(golden::check_golden_compiled(interpolations(), {.native = false}).empty());
  CHECK(golden::check_golden_native(interpolations()).empty());
  CHECK(golden::check_golden_exported(interpolations()) ==
        std::set<std::string>{"Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d", "area", "bicubic", "bilinear",
                              "linear", "nearest", "nearest_exact", "trilinear"});
}

TEST_CASE("gradients of interpolation") {
  using gradients::spread;
  using Mode = InterpolationMode;
  for (const Mode mode : {Mode::nearest, Mode::nearest_exact, Mode::bilinear, Mode::bicubic, Mode::area}) {
    gradients::check_square("interpolate",
                            [mode](const auto& in) {
                              return interpolate(in[0], {.size = {5, 2}, .mode = mode});
                            },
                            {spread({1, 2, 3, 4})});
  }
  gradients::check_square(
      "aligned",
      [](const auto& in) {
        return interpolate(in[0], {.scale_factor = {1.7}, .mode = InterpolationMode::linear, .align_corners = true});
      },
      {spread({1, 2, 5})});
  gradients::check_square("pixel_shuffle", [](const auto& in) { return pixel_shuffle(in[0], 2); }, {spread({4, 2, 3})});
  gradients::check_square("pixel_unshuffle", [](const auto& in) { return pixel_unshuffle(in[0], 2); },
                          {spread({1, 2, 4})});
  gradients::check_square("channel_shuffle", [](const auto& in) { return channel_shuffle(in[0], 2); },
                          {spread({1, 4, 2})});
}

TEST_CASE("without images, pixels keep the shape that they would have") {
  // PyTorch leaves the shape as it is.
  CHECK(pixel_unshuffle(ones({0, 1, 4, 2}), 2).sizes() == Dims{0, 4, 2, 1});
}

TEST_CASE("what keeps its size is a copy") {
  const Tensor x = ones({1, 1, 3});
  interpolate(x, {.size = 3}).zero_();
  CHECK(equal(x, ones({1, 1, 3})));
}

TEST_CASE("errors of interpolation") {
  const Tensor x = ones({1, 2, 3, 4});
  CHECK(error_of([&] { interpolate(x, {}); }) == "interpolate: wants either size or scale_factor");
  CHECK(error_of([&] { interpolate(x, {.size = 2, .scale_factor = {2}}); }) ==
        "interpolate: wants either size or scale_factor");
  CHECK(error_of([&] { interpolate(x, {.size = {2, 3, 4}}); }) == "interpolate: size of 3 numbers must have one, or 2");
  CHECK(error_of([&] {
          interpolate(x, {.scale_factor = {1, 2, 3}});
        }) == "interpolate: scale_factor of 3 numbers must have one, or 2");
  CHECK(error_of([&] { interpolate(x, {.scale_factor = {-1}}); }) == "interpolate: scale_factor = -1 must be positive");
  CHECK(error_of([&] { interpolate(x, {.scale_factor = {0.1}}); }) ==
        "interpolate: dimension 2 of shape [1, 2, 3, 4] cannot become one of 0");
  CHECK(error_of([&] { interpolate(x, {.size = 3, .mode = InterpolationMode::linear}); }) ==
        "interpolate: mode linear wants 3 dimensions, not shape [1, 2, 3, 4]");
  CHECK(error_of([&] { interpolate(x, {.size = 3, .align_corners = true}); }) ==
        "interpolate: mode nearest aligns no corners");
  CHECK(error_of([&] { interpolate(x.to(int64), {.size = 3}); }) ==
        "interpolate: int64 cannot be interpolated; convert it with to(float32)");
  CHECK(error_of([&] {
          nn::Upsample({.size = 3})(ones({2, 3}));
        }) == "Upsample: wants [N, C, ...] of 3 to 5 dimensions, not shape [2, 3]");
  CHECK(error_of([] { nn::UpsamplingNearest2d({}); }) == "UpsamplingNearest2d: wants either size or scale_factor");
  CHECK(error_of([&] { pixel_shuffle(x, 2); }) == "pixel_shuffle: 2 channels are not a multiple of 2 x 2");
  CHECK(error_of([&] { pixel_shuffle(x, 0); }) == "pixel_shuffle: upscale_factor = 0 must be at least 1");
  CHECK(error_of([&] { nn::PixelUnshuffle(2)(x); }) ==
        "PixelUnshuffle: images of 3 x 4 are not made of squares of 2 x 2");
  CHECK(error_of([&] { channel_shuffle(x, 3); }) == "channel_shuffle: 2 channels do not make 3 equal groups");
  CHECK(error_of([] { nn::ChannelShuffle(0); }) == "ChannelShuffle: groups = 0 must be at least 1");
  check_names_of_one("interpolate", [](const Tensor& x) { interpolate(x, {.size = 2}); });
  check_names_of_one("UpsamplingBilinear2d", [](const Tensor& x) { nn::UpsamplingBilinear2d({.size = 2})(x); });
  check_names_of_one("pixel_shuffle", [](const Tensor& x) { pixel_shuffle(x, 2); });
  check_names_of_one("pixel_unshuffle", [](const Tensor& x) { pixel_unshuffle(x, 2); });
  check_names_of_one("channel_shuffle", [](const Tensor& x) { channel_shuffle(x, 2); });
  check_names_of_one("PixelShuffle", [](const Tensor& x) { nn::PixelShuffle(2)(x); });
}

}  // namespace descent
