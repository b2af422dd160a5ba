#pragma once

#include <cstdint>

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct CosineDistanceLossOptions {
  std::int64_t dim = -1;  // along which the vectors lie
  Reduction reduction = Reduction::mean;
};

/// The cosine distance of vectors: 1 less the cosine of the angle between them.
///
///   l = 1 - sum(prediction target) / (|prediction| |target|)      sums along dim
///
/// Prediction and target have one shape; the losses, unreduced, have that shape without `dim`. A vector of zeros has
/// distance 1 from everything, and no gradient; any other, however long or short, is taken by its direction alone.
///
/// Choose it where only directions matter, as with embeddings; cosine_embedding_loss for pairs that should be apart
/// too.
///
/// Source: optax.cosine_distance. keras.losses.CosineSimilarity is this minus 1.
Tensor cosine_distance_loss(const Tensor& prediction, const Tensor& target,
                            const CosineDistanceLossOptions& options = {});

namespace nn {
using CosineDistanceLoss = Loss<cosine_distance_loss, CosineDistanceLossOptions>;
}

}  // namespace descent
