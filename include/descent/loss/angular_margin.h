#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct AngularMarginLossOptions {
  double margin = 0.5;         // of [0, pi): radians added to the angle of the right class
  double cosine_margin = 0;    // at least 0: what is taken off its cosine
  double scale = 64;           // above 0: the logits are this times the cosines
  double label_smoothing = 0;  // of [0, 1]: how much of the target is spread evenly over the classes
  Reduction reduction = Reduction::mean;
};

/// The additive angular margin loss, ArcFace (Deng et al. 2019), and CosFace (Wang et al. 2018).
///
///   theta_c  = angle of embedding and weight_c
///   logits_c = scale cos(theta_c)                                  of the other classes
///   logits_y = scale (cos(theta_y + margin) - cosine_margin)       of the target y
///   l = cross_entropy(logits, target)
///
/// Where theta_y + margin exceeds pi, cos(theta_y) - margin sin(margin) stands for its cosine, so that it falls with
/// theta_y throughout. `embeddings`: [N, D]; `weight`: [C, D], a direction for each class, that the caller trains with
/// the model; `target`: [N], int64. None needs to be normalised. The losses, unreduced, are [N].
///
/// Choose it to learn embeddings, as of faces, whose classes are apart by an angle, from labels. {.margin = 0,
/// .cosine_margin = 0.35} is CosFace; both 0 is a softmax of scaled cosines.
///
/// Source: Deng, Guo, Xue, Zafeiriou 2019, arXiv:1801.07698; Wang et al. 2018, arXiv:1801.09414.
Tensor angular_margin_loss(const Tensor& embeddings, const Tensor& weight, const Tensor& target,
                           const AngularMarginLossOptions& options = {});

namespace nn {
using AngularMarginLoss = Loss<angular_margin_loss, AngularMarginLossOptions>;
}

}  // namespace descent
