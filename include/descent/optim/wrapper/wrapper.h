// What the optimizers have in common that wrap another.
//
//   optim::Lookahead optimizer(optim::Adam(model.parameters(), {.lr = 1e-3}), {.k = 5, .alpha = 0.5});
//
// A wrapper takes any optimizer, by value or by unique_ptr, and is one: it nests, takes schedules and trains models.
// The learning rates, momenta and groups are those of the optimizer inside.
//
// Parameters that are to stay as they are need no wrapper: an optimizer leaves alone what it was not given, what has no
// gradient, and groups whose learning rate is 0.
#pragma once

#include <concepts>
#include <memory>
#include <string>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// An optimizer of any class, to hand over.
class AnyOptimizer {
 public:
  template <std::derived_from<Optimizer> Inner>
  AnyOptimizer(Inner optimizer) : optimizer_(std::make_unique<Inner>(std::move(optimizer))) {}
  template <std::derived_from<Optimizer> Inner>
  AnyOptimizer(std::unique_ptr<Inner> optimizer) : optimizer_(std::move(optimizer)) {}

  std::unique_ptr<Optimizer> take() && { return std::move(optimizer_); }

 private:
  std::unique_ptr<Optimizer> optimizer_;
};

/// The base of the wrappers of one optimizer: steps it, between before_step() and after_step().
class Wrapper : public Optimizer {
 public:
  void step() override;
  Tensor step(Closure closure) override;

  void make_state() override { inner_->make_state(); }

  void train() override { inner_->train(); }
  void eval() override { inner_->eval(); }

  std::size_t group_count() const override { return inner_->group_count(); }
  Scalar& lr(std::size_t group = 0) override { return inner_->lr(group); }
  Scalar* momentum(std::size_t group = 0) override { return inner_->momentum(group); }

  /// The optimizer inside.
  Optimizer& inner() { return *inner_; }
  const Optimizer& inner() const { return *inner_; }

 protected:
  Wrapper(const char* name, AnyOptimizer inner);

  virtual void before_step() {}
  /// What it throws takes the optimizer's step back, if acts_after() is true before the step.
  virtual void after_step() {}
  virtual bool acts_after() const { return false; }

  std::function<void()> remember_state() override { return remember_state_of(*inner_); }

 private:
  std::unique_ptr<Optimizer> inner_;
};

/// The base of the wrappers with these options, which keep this state for each parameter and for all together. The
/// structs are as those of OptimizerOf, and keep their place; the state dict of the optimizer inside stands under
/// "inner.".
template <class OptionsOf, class StateOf = NoState, class CommonStateOf = NoState>
class WrapperOf : public Wrapper {
 public:
  using Options = OptionsOf;
  using State = StateOf;
  using CommonState = CommonStateOf;

  /// What is changed holds from the next step on.
  Options& options() { return options_; }

  void for_each_state(FunctionRef<void(const Tensor&)> visit) const override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 protected:
  WrapperOf(const char* name, AnyOptimizer inner, const Options& options)
      : Wrapper(name, std::move(inner)), options_(options) {}

  /// Checks the options and makes the state; the constructor ends with it.
  void begin();

  /// Holds the options to their bounds.
  virtual void check(const Options& o, const Bounds& bounds) const = 0;
  /// The common state before the first step, and that of parameter `p`: all tensors that there will be.
  virtual CommonState start() const { return {}; }
  virtual State start(const Tensor& /*p*/) const { return {}; }

  State& state(std::size_t parameter) { return states_[parameter]; }
  CommonState& common() { return common_; }
  const CommonState& common() const { return common_; }

 private:
  Options options_;
  std::vector<State> states_;
  CommonState common_;
};

template <class Options, class State, class CommonState>
void WrapperOf<Options, State, CommonState>::begin() {
  check(options_, Bounds(name()));
  common_ = start();
  for (const Tensor& p : parameters()) states_.push_back(start(p));
}

template <class Options, class State, class CommonState>
void WrapperOf<Options, State, CommonState>::for_each_state(FunctionRef<void(const Tensor&)> visit) const {
  for_each_tensor(common_, visit);
  for (const State& state : states_) for_each_tensor(state, visit);
  inner().for_each_state(visit);
}

template <class Options, class State, class CommonState>
StateDict WrapperOf<Options, State, CommonState>::state_dict() const {
  StateWriter writer;
  writer.group(0, 0, states_.size(), options_, common_);
  for (std::size_t i = 0; i < states_.size(); ++i) writer.state(i, states_[i]);
  StateDict state = std::move(writer).take();
  insert_under("inner.", inner().state_dict(), state);
  return state;
}

template <class Options, class State, class CommonState>
void WrapperOf<Options, State, CommonState>::load_state_dict(const StateDict& state) {
  StateDict own = state;
  std::erase_if(own, [](const auto& entry) { return entry.first.starts_with("inner."); });
  StateReader reader(name(), own);
  Options options = options_;
  CommonState common = start();
  std::vector<State> states;
  for (const Tensor& p : parameters()) states.push_back(start(p));
  reader.group(0, states.size(), options, common);
  for (std::size_t i = 0; i < states.size(); ++i) reader.state(i, parameters()[i], states[i]);
  reader.finish();
  check(options, Bounds(name()));
  inner().load_state_dict(under("inner.", state));
  options_ = options;
  write_state(common, common_);
  for (std::size_t i = 0; i < states.size(); ++i) write_state(states[i], states_[i]);
}

}  // namespace optim
}  // namespace descent
