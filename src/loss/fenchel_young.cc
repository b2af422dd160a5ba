#include "descent/loss/fenchel_young.h"

#include "loss/checks.h"
#include "loss/reduce.h"

namespace descent {

Tensor fenchel_young_loss(const Tensor& scores, const Tensor& target, const FenchelYoungLossOptions& options) try {
  check_shape("fenchel_young_loss", scores, "target", target);
  if (scores.dim() == 0) fail("fenchel_young_loss: wants scores of shape [..., C], not []");
  if (!options.max_function) fail("fenchel_young_loss: wants a max_function");
  const Tensor largest = options.max_function(scores), of_target = sum(scores * target, -1);
  if (!(largest.sizes() == of_target.sizes())) {
    fail("fenchel_young_loss: of scores of shape ", scores.sizes(), " max_function gives ", largest.sizes(),
         "; wanted ", of_target.sizes());
  }
  return reduce(largest - of_target, options.reduction);
} catch (const Error& error) {
  fail_as("fenchel_young_loss", error);
}

}  // namespace descent
