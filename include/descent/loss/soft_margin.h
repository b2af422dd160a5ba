#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct SoftMarginLossOptions {
  Reduction reduction = Reduction::mean;
};

/// The logistic loss of a score and a sign.
///
///   l = log(1 + exp(-target * score))
///
/// The tensors have one shape, any. `target`: 1 or -1. Stable for scores of any size, where PyTorch's overflows.
///
/// Choose it for two classes written as 1 and -1: it is binary_cross_entropy_with_logits for targets of 1 and 0.
///
/// Source: PyTorch, torch.nn.SoftMarginLoss.
Tensor soft_margin_loss(const Tensor& score, const Tensor& target, const SoftMarginLossOptions& options = {});

struct MultiLabelSoftMarginLossOptions {
  /// Broadcast to the shape of the logits, usually one a class: how much each counts. Default: all 1.
  Tensor weight = {};
  Reduction reduction = Reduction::mean;
};

/// The cross entropy of several labels that may hold at once, averaged over the labels.
///
///   l = -sum_c weight_c * (target_c * log(sigmoid(logits_c)) + (1 - target_c) * log(sigmoid(-logits_c))) / C
///
/// The tensors have one shape, [..., C]; targets are of [0, 1]: an Error names the first that is none. There is one
/// loss a sample, not one a label.
///
/// Choose it where each sample should have one loss; otherwise binary_cross_entropy_with_logits, which has the same
/// mean, and pos_weight.
///
/// Source: PyTorch, torch.nn.MultiLabelSoftMarginLoss.
Tensor multilabel_soft_margin_loss(const Tensor& logits, const Tensor& target,
                                   const MultiLabelSoftMarginLossOptions& options = {});

namespace nn {
using SoftMarginLoss = Loss<soft_margin_loss, SoftMarginLossOptions>;
using MultiLabelSoftMarginLoss = Loss<multilabel_soft_margin_loss, MultiLabelSoftMarginLossOptions>;
}  // namespace nn

}  // namespace descent
