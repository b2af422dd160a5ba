// Penalties: what an objective adds to a cost.
//
// Of the three words, a loss is what one sample costs, a cost is the losses of the data taken together, and an
// objective is what is minimised, a cost with its penalties:
//
//   auto cost = mse_loss(net(x), y);
//   auto objective = cost + 0.01 * l2_penalty(net.parameters());
//   objective.backward();
#pragma once

#include <concepts>
#include <initializer_list>
#include <ranges>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// A range of tensors or parameters, such as model.parameters().
template <class Range>
concept TensorRange =
    std::ranges::input_range<const Range> && std::convertible_to<std::ranges::range_reference_t<const Range>, Tensor>;

struct ElasticNetPenaltyOptions {
  double l1_ratio = 0.5;  // of [0, 1]: the share of the absolute values in the penalty
};

namespace detail {
Tensor l1_penalty(const std::vector<Tensor>& tensors);
Tensor l2_penalty(const std::vector<Tensor>& tensors);
Tensor elastic_net_penalty(const std::vector<Tensor>& tensors, const ElasticNetPenaltyOptions& options);
template <class Range>
std::vector<Tensor> tensors_of(const Range& range) {
  return {std::ranges::begin(range), std::ranges::end(range)};
}
}  // namespace detail

/// The lasso's penalty (Tibshirani 1996): the sum of absolute values.
///
///   p = sum |w|
///
/// Over all elements of all tensors: {weight, bias}, or any range of tensors or parameters. Of no tensor it is 0. At
/// w = 0 the gradient is 0, which is one of the subgradients there.
///
/// Choose it to drive small weights towards 0. Gradient descent brings them near, not exactly there.
///
/// Source: Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso", J. R. Stat. Soc. B 58(1).
template <TensorRange Range = std::initializer_list<Tensor>>
Tensor l1_penalty(const Range& tensors) {
  return detail::l1_penalty(detail::tensors_of(tensors));
}

/// The ridge penalty (Hoerl and Kennard 1970): the sum of squares.
///
///   p = sum w^2
///
/// Over all elements of all tensors, as in l1_penalty. An objective with lambda / 2 times it has the gradients that
/// optim::SGD has with weight_decay = lambda.
///
/// Choose it to keep weights small. With optimizers that scale gradients, such as Adam, decay that does not go through
/// the gradient (optim::AdamW) does the same to every weight, and this does not.
///
/// Source: Hoerl, Kennard 1970, "Ridge Regression", Technometrics 12(1), doi:10.1080/00401706.1970.10488634.
template <TensorRange Range = std::initializer_list<Tensor>>
Tensor l2_penalty(const Range& tensors) {
  return detail::l2_penalty(detail::tensors_of(tensors));
}

/// The elastic net's penalty (Zou and Hastie 2005), as scikit-learn scales it.
///
///   p = l1_ratio sum |w| + (1 - l1_ratio) / 2 sum w^2
///
/// Over all elements of all tensors, as in l1_penalty.
///
/// Choose it where groups of weights are correlated: the lasso would keep one of each at random.
///
/// Source: Zou, Hastie 2005, "Regularization and Variable Selection via the Elastic Net", J. R. Stat. Soc. B 67(2),
/// doi:10.1111/j.1467-9868.2005.00503.x; sklearn.linear_model.ElasticNet.
template <TensorRange Range = std::initializer_list<Tensor>>
Tensor elastic_net_penalty(const Range& tensors, const ElasticNetPenaltyOptions& options = {}) {
  return detail::elastic_net_penalty(detail::tensors_of(tensors), options);
}

}  // namespace descent
