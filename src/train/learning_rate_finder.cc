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

// How far smoothed losses lie from each other by chance, as the first ones show, whose rates change nothing yet.
double noise_of(const LearningRateCurve& curve, double smoothing) {
  const std::size_t count = curve.losses.size() / 5;
  if (count < 3) return 0;
  double squares = 0;
  for (std::size_t i = 1; i < count; ++i) squares += std::pow(curve.losses[i] - curve.losses[i - 1], 2);
  const double variance = squares / 2 / static_cast<double>(count - 1);
  return std::sqrt(variance * (1 - smoothing) / (1 + smoothing));
}

std::optional<double> suggest(const LearningRateCurve& curve, double smoothing) {
  const std::vector<double>& losses = curve.smoothed;
  // The first averages are of few losses.
  const auto first = static_cast<std::size_t>(std::lround(1 / (1 - smoothing)));
  if (losses.size() < first + 2) return std::nullopt;
  const auto begin = losses.begin() + static_cast<std::ptrdiff_t>(first);
  const auto least = static_cast<std::size_t>(std::min_element(begin, losses.end()) - losses.begin());
  if (!(losses[first] - losses[least] > 5 * noise_of(curve, smoothing))) return std::nullopt;
  // The rates are evenly spaced on the scale of their logarithm, on which the slope is taken.
  const std::size_t reach = std::max<std::size_t>(first / 2, 1);
  std::size_t steepest = least;
  double slope = 0;
  for (std::size_t i = first; i < least; ++i) {
    const std::size_t before = i - std::min(i, reach), after = std::min(i + reach, least);
    const double here = (losses[after] - losses[before]) / static_cast<double>(after - before);
    if (here < slope) {
      slope = here;
      steepest = i;
    }
  }
  // It can fall to the very edge of where it explodes.
  return std::min(curve.rates[steepest], curve.rates[least] / 2);
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
  curve.suggestion = suggest(curve, range.smoothing);
  return curve;
}

}  // namespace descent::train
