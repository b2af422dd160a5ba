// Projections: the nearest point of a set, by Euclidean distance. None of them is recorded for differentiation, and but
// for project_box none reads elements of x or of what it computes.
#pragma once

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// The nearest point of a box: min(max(x, low), high), element by element.
///
/// The bounds broadcast to x. An Error if a lower one is above its upper one, for which the host reads them: not for a
/// captured step, where clamp(x, low, high) is the same.
///
/// Choose it for weights with bounds of their own.
///
/// Source: optax.projections.projection_box.
Tensor project_box(const Tensor& x, const Tensor& low, const Tensor& high);

/// The nearest point without negative elements: max(x, 0).
///
/// Choose it for weights that stand for amounts.
///
/// Source: optax.projections.projection_non_negative.
Tensor project_non_negative(const Tensor& x);

/// The nearest point of the simplex, whose points have no negative elements and the sum `total`, over all of x.
///
///   max(x - theta, 0), with theta such that the sum is `total`
///
/// found by sorting (Held et al., 1974; Duchi et al., 2008). An Error unless `total` is above 0 and x has elements.
///
/// Choose it for weights that are probabilities, or shares; a softmax never gives a share of exactly 0.
///
/// Source: Duchi et al., 2008, doi:10.1145/1390156.1390191; optax.projections.projection_simplex.
Tensor project_simplex(const Tensor& x, double total = 1);

/// The nearest point with sum |x| at most `radius`, over all elements.
///
///   x where that holds, else sign(x) project_simplex(|x|, radius)
///
/// An Error unless `radius` is above 0.
///
/// Choose it to keep few weights other than 0: the constraint that goes with an L1 penalty.
///
/// Source: Duchi et al., 2008, doi:10.1145/1390156.1390191; optax.projections.projection_l1_ball.
Tensor project_l1_ball(const Tensor& x, double radius = 1);

/// The nearest point with sqrt(sum x^2) at most `radius`, over all elements.
///
///   x where that holds, else radius x / |x|
///
/// An Error unless `radius` is at least 0.
///
/// Choose it to bound the size of a weight vector: the constraint that goes with weight decay.
///
/// Source: optax.projections.projection_l2_ball.
Tensor project_l2_ball(const Tensor& x, double radius = 1);

}  // namespace optim
}  // namespace descent
