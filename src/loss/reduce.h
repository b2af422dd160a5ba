// The mean or sum of losses.
#pragma once

#include "descent/loss/loss.h"

namespace descent {

/// The reduction of the losses of elements or samples.
Tensor reduce(const Tensor& losses, Reduction reduction);
/// The same where they count differently: `losses` are weighted already, and the mean is their sum over that of
/// `weights`.
Tensor reduce(const Tensor& losses, const Tensor& weights, Reduction reduction);

}  // namespace descent
