// Losses of learning to rank: scores are to order the items of a list by relevance.
//
// `scores` and `relevance` have one shape, [..., L]: the items of each list. Lists of different lengths are padded, and
// a mask (bool, of that shape) is true where there is an item. A relevance below 0 is an Error. The losses, unreduced,
// are
// [...]; the mean is over the lists that have an item.
#pragma once

#include <cstdint>
#include <optional>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct RankingSoftmaxLossOptions {
  Tensor mask = {};    // where there is an item; default: everywhere
  Tensor weight = {};  // of the shape of the scores: how much each item counts; default: all 1
  Reduction reduction = Reduction::mean;
};

/// The softmax loss of a list of items.
///
///   l = -sum over i of weight_i relevance_i log softmax(scores)_i
///
/// Choose it to rank lists of which few items are relevant, such as what was clicked. It is a good first choice.
///
/// Source: optax.losses.ranking_softmax_loss; Bruch, Wang, Bendersky, Najork 2019, "An Analysis of the Softmax Cross
/// Entropy Loss for Learning-to-Rank with Binary Relevance", doi:10.1145/3341981.3344221.
Tensor ranking_softmax_loss(const Tensor& scores, const Tensor& relevance,
                            const RankingSoftmaxLossOptions& options = {});

struct ListNetLossOptions {
  Tensor mask = {};  // where there is an item; default: everywhere
  Reduction reduction = Reduction::mean;
};

/// ListNet (Cao et al. 2007): the cross entropy of the probabilities, by relevance and by score, to be the first.
///
///   l = -sum over i of softmax(relevance)_i log softmax(scores)_i
///
/// Choose it where items have grades of relevance; ranking_softmax_loss where few have any.
///
/// Source: Cao, Qin, Liu, Tsai, Li 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach",
/// doi:10.1145/1273496.1273513.
Tensor list_net_loss(const Tensor& scores, const Tensor& relevance, const ListNetLossOptions& options = {});

struct LambdaRankLossOptions {
  double sigma = 1;                              // above 0: how steep the logistic function of score differences is
  std::optional<std::int64_t> k = std::nullopt;  // above 0: optimise NDCG of the first k places; default: of all
  Tensor mask = {};                              // where there is an item; default: everywhere
  Reduction reduction = Reduction::mean;
};

/// LambdaRank (Burges, Ragno and Le 2006): pairs in the wrong order, by what swapping them does to the NDCG.
///
///   gain_i     = 2^relevance_i - 1
///   discount_i = 1 / log2(1 + rank_i)      the rank by score, from 1; 0 beyond place k
///   delta_ij   = |gain_i - gain_j| |discount_i - discount_j| / the DCG of the best order
///   l = sum over pairs with relevance_i > relevance_j of delta_ij log(1 + exp(-sigma (scores_i - scores_j)))
///
/// This is the loss whose gradients are the lambdas (Wang et al. 2018); ranks are constants in it. Of equal scores the
/// first in the list ranks first. A list whose items are all equally relevant has loss 0. Takes memory for L^2 pairs.
///
/// Choose it to optimise the NDCG itself, once a model ranks better than chance.
///
/// Source: Burges, Ragno, Le 2006, "Learning to Rank with Nonsmooth Cost Functions"; Wang, Li, Golbandi, Bendersky,
/// Najork 2018, "The LambdaLoss Framework for Ranking Metric Optimization", doi:10.1145/3269206.3271784.
Tensor lambda_rank_loss(const Tensor& scores, const Tensor& relevance, const LambdaRankLossOptions& options = {});

namespace nn {
using RankingSoftmaxLoss = Loss<ranking_softmax_loss, RankingSoftmaxLossOptions>;
using ListNetLoss = Loss<list_net_loss, ListNetLossOptions>;
using LambdaRankLoss = Loss<lambda_rank_loss, LambdaRankLossOptions>;
}  // namespace nn

}  // namespace descent
