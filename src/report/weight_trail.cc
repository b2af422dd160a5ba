#include "report/weight_trail.h"

#include <algorithm>
#include <cmath>

#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/report/weight_slice.h"
#include "train/training_data.h"

namespace descent::report {

namespace {

std::vector<Tensor> weights_of(const train::TabularModel& model) {
  std::vector<Tensor> weights;
  for (const auto& [name, tensor] : model.network.state_dict()) weights.push_back(tensor);
  return weights;
}

std::int64_t count_of(const std::vector<Tensor>& weights) {
  std::int64_t count = 0;
  for (const Tensor& w : weights) count += w.numel();
  return count;
}

/// Rows held out, fewer of a larger network, so that a look at all of them costs about the same.
data::Rows looked_at(const data::Rows& rows, std::int64_t weights) {
  const auto most = static_cast<std::size_t>(std::clamp<std::int64_t>(10'000'000 / weights, 100, 1000));
  if (rows.size() <= most) return rows;
  data::Rows some;
  for (std::size_t i = 0; i < most; ++i) some.push_back(rows[i * rows.size() / most]);
  return some;
}

/// With room on both sides.
ValueRange range_of(const std::vector<Point>& points, std::size_t axis) {
  ValueRange range{.low = 0, .high = 0};
  for (const Point& point : points) {
    range.low = std::min(range.low, point[axis]);
    range.high = std::max(range.high, point[axis]);
  }
  const double room = 0.15 * (range.high - range.low);
  return {.low = range.low - room, .high = range.high + room};
}

bool is_finite(const std::vector<Tensor>& weights) {
  return std::all_of(weights.begin(), weights.end(),
                     [](const Tensor& w) { return std::isfinite(sum(abs(w.to(float64))).item()); });
}

}  // namespace

void WeightTrail::add(const train::TabularModel& model) {
  const std::vector<Tensor> weights = weights_of(model);
  if (count_of(weights) > kMostWeights) return;
  latest_ = {.epoch = latest_.epoch + 1, .weights = {}};
  for (const Tensor& w : weights) latest_.weights.push_back(w.detach().clone());
  if (latest_.epoch % stride_ != 0) return;
  if (places_.size() + 1 == kCapacity) {
    stride_ *= 2;
    std::erase_if(places_, [this](const Place& place) { return place.epoch % stride_ != 0; });
    if (latest_.epoch % stride_ != 0) return;
  }
  places_.push_back(latest_);
}

std::vector<WeightTrail::Place> WeightTrail::places() const {
  std::vector<Place> places = places_;
  if (!places.empty() && places.back().epoch != latest_.epoch) places.push_back(latest_);
  return places;
}

std::optional<WeightLandscape> landscape_around(const std::vector<std::vector<RaceRun>>& runs,
                                                const std::vector<TrailedRun>& trails, const data::Table& held_out) {
  const NoGrad no_grad;
  std::vector<std::vector<WeightTrail::Place>> places;
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < trails.size(); ++i) {
    const bool is_there = trails[i].result && !trails[i].result->held_out_rows.empty();
    places.push_back(is_there ? trails[i].trail.places() : std::vector<WeightTrail::Place>());
    if (places[i].size() < 3 || !is_finite(places[i].back().weights)) {
      places[i].clear();
    } else if (!best || runs[i].front().final_loss < runs[*best].front().final_loss) {
      best = i;
    }
  }
  if (!best) return std::nullopt;

  // The last of all places, around which the others lie, is the end of the best.
  std::vector<std::vector<Tensor>> all;
  for (std::size_t k = 0; k <= places.size(); ++k) {
    if (k == *best) continue;
    for (const WeightTrail::Place& place : places[k == places.size() ? *best : k]) all.push_back(place.weights);
  }
  const PrincipalDirections principal = principal_directions(all);
  const ValueRange x = range_of(principal.path, 0), y = range_of(principal.path, 1);
  if (!(x.low < x.high && y.low < y.high)) return std::nullopt;

  const train::FitResult& result = *trails[*best].result;
  const std::vector<Tensor> weights = weights_of(result.model);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i].copy_(all.back()[i]);
  const train::Examples rows =
      train::encode(result.model, {&held_out, looked_at(result.held_out_rows, count_of(weights))});
  WeightLandscape landscape{
      .surface = weight_slice(
          weights, principal.directions,
          [&] { return full({}, result.model.measure(rows.features, rows.targets).loss, {.dtype = float64}); }, x, y),
      .share = principal.share_x + principal.share_y};
  std::size_t next = 0;
  landscape.ways.resize(places.size());
  landscape.epochs.resize(places.size());
  for (std::size_t k = 0; k <= places.size(); ++k) {
    if (k == *best) continue;
    const std::size_t racer = k == places.size() ? *best : k;
    for (const WeightTrail::Place& place : places[racer]) {
      landscape.ways[racer].push_back(principal.path[next++]);
      landscape.epochs[racer].push_back(place.epoch);
    }
  }
  return landscape;
}

}  // namespace descent::report
