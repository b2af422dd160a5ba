#include "descent/loss/ranking.h"

#include <limits>

#include "descent/create.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"
#include "ops/check.h"

namespace descent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Lists of items, some of which are padding.
struct Lists {
  Lists(const char* loss, const Tensor& scores, const Tensor& relevance, const Tensor& given_mask) {
    if (scores.dim() == 0) fail(loss, ": wants scores of shape [..., L], not []");
    check_shape(loss, scores, "relevance", relevance);
    mask = given_mask.defined() ? given_mask : ones(scores.sizes(), {.dtype = boolean});
    check_shape(loss, scores, "mask", mask);
    if (mask.dtype() != boolean) fail(loss, ": the mask must be bool, not ", mask.dtype());
    grades = where(mask, relevance, 0).to(scores.dtype());
    check(grades, grades >= 0, {loss, "relevance", "must be at least 0"});
  }

  // 0 for padding, which has probability 0 where there is an item.
  Tensor log_softmax_of(const Tensor& x) const {
    const Tensor padding = where(any(mask, -1, /*keepdim=*/true), -kInfinity, 0);
    return masked_fill(log_softmax(where(mask, x, padding), -1), !mask, 0);
  }

  Tensor reduce_over(const Tensor& losses, Reduction reduction) const {
    return reduce(losses, any(mask, -1), reduction);
  }

  Tensor mask, grades;  // grades: the relevance, 0 for padding
};

// The rank of each item, from 1, with the largest first, and equal ones in their order.
Tensor ranks_of(const Tensor& x) { return argsort(argsort(x, -1, /*descending=*/true), -1) + 1; }

}  // namespace

Tensor ranking_softmax_loss(const Tensor& scores, const Tensor& relevance,
                            const RankingSoftmaxLossOptions& options) try {
  const Lists lists("ranking_softmax_loss", scores, relevance, options.mask);
  Tensor shares = lists.grades;
  if (options.weight.defined()) {
    check_shape("ranking_softmax_loss", scores, "weight", options.weight);
    shares = shares * options.weight;
  }
  return lists.reduce_over(-sum(shares * lists.log_softmax_of(scores), -1), options.reduction);
} catch (const Error& error) {
  fail_as("ranking_softmax_loss", error);
}

Tensor list_net_loss(const Tensor& scores, const Tensor& relevance, const ListNetLossOptions& options) try {
  const Lists lists("list_net_loss", scores, relevance, options.mask);
  const Tensor shares = where(lists.mask, exp(lists.log_softmax_of(lists.grades)), 0);
  return lists.reduce_over(-sum(shares * lists.log_softmax_of(scores), -1), options.reduction);
} catch (const Error& error) {
  fail_as("list_net_loss", error);
}

Tensor lambda_rank_loss(const Tensor& scores, const Tensor& relevance, const LambdaRankLossOptions& options) try {
  const Lists lists("lambda_rank_loss", scores, relevance, options.mask);
  const double sigma = options.sigma;
  check_above("lambda_rank_loss", "sigma", sigma, 0);
  const std::int64_t k = options.k.value_or(scores.size(-1));
  if (options.k && k < 1) fail("lambda_rank_loss: k = ", k, " must be above 0");

  const auto differences = [](const Tensor& x) { return x.unsqueeze(-1) - x.unsqueeze(-2); };
  const auto discount = [&](const Tensor& ranks) {
    return where(ranks <= k, 1 / log2(1 + ranks.to(scores.dtype())), 0);
  };
  const Tensor grades = lists.grades.detach();
  const Tensor gains = exp2(grades) - 1;
  const Tensor ranks = ranks_of(masked_fill(scores.detach(), !lists.mask, -kInfinity));
  const Tensor best = sum(gains * discount(ranks_of(grades)), -1, /*keepdim=*/true).unsqueeze(-1);
  const Tensor deltas = abs(differences(gains) * differences(discount(ranks))) / masked_fill(best, best == 0, 1);

  const Tensor pairs = differences(grades) > 0 && lists.mask.unsqueeze(-2);
  const Tensor losses = where(pairs, deltas * softplus(-sigma * differences(masked_fill(scores, !lists.mask, 0))), 0);
  return lists.reduce_over(sum(losses, {-2, -1}), options.reduction);
} catch (const Error& error) {
  fail_as("lambda_rank_loss", error);
}

}  // namespace descent
