#include "descent/functional/activation.h"

#include <algorithm>
#include <vector>

#include "core/random.h"
#include "core/random_fill.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

// Slopes for rrelu: 1 where x > 0, elsewhere drawn, one after another as they come.
Tensor drawn_slopes(const Tensor& x, double lower, double upper, Generator& generator) {
  // Inputs: x, lower, upper.
  static constexpr Op op = {.name = "rrelu_slopes",
                            .kind = Kind::write,
                            .write = [](Inputs inputs, const Attributes& attributes, const TensorImpl& target) {
                              const Tensor x = row_major(*inputs[0]);
                              const double lower = *elements_of<double>(*inputs[1]),
                                           upper = *elements_of<double>(*inputs[2]);
                              random::fill_reals(target, [&]<class T>(std::span<T> slopes) {
                                const std::span<const T> elements(elements_of<T>(x), slopes.size());
                                std::vector<double> drawn(static_cast<std::size_t>(
                                    std::count_if(elements.begin(), elements.end(), [](T e) { return e <= 0; })));
                                random::fill_uniform(*attributes.generator, std::span(drawn), lower, upper);
                                auto next = drawn.begin();
                                for (std::size_t i = 0; i < slopes.size(); ++i)
                                  slopes[i] = elements[i] <= 0 ? static_cast<T>(*next++) : T{1};
                              });
                            }};
  const Tensor slopes = empty(x.sizes(), {.dtype = x.dtype()}), low = lower, high = upper;
  apply_in_place<op>("rrelu", slopes, {&x, &low, &high}, random::drawing_from(generator));
  return slopes;
}

void check_reals(const char* name, const Tensor& x) {
  if (!is_floating_point(x.dtype())) fail(name, ": wants a tensor of float32 or float64, not ", x.dtype());
}

// x if x > 0, else scale (exp(x / width) - 1): expm1 sees no positive numbers, of which it might make infinity, and the
// gradient 0 * inf.
Tensor exponential_below_zero(const Tensor& x, double scale, double width) {
  const Tensor positive = x > 0;
  return where(positive, x, scale * expm1(where(positive, 0, x) / width));
}

}  // namespace

Tensor threshold(const Tensor& x, double threshold, double value) try {
  return where(x <= threshold, value, x);
} catch (const Error& error) {
  fail_as("threshold", error);
}

Tensor hardtanh(const Tensor& x, double min_val, double max_val) try {
  if (!(min_val <= max_val)) fail("hardtanh: min_val = ", min_val, " must be at most max_val = ", max_val);
  return where(x <= min_val, min_val, where(x >= max_val, max_val, x));
} catch (const Error& error) {
  fail_as("hardtanh", error);
}

Tensor relu6(const Tensor& x) try { return hardtanh(x, 0, 6); } catch (const Error& error) {
  fail_as("relu6", error);
}

Tensor hardsigmoid(const Tensor& x) try { return relu6(x + 3) / 6; } catch (const Error& error) {
  fail_as("hardsigmoid", error);
}

Tensor hardswish(const Tensor& x) try { return x * (relu6(x + 3) / 6); } catch (const Error& error) {
  fail_as("hardswish", error);
}

Tensor hardshrink(const Tensor& x, double lambd) try {
  return where(x >= -lambd && x <= lambd, 0, x);
} catch (const Error& error) {
  fail_as("hardshrink", error);
}

Tensor softshrink(const Tensor& x, double lambd) try {
  if (!(lambd >= 0)) fail("softshrink: lambd = ", lambd, " must be 0 or more");
  return where(x > lambd, x - lambd, where(x < -lambd, x + lambd, x * 0));
} catch (const Error& error) {
  fail_as("softshrink", error);
}

Tensor tanhshrink(const Tensor& x) try { return x - tanh(x); } catch (const Error& error) {
  fail_as("tanhshrink", error);
}

Tensor softsign(const Tensor& x) try { return x / (1 + abs(x)); } catch (const Error& error) {
  fail_as("softsign", error);
}

Tensor selu(const Tensor& x) try {
  constexpr double kAlpha = 1.6732632423543772848170429916717, kScale = 1.0507009873554804934193349852946;
  return exponential_below_zero(x, kAlpha, 1) * kScale;
} catch (const Error& error) {
  fail_as("selu", error);
}

Tensor celu(const Tensor& x, double alpha) try {
  if (alpha == 0) fail("celu: alpha must not be 0");
  return exponential_below_zero(x, alpha, alpha);
} catch (const Error& error) {
  fail_as("celu", error);
}

Tensor mish(const Tensor& x) try { return x * tanh(softplus(x)); } catch (const Error& error) {
  fail_as("mish", error);
}

Tensor softplus(const Tensor& x, double beta, double threshold) try {
  const Tensor scaled = x * beta, above = scaled > threshold;
  return where(above, x, softplus(where(above, 0, scaled)) / beta);
} catch (const Error& error) {
  fail_as("softplus", error);
}

Tensor glu(const Tensor& x, std::int64_t dim) try {
  const std::int64_t size = x.size(dim);
  if (size % 2 != 0) fail("glu: dimension ", dim, " of shape ", x.sizes(), " has no halves");
  return narrow(x, dim, 0, size / 2) * sigmoid(narrow(x, dim, size / 2, size / 2));
} catch (const Error& error) {
  fail_as("glu", error);
}

Tensor prelu(const Tensor& x, const Tensor& weight) try {
  const std::int64_t count = weight.numel(), channels = x.dim() > 1 ? x.size(1) : 1;
  if (weight.dim() > 1 || (count != 1 && count != channels)) {
    fail("prelu: a weight of shape ", weight.sizes(), " for an input of shape ", x.sizes(),
         "; wanted one for all or one for each channel");
  }
  Dims shape;
  for (int d = 0; d < x.dim(); ++d) shape.push_back(d == 1 ? count : 1);
  return where(x > 0, x, reshape(weight, x.dim() == 1 ? Dims{1} : shape) * x);
} catch (const Error& error) {
  fail_as("prelu", error);
}

Tensor rrelu(const Tensor& x, double lower, double upper, bool training, Generator& generator) try {
  if (!(lower <= upper)) fail("rrelu: lower = ", lower, " must be at most upper = ", upper);
  check_reals("rrelu", x);
  if (!training) return leaky_relu(x, (lower + upper) / 2);
  return x * drawn_slopes(x.detach(), lower, upper, generator);
} catch (const Error& error) {
  fail_as("rrelu", error);
}

Tensor softmin(const Tensor& x, std::int64_t dim) try { return softmax(-x, dim); } catch (const Error& error) {
  fail_as("softmin", error);
}

}  // namespace descent
