#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct MarginRankingLossOptions {
  double margin = 0;  // finite: by how much the better one should lead
  Reduction reduction = Reduction::mean;
};

/// The hinge of the order of two scores.
///
///   l = max(0, -target * (first - second) + margin)
///
/// The tensors have one shape, any. `target`: 1 where `first` should be the larger, -1 where `second` should.
///
/// Choose it to learn scores from comparisons of pairs, with a margin above 0: without one, equal scores lose nothing.
///
/// Source: PyTorch, torch.nn.MarginRankingLoss.
Tensor margin_ranking_loss(const Tensor& first, const Tensor& second, const Tensor& target,
                           const MarginRankingLossOptions& options = {});

namespace nn {
using MarginRankingLoss = Loss<margin_ranking_loss, MarginRankingLossOptions>;
}

}  // namespace descent
