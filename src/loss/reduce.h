// What losses are written with.
#pragma once

#include "descent/loss/loss.h"

namespace descent {

/// The reduction of the losses of elements or samples.
Tensor reduce(const Tensor& losses, Reduction reduction);
/// The same where they count differently: `losses` are weighted already, and the mean is their sum over that of
/// `weights`.
Tensor reduce(const Tensor& losses, const Tensor& weights, Reduction reduction);

/// An Error unless `tensor`, called `role`, has the shape of the prediction.
void check_shape(const char* loss, const Tensor& prediction, const char* role, const Tensor& tensor);

}  // namespace descent
