#include "functional/normalize.h"

#include <bit>
#include <cstddef>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/normalize.h"
#include "kernels/reduce.h"

namespace descent {
namespace {

// The attributes of all ops here. sizes: those of x; index: the bits of eps; flag: centered; dims: how many of weight
// and bias, or whether `affine`, there is; strides: of rows, groups and inner.
Attributes form_of(const Tensor& x, double eps, bool centered, std::int64_t parameters) {
  Attributes attributes;
  attributes.sizes = x.sizes();
  attributes.index = std::bit_cast<std::int64_t>(eps);
  attributes.flag = centered;
  attributes.dims = parameters;
  return attributes;
}
double eps_of(const Attributes& attributes) { return std::bit_cast<double>(attributes.index); }
bool has_parameters(const Attributes& attributes) { return attributes.dims[0] > 0; }

// The gradients of x and of two parameters of `each` numbers, one after another as the ops below give them.
struct Parts {
  Tensor x, weight, bias;
};
Parts parts_of(const Tensor& packed, const Dims& sizes, std::int64_t each, bool with_parameters) {
  const std::int64_t numel = numel_of(sizes);
  const Tensor x = reshape(narrow(packed, 0, 0, numel), sizes);
  if (!with_parameters) return {x, {}, {}};
  return {x, narrow(packed, 0, numel, each), narrow(packed, 0, numel + each, each)};
}

// x normalized along the dimensions `over`, in the tensor language.
struct Normalized {
  Dims over;
  bool centered;
  Tensor z, scale;

  Normalized(const Tensor& x, const Dims& over, bool centered, double eps) : over(over), centered(centered) {
    const Tensor deviations = centered ? x - average(x) : x;
    scale = rsqrt(average(square(deviations)) + eps);
    z = deviations * scale;
  }
  Tensor average(const Tensor& x) const { return mean(x, over, true); }

  // The matrix of slopes of z by x, which is symmetric, times h.
  Tensor slope(const Tensor& h) const {
    const Tensor along = h - z * average(h * z);
    return (centered ? along - average(h) : along) * scale;
  }

