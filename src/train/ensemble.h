// Several networks as one.
#pragma once

#include <vector>

#include "descent/data/target.h"
#include "descent/tensor.h"

namespace descent::train {

/// The outputs that stand for the mean of what each of `outputs` stands for, all of the same shape:
///
///   of classes            the logarithm of the mean of their probabilities
///   with the normal link  mean and variance of the mixture of their normal distributions
///   with a log link       the logarithm of the mean of the quantities
///   of other quantities   the mean of the outputs
///
/// One network's outputs come back as they are.
///
/// Source: Lakshminarayanan, Pritzel and Blundell, "Simple and Scalable Predictive Uncertainty Estimation using Deep
/// Ensembles", 2017, arXiv:1612.01474.
Tensor mean_of_outputs(const data::Target& target, const std::vector<Tensor>& outputs);

}  // namespace descent::train
