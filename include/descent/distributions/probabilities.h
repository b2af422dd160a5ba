#pragma once

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT distributions {

/// Probabilities, or what stands for them: their logarithms up to a constant, or log(p / (1 - p)) of a single one. One
/// of the two, as in {.logits = x}.
struct Probabilities {
  Tensor probs = {};
  Tensor logits = {};
};

}  // namespace distributions
}  // namespace descent
