#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct TweedieDevianceLossOptions {
  double power = 1.5;     // of (1, 2): the variance of the target is proportional to its mean raised to this
  bool log_input = true;  // the prediction is the logarithm of the mean; false: the mean itself
  Reduction reduction = Reduction::mean;
};

/// The unit deviance of Tweedie's compound Poisson-gamma distribution (Jorgensen 1987).
///
///   m = exp(prediction)                  if log_input, else prediction
///   p = power
///   l = 2 (target^(2 - p) / ((1 - p) (2 - p)) - target m^(1 - p) / (1 - p) + m^(2 - p) / (2 - p))
///
/// It is 0 where m = target. Prediction and target have one shape; so have the losses, unreduced. A target below 0 is
/// an Error, and so is, without log_input, a prediction of 0 or below.
///
/// Choose it for amounts that are often exactly 0 and positive otherwise, such as insurance claims and rainfall. At
/// power 1 it would be Poisson's deviance, for counts: poisson_nll_loss; at 2 gamma's.
///
/// Source: Jorgensen 1987, "Exponential Dispersion Models", J. R. Stat. Soc. B 49(2);
/// sklearn.metrics.mean_tweedie_deviance.
Tensor tweedie_deviance_loss(const Tensor& prediction, const Tensor& target,
                             const TweedieDevianceLossOptions& options = {});

namespace nn {
using TweedieDevianceLoss = Loss<tweedie_deviance_loss, TweedieDevianceLossOptions>;
}

}  // namespace descent
