// Convolutions against PyTorch's, tests/golden/convolution.py, and against their sum as it is written.
#include "error_names.h"
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using golden::Outputs;

golden::Family convolutions() {
  return {
      .stem = "convolution",
      .expressions = {
          DESCENT_EXPRESSION("F.conv1d(a, b, c)", conv1d(a, b, c)),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, stride=2)", conv1d(a, b, c, {.stride = 2})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, padding=2)", conv1d(a, b, c, {.padding = 2})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, dilation=3)", conv1d(a, b, c, {.dilation = 3})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, padding='same')", conv1d(a, b, c, {.padding = ConvPadding::same})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, padding='valid')", conv1d(a, b, c, {.padding = ConvPadding::valid})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, stride=3, padding=4, dilation=2)",
                             conv1d(a, b, c, {.stride = 3, .padding = 4, .dilation = 2})),
          DESCENT_EXPRESSION("F.conv1d(a, b, padding='same', dilation=3)",
                             conv1d(a, b, {}, {.padding = ConvPadding::same, .dilation = 3})),
          DESCENT_EXPRESSION("F.conv1d(a, b, c, groups=2)", conv1d(a, b, c, {.groups = 2})),
          DESCENT_EXPRESSION("F.conv1d(a.transpose(1, 2), b.transpose(0, 2))",
                             conv1d(transpose(a, 1, 2), transpose(b, 0, 2))),
          DESCENT_EXPRESSION("F.conv1d(a.expand(2, 3, 7), b)", conv1d(expand(a, {2, 3, 7}), b)),
          DESCENT_EXPRESSION("F.conv2d(a, b, c)", conv2d(a, b, c)),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, stride=2)", conv2d(a, b, c, {.stride = 2})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, stride=(1, 3))", conv2d(a, b, c, {.stride = {1, 3}})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, padding=1)", conv2d(a, b, c, {.padding = 1})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, padding=(0, 3))", conv2d(a, b, c, {.padding = {0, 3}})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, dilation=2)", conv2d(a, b, c, {.dilation = 2})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, dilation=(2, 1))", conv2d(a, b, c, {.dilation = {2, 1}})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, padding='same')", conv2d(a, b, c, {.padding = ConvPadding::same})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, padding='valid')", conv2d(a, b, c, {.padding = ConvPadding::valid})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, groups=1)", conv2d(a, b, c, {.groups = 1})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, stride=(2, 3), padding=(3, 2), dilation=(2, 1))",
                             conv2d(a, b, c, {.stride = {2, 3}, .padding = {3, 2}, .dilation = {2, 1}})),
          DESCENT_EXPRESSION("F.conv2d(a, b)", conv2d(a, b)),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, groups=2)", conv2d(a, b, c, {.groups = 2})),
          DESCENT_EXPRESSION("F.conv2d(a, b, c, padding=1, groups=4)", conv2d(a, b, c, {.padding = 1, .groups = 4})),
          DESCENT_EXPRESSION("F.conv2d(a, b, stride=2, padding=1, groups=3)",
                             conv2d(a, b, {}, {.stride = 2, .padding = 1, .groups = 3})),
          DESCENT_EXPRESSION("F.conv2d(a, b, dilation=2, groups=3)", conv2d(a, b, {}, {.dilation = 2, .groups = 3})),
          DESCENT_EXPRESSION("F.conv2d(a, b, stride=2)", conv2d(a, b, {}, {.stride = 2})),
          DESCENT_EXPRESSION("F.conv2d(a, b, stride=3)", conv2d(a, b, {}, {.stride = 3})),
          DESCENT_EXPRESSION("F.conv2d(a, b, stride=2, dilation=2, padding=1)",
                             conv2d(a, b, {}, {.stride = 2, .padding = 1, .dilation = 2})),
          DESCENT_EXPRESSION("F.conv2d(a.transpose(2, 3), b.transpose(0, 1))",
                             conv2d(transpose(a, 2, 3), transpose(b, 0, 1))),
          DESCENT_EXPRESSION("F.conv2d(a[:, 1:3], b[..., ::2])", conv2d(slice(a, 1, 1, 3), slice(b, -1, 0, 3, 2))),
          DESCENT_EXPRESSION("F.conv2d(a, b, padding=1)", conv2d(a, b, {}, {.padding = 1})),
          DESCENT_EXPRESSION("F.conv3d(a, b, c)", conv3d(a, b, c)),
          DESCENT_EXPRESSION("F.conv3d(a, b, c, stride=(2, 1, 2))", conv3d(a, b, c, {.stride = {2, 1, 2}})),
          DESCENT_EXPRESSION("F.conv3d(a, b, c, padding=1)", conv3d(a, b, c, {.padding = 1})),
          DESCENT_EXPRESSION("F.conv3d(a, b, c, dilation=(1, 2, 2))", conv3d(a, b, c, {.dilation = {1, 2, 2}})),
          DESCENT_EXPRESSION("F.conv3d(a, b, c, padding='same')", conv3d(a, b, c, {.padding = ConvPadding::same})),
          DESCENT_EXPRESSION("F.conv3d(a, b, groups=2)", conv3d(a, b, {}, {.groups = 2})),
          DESCENT_EXPRESSION("F.conv3d(a, b)", conv3d(a, b)),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c)", conv_transpose1d(a, b, c)),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c, stride=2)", conv_transpose1d(a, b, c, {.stride = 2})),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c, padding=2)", conv_transpose1d(a, b, c, {.padding = 2})),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c, dilation=2)", conv_transpose1d(a, b, c, {.dilation = 2})),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c, stride=2, output_padding=1)",
                             conv_transpose1d(a, b, c, {.stride = 2, .output_padding = 1})),
          DESCENT_EXPRESSION(
              "F.conv_transpose1d(a, b, c, stride=3, padding=1, output_padding=2, dilation=2)",
              conv_transpose1d(a, b, c, {.stride = 3, .padding = 1, .output_padding = 2, .dilation = 2})),
          DESCENT_EXPRESSION("F.conv_transpose1d(a, b, c, groups=2)", conv_transpose1d(a, b, c, {.groups = 2})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c)", conv_transpose2d(a, b, c)),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c, stride=(2, 3))",
                             conv_transpose2d(a, b, c, {.stride = {2, 3}})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c, padding=1)", conv_transpose2d(a, b, c, {.padding = 1})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c, dilation=(1, 2))",
                             conv_transpose2d(a, b, c, {.dilation = {1, 2}})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c, stride=2, output_padding=(1, 0))",
                             conv_transpose2d(a, b, c, {.stride = 2, .output_padding = {1, 0}})),
          DESCENT_EXPRESSION(
              "F.conv_transpose2d(a, b, c, stride=3, padding=1, output_padding=1, groups=1, dilation=(2, 3))",
              conv_transpose2d(a, b, c,
                               {.stride = 3, .padding = 1, .output_padding = 1, .groups = 1, .dilation = {2, 3}})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, groups=3)", conv_transpose2d(a, b, {}, {.groups = 3})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a, b, c, stride=3)", conv_transpose2d(a, b, c, {.stride = 3})),
          DESCENT_EXPRESSION("F.conv_transpose2d(a.transpose(2, 3), b)", conv_transpose2d(transpose(a, 2, 3), b)),
          DESCENT_EXPRESSION("F.conv_transpose3d(a, b, c)", conv_transpose3d(a, b, c)),
          DESCENT_EXPRESSION("F.conv_transpose3d(a, b, stride=2, padding=1, output_padding=1)",
                             conv_transpose3d(a, b, {}, {.stride = 2, .padding = 1, .output_padding = 1})),
      }};
}

