#include "descent/nn/sequential.h"

namespace descent::nn {

Tensor Sequential::forward(const Tensor& x) const {
  Tensor y = x;
  for (const auto& layer : layers_) y = layer->forward(y);
  return y;
}

void Sequential::visit(Visitor& visitor, const Path& path) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    layers_[i]->visit(visitor, Path{&path, detail::Position(i)});
  }
}

Sequential::AnyLayer& Sequential::checked(std::size_t i) const {
  if (i >= layers_.size()) fail("Sequential: there is no layer ", i, " among ", layers_.size());
  return *layers_[i];
}

}  // namespace descent::nn
