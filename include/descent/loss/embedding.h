// Losses of pairs that are alike or not.
#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct HingeEmbeddingLossOptions {
  double margin = 1;  // finite: how far apart what is unlike should be
  Reduction reduction = Reduction::mean;
};

/// The hinge of the distances of pairs.
///
///   l = distance                      where target is 1
///       max(0, margin - distance)     where target is -1
///
/// The tensors have one shape, any. `target`: 1 for a pair that is alike, -1 for one that is not.
///
/// Choose it to learn distances (or embeddings, by their distances) from pairs labelled alike and unlike.
///
/// Source: PyTorch, torch.nn.HingeEmbeddingLoss.
Tensor hinge_embedding_loss(const Tensor& distance, const Tensor& target,
                            const HingeEmbeddingLossOptions& options = {});

struct CosineEmbeddingLossOptions {
  double margin = 0;  // of [-1, 1]: the cosine below which what is unlike loses nothing
  Reduction reduction = Reduction::mean;
};

/// The hinge of the cosines of pairs of vectors.
///
///   cosine = first . second / sqrt((|first|^2 + 1e-12) * (|second|^2 + 1e-12))
///   l = 1 - cosine                   where target is 1
///       max(0, cosine - margin)      where target is -1
///
/// `first` and `second`: [D], or [N, D]. `target`: [], or [N]: 1 for a pair that is alike, -1 for one that is not.
///
/// Choose it to learn embeddings that are compared by direction, from pairs labelled alike and unlike.
///
/// Source: PyTorch, torch.nn.CosineEmbeddingLoss.
Tensor cosine_embedding_loss(const Tensor& first, const Tensor& second, const Tensor& target,
                             const CosineEmbeddingLossOptions& options = {});

namespace nn {
using HingeEmbeddingLoss = Loss<hinge_embedding_loss, HingeEmbeddingLossOptions>;
using CosineEmbeddingLoss = Loss<cosine_embedding_loss, CosineEmbeddingLossOptions>;
}  // namespace nn

}  // namespace descent
