#include "functional/linear_class_losses.h"

#include <utility>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/linear_cross_entropy.h"

namespace descent {
namespace {

// Inputs of the ops: x, weight, classes, then bias and weights of the classes as far as attributes.set says: 0 in it
// where there is a bias, 1 where there are weights. flag: the even part is wanted too.
enum : int { kHasBias, kHasClassWeights };

// Where among the inputs the weights of the classes are.
std::size_t place_of_class_weights(const Attributes& attributes) { return attributes.set.contains(kHasBias) ? 4 : 3; }

inline namespace compute {

// The inputs as the kernels take them.
struct LinearCrossEntropyOperands {
  Tensor x, weight, targets, bias, class_weights;
  kernels::LinearCrossEntropy loss;

  LinearCrossEntropyOperands(Inputs inputs, const Attributes& attributes)
      : x(row_major(*inputs[0])), weight(row_major(*inputs[1])), targets(row_major(*inputs[2])) {
    if (attributes.set.contains(kHasBias)) bias = row_major(*inputs[3]);
    if (attributes.set.contains(kHasClassWeights))
      class_weights = row_major(*inputs[place_of_class_weights(attributes)]);
    loss = {.type = x.dtype(),
            .samples = x.size(0),
            .classes = weight.size(0),
            .features = x.size(1),
            .x = x.impl()->data,
            .weight = weight.impl()->data,
            .bias = bias.defined() ? bias.impl()->data : nullptr,
            .targets = elements_of<std::int64_t>(targets),
            .class_weights = class_weights.defined() ? class_weights.impl()->data : nullptr,
            .smooth = attributes.flag};
  }
};

}  // namespace compute

// The gradients of what linear_cross_entropy_gradient gives, by the formula that holds the logits z: with a sample's
// probabilities p = softmax(z) and the gradients g1 and g2 of its two losses, slopes of logits are
// D = (g1 + g2 sum(w)) p - g1 onehot(class) - g2 w, and D weight, D^T x and D^T 1 was given.
std::vector<Tensor> gradients_of_slopes(const Tensor& packed, const Call& call) {
  const Attributes& attributes = call.attributes();
  const Tensor &x = call.input(0), &weight = call.input(1), &classes = call.input(2);
  const std::int64_t samples = x.size(0), class_count = weight.size(0);
  const bool has_bias = attributes.set.contains(kHasBias), has_weights = attributes.set.contains(kHasClassWeights);
  const int place = 3 + has_bias + has_weights;
  const Tensor g1 = unsqueeze(call.input(place)[0], 1), g2 = unsqueeze(call.input(place)[1], 1);
  const TensorOptions like = {.dtype = x.dtype()};
  const Tensor w = !attributes.flag ? zeros(class_count, like)
                   : has_weights    ? call.input(static_cast<int>(place_of_class_weights(attributes)))
                                    : ones(class_count, like);
  const Tensor onehot = one_hot(classes, class_count).to(x.dtype());
  Tensor logits = matmul(x, weight.t());
  if (has_bias) logits = logits + call.input(3);
  const Tensor p = softmax(logits, 1);
  const Tensor factor = g1 + g2 * sum(w);
  const Tensor slopes = factor * p - g1 * onehot - g2 * w;

  const Tensor of_x = reshape(narrow(packed, 0, 0, x.numel()), x.sizes());
  const Tensor of_weight = reshape(narrow(packed, 0, x.numel(), weight.numel()), weight.sizes());
  Tensor of_slopes = matmul(of_x, weight.t()) + matmul(x, of_weight.t());
  if (has_bias) of_slopes = of_slopes + narrow(packed, 0, x.numel() + weight.numel(), class_count);
  const Tensor of_p = factor * of_slopes;
  const Tensor of_logits = p * (of_p - sum(p * of_p, 1, true));
  const Tensor of_factor = sum(of_slopes * p, 1);
  std::vector<Tensor> result(static_cast<std::size_t>(place) + 2);
  result[0] = matmul(of_logits, weight) + matmul(slopes, of_weight);
  result[1] = matmul(of_logits.t(), x) + matmul(slopes.t(), of_x);
  if (has_bias) result[3] = sum(of_logits, 0);
  const Tensor nothing = zeros(samples, like);
  result[static_cast<std::size_t>(place)] =
      stack({of_factor - sum(of_slopes * onehot, 1), of_factor * sum(w) - matmul(of_slopes, w), nothing, nothing});
  return result;
}

// The gradients of x, weight and, if there is one, bias, one after another.
Tensor linear_cross_entropy_gradient(const std::vector<const Tensor*>& inputs, const Attributes& attributes) {
  // Inputs: those of linear_cross_entropy, the gradient of what it gave, and that.
  static constexpr Op op = {
      .name = "linear_cross_entropy_gradient",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const LinearCrossEntropyOperands o(inputs, attributes);
            const Tensor g = row_major(*inputs[inputs.size() - 2]), results = row_major(*inputs.back());
            const std::int64_t x_size = o.x.numel(), weight_size = o.weight.numel();
            const std::int64_t size = x_size + weight_size + (o.bias.defined() ? o.bias.numel() : 0);
            const TensorImpl& result = out.make(size, o.loss.type);
            const auto from = [&](std::int64_t i) {
              return result.data + i * static_cast<std::int64_t>(size_of(result.dtype));
            };
            kernels::linear_cross_entropy_gradients(o.loss, results.impl()->data, g.impl()->data, from(0), from(x_size),
                                                    o.bias.defined() ? from(x_size + weight_size) : nullptr);
          },
      .gradients = {{nullptr, kInput0 | kInput1 | kInput2 | kInput3 | kInput4 | kInput4 << 1}},
      .gradient_of_all = gradients_of_slopes};
  return apply<op>(inputs, attributes);
}

}  // namespace