// conv3d with one number for all dimensions, element by element.
Tensor by_its_sum(const Tensor& x, const Tensor& weight, const Dims& out, std::int64_t stride, std::int64_t padding,
                  std::int64_t dilation, std::int64_t groups) {
  const std::vector<double> in = x.to_vector<double>(), by = weight.to_vector<double>();
  const Dims sizes = x.sizes(), kernel = weight.sizes();
  const std::int64_t channels = kernel[1], in_group = kernel[0] / groups;
  std::vector<double> result;
  for (std::int64_t n = 0; n < sizes[0]; ++n)
    for (std::int64_t o = 0; o < kernel[0]; ++o)
      for (std::int64_t q = 0; q < out[0] * out[1] * out[2]; ++q) {
        double sum = 0;
        for (std::int64_t p = 0; p < channels * kernel[2] * kernel[3] * kernel[4]; ++p) {
          const std::int64_t c = p / (kernel[2] * kernel[3] * kernel[4]);
          const std::int64_t at[3] = {
              q / out[2] / out[1] * stride + p / kernel[4] / kernel[3] % kernel[2] * dilation - padding,
              q / out[2] % out[1] * stride + p / kernel[4] % kernel[3] * dilation - padding,
              q % out[2] * stride + p % kernel[4] * dilation - padding};
          bool inside = true;
          for (int i = 0; i < 3; ++i) inside = inside && at[i] >= 0 && at[i] < sizes[2 + i];
          if (!inside) continue;
          const std::int64_t channel = n * sizes[1] + o / in_group * channels + c;
          sum += in[static_cast<std::size_t>(((channel * sizes[2] + at[0]) * sizes[3] + at[1]) * sizes[4] + at[2])] *
                 by[static_cast<std::size_t>(o * channels * kernel[2] * kernel[3] * kernel[4] + p)];
        }
        result.push_back(sum);
      }
  return tensor(std::span<const double>(result), {sizes[0], kernel[0], out[0], out[1], out[2]});
}

