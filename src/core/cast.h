// Conversions and copies, which the funnel itself needs.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// `input` as `dtype`; itself if it is that already. Differentiable.
Tensor cast_to(const Tensor& input, DType dtype);
/// A row-major copy without history.
Tensor clone_elements(const Tensor& input);
/// Writes `source`, broadcast and converted, over the elements of `target`; neither is recorded nor checked.
void copy_elements(const Tensor& source, const Tensor& target);

}  // namespace descent
