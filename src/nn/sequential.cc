#include "descent/nn/sequential.h"

namespace descent::nn {

Tensor Sequential::forward(const Tensor& x) const {
  Tensor y = x;
  for (const AnyLayer& layer : layers_) y = layer(y);
  return y;
}

void Sequential::visit(Visitor& visitor, const Path& path) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i].visit(visitor, Path{&path, detail::Position(i)});
  }
}

}  // namespace descent::nn
