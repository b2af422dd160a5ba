#include "descent/train/network.h"

#include <algorithm>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/nn/activation.h"
#include "descent/nn/dropout.h"
#include "descent/nn/embedding.h"
#include "descent/nn/init.h"
#include "descent/ops.h"
#include "descent/text.h"

namespace descent::train {

const char* to_string(NetworkActivation activation) {
  constexpr const char* kNames[] = {"silu", "gelu"};
  return kNames[static_cast<std::size_t>(activation)];
}

std::string describe(const NetworkShape& shape) {
  if (shape.hidden.empty()) return "linear";
  std::string text;
  for (const std::int64_t width : shape.hidden) text += concat(text.empty() ? "" : ", ", width);
  text += concat(" (", to_string(shape.activation), ")");
  if (shape.dropout > 0) text += concat(", dropout ", shape.dropout);
  if (shape.clip > 0) text += concat(", inputs clipped at ", shape.clip);
  if (shape.encoding().width() > 0)
    text += concat(", ", shape.bins, " ramps and ", shape.frequencies, " waves a number");
  return text;
}

Network::Network(const NetworkShape& shape)
    : wide(shape.inputs, shape.outputs), encoding(shape.encoding()), clip(shape.clip) {
  nn::init::zeros_(wide.weight);
  nn::init::zeros_(wide.bias);
  if (shape.terms > 0) texts = nn::Parameter(zeros({shape.terms, shape.outputs}));
  if (shape.encoding().width() > 0) numbers = tensor(shape.numbers);
  std::int64_t width = shape.inputs + shape.encoding().width();
  for (const std::int64_t hidden : shape.hidden) {
    deep.push_back(nn::Linear(width, hidden));
    if (shape.activation == NetworkActivation::gelu)
      deep.push_back(nn::GELU());
    else
      deep.push_back(nn::SiLU());
    if (shape.dropout > 0) deep.push_back(nn::Dropout(shape.dropout));
    width = hidden;
  }
  if (shape.hidden.empty()) return;
  nn::Linear last(width, shape.outputs);
  nn::init::zeros_(last.weight);
  nn::init::zeros_(last.bias);
  deep.push_back(std::move(last));
}

Tensor Network::clipped(const Tensor& x) const {
  if (clip == 0) return x;
  const Tensor part = x / clip;
  return x / sqrt(part * part + 1.0);
}

Tensor Network::numbers_of(const Tensor& c) const { return gather(c, 1, numbers.expand({c.size(0), -1})); }

void Network::learn_bins(const Tensor& x) {
  if (numbers.defined()) encoding.learn_bins(numbers_of(clipped(x)));
}

Tensor Network::seen_by_deep(const Tensor& x) const {
  const Tensor c = clipped(x);
  return numbers.defined() ? cat({c, encoding(numbers_of(c))}, 1) : c;
}

std::vector<Tensor> Network::before_activations(const Tensor& x) const {
  std::vector<Tensor> all;
  if (deep.size() == 0) return all;
  Tensor y = seen_by_deep(x);
  for (std::size_t i = 0; i + 1 < deep.size(); ++i) {
    y = deep[i](y);
    if (deep[i].get<nn::Linear>()) all.push_back(y);
  }
  return all;
}

Tensor Network::forward(const Tensor& x, const Tensor& of_texts) const {
  Tensor y = wide(x);
  if (deep.size() > 0) y = y + deep(seen_by_deep(x));
  if (of_texts.defined()) y = y + of_texts;
  return y.size(1) == 1 ? y.squeeze(1) : y;
}

Tensor Network::of_texts(const data::SparseRows& rows) const {
  if (!texts.defined()) return {};
  const nn::EmbeddingBag bag =
      nn::EmbeddingBag::from_pretrained(texts, true, {.mode = Bag::sum, .include_last_offset = true});
  const auto numbers = [](const auto& values) {
    return tensor(std::vector<std::int64_t>(values.begin(), values.end()));
  };
  return bag(numbers(rows.columns), numbers(rows.begins), tensor(rows.values));
}

void Network::divide_outputs(double divisor) {
  const NoGrad no_grad;
  std::vector<Tensor> last = {wide.weight, wide.bias};
  if (texts.defined()) last.push_back(texts);
  // Weight and bias of the last layer.
  const auto of_deep = deep.parameters();
  last.insert(last.end(), of_deep.end() - std::min<std::ptrdiff_t>(2, std::ssize(of_deep)), of_deep.end());
  for (Tensor& weight : last) weight.copy_(weight / divisor);
}

std::map<std::string, Dims> state_shapes(const NetworkShape& shape) {
  std::map<std::string, Dims> shapes;
  const auto add_linear = [&](const std::string& name, std::int64_t in, std::int64_t out) {
    shapes.emplace(name + ".weight", Dims{out, in});
    shapes.emplace(name + ".bias", Dims{out});
  };
  add_linear("wide", shape.inputs, shape.outputs);
  if (shape.terms > 0) shapes.emplace("texts", Dims{shape.terms, shape.outputs});
  const NumberEncodingShape encoding = shape.encoding();
  if (encoding.numbers > 0 && encoding.bins > 0)
    for (const char* name : {"encoding.starts", "encoding.slopes"})
      shapes.emplace(name, Dims{encoding.numbers, encoding.bins});
  if (encoding.numbers > 0 && encoding.frequencies > 0)
    for (const char* name : {"encoding.frequencies", "encoding.phases"})
      shapes.emplace(name, Dims{encoding.numbers, encoding.frequencies});
  std::int64_t width = shape.inputs + encoding.width();
  std::size_t layer = 0;
  for (const std::int64_t hidden : shape.hidden) {
    add_linear(concat("deep.", layer), width, hidden);
    layer += shape.dropout > 0 ? 3 : 2;
    width = hidden;
  }
  if (!shape.hidden.empty()) add_linear(concat("deep.", layer), width, shape.outputs);
  return shapes;
}

}  // namespace descent::train
