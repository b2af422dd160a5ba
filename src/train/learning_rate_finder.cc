#include "descent/train/learning_rate_finder.h"

#include <algorithm>
#include <cmath>

namespace descent::train {
namespace {

void check(const LearningRateRange& range) {
  const auto refuse = [](const char* option, auto value, const char* bound) {
    fail("find_learning_rate: ", option, " = ", value, " must be ", bound);
  };
  if (!(range.first > 0)) refuse("first", range.first, "above 0");
  if (!(range.last > range.first && std::isfinite(range.last))) refuse("last", range.last, "above first, and finite");
  if (range.steps < 2) refuse("steps", range.steps, "at least 2");
  if (!(range.smoothing >= 0 && range.smoothing < 1)) refuse("smoothing", range.smoothing, "at least 0 and below 1");
  if (!(range.divergence > 1)) refuse("divergence", range.divergence, "above 1");
}

double suggest(const LearningRateCurve& curve, std::int64_t steps) {
  const std::vector<double>& losses = curve.smoothed;
  const auto least = static_cast<std::size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
  const double tenth = curve.rates[least] / 10;
  // The rates are evenly spaced on the scale of their logarithm, on which the slope is taken. In the first tenth of the
  // range the average is of few batches, and falls and rises with them.
  std::size_t steepest = least;
  double slope = 0;
  for (std::size_t i = std::max<std::size_t>(1, static_cast<std::size_t>(steps) / 10); i < least; ++i) {
    const double here = losses[i + 1] - losses[i - 1];
    if (here < slope) {
      slope = here;
      steepest = i;
    }
  }
  return std::min(tenth, curve.rates[steepest]);
}

}  // namespace

LearningRateCurve learning_rate_curve(optim::Optimizer& optimizer, FunctionRef<double()> train_batch,
                                      const LearningRateRange& range) {
  check(range);
  LearningRateCurve curve;
  double average = 0, least = 0;
  for (std::int64_t i = 0; i < range.steps; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(range.steps - 1);
    const double rate = range.first * std::pow(range.last / range.first, part);
    for (std::size_t group = 0; group < optimizer.group_count(); ++group) optimizer.lr(group) = rate;
    const double loss = train_batch();
    if (!std::isfinite(loss)) break;
    average = range.smoothing * average + (1 - range.smoothing) * loss;
    const double smoothed = average / (1 - std::pow(range.smoothing, static_cast<double>(i + 1)));
    if (i > 0 && smoothed > range.divergence * least) break;
    least = i == 0 ? smoothed : std::min(least, smoothed);
    curve.rates.push_back(rate);
    curve.losses.push_back(loss);
    curve.smoothed.push_back(smoothed);
  }
  if (curve.rates.empty()) fail("find_learning_rate: the loss is not finite at the first rate, ", range.first);
  curve.suggestion = suggest(curve, range.steps);
  return curve;
}

}  // namespace descent::train
