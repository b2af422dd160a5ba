#include "descent/loss/contrastive.h"

#include "descent/create.h"
#include "descent/loss/cross_entropy.h"
#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/masked_logsumexp.h"
#include "loss/reduce.h"
#include "loss/unit_vectors.h"

namespace descent {
namespace {

void check_labels(const char* loss, const Tensor& embeddings, const Tensor& labels) {
  check_matrix(loss, "embeddings", embeddings);
  if (labels.dtype() != int64 || !(labels.sizes() == Dims(embeddings.size(0)))) {
    fail(loss, ": embeddings of shape ", embeddings.sizes(), " want int64 labels of shape [", embeddings.size(0),
         "], not ", labels.sizes(), " of ", labels.dtype());
  }
}

// Which embeddings of each row's belong to it: those of its label but itself.
Tensor positives_of(const Tensor& labels) {
  const Tensor same = labels.unsqueeze(1) == labels;
  return same && !eye(labels.size(0), {.dtype = boolean});
}
Tensor negatives_of(const Tensor& labels) { return labels.unsqueeze(1) != labels; }

}  // namespace

Tensor info_nce_loss(const Tensor& query, const Tensor& key, const InfoNCELossOptions& options) try {
  check_matrix("info_nce_loss", "queries", query);
  check_same_shape("info_nce_loss", "query", query, "key", key);
  check_above("info_nce_loss", "temperature", options.temperature, 0);
  const Tensor queries = unit_vectors(query, 1), keys = unit_vectors(key, 1);
  const auto loss_of = [&](const Tensor& cosines, const Tensor& target) {
    return cross_entropy(cosines / options.temperature, target, {.reduction = options.reduction});
  };
  if (!options.negatives.defined()) return loss_of(linear(queries, keys), arange(query.size(0)));
  check_matrix("info_nce_loss", "negatives", options.negatives);
  if (options.negatives.size(1) != query.size(1)) {
    fail("info_nce_loss: queries of shape ", query.sizes(), " want negatives of shape [M, ", query.size(1), "], not ",
         options.negatives.sizes());
  }
  const Tensor positive = sum(queries * keys, 1, /*keepdim=*/true);
  const Tensor negative = linear(queries, unit_vectors(options.negatives, 1));
  return loss_of(cat({positive, negative}, 1), zeros(query.size(0), {.dtype = int64}));
} catch (const Error& error) {
  fail_as("info_nce_loss", error);
}

Tensor nt_xent_loss(const Tensor& embeddings, const Tensor& labels, const NTXentLossOptions& options) try {
  check_labels("nt_xent_loss", embeddings, labels);
  check_above("nt_xent_loss", "temperature", options.temperature, 0);
  const Tensor units = unit_vectors(embeddings, 1);
  const Tensor similarities = linear(units, units) / options.temperature;
  const Tensor of_negatives = masked_logsumexp(similarities, negatives_of(labels), 1);
  const Tensor losses = softplus(of_negatives - similarities);
  return reduce(masked_select(losses, positives_of(labels)), options.reduction);
} catch (const Error& error) {
  fail_as("nt_xent_loss", error);
}

Tensor circle_loss(const Tensor& embeddings, const Tensor& labels, const CircleLossOptions& options) try {
  const auto& [gamma, margin, detach_weights, reduction] = options;
  check_labels("circle_loss", embeddings, labels);
  check_above("circle_loss", "gamma", gamma, 0);
  if (!(margin >= 0 && margin < 1)) fail("circle_loss: margin = ", margin, " must be at least 0 and below 1");
  const Tensor units = unit_vectors(embeddings, 1);
  const Tensor similarities = linear(units, units);
  const Tensor pacing = detach_weights ? similarities.detach() : similarities;
  const Tensor positive = -gamma * (1 + margin - pacing) * (similarities - (1 - margin));
  const Tensor negative = gamma * relu(margin + pacing) * (similarities - margin);
  const Tensor total =
      masked_logsumexp(positive, positives_of(labels), 1) + masked_logsumexp(negative, negatives_of(labels), 1);
  return reduce(softplus(total.squeeze(1)), reduction);
} catch (const Error& error) {
  fail_as("circle_loss", error);
}

}  // namespace descent
