#include "descent/train/strongest_terms.h"

#include <algorithm>

#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::train {
namespace {

std::vector<TermWeight> largest(const std::vector<std::string>& terms, const Tensor& weights, std::size_t count) {
  const std::vector<double> values = weights.to(float64).to_vector<double>();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] > 0) order.push_back(i);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(std::min(order.size(), count));
  std::vector<TermWeight> found;
  for (const std::size_t i : order) found.push_back({terms[i], values[i]});
  return found;
}

}  // namespace

std::vector<StrongestTerms> strongest_terms(const TabularModel& model, std::size_t count) {
  const NoGrad no_grad;
  std::vector<StrongestTerms> strongest;
  if (model.shape.terms == 0) return strongest;
  Tensor texts = model.network.texts;
  for (const Network& other : model.others) texts = texts + other.texts;
  texts = texts / static_cast<double>(1 + model.others.size());
  std::int64_t first = 0;
  for (const data::Feature& feature : model.features.columns) {
    if (!feature.texts) continue;
    const std::vector<std::string>& terms = feature.texts->terms;
    const Tensor weights = narrow(texts, 0, first, static_cast<std::int64_t>(terms.size()));
    first += weights.size(0);
    if (model.target.task == data::Task::regression) {
      // Of outputs beside the quantity, such as its deviation, it is the first.
      const Tensor of_quantity = weights.select(1, 0);
      strongest.push_back({feature.name, "more", largest(terms, of_quantity, count)});
      strongest.push_back({feature.name, "less", largest(terms, -of_quantity, count)});
      continue;
    }
    const Tensor beyond_mean = weights - mean(weights, 1, true);
    for (std::size_t i = 0; i < model.target.classes.size(); ++i)
      strongest.push_back({feature.name, model.target.classes[i],
                           largest(terms, beyond_mean.select(1, static_cast<std::int64_t>(i)), count)});
  }
  return strongest;
}

}  // namespace descent::train