  // The gradients of what the backward ops give, as `cotangent` weighs it: of slope(g weight), sum(g z) and sum(g).
  // That of the weight is yet to be summed.
  struct Gradients {
    Tensor g, x, weight;
  };
  Gradients gradients(const Parts& cotangent, const Tensor& g, const Tensor& weight) const {
    const Tensor h = weight.defined() ? g * weight : g;
    const Tensor &v = cotangent.x, slope_v = slope(v);
    const Tensor along_v = average(v * z), along_h = average(h * z);
    Tensor product = average(v * h) - along_v * along_h;
    if (centered) product = product - average(v) * average(h);
    const Tensor of_x = (square(scale) * product * z + scale * (along_h * slope_v + along_v * slope(h))) * -1;
    if (!weight.defined()) return {slope_v, of_x, {}};
    return {slope_v * weight + cotangent.weight * z + cotangent.bias, of_x + slope(g * cotangent.weight), g * slope_v};
  }
};

inline namespace compute {

std::byte* data_of(const Tensor& tensor) { return tensor.defined() ? tensor.impl()->data : nullptr; }

}  // namespace compute

kernels::NormalizedRows rows_form(const Attributes& attributes, DType dtype) {
  return {.type = dtype,
          .rows = attributes.sizes[0],
          .n = attributes.sizes[1],
          .eps = eps_of(attributes),
          .centered = attributes.flag,
          .groups = attributes.strides[0],
          .inner = attributes.strides[1]};
}

// How many weights there are.
std::int64_t weights_of(const Attributes& attributes) {
  return attributes.strides[0] * (attributes.sizes[1] / attributes.strides[1]);
}

void compute_rows(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor x = row_major(*inputs[0]);
  const Tensor weight = inputs.size() > 1 ? row_major(*inputs[1]) : Tensor();
  const Tensor bias = inputs.size() > 2 ? row_major(*inputs[2]) : Tensor();
  const DType dtype = x.impl()->dtype;
  kernels::normalize_rows(rows_form(attributes, dtype), x.impl()->data, data_of(weight), data_of(bias),
                          out.make(attributes.sizes, dtype).data, out.finish());
}

void compute_rows_backward(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor g = row_major(*inputs[0]), x = row_major(*inputs[1]);
  const Tensor weight = inputs.size() > 2 ? row_major(*inputs[2]) : Tensor();
  const DType dtype = x.impl()->dtype;
  const kernels::NormalizedRows form = rows_form(attributes, dtype);
  const std::int64_t numel = form.rows * form.n;
  const TensorImpl& result = out.make(numel + (weight.defined() ? 2 * form.weights() : 0), dtype);
  if (!weight.defined())
    return kernels::normalize_rows_backward(form, g.impl()->data, x.impl()->data, nullptr, result.data, nullptr);
  const std::int64_t blocks = kernels::normalize_rows_blocks(form);
  const Tensor partial = Tensor::adopt(make_impl({blocks, 2 * form.weights()}, dtype));
  kernels::normalize_rows_backward(form, g.impl()->data, x.impl()->data, weight.impl()->data, result.data,
                                   partial.impl()->data);
  kernels::reduce(kernels::ReduceOp::sum, dtype, partial.impl()->data, 1, blocks, 2 * form.weights(),
                  result.data + numel * static_cast<std::int64_t>(size_of(dtype)));
}

// The gradients of normalize_rows_backward: with rows as [batch, groups, weights of a row, inner].
std::vector<Tensor> rows_second_gradients(const Tensor& cotangent, const Call& c) {
  const Attributes& a = c.attributes();
  const std::int64_t groups = a.strides[0], inner = a.strides[1], each = a.sizes[1] / inner;
  const Dims grouped = {a.sizes[0] / groups, groups, each, inner}, beside = {groups, each, 1};
  const Normalized normalized(reshape(c.input(1), grouped), {2, 3}, a.flag, eps_of(a));
  const Tensor g = reshape(c.input(0), grouped);
  Parts weights = parts_of(cotangent, grouped, weights_of(a), has_parameters(a));
  if (!has_parameters(a)) {
    const auto gradients = normalized.gradients(weights, g, {});
    return {reshape(gradients.g, a.sizes), reshape(gradients.x, a.sizes)};
  }
  weights.weight = reshape(weights.weight, beside);
  weights.bias = reshape(weights.bias, beside);
  const auto gradients = normalized.gradients(weights, g, reshape(c.input(2), beside));
  return {reshape(gradients.g, a.sizes), reshape(gradients.x, a.sizes),
          reshape(sum(gradients.weight, {0, 3}), weights_of(a))};
}

// Inputs: g, x and, where there is one, the weight. The result: the gradients of x, weight and bias as one vector.
Tensor normalize_rows_backward(const Tensor& g, const Tensor& x, const Tensor& weight, const Attributes& attributes) {
  constexpr Gradient all = {nullptr, kInput0 | kInput1 | kInput2};
  static constexpr Op op = {.name = "normalize_rows_backward",
                            .compute = compute_rows_backward,
                            .gradients = {all, all, all},
                            .gradient_of_all = rows_second_gradients};
  if (!weight.defined()) return apply<op>({&g, &x}, attributes);
  return apply<op>({&g, &x, &weight}, attributes);
}

}  // namespace

Tensor normalize_rows(const Tensor& x, const Tensor& weight, const Tensor& bias, const RowOptions& options) {
  constexpr Gradient all = {nullptr, kInput0 | kInput1};
  static constexpr Op op = {.name = "normalize_rows",
                            .hands_out_tiles = true,
                            .compute = compute_rows,
                            .gradients = {all, all, all},
                            .gradient_of_all = [](const Tensor& g, const Call& c) {
                              const Attributes& a = c.attributes();
                              const Tensor packed =
                                  normalize_rows_backward(g, c.input(0), has_parameters(a) ? c.input(1) : Tensor(), a);
                              const Parts parts = parts_of(packed, a.sizes, weights_of(a), has_parameters(a));
                              std::vector<Tensor> result{parts.x, parts.weight, parts.bias};
                              result.resize(static_cast<std::size_t>(1 + a.dims[0]));
                              return result;
                            }};
  Attributes attributes = form_of(x, options.eps, options.centered, weight.defined() + bias.defined());
  attributes.strides = {options.groups, options.inner};
  if (!weight.defined()) return apply<op>({&x}, attributes);
  if (!bias.defined()) return apply<op>({&x, &weight}, attributes);
  return apply<op>({&x, &weight, &bias}, attributes);
}

namespace {

kernels::NormalizedChannels channels_form(const Attributes& attributes, DType dtype) {
  return {dtype, attributes.sizes[0], attributes.sizes[1], attributes.sizes[2], eps_of(attributes)};
}

inline namespace compute {

// Memory for sums that a kernel wants, undefined where it wants none.
Tensor scratch_of(const kernels::NormalizedChannels& form) {
  const std::int64_t bytes = kernels::normalize_channels_scratch(form);
  return bytes > 0 ? Tensor::adopt(make_impl(bytes / 8 + 1, int64)) : Tensor();
}

}  // namespace compute

// Inputs: g, x, `affine` where there is one, and the moments of x. The result: the gradients of x and of `affine` as
// one vector.
Tensor normalize_channels_backward(const Tensor& g, const Tensor& x, const Tensor& moments, const Tensor& affine,
                                   const Attributes& attributes) {
  constexpr Gradient all = {nullptr, kInput0 | kInput1 | kInput2};
  static constexpr Op op = {
      .name = "normalize_channels_backward",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Tensor g = row_major(*inputs[0]), x = row_major(*inputs[1]), moments = row_major(*inputs.back());
            const Tensor affine = inputs.size() > 3 ? row_major(*inputs[2]) : Tensor();
            const DType dtype = x.impl()->dtype;
            const kernels::NormalizedChannels form = channels_form(attributes, dtype);
            const Tensor scratch = scratch_of(form);
            const std::int64_t numel = x.impl()->numel;
            const TensorImpl& result = out.make(numel + 2 * form.channels, dtype);
            kernels::normalize_channels_backward(
                form, g.impl()->data, x.impl()->data, moments.impl()->data, data_of(affine), result.data,
                result.data + numel * static_cast<std::int64_t>(size_of(dtype)), data_of(scratch));
          },
      .gradients = {all, all, all},
      .gradient_of_all = [](const Tensor& cotangent, const Call& c) -> std::vector<Tensor> {
        const Attributes& a = c.attributes();
        const std::int64_t channels = a.sizes[1];
        const Normalized normalized(c.input(1), {0, 2}, true, eps_of(a));
        Parts weights = parts_of(cotangent, a.sizes, channels, has_parameters(a));
        if (!has_parameters(a)) {
          const auto gradients = normalized.gradients(weights, c.input(0), {});
          return {gradients.g, gradients.x, Tensor()};
        }
        weights.weight = reshape(weights.weight, {channels, 1});
        weights.bias = reshape(weights.bias, {channels, 1});
        const auto gradients = normalized.gradients(weights, c.input(0), reshape(c.input(2)[0], {channels, 1}));
        const Tensor of_weight = sum(gradients.weight, {0, 2});
        return {gradients.g, gradients.x, stack({of_weight, zeros_like(of_weight)}), Tensor()};
      }};
  if (!affine.defined()) return apply<op>({&g, &x, &moments}, attributes);
  return apply<op>({&g, &x, &affine, &moments}, attributes);
}

}  // namespace