// The value is that sum, and both gradients are the transposes of what takes their arguments to the value: for whole
// numbers, all that is exact.
void check_sum(const Dims& input, const Dims& weight, const ConvOptions& options) {
  CAPTURE(input);
  CAPTURE(weight);
  for (const DType dtype : {float32, float64}) {
    const Tensor x = randint(-4, 5, input, {.dtype = dtype}), w = randint(-4, 5, weight, {.dtype = dtype});
    x.requires_grad_();
    w.requires_grad_();
    const Tensor y = conv3d(x, w, {}, options);
    const Dims out = {y.size(2), y.size(3), y.size(4)};
    const Tensor wanted = by_its_sum(x.detach(), w.detach(), out, options.stride[0], options.padding.dims()[0],
                                     options.dilation[0], options.groups);
    CHECK(equal(y.to(float64), wanted));
    const Tensor g = randint(-4, 5, y.sizes(), {.dtype = dtype});
    const std::vector<Tensor> gradients = grad({y}, {x, w}, {g});
    const Tensor dx = randint(-4, 5, input, {.dtype = dtype}), dw = randint(-4, 5, weight, {.dtype = dtype});
    const auto inner = [](const Tensor& a, const Tensor& b) { return sum(a.to(float64) * b.to(float64)).item(); };
    CHECK(inner(gradients[0], dx) == inner(g, conv3d(dx, w, {}, options)));
    CHECK(inner(gradients[1], dw) == inner(g, conv3d(x, dw, {}, options)));
  }
}

}  // namespace

TEST_CASE("convolutions are what PyTorch gives") { golden::check_golden(convolutions()); }

TEST_CASE("convolutions, of inputs of any kind") { golden::check_golden_with_any_inputs(convolutions()); }

TEST_CASE("convolutions, compiled") {
  CHECK(golden::check_golden_compiled(convolutions(), {.native = false}).empty());
  CHECK(golden::check_golden_native(convolutions()).empty());
  CHECK(golden::check_golden_exported(convolutions()) == std::set<std::string>{"conv1d", "conv2d", "conv3d",
                                                                               "conv_transpose1d", "conv_transpose2d",
                                                                               "conv_transpose3d"});
}

