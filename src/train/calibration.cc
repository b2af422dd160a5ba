#include "train/calibration.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/loss/cross_entropy.h"
#include "descent/minimize/minimize.h"
#include "descent/text.h"
#include "train/ensemble.h"

namespace descent::train {

namespace {

/// By so much the logarithm of the likelihood of rows that need no temperature grows by one in one case of twenty: half
/// of the 95th percentile of the chi squared distribution with one degree of freedom (Wilks, 1938).
constexpr double kSignificant = 1.92;

std::vector<Tensor> logits_of(const TabularModel& model, const data::EncodedFeatures& rows) {
  const NoGrad no_grad;
  const auto of = [&](const Network& network) {
    return network(rows.inputs, network.of_texts(rows.texts)).to(float64);
  };
  std::vector<Tensor> logits = {of(model.network)};
  for (const Network& other : model.others) logits.push_back(of(other));
  return logits;
}

}  // namespace

void calibrate_probabilities(TabularModel& model, const Examples& rows) {
  const std::vector<Tensor> logits = logits_of(model, rows.features);
  const double smoothing = 1 / (static_cast<double>(rows.targets.size(0)) + 1);
  const auto loss = [&](const Tensor& log_temperature) {
    std::vector<Tensor> divided;
    for (const Tensor& of_network : logits) divided.push_back(of_network / exp(log_temperature));
    return cross_entropy(mean_of_outputs(model.target, divided), rows.targets, {.label_smoothing = smoothing});
  };
  // Beyond a factor of ten a validation part is too small, or unlike the rows that were learnt.
  const Tensor bound = full({1}, std::log(10.0), {.dtype = float64});
  const Tensor none = zeros({1}, {.dtype = float64});
  const MinimizeResult found = minimize(loss, none, {.bounds = {-bound, bound}});
  const double log_likelihood_ratio = (loss(none).item() - found.value) * static_cast<double>(rows.targets.size(0));
  if (log_likelihood_ratio < kSignificant) return;
  model.training.temperature = std::exp(found.x.item());
  model.network.divide_outputs(model.training.temperature);
  for (Network& other : model.others) other.divide_outputs(model.training.temperature);
}

std::string calibrate_intervals(TabularModel& model, const Examples& rows) {
  if (rows.empty())
    return "no rows could be set aside to tell how wide the intervals are to be; they may be too narrow";
  const NoGrad no_grad;
  const Tensor quantiles = data::quantiles_of(model.outputs(rows.features.inputs, rows.features.texts).to(float64));
  const Tensor low = select(quantiles, 1, 0), middle = select(quantiles, 1, 1), high = select(quantiles, 1, 2);
  const Tensor error = rows.targets - middle;
  // By which factor each row's interval must be wider to reach it.
  const Tensor factor_of_row = where(error < 0, error / (low - middle), error / (high - middle));
  std::vector<double> factors = where(error == 0, zeros_like(error), factor_of_row).to_vector<double>();
  std::ranges::sort(factors);
  const auto n = static_cast<double>(factors.size());
  const double coverage = make_tabular_loss(model.training.loss).coverage;
  const double wanted = std::ceil((n + 1) * coverage);
  const double factor = factors[static_cast<std::size_t>(std::min(wanted, n)) - 1];
  // Of rows that are learnt to the last digit there is nothing to be known.
  if (!(factor > 0) || !std::isfinite(factor)) return "";
  const Tensor wider = tensor({0.0, std::log(factor), std::log(factor)}).to(float32);
  model.network.wide.bias.add_(wider);
  for (Network& other : model.others) other.wide.bias.add_(wider);
  if (wanted <= n) return "";
  return concat("the ", counted(factors.size(), "row"),
                " set aside cannot tell how wide intervals are to be that hold ", coverage,
                " of the rows; they may be too narrow");
}

}  // namespace descent::train
