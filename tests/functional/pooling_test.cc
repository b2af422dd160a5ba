// Pooling against PyTorch's: tests/golden/pooling.py.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family poolings() {
  return {
      .stem = "pooling",
      .expressions = {
          DESCENT_EXPRESSION("F.max_pool1d(a, 2)", max_pool1d(a, 2)),
          DESCENT_EXPRESSION("F.max_pool1d(a, 2, return_indices=True)", max_pool1d_with_indices(a, 2)),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=2)", max_pool1d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=2, return_indices=True)",
                             max_pool1d_with_indices(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=1)", max_pool1d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=1, return_indices=True)",
                             max_pool1d_with_indices(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 1, stride=3)", max_pool1d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 1, stride=3, return_indices=True)",
                             max_pool1d_with_indices(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=2, padding=1)", max_pool1d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=2, padding=1, return_indices=True)",
                             max_pool1d_with_indices(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 2, stride=1, dilation=2)",
                             max_pool1d(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 2, stride=1, dilation=2, return_indices=True)",
                             max_pool1d_with_indices(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=3, padding=1, dilation=2)",
                             max_pool1d(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=3, padding=1, dilation=2, return_indices=True)",
                             max_pool1d_with_indices(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 2, stride=2, ceil_mode=True)",
                             max_pool1d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 2, stride=2, ceil_mode=True, return_indices=True)",
                             max_pool1d_with_indices(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             max_pool1d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 3, stride=3, padding=1, ceil_mode=True, return_indices=True)",
                             max_pool1d_with_indices(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool1d(a, 8)", max_pool1d(a, 8)),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2)", max_pool2d(a, 2)),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, return_indices=True)", max_pool2d_with_indices(a, 2)),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=2)", max_pool2d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=2, return_indices=True)",
                             max_pool2d_with_indices(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=1)", max_pool2d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=1, return_indices=True)",
                             max_pool2d_with_indices(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 1, stride=3)", max_pool2d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 1, stride=3, return_indices=True)",
                             max_pool2d_with_indices(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=2, padding=1)", max_pool2d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=2, padding=1, return_indices=True)",
                             max_pool2d_with_indices(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, stride=1, dilation=2)",
                             max_pool2d(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, stride=1, dilation=2, return_indices=True)",
                             max_pool2d_with_indices(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=3, padding=1, dilation=2)",
                             max_pool2d(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=3, padding=1, dilation=2, return_indices=True)",
                             max_pool2d_with_indices(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, stride=2, ceil_mode=True)",
                             max_pool2d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, stride=2, ceil_mode=True, return_indices=True)",
                             max_pool2d_with_indices(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             max_pool2d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 3, stride=3, padding=1, ceil_mode=True, return_indices=True)",
                             max_pool2d_with_indices(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2)", max_pool3d(a, 2)),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2, return_indices=True)", max_pool3d_with_indices(a, 2)),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=2)", max_pool3d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=2, return_indices=True)",
                             max_pool3d_with_indices(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=1)", max_pool3d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=1, return_indices=True)",
                             max_pool3d_with_indices(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 1, stride=3)", max_pool3d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 1, stride=3, return_indices=True)",
                             max_pool3d_with_indices(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=2, padding=1)", max_pool3d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=2, padding=1, return_indices=True)",
                             max_pool3d_with_indices(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2, stride=1, dilation=2)",
                             max_pool3d(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2, stride=1, dilation=2, return_indices=True)",
                             max_pool3d_with_indices(a, 2, {.stride = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=3, padding=1, dilation=2)",
                             max_pool3d(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=3, padding=1, dilation=2, return_indices=True)",
                             max_pool3d_with_indices(a, 3, {.stride = 3, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2, stride=2, ceil_mode=True)",
                             max_pool3d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 2, stride=2, ceil_mode=True, return_indices=True)",
                             max_pool3d_with_indices(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             max_pool3d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool3d(a, 3, stride=3, padding=1, ceil_mode=True, return_indices=True)",
                             max_pool3d_with_indices(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.max_pool2d(a, 2, stride=1, padding=1, return_indices=True)",
                             max_pool2d_with_indices(a, 2, {.stride = 1, .padding = 1})),
          DESCENT_EXPRESSION("F.max_pool2d(a, (2, 3), stride=(3, 1), padding=(1, 0), dilation=(1, 2))",
                             max_pool2d(a, {2, 3}, {.stride = {3, 1}, .padding = {1, 0}, .dilation = {1, 2}})),
          DESCENT_EXPRESSION("F.max_pool2d(a.transpose(0, 2), 2)", max_pool2d(a.transpose(0, 2), 2)),
          DESCENT_EXPRESSION("F.max_pool1d(a, 5, stride=3, padding=2)", max_pool1d(a, 5, {.stride = 3, .padding = 2})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 2)", avg_pool1d(a, 2)),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 3, stride=2)", avg_pool1d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 3, stride=1)", avg_pool1d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 1, stride=3)", avg_pool1d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 3, stride=2, padding=1)", avg_pool1d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 3, stride=2, padding=1, count_include_pad=False)",
                             avg_pool1d(a, 3, {.stride = 2, .padding = 1, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 2, stride=2, ceil_mode=True)",
                             avg_pool1d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             avg_pool1d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION(
              "F.avg_pool1d(a, 3, stride=3, padding=1, ceil_mode=True, count_include_pad=False)",
              avg_pool1d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool1d(a, 8)", avg_pool1d(a, 8)),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 2)", avg_pool2d(a, 2)),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, stride=2)", avg_pool2d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, stride=1)", avg_pool2d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 1, stride=3)", avg_pool2d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, stride=2, padding=1)", avg_pool2d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, stride=2, padding=1, count_include_pad=False)",
                             avg_pool2d(a, 3, {.stride = 2, .padding = 1, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 2, stride=2, ceil_mode=True)",
                             avg_pool2d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             avg_pool2d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION(
              "F.avg_pool2d(a, 3, stride=3, padding=1, ceil_mode=True, count_include_pad=False)",
              avg_pool2d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 3, padding=1, divisor_override=-5)",
                             avg_pool2d(a, 3, {.padding = 1, .divisor_override = -5})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 2)", avg_pool3d(a, 2)),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, stride=2)", avg_pool3d(a, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, stride=1)", avg_pool3d(a, 3, {.stride = 1})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 1, stride=3)", avg_pool3d(a, 1, {.stride = 3})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, stride=2, padding=1)", avg_pool3d(a, 3, {.stride = 2, .padding = 1})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, stride=2, padding=1, count_include_pad=False)",
                             avg_pool3d(a, 3, {.stride = 2, .padding = 1, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 2, stride=2, ceil_mode=True)",
                             avg_pool3d(a, 2, {.stride = 2, .ceil_mode = true})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, stride=3, padding=1, ceil_mode=True)",
                             avg_pool3d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true})),
          DESCENT_EXPRESSION(
              "F.avg_pool3d(a, 3, stride=3, padding=1, ceil_mode=True, count_include_pad=False)",
              avg_pool3d(a, 3, {.stride = 3, .padding = 1, .ceil_mode = true, .count_include_pad = false})),
          DESCENT_EXPRESSION("F.avg_pool3d(a, 3, padding=1, divisor_override=-5)",
                             avg_pool3d(a, 3, {.padding = 1, .divisor_override = -5})),
          DESCENT_EXPRESSION("F.avg_pool2d(a, (2, 3), stride=(3, 1), padding=(1, 0))",
                             avg_pool2d(a, {2, 3}, {.stride = {3, 1}, .padding = {1, 0}})),
          DESCENT_EXPRESSION("F.avg_pool2d(a.transpose(0, 2), 2)", avg_pool2d(a.transpose(0, 2), 2)),
          DESCENT_EXPRESSION("F.avg_pool2d(a, 2, stride=1)", avg_pool2d(a, 2, {.stride = 1})),
          DESCENT_EXPRESSION("F.lp_pool1d(a, 2.0, 2)", lp_pool1d(a, 2, 2)),
          DESCENT_EXPRESSION("F.lp_pool1d(a, 3.0, 3, stride=2)", lp_pool1d(a, 3, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.lp_pool1d(a, 2.0, 2, ceil_mode=True)", lp_pool1d(a, 2, 2, {.ceil_mode = true})),
          DESCENT_EXPRESSION("F.lp_pool2d(a, 2.0, 2)", lp_pool2d(a, 2, 2)),
          DESCENT_EXPRESSION("F.lp_pool2d(a, 3.0, 3, stride=2)", lp_pool2d(a, 3, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.lp_pool2d(a, 2.0, 2, ceil_mode=True)", lp_pool2d(a, 2, 2, {.ceil_mode = true})),
          DESCENT_EXPRESSION("F.lp_pool3d(a, 2.0, 2)", lp_pool3d(a, 2, 2)),
          DESCENT_EXPRESSION("F.lp_pool3d(a, 3.0, 3, stride=2)", lp_pool3d(a, 3, 3, {.stride = 2})),
          DESCENT_EXPRESSION("F.lp_pool3d(a, 2.0, 2, ceil_mode=True)", lp_pool3d(a, 2, 2, {.ceil_mode = true})),
          DESCENT_EXPRESSION("F.lp_pool2d(a, 2.0, (2, 3))", lp_pool2d(a, 2, {2, 3})),
          DESCENT_EXPRESSION("F.lp_pool1d(a, 3.0, 2)", lp_pool1d(a, 3, 2)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool1d(a, 1)", adaptive_avg_pool1d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, 1)", adaptive_max_pool1d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, 1, return_indices=True)",
                             adaptive_max_pool1d_with_indices(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool1d(a, 3)", adaptive_avg_pool1d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, 3)", adaptive_max_pool1d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, 3, return_indices=True)",
                             adaptive_max_pool1d_with_indices(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool1d(a, (2,))", adaptive_avg_pool1d(a, {2})),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, (2,))", adaptive_max_pool1d(a, {2})),
          DESCENT_EXPRESSION("F.adaptive_max_pool1d(a, (2,), return_indices=True)",
                             adaptive_max_pool1d_with_indices(a, {2})),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, 1)", adaptive_avg_pool2d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 1)", adaptive_max_pool2d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 1, return_indices=True)",
                             adaptive_max_pool2d_with_indices(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, 3)", adaptive_avg_pool2d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 3)", adaptive_max_pool2d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 3, return_indices=True)",
                             adaptive_max_pool2d_with_indices(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, (2, 3,))", adaptive_avg_pool2d(a, {2, 3})),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, (2, 3,))", adaptive_max_pool2d(a, {2, 3})),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, (2, 3,), return_indices=True)",
                             adaptive_max_pool2d_with_indices(a, {2, 3})),
          DESCENT_EXPRESSION("F.adaptive_avg_pool3d(a, 1)", adaptive_avg_pool3d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, 1)", adaptive_max_pool3d(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, 1, return_indices=True)",
                             adaptive_max_pool3d_with_indices(a, 1)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool3d(a, 3)", adaptive_avg_pool3d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, 3)", adaptive_max_pool3d(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, 3, return_indices=True)",
                             adaptive_max_pool3d_with_indices(a, 3)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool3d(a, (2, 3, 4,))", adaptive_avg_pool3d(a, {2, 3, 4})),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, (2, 3, 4,))", adaptive_max_pool3d(a, {2, 3, 4})),
          DESCENT_EXPRESSION("F.adaptive_max_pool3d(a, (2, 3, 4,), return_indices=True)",
                             adaptive_max_pool3d_with_indices(a, {2, 3, 4})),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, 5)", adaptive_avg_pool2d(a, 5)),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, (None, 2))", adaptive_avg_pool2d(a, {-1, 2})),
          DESCENT_EXPRESSION("F.adaptive_avg_pool2d(a, 2)", adaptive_avg_pool2d(a, 2)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 5)", adaptive_max_pool2d(a, 5)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, (None, 2))", adaptive_max_pool2d(a, {-1, 2})),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 2)", adaptive_max_pool2d(a, 2)),
          DESCENT_EXPRESSION("F.adaptive_max_pool2d(a, 2, return_indices=True)",
                             adaptive_max_pool2d_with_indices(a, 2)),
          DESCENT_EXPRESSION("torch.nn.MaxPool1d(2)(a)", nn::MaxPool1d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.MaxPool1d(3, stride=2, padding=1, dilation=1, ceil_mode=True)(a)",
                             nn::MaxPool1d(3, {.stride = 2, .padding = 1, .dilation = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AvgPool1d(2)(a)", nn::AvgPool1d(2)(a)),
          DESCENT_EXPRESSION(
              "torch.nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)(a)",
              nn::AvgPool1d(3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false})(a)),
          DESCENT_EXPRESSION("torch.nn.LPPool1d(2.0, 2, stride=1, ceil_mode=True)(a)",
                             nn::LPPool1d(2, 2, {.stride = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveMaxPool1d(2)(a)", nn::AdaptiveMaxPool1d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveAvgPool1d(2)(a)", nn::AdaptiveAvgPool1d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.MaxPool2d(2)(a)", nn::MaxPool2d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.MaxPool2d(3, stride=2, padding=1, dilation=1, ceil_mode=True)(a)",
                             nn::MaxPool2d(3, {.stride = 2, .padding = 1, .dilation = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AvgPool2d(2)(a)", nn::AvgPool2d(2)(a)),
          DESCENT_EXPRESSION(
              "torch.nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)(a)",
              nn::AvgPool2d(3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false})(a)),
          DESCENT_EXPRESSION("torch.nn.LPPool2d(2.0, 2, stride=1, ceil_mode=True)(a)",
                             nn::LPPool2d(2, 2, {.stride = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveMaxPool2d(2)(a)", nn::AdaptiveMaxPool2d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveAvgPool2d(2)(a)", nn::AdaptiveAvgPool2d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.MaxPool3d(2)(a)", nn::MaxPool3d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.MaxPool3d(3, stride=2, padding=1, dilation=1, ceil_mode=True)(a)",
                             nn::MaxPool3d(3, {.stride = 2, .padding = 1, .dilation = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AvgPool3d(2)(a)", nn::AvgPool3d(2)(a)),
          DESCENT_EXPRESSION(
              "torch.nn.AvgPool3d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)(a)",
              nn::AvgPool3d(3, {.stride = 2, .padding = 1, .ceil_mode = true, .count_include_pad = false})(a)),
          DESCENT_EXPRESSION("torch.nn.LPPool3d(2.0, 2, stride=1, ceil_mode=True)(a)",
                             nn::LPPool3d(2, 2, {.stride = 1, .ceil_mode = true})(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveMaxPool3d(2)(a)", nn::AdaptiveMaxPool3d(2)(a)),
          DESCENT_EXPRESSION("torch.nn.AdaptiveAvgPool3d(2)(a)", nn::AdaptiveAvgPool3d(2)(a)),
      }};
}

}  // namespace

TEST_CASE("pooling is what PyTorch gives") { golden::check_golden(poolings()); }

TEST_CASE("pooling, of inputs of any kind") { golden::check_golden_with_any_inputs(poolings()); }

TEST_CASE("pooling, compiled") {
  CHECK(golden::check_golden_compiled(poolings(), {.native = false}).empty());
  CHECK(golden::check_golden_native(poolings()).empty());
}

TEST_CASE("pooling cannot be exported, but for means of all") {
  const golden::Family family = poolings();
  const Golden golden(family.stem);
  std::set<std::string> refused;
  for (const auto& golden_case : golden.cases()) refused.insert(golden::Family::op_of(golden_case.first));
  for (const int rank : {1, 2, 3}) refused.erase(concat("adaptive_avg_pool", rank, "d"));
  CHECK(golden::check_golden_exported(family) == refused);
}

TEST_CASE("gradients of pooling") {
  using gradients::spread;
  const Tensor x = spread({2, 1, 4, 5}), cube = spread({1, 3, 4, 3}), positive = spread({2, 6}, 0.5, 2);
  gradients::check_square("max_pool2d",
                          [](const auto& in) { return max_pool2d(in[0], 3, {.stride = 1, .padding = 1}); }, {x});
  gradients::check_square("max_pool3d", [](const auto& in) { return max_pool3d(in[0], 2); }, {cube});
  gradients::check_square("max_pool1d_with_indices",
                          [](const auto& in) { return max_pool1d_with_indices(in[0], 2).values; }, {positive});
  gradients::check_square("avg_pool2d",
                          [](const auto& in) { return avg_pool2d(in[0], 3, {.stride = 1, .padding = 1}); }, {x});
  gradients::check_square("avg_pool2d, divided",
                          [](const auto& in) {
                            return avg_pool2d(in[0], {2, 3}, {.stride = 2, .ceil_mode = true, .divisor_override = 3});
                          },
                          {x});
  gradients::check_square(
      "avg_pool3d, without padding",
      [](const auto& in) { return avg_pool3d(in[0], 2, {.padding = 1, .count_include_pad = false}); }, {cube});
  gradients::check("lp_pool1d", [](const auto& in) { return lp_pool1d(in[0], 3, 2); }, {positive});
  gradients::check_square("adaptive_max_pool2d", [](const auto& in) { return adaptive_max_pool2d(in[0], 3); }, {x});
  gradients::check_square("adaptive_avg_pool2d",
                          [](const auto& in) {
                            return adaptive_avg_pool2d(in[0], {3, 2});
                          },
                          {x});
}

TEST_CASE("adaptive pooling to nothing") {
  CHECK(adaptive_avg_pool2d(ones({2, 3, 4}), {0, 2}).sizes() == Dims{2, 0, 2});
  CHECK(adaptive_max_pool1d(ones({2, 3}), 0).sizes() == Dims{2, 0});
}

TEST_CASE("pooling takes a plane without channels, and any number of dimensions before it") {
  const Tensor plane = arange(16).to(float32).reshape({4, 4});
  CHECK(equal(max_pool2d(plane, 2), tensor({{5.0, 7.0}, {13.0, 15.0}}, {.dtype = float32})));
  const Tensor x = plane.reshape({1, 1, 1, 4, 4}).requires_grad_();
  avg_pool2d(x, 2).sum().backward();
  CHECK(equal(x.grad(), full({1, 1, 1, 4, 4}, 0.25)));
}

TEST_CASE("errors of pooling") {
  const Tensor x = ones({2, 3, 4});
  CHECK(error_of([&] { max_pool2d(x, 5); }) ==
        "max_pool2d: a window of kernel_size 5, padding 0 and dilation 1 does not fit dimension 1 of shape [2, 3, 4]");
  CHECK(error_of([&] { nn::MaxPool1d(2, {.padding = 2, .dilation = 8})(x); }) ==
        "MaxPool1d: a window of kernel_size 2, padding 2 and dilation 8 does not fit dimension 2 of shape [2, 3, 4]");
  CHECK(error_of([&] {
          max_pool2d(x, 2, {.padding = {0, 2}});
        }) == "max_pool2d: padding [0, 2] is more than half of kernel_size [2, 2]");
  CHECK(error_of([&] { max_pool2d(x, {2, 2, 2}); }) == "max_pool2d: kernel_size [2, 2, 2] must be one number, or 2");
  CHECK(error_of([&] { max_pool2d(x, 0); }) == "max_pool2d: kernel_size [0] must be at least 1");
  CHECK(error_of([&] { max_pool2d(x, 2, {.stride = 0}); }) == "max_pool2d: stride [0] must be at least 1");
  CHECK(error_of([&] { max_pool2d(ones(3), 2); }) == "max_pool2d: a tensor of shape [3] has fewer than 2 dimensions");
  CHECK(error_of([&] { max_pool2d(x > 0, 2); }) == "max_pool2d: bool has no largest; convert it with to(float32)");
  CHECK(error_of([&] { avg_pool2d(x.to(int64), 2); }) == "avg_pool2d: int64 has no mean; convert it with to(float32)");
  CHECK(error_of([&] { avg_pool2d(x, 2, {.divisor_override = 0}); }) == "avg_pool2d: divisor_override must not be 0");
  CHECK(error_of([&] { adaptive_avg_pool1d(x, -2); }) == "adaptive_avg_pool1d: output_size [-2] must be at least -1");
  CHECK(error_of([&] {
          adaptive_max_pool2d(ones({2, 0, 3}), 1);
        }) == "adaptive_max_pool2d: dimension 1 of shape [2, 0, 3] is empty");
  CHECK(error_of([] { nn::MaxPool2d({2, 2, 2}); }) == "MaxPool2d: kernel_size [2, 2, 2] must be one number, or 2");
  CHECK(error_of([] { nn::AvgPool3d(2, {.stride = 0}); }) == "AvgPool3d: stride [0] must be at least 1");
  CHECK(error_of([] { nn::AvgPool1d(2, {.divisor_override = 0}); }) == "AvgPool1d: divisor_override must not be 0");
  CHECK(error_of([] { nn::LPPool2d(2, 0); }) == "LPPool2d: kernel_size [0] must be at least 1");
  CHECK(error_of([] { nn::AdaptiveAvgPool2d(-2); }) == "AdaptiveAvgPool2d: output_size [-2] must be at least -1");
}

TEST_CASE("errors of pooling are in the names of functions and layers") {
  check_names_of_one("max_pool1d", [](const Tensor& x) { max_pool1d(x, 2); });
  check_names_of_one("max_pool3d", [](const Tensor& x) { max_pool3d(x, 2); });
  check_names_of_one("max_pool2d_with_indices", [](const Tensor& x) { max_pool2d_with_indices(x, 2); });
  check_names_of_one("avg_pool2d", [](const Tensor& x) { avg_pool2d(x, 2); });
  check_names_of_one("lp_pool1d", [](const Tensor& x) { lp_pool1d(x, 2, 2); });
  check_names_of_one("adaptive_max_pool2d_with_indices",
                     [](const Tensor& x) { adaptive_max_pool2d_with_indices(x, 2); });
  check_names_of_one("adaptive_avg_pool2d", [](const Tensor& x) { adaptive_avg_pool2d(x, 2); });
  check_names_of_one("MaxPool2d", [](const Tensor& x) { nn::MaxPool2d(2)(x); });
  check_names_of_one("AvgPool1d", [](const Tensor& x) { nn::AvgPool1d(2)(x); });
  check_names_of_one("LPPool2d", [](const Tensor& x) { nn::LPPool2d(2, 2)(x); });
  check_names_of_one("AdaptiveAvgPool2d", [](const Tensor& x) { nn::AdaptiveAvgPool2d(2)(x); });
}

}  // namespace descent
