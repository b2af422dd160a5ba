#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct LogCoshLossOptions {
  Reduction reduction = Reduction::mean;
};

/// The log-cosh loss: the square of small errors, the absolute value of large ones, smooth in between.
///
///   e = prediction - target
///   l = log(cosh(e))
///
/// That is e^2 / 2 for small errors, accurate to the last digits, and |e| - log(2) for large ones. Prediction and
/// target have one shape; so have the losses, unreduced.
///
/// Choose it for regression with outliers, where the optimizer wants second derivatives that Huber's loss does not have
/// everywhere. Its bend is at an error of about 1: scale the targets so that this is what you want.
///
/// Source: Chen, Wang, Zhao, Chen 2019, "Log Hyperbolic Cosine Loss Improves Variational Auto-Encoder"; optax.log_cosh
/// and keras.losses.log_cosh.
Tensor log_cosh_loss(const Tensor& prediction, const Tensor& target, const LogCoshLossOptions& options = {});

namespace nn {
using LogCoshLoss = Loss<log_cosh_loss, LogCoshLossOptions>;
}

}  // namespace descent
