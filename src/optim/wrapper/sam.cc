#include "descent/optim/wrapper/sam.h"

#include "optim/wrapper/finally.h"

namespace descent::optim {

SAM::SAM(AnyOptimizer inner, const SAMOptions& options) : WrapperOf("SAM", std::move(inner), options) { begin(); }

void SAM::check(const SAMOptions& o, const Bounds& bounds) const { bounds.at_least("rho", o.rho, 0); }

void SAM::step() { fail(name(), ": step wants a closure, to evaluate the loss at two places"); }

Tensor SAM::step(Closure closure) {
  return inner().step([&] {
    const Tensor loss = evaluate(closure);
    const Finally back([&] { climb_down(); });
    climb();
    evaluate(closure);
    return loss;
  });
}

void SAM::climb() {
  const NoGrad no_grad;
  const bool adaptive = options().adaptive;
  Tensor squares = 0.0;
  for (const Tensor& p : parameters()) {
    const Tensor g = p.grad();
    if (g.defined()) squares = squares + sum(square(adaptive ? abs(p) * g : g));
  }
  const Tensor scale = options().rho / (sqrt(squares) + 1e-12);
  for (const Tensor& p : parameters()) {
    const Tensor g = p.grad();
    before_.push_back(g.defined() ? p.detach().clone() : Tensor());
    if (g.defined()) p.addcmul_(adaptive ? square(p) * g : g, scale);
  }
}

void SAM::climb_down() {
  const NoGrad no_grad;
  for (std::size_t i = 0; i < before_.size(); ++i) {
    if (before_[i].defined()) parameters()[i].copy_(before_[i]);
  }
  before_.clear();
}

}  // namespace descent::optim