Tensor channel_moments(const Tensor& x) {
  static constexpr Op op = {
      .name = "channel_moments", .compute = [](Inputs inputs, const Attributes& attributes, Output& out) {
        const Tensor x = row_major(*inputs[0]);
        const DType dtype = x.impl()->dtype;
        const kernels::NormalizedChannels form = channels_form(attributes, dtype);
        const Tensor scratch = scratch_of(form);
        kernels::channel_moments(form, x.impl()->data, out.make({2, form.channels}, dtype).data, data_of(scratch));
      }};
  return apply<op>({&x}, form_of(x, 0, true, 0));
}

Tensor normalize_channels(const Tensor& x, const Tensor& moments, const Tensor& affine, double eps) {
  constexpr Gradient all = {nullptr, kInput0 | kInput1 | kInput2};
  static constexpr Op op = {
      .name = "normalize_channels",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Tensor x = row_major(*inputs[0]), moments = row_major(*inputs[1]);
            const Tensor affine = inputs.size() > 2 ? row_major(*inputs[2]) : Tensor();
            const DType dtype = x.impl()->dtype;
            const kernels::NormalizedChannels form = channels_form(attributes, dtype);
            const Tensor scratch = scratch_of(form);
            kernels::normalize_channels(form, x.impl()->data, moments.impl()->data, data_of(affine),
                                        out.make(attributes.sizes, dtype).data, data_of(scratch));
          },
      .gradients = {all, all, all},
      .gradient_of_all = [](const Tensor& g, const Call& c) -> std::vector<Tensor> {
        const Attributes& a = c.attributes();
        const Tensor packed =
            normalize_channels_backward(g, c.input(0), c.input(1), has_parameters(a) ? c.input(2) : Tensor(), a);
        const std::int64_t numel = numel_of(a.sizes), channels = a.sizes[1];
        const Tensor of_x = reshape(narrow(packed, 0, 0, numel), a.sizes);
        if (!has_parameters(a)) return {of_x, Tensor()};
        return {of_x, Tensor(), reshape(narrow(packed, 0, numel, 2 * channels), {2, channels})};
      }};
  const Attributes attributes = form_of(x, eps, true, affine.defined());
  if (!affine.defined()) return apply<op>({&x, &moments}, attributes);
  return apply<op>({&x, &moments, &affine}, attributes);
}

}  // namespace descent
