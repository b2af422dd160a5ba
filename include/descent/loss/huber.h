#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct HuberLossOptions {
  double delta = 1;  // above 0: where the square ends and the straight line begins
  /// Of the prediction's shape: each loss is multiplied by so much; the mean is that of all elements alike. Default:
  /// all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The Huber loss (Huber, 1964): squared for small errors, absolute for large ones.
///
///   e = prediction - target
///   l = e^2 / 2                      if |e| <= delta
///       delta * (|e| - delta / 2)    otherwise
///
/// The tensors have one shape, any.
///
/// Choose it for regression with outliers, with delta about as large as an honest error. For large delta it is
/// mse_loss / 2, for small delta it is delta times l1_loss.
///
/// Source: Huber, "Robust Estimation of a Location Parameter", 1964, doi:10.1214/aoms/1177703732; PyTorch,
/// torch.nn.HuberLoss.
Tensor huber_loss(const Tensor& prediction, const Tensor& target, const HuberLossOptions& options = {});

struct SmoothL1LossOptions {
  double beta = 1;  // 0 or more: where the square ends and the straight line begins; 0 is l1_loss
  Reduction reduction = Reduction::mean;
};

/// The smooth L1 loss (Girshick, 2015): huber_loss divided by its delta, so that the line has the slope 1.
///
///   e = prediction - target
///   l = e^2 / (2 * beta)    if |e| < beta
///       |e| - beta / 2      otherwise
///
/// The tensors have one shape, any.
///
/// Choose it for what it was made for, the boxes of object detection; elsewhere it is huber_loss on another scale.
///
/// Source: Girshick, "Fast R-CNN", 2015, arXiv:1504.08083; PyTorch, torch.nn.SmoothL1Loss.
Tensor smooth_l1_loss(const Tensor& prediction, const Tensor& target, const SmoothL1LossOptions& options = {});

namespace nn {
using HuberLoss = Loss<huber_loss, HuberLossOptions>;
using SmoothL1Loss = Loss<smooth_l1_loss, SmoothL1LossOptions>;
}  // namespace nn

}  // namespace descent
