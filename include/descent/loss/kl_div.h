#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

/// What becomes of the terms of a divergence: all of them, their mean, their sum, or their sum divided by the size of
/// the first dimension, which is the divergence itself where the samples lie along it.
enum class KLDivReduction : std::uint8_t { none, mean, sum, batchmean };

struct KLDivLossOptions {
  KLDivReduction reduction = KLDivReduction::mean;
  bool log_target = false;  // the target is the logarithm of the probabilities
};

/// The divergence of a predicted distribution from the target's (Kullback and Leibler, 1951), term by term.
///
///   l = target * (log(target) - log_probabilities)
///
/// The tensors have one shape, any. Where a target is 0, so is its log(target) term. An Error names the first target
/// that is negative.
///
/// Choose it to learn another model's or a person's distribution over classes (distillation), with
/// KLDivReduction::batchmean. The mean, the default for PyTorch's sake, divides by the number of classes too.
///
/// Source: Kullback and Leibler, "On Information and Sufficiency", 1951, doi:10.1214/aoms/1177729694; PyTorch,
/// torch.nn.KLDivLoss.
Tensor kl_div(const Tensor& log_probabilities, const Tensor& target, const KLDivLossOptions& options = {});

namespace nn {
using KLDivLoss = Loss<kl_div, KLDivLossOptions>;
}

}  // namespace descent
