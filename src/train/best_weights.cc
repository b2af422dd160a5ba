#include "descent/train/best_weights.h"

#include "descent/create.h"
#include "train/state_copies.h"

namespace descent::train {
void BestWeights::keep(double loss, const StateDict& weights) {
  weights_ = copies_of(weights);
  least_ = loss;
}

StateDict BestWeights::state_dict() const {
  StateDict state = {{"least", full({}, least_, {.dtype = float64})}};
  insert_under("weights.", weights_, state);
  return state;
}

void BestWeights::load_state_dict(const StateDict& state) {
  StateDict weights = under("weights.", state);
  StateDict rest = state;
  std::erase_if(rest, [](const auto& entry) { return entry.first.starts_with("weights."); });
  const Tensor least = full({}, 0.0, {.dtype = float64});
  copy_state("BestWeights: load_state_dict", {{"least", least}}, rest);
  weights = copies_of(weights);
  least_ = least.item();
  weights_ = std::move(weights);
}

}  // namespace descent::train
