#include "descent/optim/wrapper/wrapper.h"

#include <optional>

namespace descent::optim {

Wrapper::Wrapper(const char* name, AnyOptimizer inner) : Optimizer(name), inner_(std::move(inner).take()) {
  if (!inner_) fail(name, ": there is no optimizer to wrap");
  add_parameters(inner_->parameters());
}

void Wrapper::step() {
  const NoGrad no_grad;
  before_step();
  std::optional<Transaction> transaction;
  if (acts_after()) transaction.emplace(*this);
  inner_->step();
  after_step();
  if (transaction) transaction->done();
}

Tensor Wrapper::step(Closure closure) {
  const NoGrad no_grad;
  before_step();
  std::optional<Transaction> transaction;
  if (acts_after()) transaction.emplace(*this);
  const Tensor loss = inner_->step(closure);
  after_step();
  if (transaction) transaction->done();
  return loss;
}

}  // namespace descent::optim
