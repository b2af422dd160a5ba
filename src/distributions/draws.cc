#include "distributions/draws.h"

#include "descent/create.h"
#include "descent/ops.h"

namespace descent::distributions {

Tensor draw_bernoulli(const Tensor& probs, Generator& generator) {
  return (rand(probs.sizes(), {.dtype = probs.dtype()}, generator) < probs).to(probs.dtype());
}

Tensor draw_classes(const Tensor& probs, std::int64_t count, Generator& generator) {
  // Of waiting times in inverse proportion to p, which comes first.
  if (count == 1)
    return argmax(probs / draw_exponential(probs.sizes(), probs.dtype(), generator), -1, /*keepdim=*/true);
  // Where a number from 0 to 1 falls among the sums of the first so many; rounding must not leave it beyond the last.
  const Tensor ends = cumsum(probs, -1) / sum(probs, -1, /*keepdim=*/true);
  const Tensor all_but_last = ends.slice(-1, 0, ends.size(-1) - 1).unsqueeze(1).to(float64);
  const Tensor u = rand({probs.size(0), count, 1}, {.dtype = float64}, generator);
  return sum(all_but_last < u, -1);
}

Tensor draw_exponential(const Dims& shape, DType dtype, Generator& generator) {
  return (-log1p(-rand(shape, {.dtype = float64}, generator))).to(dtype);
}

}  // namespace descent::distributions
