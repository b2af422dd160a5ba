#include "descent/train/network.h"

#include "descent/create.h"
#include "descent/nn/activation.h"
#include "descent/nn/embedding.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::train {

Network::Network(const NetworkShape& shape) : wide(shape.inputs, shape.outputs) {
  nn::init::zeros_(wide.weight);
  nn::init::zeros_(wide.bias);
  if (shape.terms > 0) texts = nn::Parameter(zeros({shape.terms, shape.outputs}));
  std::int64_t width = shape.inputs;
  for (const std::int64_t hidden : shape.hidden) {
    deep.push_back(nn::Linear(width, hidden));
    deep.push_back(nn::SiLU());
    width = hidden;
  }
  if (shape.hidden.empty()) return;
  nn::Linear last(width, shape.outputs);
  nn::init::zeros_(last.weight);
  nn::init::zeros_(last.bias);
  deep.push_back(std::move(last));
}

Tensor Network::forward(const Tensor& x, const Tensor& of_texts) const {
  Tensor y = deep.size() == 0 ? wide(x) : wide(x) + deep(x);
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

std::map<std::string, Dims> state_shapes(const NetworkShape& shape) {
  std::map<std::string, Dims> shapes;
  const auto add_linear = [&](const std::string& name, std::int64_t in, std::int64_t out) {
    shapes.emplace(name + ".weight", Dims{out, in});
    shapes.emplace(name + ".bias", Dims{out});
  };
  add_linear("wide", shape.inputs, shape.outputs);
  if (shape.terms > 0) shapes.emplace("texts", Dims{shape.terms, shape.outputs});
  std::int64_t width = shape.inputs;
  std::size_t layer = 0;
  for (const std::int64_t hidden : shape.hidden) {
    add_linear(concat("deep.", layer), width, hidden);
    layer += 2;
    width = hidden;
  }
  if (!shape.hidden.empty()) add_linear(concat("deep.", layer), width, shape.outputs);
  return shapes;
}

}  // namespace descent::train
