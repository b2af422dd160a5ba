#include "descent/report/weight_slice.h"

#include <algorithm>
#include <cmath>

#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/linalg.h"
#include "descent/ops.h"

namespace descent::report {

namespace {

std::vector<Tensor> random_direction(const std::vector<Tensor>& weights, Generator& generator) {
  std::vector<Tensor> direction;
  for (const Tensor& w : weights) {
    if (w.dim() < 2) {
      direction.push_back(zeros(w.sizes(), {.dtype = float64}));
      continue;
    }
    const Tensor drawn = randn(w.sizes(), {.dtype = float64}, generator).reshape({w.size(0), -1});
    const Tensor filters = w.detach().to(float64).reshape({w.size(0), -1});
    const Tensor scale = linalg::vector_norm(filters, 2, {1}, true) / linalg::vector_norm(drawn, 2, {1}, true);
    direction.push_back((drawn * scale).reshape(w.sizes()));
  }
  return direction;
}

Tensor as_row(const std::vector<Tensor>& weights) {
  std::vector<Tensor> flat;
  for (const Tensor& w : weights) flat.push_back(w.detach().to(float64).reshape({-1}));
  return cat(flat);
}

std::vector<Tensor> in_shapes_of(const std::vector<Tensor>& weights, const Tensor& row) {
  std::vector<Tensor> shaped;
  std::int64_t begin = 0;
  for (const Tensor& w : weights) {
    shaped.push_back(row.slice(0, begin, begin + w.numel()).reshape(w.sizes()));
    begin += w.numel();
  }
  return shaped;
}

/// Weights that are moved for a while.
class MovedWeights {
 public:
  explicit MovedWeights(const std::vector<Tensor>& weights) : weights_(weights) {
    for (const Tensor& w : weights) {
      before_.push_back(w.detach().clone());
      center_.push_back(before_.back().to(float64));
    }
  }
  ~MovedWeights() {
    for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i].copy_(before_[i]);
  }
  MovedWeights(const MovedWeights&) = delete;
  MovedWeights& operator=(const MovedWeights&) = delete;

  void move(const WeightDirections& directions, const Point& to) {
    for (std::size_t i = 0; i < weights_.size(); ++i)
      weights_[i].copy_(center_[i] + to[0] * directions.x[i] + to[1] * directions.y[i]);
  }

 private:
  const std::vector<Tensor>& weights_;
  std::vector<Tensor> before_, center_;
};

}  // namespace

WeightDirections filter_normalized_directions(const std::vector<Tensor>& weights, Generator& generator) {
  if (std::none_of(weights.begin(), weights.end(), [](const Tensor& w) { return w.dim() >= 2; }))
    fail("filter_normalized_directions: no weight has filters, which takes two dimensions");
  const NoGrad no_grad;
  WeightDirections directions;
  directions.x = random_direction(weights, generator);
  directions.y = random_direction(weights, generator);
  return directions;
}

PrincipalDirections principal_directions(const std::vector<std::vector<Tensor>>& path) {
  if (path.size() < 3) fail("principal_directions: a path of ", path.size(), " places, wanted at least 3");
  const NoGrad no_grad;
  std::vector<Tensor> rows;
  for (const std::vector<Tensor>& weights : path) {
    if (weights.size() != path.back().size())
      fail("principal_directions: one place has ", weights.size(), " tensors, the last has ", path.back().size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i].sizes() != path.back()[i].sizes())
        fail("principal_directions: tensor ", i, " is ", weights[i].sizes(), " in one place, ", path.back()[i].sizes(),
             " in the last");
    }
    rows.push_back(as_row(weights));
  }
  const Tensor away = stack(rows) - rows.back();
  if (away.size(1) < 2) fail("principal_directions: one weight has no two directions");
  const linalg::Svd svd = linalg::svd(away, false);
  const double whole = std::max(sum(square(svd.s)).item<double>(), 1e-300);
  PrincipalDirections result;
  Tensor along[2];
  std::vector<Tensor>* const directions[] = {&result.directions.x, &result.directions.y};
  for (int i = 0; i < 2; ++i) {
    Tensor direction = svd.vh[i];
    along[i] = matmul(away, direction);
    if (along[i][0].item<double>() < 0) {
      direction = -direction;
      along[i] = -along[i];
    }
    *directions[i] = in_shapes_of(path.back(), direction);
  }
  result.share_x = square(svd.s[0]).item<double>() / whole;
  result.share_y = square(svd.s[1]).item<double>() / whole;
  const std::vector<double> x = along[0].to_vector<double>(), y = along[1].to_vector<double>();
  for (std::size_t i = 0; i < x.size(); ++i) result.path.push_back({x[i], y[i]});
  return result;
}

ErrorSurface weight_slice(const std::vector<Tensor>& weights, const WeightDirections& directions,
                          const std::function<Tensor()>& error, ValueRange x, ValueRange y, std::int64_t points) {
  const NoGrad no_grad;
  MovedWeights moved(weights);
  return error_surface(
      [&](const Tensor& at) {
        const std::vector<double> to = at.to_vector<double>();
        moved.move(directions, {to[0], to[1]});
        return error();
      },
      x, y, points);
}

}  // namespace descent::report
