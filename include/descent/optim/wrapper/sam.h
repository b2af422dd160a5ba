#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

struct SAMOptions {
  Scalar rho = 0.05;      // radius of the neighbourhood, at least 0; ASAM wants about ten times as much
  bool adaptive = false;  // ASAM: in proportion to the size of each weight
};

/// SAM (Foret et al., 2021): a step by the gradient at the worst place nearby, which leads to flat minima.
///
///   e = rho g / (|g| + 1e-12)                    (|g|: of all parameters together)
///   adaptive: e = rho p^2 g / (| |p| g | + 1e-12)
///   g <- the gradient at p + e
///   p <- the optimizer's step from p with g
///
/// step wants a closure, which it evaluates twice, first at p, where the loss that it returns is from. The gradients
/// left are those at p + e. An Error from the closure leaves p as it was.
///
/// It does not come to rest in a minimum but walks about it, at a distance in proportion to rho and how sharp it is.
///
/// Choose it where a network fits its training data and should do better on others, and twice the time can be had.
///
/// Source: Foret et al., 2021, arXiv:2010.01412; Kwon et al., 2021, arXiv:2102.11600 (adaptive);
/// https://github.com/davda54/sam.
class SAM final : public WrapperOf<SAMOptions> {
 public:
  explicit SAM(AnyOptimizer inner, const SAMOptions& options = {});

  void step() override;
  Tensor step(Closure closure) override;

 private:
  void check(const SAMOptions& o, const Bounds& bounds) const override;
  void climb();
  void climb_down();

  std::vector<Tensor> before_;  // the weights, while they are elsewhere
};

}  // namespace optim
}  // namespace descent
