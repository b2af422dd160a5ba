#include "train/text_rule.h"

#include <algorithm>

#include "descent/create.h"
#include "descent/functional.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::train {
namespace {

constexpr double kRate = 0.5;
constexpr double kEps = 1e-8;

}  // namespace

TextRule::TextRule(TabularModel& model, const data::SparseRows& rows)
    : network_(model.network), rows_(rows), weight_decay_(0) {
  if (!network_.texts.defined()) return;
  places_.assign(static_cast<std::size_t>(network_.texts.size(0)), -1);
  begin_again();
}

void TextRule::begin_again() {
  if (network_.texts.defined()) squares_ = zeros(network_.texts.sizes());
}

Tensor TextRule::outputs(const Tensor& positions) {
  if (!network_.texts.defined()) return {};
  std::vector<std::int64_t> terms, index, offsets;
  std::vector<float> values;
  for (const std::int64_t position : positions.to_vector<std::int64_t>()) {
    offsets.push_back(static_cast<std::int64_t>(index.size()));
    const auto row = static_cast<std::size_t>(position);
    for (std::size_t i = rows_.begins[row]; i < rows_.begins[row + 1]; ++i) {
      const std::int32_t term = rows_.columns[i];
      std::int64_t& place = places_[static_cast<std::size_t>(term)];
      if (place < 0) {
        place = static_cast<std::int64_t>(terms.size());
        terms.push_back(term);
      }
      index.push_back(place);
      values.push_back(rows_.values[i]);
    }
  }
  for (const std::int64_t term : terms) places_[static_cast<std::size_t>(term)] = -1;
  terms_ = tensor(terms);
  weights_ = index_select(network_.texts.detach(), 0, terms_).requires_grad_();
  return embedding_bag(tensor(index), weights_, tensor(offsets),
                       {.mode = Bag::sum, .per_sample_weights = tensor(values)});
}

void TextRule::step(double part) {
  if (!network_.texts.defined() || terms_.numel() == 0) return;
  const NoGrad no_grad;
  const Tensor gradient = weights_.grad();
  const Tensor squares = index_select(squares_, 0, terms_) + gradient * gradient;
  squares_.index_put_({terms_}, squares);
  const Tensor step = gradient / (sqrt(squares) + kEps) + weight_decay_ * weights_;
  network_.texts.index_put_({terms_}, weights_ - kRate * part * step);
}

StateDict TextRule::state_dict() const {
  return network_.texts.defined() ? StateDict{{"squares", squares_}} : StateDict{};
}

void TextRule::load_state_dict(const StateDict& state) {
  const StateDict own = state_dict();
  copy_state("TextRule: load_state_dict", {own.begin(), own.end()}, state);
}

}  // namespace descent::train
