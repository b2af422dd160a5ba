#include "descent/optim/optimizer.h"

#include <algorithm>
#include <utility>

#include "core/allocator.h"
#include "core/observer.h"
#include "descent/generator.h"
#include "descent/threads.h"
#include "optim/undo.h"
#include "program/replayer.h"

namespace descent::optim {

StepPrograms::StepPrograms()
    : replayer_(std::make_unique<program::Replayer>(program::Capture::Refusal::waits, false)) {}
StepPrograms::StepPrograms(StepPrograms&&) noexcept : StepPrograms() {}
StepPrograms::~StepPrograms() = default;
void StepPrograms::clear() { replayer_ = std::make_unique<program::Replayer>(program::Capture::Refusal::waits, false); }

void Optimizer::repeat(const Tensor& loss, FunctionRef<void(const Tensor& loss)> update) {
  const NoGrad no_grad;
  const Tensor* const argument = &loss;
  programs_.replayer().run({&argument, loss.defined() ? 1u : 0u}, 1, [&](Inputs given) {
    Transaction transaction(*this);
    update(given.empty() ? Tensor() : *given[0]);
    transaction.done();
    return std::vector<Tensor>();
  });
}

struct Optimizer::Transaction::Before {
  static void* operator new(std::size_t bytes) { return allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { deallocate(block, bytes); }

  std::function<void()> take_state_back;
  Undo undo;
  Generator::State generator = default_generator().state();
};

Optimizer::Transaction::Transaction(Optimizer& optimizer) {
  // Nobody watches: this is no part of a step that is being captured.
  make_apart([&] {
    optimizer.make_state();
    before_ = std::make_unique<Before>();
    before_->take_state_back = optimizer.remember_state();
    const auto keep = [&](const Tensor& tensor) { before_->undo.keep(tensor); };
    for (const Tensor& parameter : optimizer.parameters()) keep(parameter);
    optimizer.for_each_state(keep);
  });
}

Optimizer::Transaction::~Transaction() {
  if (!before_) return;
  if (before_->take_state_back) before_->take_state_back();
  default_generator().set_state(before_->generator);
}

void Optimizer::Transaction::done() {
  before_->undo.done();
  before_.reset();
}

std::string Optimizer::program() const { return programs_.replayer().program(); }

void Optimizer::make_apart(FunctionRef<void()> make) {
  const NoGrad no_grad;
  const WithObserver nobody(nullptr);
  make();
}

void Optimizer::made(const Tensor& state) { Undo::made(state); }

bool Optimizer::is_captured() { return apply_mode.observer; }

void Optimizer::assume(const std::function<bool()>& holds) { apply_mode.observer->assumed(holds); }

void Optimizer::start_anew() {
  programs_.clear();
  ++epoch_;
}

void Optimizer::zero_grad() {
  for (const Tensor& parameter : parameters_) parameter.set_grad({});
}

void Bounds::at_least(const char* option, const Scalar& value, double bound) const {
  if (!(value.value() >= bound)) fail(optimizer_, ": ", option, " = ", value.value(), " must be at least ", bound);
}

void Bounds::at_most(const char* option, const Scalar& value, double bound) const {
  if (!(value.value() <= bound)) fail(optimizer_, ": ", option, " = ", value.value(), " must be at most ", bound);
}

void Bounds::above(const char* option, const Scalar& value, double bound) const {
  if (!(value.value() > bound)) fail(optimizer_, ": ", option, " = ", value.value(), " must be above ", bound);
}

void Bounds::within(const char* option, const Scalar& value, double low, double high) const {
  if (!(value.value() >= low && value.value() < high)) {
    fail(optimizer_, ": ", option, " = ", value.value(), " must be at least ", low, " and below ", high);
  }
}

void Bounds::between(const char* option, const Scalar& value, double low, double high) const {
  if (!(value.value() >= low && value.value() <= high)) {
    fail(optimizer_, ": ", option, " = ", value.value(), " must be at least ", low, " and at most ", high);
  }
}

Tensor Optimizer::evaluate(Closure closure) const {
  const EnableGrad enable;
  const Tensor loss = closure();
  if (!loss.defined() || loss.numel() != 1) {
    fail(name_, ": the closure must return the loss, a tensor of one element, not ",
         loss.defined() ? concat("one of shape ", loss.sizes()) : std::string("an undefined one"));
  }
  return loss.detach();
}

void Optimizer::need_loss(const Tensor& loss) const {
  if (!loss.defined()) fail(name_, ": step() has no loss to go by; call step(closure)");
}

// A list is handed on from constructor to constructor by moves, as one that keeps it would want it.
void Optimizer::add_parameters(ParameterList list) {  // NOLINT(performance-unnecessary-value-param)
  const std::vector<Tensor>& added = list.tensors();
  if (added.empty()) fail(name_, ": there are no parameters to optimise");
  num_threads();  // an Error if DESCENT_THREADS is not one, however small the tensors
  std::vector<TensorImpl*> all;
  for (const Tensor& parameter : parameters_) all.push_back(parameter.impl());
  for (std::size_t i = 0; i < added.size(); ++i) {
    const Tensor& parameter = added[i];
    if (!parameter.defined()) fail(name_, ": parameter ", i, " is undefined");
    if (!is_floating_point(parameter.dtype())) {
      fail(name_, ": parameter ", i, " is ", parameter.dtype(), ", not of a floating point type");
    }
    if (!parameter.is_leaf()) {
      fail(name_, ": parameter ", i, " of shape ", parameter.sizes(), " was made by ", parameter.made_by(),
           "; wanted a leaf, which gradients gather in");
    }
    if (std::find(all.begin(), all.end(), parameter.impl()) != all.end()) {
      fail(name_, ": parameter ", i, " of shape ", parameter.sizes(), " is there twice");
    }
    check_parameter(i, parameter);
    all.push_back(parameter.impl());
  }
  parameters_.insert(parameters_.end(), added.begin(), added.end());
}

}  // namespace descent::optim
