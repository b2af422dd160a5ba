#pragma once

#include <functional>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct TripletMarginLossOptions {
  double margin = 1;  // above 0: by how much farther the negative should be
  double p = 2;       // above 0, may be infinite: the norm of the distance
  double eps = 1e-6;  // added to each difference
  bool swap = false;  // the negative's distance is the smaller of those to the anchor and to the positive
  Reduction reduction = Reduction::mean;
};

/// The triplet loss (Schroff et al., 2015; with swap, Balntas et al., 2016): the anchor should be nearer to the
/// positive than to the negative.
///
///   d(x, y) = norm_p(x - y + eps)
///   l = max(0, d(anchor, positive) - d(anchor, negative) + margin)
///   swap: min(d(anchor, negative), d(positive, negative)) in place of d(anchor, negative)
///
/// The three have one shape, [D] or [..., D]; there is one loss for each vector.
///
/// Choose it to learn embeddings of things that come in many kinds with few examples each (faces, products). It wants
/// triplets that are hard: most random ones soon lose nothing.
///
/// Source: Schroff, Kalenichenko and Philbin, "FaceNet", 2015, arXiv:1503.03832; Balntas et al., "Learning local
/// feature descriptors with triplets and shallow convolutional neural networks", 2016, doi:10.5244/C.30.119; PyTorch,
/// torch.nn.TripletMarginLoss.
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& options = {});

struct TripletMarginWithDistanceLossOptions {
  /// The distances of the vectors of two tensors of one shape. Default: the Euclidean, as in triplet_margin_loss.
  std::function<Tensor(const Tensor&, const Tensor&)> distance_function = {};
  double margin = 1;  // above 0: by how much farther the negative should be
  bool swap = false;  // the negative's distance is the smaller of those to the anchor and to the positive
  Reduction reduction = Reduction::mean;
};

/// triplet_margin_loss with any distance.
///
///   l = max(0, d(anchor, positive) - d(anchor, negative) + margin)
///   swap: min(d(anchor, negative), d(positive, negative)) in place of d(anchor, negative)
///
/// The three have one shape; the losses have that of the distances.
///
/// Choose it where embeddings are compared by something else than a norm, such as one minus the cosine.
///
/// Source: PyTorch, torch.nn.TripletMarginWithDistanceLoss.
Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                                         const TripletMarginWithDistanceLossOptions& options = {});

namespace nn {
using TripletMarginLoss = Loss<triplet_margin_loss, TripletMarginLossOptions>;
using TripletMarginWithDistanceLoss = Loss<triplet_margin_with_distance_loss, TripletMarginWithDistanceLossOptions>;
}  // namespace nn

}  // namespace descent
