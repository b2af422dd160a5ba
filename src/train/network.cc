#include "descent/train/network.h"

#include "descent/create.h"
#include "descent/functional.h"
#include "descent/nn/activation.h"
#include "descent/nn/init.h"
#include "descent/ops.h"

namespace descent::train {

Network::Network(const NetworkShape& shape) : wide(shape.inputs, shape.outputs) {
  nn::init::zeros_(wide.weight);
  nn::init::zeros_(wide.bias);
  if (shape.terms > 0) texts = nn::Parameter(zeros({shape.terms, shape.outputs}));
  std::int64_t width = shape.inputs;
  if (width == 0) return;
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
  return embedding_bag(tensor(std::vector<std::int64_t>(rows.columns.begin(), rows.columns.end())), texts,
                       tensor(std::vector<std::int64_t>(rows.begins.begin(), rows.begins.end())),
                       {.mode = Bag::sum, .per_sample_weights = tensor(rows.values), .include_last_offset = true});
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
  if (width == 0) return shapes;
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