Tensor linear_class_losses(const Tensor& x, const Tensor& weight, const Tensor& classes, const Tensor& bias,
                           const Tensor& class_weights, bool even) {
  static constexpr Op op = {
      .name = "linear_cross_entropy",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const LinearCrossEntropyOperands o(inputs, attributes);
            kernels::linear_cross_entropy(o.loss, out.make({4, o.loss.samples}, o.loss.type).data);
          },
      .multiply_adds = [](Inputs inputs, const Attributes&,
                          const TensorImpl&) { return inputs[0]->numel() * inputs[1]->size(0); },
      .gradients = {{nullptr, kInput0 | kInput1 | kInput2 | kInput3 | kInput4 | kOutput}},
      .gradient_of_all =
          [](const Tensor& g, const Call& c) {
            const Attributes& attributes = c.attributes();
            const bool has_bias = attributes.set.contains(kHasBias);
            const int count = 3 + has_bias + attributes.set.contains(kHasClassWeights);
            std::vector<const Tensor*> inputs;
            for (int i = 0; i < count; ++i) inputs.push_back(&c.input(i));
            const Tensor results = c.output();
            inputs.insert(inputs.end(), {&g, &results});
            const Tensor packed = linear_cross_entropy_gradient(inputs, attributes);
            const std::int64_t x_size = inputs[0]->numel(), weight_size = inputs[1]->numel();
            std::vector<Tensor> gradients(static_cast<std::size_t>(count));
            gradients[0] = reshape(narrow(packed, 0, 0, x_size), inputs[0]->sizes());
            gradients[1] = reshape(narrow(packed, 0, x_size, weight_size), inputs[1]->sizes());
            if (has_bias) gradients[3] = narrow(packed, 0, x_size + weight_size, inputs[3]->numel());
            return gradients;
          }};
  Attributes attributes;
  attributes.flag = even;
  std::vector<const Tensor*> inputs = {&x, &weight, &classes};
  if (bias.defined()) {
    inputs.push_back(&bias);
    attributes.set.insert(kHasBias);
  }
  if (class_weights.defined() && even) {
    inputs.push_back(&class_weights);
    attributes.set.insert(kHasClassWeights);
  }
  return apply<op>(inputs, attributes);
}

}  // namespace descent
