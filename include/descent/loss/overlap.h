// Losses of segmentation: how far predicted regions fail to overlap the true ones.
//
// Predictions are probabilities: apply sigmoid or softmax first.
#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct DiceLossOptions {
  double smooth = 1;        // at least 0: see tversky_loss
  bool over_batch = false;  // regions extend over all samples: one loss a class
  Reduction reduction = Reduction::mean;
};

/// The Dice loss (Milletari, Navab and Ahmadi 2016): 1 less Dice's coefficient, also known as F1.
///
///   l = 1 - (sum(p t) + smooth) / ((sum(p) + sum(t)) / 2 + smooth)
///
/// That is tversky_loss with alpha = beta = 0.5; shapes and errors are its.
///
/// Choose it to segment regions that are small beside the background. Its gradient is noisy: it is often added to a
/// cross entropy.
///
/// Source: Milletari, Navab, Ahmadi 2016 (V-Net), arXiv:1606.04797; optax.losses.dice_loss; keras.losses.Dice is over
/// the batch, over all classes together, and without smooth.
Tensor dice_loss(const Tensor& prediction, const Tensor& target, const DiceLossOptions& options = {});

struct TverskyLossOptions {
  double alpha = 0.5;       // at least 0: how much what is predicted in vain counts
  double beta = 0.5;        // at least 0: how much what is missed counts
  double gamma = 1;         // above 0: the loss is raised to 1 / gamma; other than 1 it is the focal Tversky loss
  double smooth = 1;        // at least 0: elements added to the overlap, so that without any region the loss is 0
  bool over_batch = false;  // regions extend over all samples: one loss a class
  Reduction reduction = Reduction::mean;
};

/// The Tversky loss (Salehi et al. 2017), and the focal Tversky loss (Abraham and Khan 2018).
///
///   tp = sum(p t), fp = sum(p (1 - t)), fn = sum((1 - p) t)      sums over positions
///   l  = (1 - (tp + smooth) / (tp + alpha fp + beta fn + smooth))^(1 / gamma)
///
/// `prediction` p: probabilities [N, C, d1, ...]; `target` t: the class at each position (int64; [N, d1, ...]), or
/// probabilities of the shape of `prediction`. The losses, unreduced, are [N, C], of each class in each sample, or [C]
/// if over_batch. What is no probability is an Error. Where the overlap is perfect there is no gradient. Without
/// smooth, the loss of a class that is neither there nor predicted is NaN.
///
/// Choose it rather than dice_loss to trade false alarms (alpha) for misses (beta); gamma of 4 / 3 is the authors' of
/// the focal loss, with alpha 0.3 and beta 0.7.
///
/// Source: Salehi, Erdogmus, Gholipour 2017, arXiv:1706.05721; Abraham, Khan 2018, arXiv:1810.07842;
/// optax.losses.dice_loss, which has alpha and beta; keras.losses.Tversky is over the batch, over all classes together,
/// without smooth, and its alpha is what beta is here.
Tensor tversky_loss(const Tensor& prediction, const Tensor& target, const TverskyLossOptions& options = {});

struct GeneralizedDiceLossOptions {
  double smooth = 1e-5;     // at least 0: added above and below the fraction
  bool over_batch = false;  // regions extend over all samples: one loss
  Reduction reduction = Reduction::mean;
};

/// The generalised Dice loss (Sudre et al. 2017): of all classes together, each weighted by the size of its region.
///
///   w_c = 1 / sum(t_c)^2      sums over positions
///   l   = 1 - (2 sum over c of w_c sum(p_c t_c) + smooth) / (sum over c of w_c (sum(p_c) + sum(t_c)) + smooth)
///
/// A class that is not there has the largest weight of those that are. Shapes and errors are those of tversky_loss, but
/// the losses, unreduced, are [N], or a single one if over_batch.
///
/// Choose it rather than dice_loss for classes of very different sizes.
///
/// Source: Sudre, Li, Vercauteren, Ourselin, Cardoso 2017, arXiv:1707.03237.
Tensor generalized_dice_loss(const Tensor& prediction, const Tensor& target,
                             const GeneralizedDiceLossOptions& options = {});

namespace nn {
using DiceLoss = Loss<dice_loss, DiceLossOptions>;
using TverskyLoss = Loss<tversky_loss, TverskyLossOptions>;
using GeneralizedDiceLoss = Loss<generalized_dice_loss, GeneralizedDiceLossOptions>;
}  // namespace nn

}  // namespace descent
