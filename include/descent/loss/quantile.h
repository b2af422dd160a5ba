#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct QuantileLossOptions {
  double quantile = 0.5;  // of (0, 1): the share of targets that should lie below the prediction
  Reduction reduction = Reduction::mean;
};

/// The quantile, or pinball, loss (Koenker and Bassett 1978).
///
///   e = target - prediction
///   l = max(quantile e, (quantile - 1) e)
///
/// What minimises its mean is the `quantile` of the target; at 0.5 the loss is half the absolute error and that is the
/// median. Prediction and target have one shape; so have the losses, unreduced. At e = 0 the gradient is the mean of
/// those on both sides.
///
/// Choose it to predict a bound that a known share of the targets stays under, or, with two of them, an interval.
///
/// Source: Koenker, Bassett 1978, "Regression Quantiles", Econometrica 46(1), doi:10.2307/1913643;
/// sklearn.metrics.mean_pinball_loss.
Tensor quantile_loss(const Tensor& prediction, const Tensor& target, const QuantileLossOptions& options = {});

namespace nn {
using QuantileLoss = Loss<quantile_loss, QuantileLossOptions>;
}

}  // namespace descent
