#include "descent/nn/checkpoint_sequential.h"

#include "descent/checkpoint.h"

namespace descent {

Tensor checkpoint_sequential(const nn::Sequential& model, std::int64_t segments, const Tensor& x) {
  const auto layers = static_cast<std::int64_t>(model.size());
  if (segments < 1 || segments > layers) {
    fail("checkpoint_sequential: ", segments, " segments of ", layers, " layers; wanted 1 to ", layers);
  }
  const auto part = [&](std::int64_t begin, std::int64_t end) {
    return model.slice(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
  };
  const std::int64_t size = layers / segments, last = size * (segments - 1);
  Tensor y = x;
  for (std::int64_t begin = 0; begin < last; begin += size) y = checkpoint(part(begin, begin + size), y);
  return part(last, layers)(y);
}

}  // namespace descent
