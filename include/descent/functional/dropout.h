// Elements, or whole channels, set to 0 at random, each with probability p, while training; otherwise x itself. An
// Error unless 0 <= p <= 1.
#pragma once

#include "descent/generator.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// The elements that stay are divided by 1 - p (Hinton et al., arXiv:1207.0580).
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true, Generator& generator = default_generator());
/// The same of whole channels (Tompson et al., arXiv:1411.4280): x [N, C, L], or [C, L] without a batch.
Tensor dropout1d(const Tensor& x, double p = 0.5, bool training = true, Generator& generator = default_generator());
/// x [N, C, H, W]; as in PyTorch, [N, C, L] is taken to have a batch too.
Tensor dropout2d(const Tensor& x, double p = 0.5, bool training = true, Generator& generator = default_generator());
/// x [N, C, D, H, W], or [C, D, H, W] without a batch.
Tensor dropout3d(const Tensor& x, double p = 0.5, bool training = true, Generator& generator = default_generator());
/// Elements become what selu makes of -infinity, -1.758, and all are then scaled and moved so that a mean of 0 and a
/// variance of 1 stay (Klambauer et al., arXiv:1706.02515).
Tensor alpha_dropout(const Tensor& x, double p = 0.5, bool training = false,
                     Generator& generator = default_generator());
/// The same of whole channels: x [N, C, ...].
Tensor feature_alpha_dropout(const Tensor& x, double p = 0.5, bool training = false,
                             Generator& generator = default_generator());

}  // namespace descent