TEST_CASE("convolutions of all kinds of sizes are their sum, and their gradients its transposes") {
  manual_seed(5);
  check_sum({2, 3, 1, 9, 40}, {5, 3, 1, 3, 3}, {.padding = 1});    // rows of several vectors
  check_sum({1, 2, 1, 40, 45}, {3, 2, 1, 2, 3}, {});               // planes of several ranges
  check_sum({1, 1, 1, 3, 1100}, {3, 1, 1, 3, 3}, {.padding = 1});  // rows of several ranges
  check_sum({1, 1, 3, 33, 34}, {3, 1, 2, 3, 3}, {.padding = 1});   // several planes
  check_sum({1, 1, 20, 13, 9}, {3, 1, 2, 3, 3}, {});               // ranges across planes
  check_sum({1, 70, 1, 3, 4}, {13, 70, 1, 3, 3}, {.padding = 1});  // several blocks of depth
  check_sum({1, 2, 1, 1, 640}, {3, 2, 1, 1, 600}, {});             // of which one cuts a channel
  check_sum({3, 20, 1, 5, 4}, {50, 20, 1, 1, 1}, {});              // as it lies
  check_sum({2, 6, 1, 9, 33}, {40, 3, 1, 3, 3}, {.padding = 1, .groups = 2});
  check_sum({2, 5, 1, 9, 70}, {5, 1, 1, 3, 3}, {.padding = 1, .groups = 5});  // row by row
  check_sum({2, 3, 1, 9, 23}, {6, 1, 1, 3, 3}, {.stride = 2, .padding = 2, .groups = 3});
  check_sum({1, 70, 1, 4, 9}, {2, 70, 1, 3, 3}, {});
  check_sum({2, 3, 1, 14, 14}, {13, 3, 1, 3, 3}, {.padding = 1});  // vectors across rows
  check_sum({2, 3, 1, 7, 5}, {13, 3, 1, 3, 3}, {.padding = 1});
  check_sum({2, 3, 1, 23, 22}, {14, 3, 1, 7, 7}, {.stride = 2, .padding = 3});
  check_sum({1, 3, 7, 9, 40}, {5, 3, 2, 3, 3}, {.stride = 3, .padding = 4, .dilation = 2});
  check_sum({1, 3, 7, 9, 40}, {5, 3, 2, 2, 2}, {.stride = 4, .padding = 1, .dilation = 2});  // inputs without a tap
  check_sum({1, 3, 5, 6, 7}, {5, 3, 1, 2, 1}, {.stride = 3, .padding = 3});
  check_sum({40, 2, 1, 8, 8}, {16, 2, 1, 3, 3}, {.padding = 1});  // sums of parts
  check_sum({2, 200, 1, 4, 5}, {300, 200, 1, 1, 1}, {});          // rows and columns of sums in parts
}

TEST_CASE("gradients of convolutions") {
  using gradients::spread;
  const auto other = [](const Dims& shape) { return spread(shape, -2, 2, 0.7); };
  gradients::check_square("conv1d",
                          [](const auto& in) { return conv1d(in[0], in[1], in[2], {.stride = 2, .padding = 1}); },
                          {spread({2, 2, 7}), other({4, 2, 3}), spread({4})});
  gradients::check_square("conv2d",
                          [](const auto& in) { return conv2d(in[0], in[1], in[2], {.padding = 1, .groups = 2}); },
                          {spread({1, 4, 3, 4}), other({4, 2, 2, 3}), spread({4})});
  gradients::check_square("conv2d, depthwise",
                          [](const auto& in) { return conv2d(in[0], in[1], {}, {.dilation = 2, .groups = 2}); },
                          {spread({2, 2, 3, 4}), other({2, 1, 2, 2})});
  gradients::check_square("conv3d",
                          [](const auto& in) { return conv3d(in[0], in[1], {}, {.padding = ConvPadding::same}); },
                          {spread({1, 2, 2, 3, 3}), other({3, 2, 2, 1, 2})});
  gradients::check_square(
      "conv_transpose1d",
      [](const auto& in) { return conv_transpose1d(in[0], in[1], in[2], {.stride = 2, .output_padding = 1}); },
      {spread({2, 2, 3}), other({2, 3, 2}), spread({3})});
  gradients::check_square(
      "conv_transpose2d",
      [](const auto& in) { return conv_transpose2d(in[0], in[1], {}, {.stride = 2, .padding = 1, .groups = 2}); },
      {spread({1, 2, 3, 2}), other({2, 2, 2, 3})});
}

