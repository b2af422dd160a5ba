#include "train/text_rule.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/nn/embedding.h"
#include "descent/ops.h"
#include "descent/train/named_optimizer.h"

namespace descent::train {
namespace {

constexpr double kRate = 0.5;
constexpr double kEps = 1e-8;

}  // namespace

void choose_for_texts(const FitOptions& options, TrainingRecord& record) {
  const double n = static_cast<double>(record.rows);
  const std::int64_t some_rows =
      std::clamp<std::int64_t>(std::int64_t{1} << std::lround(std::log2(std::max(n / 120, 1.0))), 16, 256);
  if (!find_optimizer(record.optimizer).full_batch) record.batch_size = options.batch_size.value_or(some_rows);
  record.epochs = options.epochs.value_or(10);
}

TextRule::TextRule(Network& network, const data::SparseRows& rows, double usual_lr)
    : network_(network), rows_(rows), usual_lr_(usual_lr) {
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
  const nn::EmbeddingBag bag =
      nn::EmbeddingBag::from_pretrained(index_select(network_.texts.detach(), 0, terms_), false, {.mode = Bag::sum});
  weights_ = bag.weight;
  return bag(tensor(index), tensor(offsets), tensor(values));
}

void TextRule::step(double lr) {
  if (!network_.texts.defined() || terms_.numel() == 0) return;
  const NoGrad no_grad;
  const double times = lr / usual_lr_;
  const Tensor gradient = weights_.grad();
  const Tensor squares = index_select(squares_, 0, terms_) + gradient * gradient;
  squares_.index_put_({terms_}, squares);
  network_.texts.index_put_({terms_}, weights_ - kRate * times * gradient / (sqrt(squares) + kEps));
}

StateDict TextRule::state_dict() const {
  return network_.texts.defined() ? StateDict{{"squares", squares_}} : StateDict{};
}

void TextRule::load_state_dict(const StateDict& state) {
  const StateDict own = state_dict();
  copy_state("TextRule: load_state_dict", {own.begin(), own.end()}, state);
}

}  // namespace descent::train
