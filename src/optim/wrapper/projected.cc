#include "descent/optim/wrapper/projected.h"

namespace descent::optim {

Projected::Projected(AnyOptimizer inner, Projection projection)
    : WrapperOf("Projected", std::move(inner), {}), projection_(std::move(projection)) {
  begin();
}

void Projected::after_step() {
  for (const Tensor& p : parameters()) {
    const Tensor projected = projection_(p.detach());
    if (!(projected.sizes() == p.sizes())) {
      fail(name(), ": the projection made ", projected.sizes(), " of ", p.sizes());
    }
    p.copy_(projected);
  }
}

}  // namespace descent::optim
