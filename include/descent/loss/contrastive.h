// Contrastive losses: each embedding is to be closer to those it belongs with than to all others.
#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct InfoNCELossOptions {
  double temperature = 0.1;  // above 0: the smaller, the more the nearest negatives count
  Tensor negatives = {};     // [M, D], for all queries; default: the keys of the other queries
  Reduction reduction = Reduction::mean;
};

/// InfoNCE (van den Oord, Li and Vinyals 2018), of cosines.
///
///   s_ij = cosine of query_i and key_j, over temperature
///   l_i  = -log(exp(s_ii) / sum over j of exp(s_ij))
///
/// `query` and `key`: [N, D], of which key i belongs to query i. With `negatives`, the sum is over key i and all of
/// these instead. The losses, unreduced, are [N].
///
/// Choose it to learn embeddings from pairs, such as two views of an image or an image and its caption. It wants many
/// negatives: large batches, or a queue of them (MoCo).
///
/// Source: van den Oord, Li, Vinyals 2018, arXiv:1807.03748; He et al. 2019 (MoCo), arXiv:1911.05722, for `negatives`.
Tensor info_nce_loss(const Tensor& query, const Tensor& key, const InfoNCELossOptions& options = {});

struct NTXentLossOptions {
  double temperature = 0.07;  // above 0: the smaller, the more the nearest negatives count
  Reduction reduction = Reduction::mean;
};

/// NT-Xent, the normalised temperature-scaled cross entropy of SimCLR (Chen et al. 2020).
///
///   s_ij = cosine of embeddings i and j, over temperature
///   l_ij = -log(exp(s_ij) / (exp(s_ij) + sum over k with another label than i of exp(s_ik)))
///
/// for each pair of i and another j with the same label. `embeddings`: [N, D]; `labels`: [N], int64. The losses,
/// unreduced, are those of the pairs, by i, then by j. The mean of no pair is NaN.
///
/// Choose it rather than info_nce_loss where more than two embeddings belong together, or where both views should be
/// negatives: for SimCLR, cat({view1, view2}) with the labels 0, ..., N - 1 twice.
///
/// Source: Chen, Kornblith, Norouzi, Hinton 2020, arXiv:2002.05709; optax.ntxent, for the default too.
Tensor nt_xent_loss(const Tensor& embeddings, const Tensor& labels, const NTXentLossOptions& options = {});

struct CircleLossOptions {
  double gamma = 80;           // above 0: the scale of the similarities
  double margin = 0.4;         // of [0, 1)
  bool detach_weights = true;  // no gradient passes through a_j, as in the paper; false: it does, as in Keras
  Reduction reduction = Reduction::mean;
};

/// The circle loss (Sun et al. 2020): every similarity counts by how far it is from where it should be.
///
///   s_j = cosine of embedding i and another one, j
///   a_j = 1 + margin - s_j if j has the label of i, max(0, margin + s_j) if not
///   p   = logsumexp over j with the label of i  of -gamma a_j (s_j - (1 - margin))
///   n   = logsumexp over j with another label   of  gamma a_j (s_j - margin)
///   l_i = softplus(p + n)
///
/// `embeddings`: [N, D]; `labels`: [N], int64. The losses, unreduced, are [N]; that of an embedding without another of
/// its label, or without one of another label, is 0. By default the gradient is not the derivative of the value: the
/// weights a_j pace it.
///
/// Choose it for retrieval and face recognition, with batches that hold several samples of each label.
///
/// Source: Sun et al. 2020, arXiv:2002.10857; keras.losses.Circle, for the defaults too.
Tensor circle_loss(const Tensor& embeddings, const Tensor& labels, const CircleLossOptions& options = {});

namespace nn {
using InfoNCELoss = Loss<info_nce_loss, InfoNCELossOptions>;
using NTXentLoss = Loss<nt_xent_loss, NTXentLossOptions>;
using CircleLoss = Loss<circle_loss, CircleLossOptions>;
}  // namespace nn

}  // namespace descent
