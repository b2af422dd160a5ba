// The cross-entropy of rows of logits with one class each.
#pragma once

#include "descent/tensor.h"

namespace descent {

/// -log_softmax(logits)[r, classes[r]] for each row r of logits [rows, n > 0], classes being [rows] int64 in [0, n):
/// the logarithms of a row are never held, and the gradient walks over the logits once.
Tensor class_losses(const Tensor& logits, const Tensor& classes);

}  // namespace descent