TEST_CASE("errors of convolutions") {
  const Tensor x = ones({2, 3, 5, 6}), weight = ones({4, 3, 3, 3});
  const auto conv = [&](const Tensor& input, const Tensor& by, const Tensor& bias = {},
                        const ConvOptions& options = {}) {
    return error_of([&] { conv2d(input, by, bias, options); });
  };
  CHECK(conv(ones({2, 2, 5, 6}), weight) == "conv2d: input has 2 channels, weight wants 3");
  CHECK(conv(ones({2, 5, 6}), weight) == "conv2d: input has 2 channels, weight wants 3");
  CHECK(conv(ones({3, 5}), weight) == "conv2d: input has shape [3, 5]; wanted 4 dimensions, or 3 of one image");
  CHECK(conv(x, ones({4, 3, 3})) == "conv2d: weight has shape [4, 3, 3]; wanted 4 dimensions");
  CHECK(conv(x, ones({4, 3, 0, 3})) == "conv2d: weight has no elements: shape [4, 3, 0, 3]");
  CHECK(conv(x, weight.to(float64)) ==
        "conv2d: dtypes float32 and float64; input and weight must be the same, and floating point");
  CHECK(conv(x.to(int64), weight.to(int64)) ==
        "conv2d: dtypes int64 and int64; input and weight must be the same, and floating point");
  CHECK(conv(x, weight, ones(3)) == "conv2d: bias has shape [3]; wanted [4]");
  CHECK(conv(x, weight, ones(4, {.dtype = float64})) == "conv2d: bias is float64, input float32");
  CHECK(conv(x, weight, {}, {.groups = 0}) == "conv2d: groups must be 1 or more, not 0");
  CHECK(conv(x, weight, {}, {.groups = 3}) == "conv2d: weight of shape [4, 3, 3, 3] does not fall into 3 groups");
  CHECK(conv(x, weight, {}, {.groups = 2}) == "conv2d: input has 3 channels, weight wants 6");
  CHECK(conv(x, weight, {}, {.stride = {1, 2, 3}}) == "conv2d: stride [1, 2, 3] must be one number, or 2");
  CHECK(conv(x, weight, {}, {.stride = 0}) == "conv2d: stride [0] must be 1 or more");
  CHECK(conv(x, weight, {}, {.padding = -1}) == "conv2d: padding [-1] must be 0 or more");
  CHECK(conv(x, weight, {}, {.dilation = {1, 0}}) == "conv2d: dilation [1, 0] must be 1 or more");
  CHECK(conv(x, weight, {}, {.stride = 2, .padding = ConvPadding::same}) ==
        "conv2d: stride [2] does not go with a result of the same size");
  CHECK(conv(x, weight, {}, {.dilation = {3, 1}}) ==
        "conv2d: a kernel of 3 taps, dilated by 3, is larger than dimension 2 of the input, 5 with padding 0");
  const auto transposed = [&](const ConvTransposeOptions& options) {
    return error_of([&] { conv_transpose2d(ones({2, 4, 5, 6}), weight, {}, options); });
  };
  CHECK(transposed({.output_padding = 1}) ==
        "conv_transpose2d: output_padding [1] must be smaller than stride [1] or dilation [1]");
  CHECK(transposed({.padding = {4, 0}}) == "conv_transpose2d: padding [4, 0] leaves nothing of dimension 2");
  CHECK(error_of([&] { conv_transpose2d(x, weight); }) == "conv_transpose2d: input has 3 channels, weight wants 4");
  DESCENT_OF_TWO(conv1d);
  DESCENT_OF_TWO(conv2d);
  DESCENT_OF_TWO(conv3d);
  DESCENT_OF_TWO(conv_transpose1d);
  DESCENT_OF_TWO(conv_transpose2d);
  DESCENT_OF_TWO(conv_transpose3d);
}

}  // namespace descent
