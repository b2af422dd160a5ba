#include "descent/optim/wrapper/wrapper.h"

namespace descent::optim {

Wrapper::Wrapper(const char* name, AnyOptimizer inner) : Optimizer(name), inner_(std::move(inner).take()) {
  if (!inner_) fail(name, ": there is no optimizer to wrap");
  add_parameters(inner_->parameters());
}

void Wrapper::step() {
  const NoGrad no_grad;
  before_step();
  inner_->step();
  after_step();
}

Tensor Wrapper::step(Closure closure) {
  const NoGrad no_grad;
  before_step();
  const Tensor loss = inner_->step(closure);
  after_step();
  return loss;
}

}  // namespace descent::optim
