// Making large gradients smaller, between backward and step.
//
//   optimizer.step([&] {
//     optimizer.zero_grad();
//     Tensor cost = mse_loss(model(x), y);
//     cost.backward();
//     optim::clip_grad_norm_(model.parameters(), 1.0);
//     return cost;
//   });
//
// Each gives the parameters new gradients, in place of their own; tensors that grad() gave out before do not change.
// Parameters without a gradient are left out.
#pragma once

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ClipGradNormOptions {
  double norm_type = 2;             // p of the norm; may be infinite
  bool error_if_nonfinite = false;  // an Error where the norm is infinite or NaN: the host waits for it
};

/// Scales the gradients of all parameters together to a norm of at most `max_norm` (Pascanu et al., 2013).
///
///   total = (sum |g|^p)^(1/p)                    (p infinite: the largest |g|)
///   g <- g min(1, max_norm / (total + 1e-6))
///
/// Returns `total`, a float64 tensor of rank 0. An Error unless `max_norm` is at least 0.
///
/// Choose it for recurrent networks and transformers, whose gradients are now and then far too large: a max_norm a
/// little above the usual norm.
///
/// Source: Pascanu et al., 2013, arXiv:1211.5063; torch.nn.utils.clip_grad_norm_.
Tensor clip_grad_norm_(const ParameterList& parameters, double max_norm, const ClipGradNormOptions& options = {});

/// Clips each element of the gradients.
///
///   g <- min(max(g, -clip_value), clip_value)
///
/// An Error unless `clip_value` is at least 0.
///
/// Choose it where single elements go astray; it turns the direction of the gradient, which clip_grad_norm_ does not.
///
/// Source: torch.nn.utils.clip_grad_value_.
void clip_grad_value_(const ParameterList& parameters, double clip_value);

/// Scales the gradient of each parameter to a root mean square of at most `threshold`.
///
///   g <- g / max(1, sqrt(mean(g^2)) / threshold)
///
/// An Error unless `threshold` is above 0.
///
/// Choose it where the layers' gradients differ in size, so that a single norm is that of the largest alone.
///
/// Source: Shazeer and Stern, 2018, arXiv:1804.04235; optax.clip_by_block_rms.
void clip_grad_block_rms_(const ParameterList& parameters, double threshold);

struct ClipGradAdaptiveOptions {
  double clipping = 0.01;  // the most that a unit's gradient may be, as a part of its weights, at least 0
  double eps = 1e-3;       // what the norm of a unit's weights counts at least as, at least 0
};

/// Adaptive gradient clipping, AGC: the gradient of each unit is clipped in proportion to its weights (Brock et al.,
/// 2021).
///
///   over each unit:  most = clipping max(|p|, eps)
///   g <- g most / max(|g|, 1e-6)                 (where |g| is not below `most`)
///
/// A unit is an index of the first dimension, such as the weights of one output; a parameter of fewer than two
/// dimensions is a unit.
///
/// Choose it for networks without normalisation and for large batches; the paper leaves out the last layer.
///
/// Source: Brock et al., 2021, arXiv:2102.06171; optax.adaptive_grad_clip.
void clip_grad_adaptive_(const ParameterList& parameters, const ClipGradAdaptiveOptions& options = {});

}  // namespace optim
}  // namespace descent
