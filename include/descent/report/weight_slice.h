// The error over many weights, along two directions through them.
//
// Source: Li et al., Visualizing the loss landscape of neural nets, 2018.
#pragma once

#include <functional>
#include <vector>

#include "descent/generator.h"
#include "descent/report/landscape.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// Two directions through weights, each a tensor for each of them, of its shape, float64.
struct WeightDirections {
  std::vector<Tensor> x, y;
};

/// Random normal directions d, in which each filter has the norm of the weights' own: d_f |w_f| / |d_f|, where a filter
/// f is what stands at one index of the first dimension (a row of a linear layer). 0 for tensors of less than two
/// dimensions (biases, scales). Slices along them can be compared between networks, as a network that computes the same
/// with larger weights is stretched alike. An Error without a tensor of two dimensions.
WeightDirections filter_normalized_directions(const std::vector<Tensor>& weights, Generator& generator);

struct PrincipalDirections {
  /// Of length 1 over all weights, at right angles.
  WeightDirections directions;
  /// How much of the sum of squared distances to the last weights each holds; of [0, 1].
  double share_x = 0, share_y = 0;
  /// The path along them, from the last weights: the last is (0, 0).
  std::vector<Point> path;
};

/// The two directions in which a path of weights goes most: the first right singular vectors of the rows w_t - w_last.
/// Signs are such that the path begins where x and y are not negative. An Error for fewer than three places, or places
/// that differ in shapes.
PrincipalDirections principal_directions(const std::vector<std::vector<Tensor>>& path);

/// The error at weights + x directions.x + y directions.y, at a grid of `points` a side: `error` is called while the
/// weights, which it knows, are moved; afterwards, also after an Error, they have the bits from before.
ErrorSurface weight_slice(const std::vector<Tensor>& weights, const WeightDirections& directions,
                          const std::function<Tensor()>& error, ValueRange x, ValueRange y, std::int64_t points = 31);

}  // namespace report
}  // namespace descent
