#pragma once

#include <functional>

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct ProjectedOptions {};

/// Projected gradient descent: after each step, every parameter is put back into a set.
///
///   p <- the optimizer's step
///   p <- projection(p)
///
/// The projection is one of those in projection.h or any function that gives a tensor of the same shape, which is an
/// Error otherwise. For a set of some parameters only, give those an optimizer of their own, in a Combined one:
///
///   optim::Projected optimizer(optim::SGD({weights}), [](const Tensor& w) { return optim::project_simplex(w); });
///
/// A captured step repeats the tensor functions of the projection, which must not read elements then.
///
/// Choose it for weights that are probabilities, not negative, or bounded.
///
/// Source: Goldstein, 1964; Levitin and Polyak, 1966; optax.projections.
class Projected final : public WrapperOf<ProjectedOptions> {
 public:
  using Projection = std::function<Tensor(const Tensor&)>;

  Projected(AnyOptimizer inner, Projection projection);

 private:
  void check(const ProjectedOptions&, const Bounds&) const override {}
  void after_step() override;
  bool acts_after() const override { return true; }

  Projection projection_;
};

}  // namespace optim
}  // namespace descent
