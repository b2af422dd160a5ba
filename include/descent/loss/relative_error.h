#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct MAPELossOptions {
  double eps = 1e-7;  // above 0: targets closer to 0 count as this
  Reduction reduction = Reduction::mean;
};

/// The absolute percentage error, MAPE when reduced to its mean.
///
///   l = 100 |prediction - target| / max(|target|, eps)
///
/// Prediction and target have one shape; so have the losses, unreduced.
///
/// Choose it where an error counts relative to a target that is never near 0. It favours predictions that are too
/// small: they cost 100 at most, those that are too large any amount.
///
/// Source: keras.losses.mean_absolute_percentage_error, for eps too.
Tensor mape_loss(const Tensor& prediction, const Tensor& target, const MAPELossOptions& options = {});

struct MSLELossOptions {
  double eps = 1e-7;  // at least 0: smaller predictions and targets count as this
  Reduction reduction = Reduction::mean;
};

/// The squared logarithmic error, MSLE when reduced to its mean.
///
///   l = (log(1 + max(prediction, eps)) - log(1 + max(target, eps)))^2
///
/// Prediction and target have one shape; so have the losses, unreduced. A target below 0 is an Error; a prediction
/// below eps has no gradient.
///
/// Choose it for targets of 0 and above that span several orders of magnitude, such as counts and prices. It costs more
/// to predict too little than as much too much.
///
/// Source: keras.losses.mean_squared_logarithmic_error, for eps too.
Tensor msle_loss(const Tensor& prediction, const Tensor& target, const MSLELossOptions& options = {});

namespace nn {
using MAPELoss = Loss<mape_loss, MAPELossOptions>;
using MSLELoss = Loss<msle_loss, MSLELossOptions>;
}  // namespace nn

}  // namespace descent
