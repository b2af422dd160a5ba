#pragma once

#include <optional>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct SigmoidFocalLossOptions {
  std::optional<double> alpha = 0.25;  // of [0, 1]: the weight of targets 1; targets 0 have 1 - alpha. nullopt: none
  double gamma = 2;                    // at least 0: how much less the samples that are right already count
  Reduction reduction = Reduction::mean;
};

/// The focal loss of two classes, or of labels independent of each other (Lin et al. 2017).
///
///   p   = sigmoid(logits)
///   p_t = target p + (1 - target) (1 - p)
///   a_t = target alpha + (1 - target) (1 - alpha)     1 without alpha
///   ce  = -target log(p) - (1 - target) log(1 - p)
///   l   = a_t (1 - p_t)^gamma ce
///
/// `target` has the shape of `logits`, and probabilities; so have the losses that shape, unreduced. It takes no
/// gradient. All powers are taken of logarithms: logits of 1e4 are exact.
///
/// Choose it where one class is so rare that the easy samples of the other drown it. Try
/// binary_cross_entropy_with_logits with pos_weight first: focal losses give probabilities that are not calibrated.
/// torchvision does not reduce by default, and authors divide the sum by the number of positives.
/// keras.losses.BinaryFocalCrossentropy is this without alpha.
///
/// Source: Lin, Goyal, Girshick, He, Dollar 2017, arXiv:1708.02002; torchvision.ops.sigmoid_focal_loss, whose alpha of
/// -1 is nullopt here; optax.sigmoid_focal_loss.
Tensor sigmoid_focal_loss(const Tensor& logits, const Tensor& target, const SigmoidFocalLossOptions& options = {});

struct SoftmaxFocalLossOptions {
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  double gamma = 2;  // at least 0: how much less the samples that are right already count
  Reduction reduction = Reduction::mean;
};

/// The focal loss of several classes.
///
///   p = softmax(logits)
///   l = -sum over c of target_c weight_c (1 - p_c)^gamma log(p_c)
///
/// `logits`: [C], [N, C] or [N, C, d1, ...]; `target`: the class of each sample (int64; the shape of `logits` without
/// C), or the probability of each class (floating point; the shape of `logits`). The losses, unreduced, have the shape
/// of `logits` without C. The mean is over samples and positions, whatever their weight. All powers are taken of
/// logarithms: logits of 1e4 are exact.
///
/// Choose it where easy samples drown the hard ones; try cross_entropy with weight first.
///
/// Source: Lin et al. 2017, arXiv:1708.02002; keras.losses.CategoricalFocalCrossentropy, whose alpha of 0.25 scales the
/// whole loss.
Tensor softmax_focal_loss(const Tensor& logits, const Tensor& target, const SoftmaxFocalLossOptions& options = {});

namespace nn {
using SigmoidFocalLoss = Loss<sigmoid_focal_loss, SigmoidFocalLossOptions>;
using SoftmaxFocalLoss = Loss<softmax_focal_loss, SoftmaxFocalLossOptions>;
}  // namespace nn

}  // namespace descent
