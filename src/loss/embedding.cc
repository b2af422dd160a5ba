#include "descent/loss/embedding.h"

#include "descent/ops.h"
#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor hinge_embedding_loss(const Tensor& distance, const Tensor& target,
                            const HingeEmbeddingLossOptions& options) try {
  check_finite("hinge_embedding_loss", "margin", options.margin);
  check_shape("hinge_embedding_loss", distance, "target", target);
  check_signs("hinge_embedding_loss", target);
  return reduce(where(target == 1, distance, clamp_min(options.margin - distance, 0)), options.reduction);
} catch (const Error& error) {
  fail_as("hinge_embedding_loss", error);
}

Tensor cosine_embedding_loss(const Tensor& first, const Tensor& second, const Tensor& target,
                             const CosineEmbeddingLossOptions& options) try {
  if (!(options.margin >= -1 && options.margin <= 1)) {
    fail("cosine_embedding_loss: margin = ", options.margin, " must be at least -1 and at most 1");
  }
  check_same_shape("cosine_embedding_loss", "first", first, "second", second);
  if (first.dim() != 1 && first.dim() != 2) {
    fail("cosine_embedding_loss: wants vectors of shape [D] or [N, D], not ", first.sizes());
  }
  const Dims sample_shape = first.dim() == 1 ? Dims() : Dims(first.size(0));
  if (!(target.sizes() == sample_shape)) {
    fail("cosine_embedding_loss: vectors of shape ", first.sizes(), " want a target of shape ", sample_shape, ", not ",
         target.sizes());
  }
  check_signs("cosine_embedding_loss", target);
  constexpr double least = 1e-12f;  // as rounded in PyTorch
  const auto squared_length = [](const Tensor& x) { return sum(square(x), -1) + least; };
  const Tensor cosine = sum(first * second, -1) / sqrt(squared_length(first) * squared_length(second));
  return reduce(where(target == 1, 1 - cosine, clamp_min(cosine - options.margin, 0)), options.reduction);
} catch (const Error& error) {
  fail_as("cosine_embedding_loss", error);
}

}  // namespace descent
