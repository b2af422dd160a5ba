#include "descent/nn/sequential.h"

namespace descent::nn {

Tensor Sequential::forward(const Tensor& x) const {
  Tensor y = x;
  for (const AnyLayer& layer : layers_) y = layer(y);
  return y;
}

Sequential Sequential::slice(std::size_t begin, std::size_t end) const {
  if (begin > end || end > size()) fail("Sequential: there are no layers ", begin, " to ", end, " among ", size());
  Sequential result;
  result.layers_.assign(layers_.begin() + static_cast<std::ptrdiff_t>(begin),
                        layers_.begin() + static_cast<std::ptrdiff_t>(end));
  return result;
}

void Sequential::visit(Visitor& visitor, const Path& path) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(visitor, Path{&path, detail::Position(i)});
  }
}

}  // namespace descent::nn
