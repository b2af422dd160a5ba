// Convolutions, attention and the cross-entropy of many classes.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

Tensor convolve(const Tensor& x, const Tensor& w, const ConvOptions& options) {
  return x.dim() == 3 ? conv1d(x, w, {}, options) : conv2d(x, w, {}, options);
}

void add_convolution(const std::string& what, const Dims& image, const Dims& weight_shape, const ConvOptions& options) {
  add("convolution " + what, {}, [=](auto way) {
    return way([=](const Tensor& x, const Tensor& w) { return convolve(x, w, options); }, randn(image),
               randn(weight_shape));
  });
  add_eager("convolution " + what + " backward", {}, [=](auto way) {
    const Tensor x = randn(image).requires_grad_(), w = randn(weight_shape).requires_grad_();
    const Tensor out = convolve(x, w, options), gradient = randn(out.sizes());
    return way([=] { grad({out}, {x, w}, {gradient}, {.retain_graph = true}); });
  });
}

void add_attention(const Dims& shape, bool causal) {
  const std::string name =
      concat(causal ? "causal " : "", "attention ", shape[0], 'x', shape[1], 'x', shape[2], 'x', shape[3]);
  const auto attention = [=](const Tensor& q, const Tensor& k, const Tensor& v) {
    return scaled_dot_product_attention(q, k, v, {.is_causal = causal});
  };
  add(name, {}, [=](auto way) { return way(attention, randn(shape), randn(shape), randn(shape)); });
  add_eager(name + " backward", {}, [=](auto way) {
    const Tensor q = randn(shape).requires_grad_(), k = randn(shape).requires_grad_(),
                 v = randn(shape).requires_grad_();
    const Tensor out = attention(q, k, v), gradient = randn(shape);
    return way([=] { grad({out}, {q, k, v}, {gradient}, {.retain_graph = true}); });
  });
}

void add_linear_cross_entropy(std::int64_t samples, std::int64_t features, std::int64_t classes) {
  add_eager(concat("linear cross-entropy ", samples, 'x', features, 'x', classes, " both passes"),
            {.flops = 8.0 * static_cast<double>(samples * features * classes)}, [=](auto way) {
              const Tensor x = randn({samples, features}).requires_grad_(),
                           weight = (randn({classes, features}) * 0.05).requires_grad_();
              const Tensor target = randint(classes, {samples});
              return way([=] { grad({linear_cross_entropy(x, weight, target)}, {x, weight}); });
            });
}

}  // namespace

void add_layers() {
  add_convolution("1 to 32, 3x3, 64x28x28", {64, 1, 28, 28}, {32, 1, 3, 3}, {});
  add_convolution("32 to 64, 3x3, 64x26x26", {64, 32, 26, 26}, {64, 32, 3, 3}, {});
  add_convolution("64 to 64, 3x3, padded, 16x56x56", {16, 64, 56, 56}, {64, 64, 3, 3}, {.padding = 1});
  add_convolution("3 to 64, 7x7, stride 2, 8x224x224", {8, 3, 224, 224}, {64, 3, 7, 7}, {.stride = 2, .padding = 3});
  add_convolution("256 to 64, 1x1, 32x14x14", {32, 256, 14, 14}, {64, 256, 1, 1}, {});
  add_convolution("128, depthwise, 3x3, padded, 16x28x28", {16, 128, 28, 28}, {128, 1, 3, 3},
                  {.padding = 1, .groups = 128});
  add_convolution("64 to 64, 3, padded, 16x512", {16, 64, 512}, {64, 64, 3}, {.padding = 1});
  for (const bool causal : {false, true}) {
    add_attention({16, 6, 256, 64}, causal);
    add_attention({1, 12, 1024, 64}, causal);
  }
  add_linear_cross_entropy(2048, 256, 50257);
}

}  // namespace ladder
