#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct MultiMarginLossOptions {
  int p = 1;          // 1 or 2: the exponent
  double margin = 1;  // finite: by how much the score of the right class should lead
  /// How much each class counts: [C]. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The hinge loss of one class among many (Weston and Watkins, 1999).
///
///   l = sum over c != target of weight[target] * max(0, margin - scores[target] + scores[c])^p / C
///
/// `scores`: [C], or [N, C]. `target` (int64): the class of each sample, [] or [N]. The mean is over the samples, each
/// of which counts the same. An Error names the first target that is no class, and where it is.
///
/// Choose it for a classifier that need not give probabilities, as a support vector machine does; otherwise
/// cross_entropy.
///
/// Source: Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition", 1999; PyTorch,
/// torch.nn.MultiMarginLoss.
Tensor multi_margin_loss(const Tensor& scores, const Tensor& target, const MultiMarginLossOptions& options = {});

struct MultiLabelMarginLossOptions {
  Reduction reduction = Reduction::mean;
};

/// The hinge loss of several classes among many.
///
///   l = sum over the targets t, and the classes c that are none, of max(0, 1 - (scores[t] - scores[c])) / C
///
/// `scores`: [C], or [N, C]. `target` (int64), of the same shape: the classes of the sample, in any order, then -1;
/// what follows the first -1 does not count. An Error names the first target that is neither a class nor -1.
///
/// Choose it to rank the labels that hold above those that do not. For their probabilities use
/// binary_cross_entropy_with_logits.
///
/// Source: PyTorch, torch.nn.MultiLabelMarginLoss.
Tensor multilabel_margin_loss(const Tensor& scores, const Tensor& target,
                              const MultiLabelMarginLossOptions& options = {});

namespace nn {
using MultiMarginLoss = Loss<multi_margin_loss, MultiMarginLossOptions>;
using MultiLabelMarginLoss = Loss<multilabel_margin_loss, MultiLabelMarginLossOptions>;
}  // namespace nn

}  // namespace descent
