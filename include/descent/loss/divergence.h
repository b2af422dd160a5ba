#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct GeneralizedKLDivLossOptions {
  bool log_target = false;  // the target is a logarithm too
  Reduction reduction = Reduction::mean;
};

/// The Kullback-Leibler divergence generalised to measures that do not add up to 1.
///
///   l = sum over the last dimension of (t (log(t) - log_prediction) - t + exp(log_prediction))
///
/// It is 0 where both are equal, and positive elsewhere; 0 log(0) is 0. `log_prediction` and `target` t have one shape,
/// [..., C]; the losses, unreduced, are [...]. A target below 0 is an Error.
///
/// Choose it to fit spectra, histograms and counts whose total matters too; kl_div where both are probabilities.
///
/// Source: Bregman 1967, doi:10.1016/0041-5553(67)90040-7; optax.generalized_kl_divergence, which optax has also called
/// convex_kl_divergence.
Tensor generalized_kl_div(const Tensor& log_prediction, const Tensor& target,
                          const GeneralizedKLDivLossOptions& options = {});

namespace nn {
using GeneralizedKLDivLoss = Loss<generalized_kl_div, GeneralizedKLDivLossOptions>;
}

}  // namespace descent
