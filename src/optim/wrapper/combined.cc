#include "descent/optim/wrapper/combined.h"

#include "optim/wrapper/evaluated.h"

namespace descent::optim {
namespace {

std::string prefix(std::size_t optimizer) { return concat("optimizers.", optimizer, '.'); }

}  // namespace

void Combined::add(AnyOptimizer any) {
  std::unique_ptr<Optimizer> optimizer = std::move(any).take();
  if (!optimizer) fail(name(), ": optimizer ", optimizers_.size(), " is none");
  add_parameters(optimizer->parameters());
  for (std::size_t group = 0; group < optimizer->group_count(); ++group) groups_.push_back({optimizers_.size(), group});
  optimizers_.push_back(std::move(optimizer));
}

void Combined::step() {
  step_each([](Optimizer& optimizer) { optimizer.step(); });
}

Tensor Combined::step(Closure closure) {
  const Tensor loss = evaluate(closure);
  step_each([&](Optimizer& optimizer) { optimizer.step(Evaluated(loss, closure)); });
  return loss;
}

// Should a later one fail, the earlier ones have not stepped.
void Combined::step_each(FunctionRef<void(Optimizer& optimizer)> step, std::size_t first) {
  Optimizer& optimizer = *optimizers_[first];
  if (first + 1 == optimizers_.size()) return step(optimizer);
  Transaction transaction(optimizer);
  step(optimizer);
  step_each(step, first + 1);
  transaction.done();
}

std::function<void()> Combined::remember_state() {
  std::vector<std::function<void()>> all;
  for (const auto& optimizer : optimizers_) {
    if (auto take_back = remember_state_of(*optimizer)) all.push_back(std::move(take_back));
  }
  if (all.empty()) return {};
  return [all = std::move(all)] {
    for (const auto& take_back : all) take_back();
  };
}

void Combined::train() {
  for (const auto& optimizer : optimizers_) optimizer->train();
}

void Combined::eval() {
  for (const auto& optimizer : optimizers_) optimizer->eval();
}

Scalar& Combined::lr(std::size_t group) {
  const Group& at = groups_.at(group);
  return optimizers_[at.optimizer]->lr(at.group);
}

Scalar* Combined::momentum(std::size_t group) {
  const Group& at = groups_.at(group);
  return optimizers_[at.optimizer]->momentum(at.group);
}

void Combined::make_state() {
  for (const auto& optimizer : optimizers_) optimizer->make_state();
}

void Combined::for_each_state(FunctionRef<void(const Tensor&)> visit) const {
  for (const auto& optimizer : optimizers_) optimizer->for_each_state(visit);
}

StateDict Combined::state_dict() const {
  StateDict state;
  for (std::size_t i = 0; i < optimizers_.size(); ++i) insert_under(prefix(i), optimizers_[i]->state_dict(), state);
  return state;
}

void Combined::load_state_dict(const StateDict& state) {
  std::size_t known = 0;
  for (std::size_t i = 0; i < optimizers_.size(); ++i) known += under(prefix(i), state).size();
  if (known != state.size()) {
    fail(name(), ": load_state_dict: ", state.size() - known, " names belong to none of the ", optimizers_.size(),
         " optimizers");
  }
  // What was loaded is taken back where a later optimizer refuses its part.
  std::vector<StateDict> before;
  try {
    for (std::size_t i = 0; i < optimizers_.size(); ++i) {
      StateDict own = optimizers_[i]->state_dict();
      for (auto& entry : own) entry.second = entry.second.clone();
      optimizers_[i]->load_state_dict(under(prefix(i), state));
      before.push_back(std::move(own));
    }
  } catch (...) {
    for (std::size_t i = 0; i < before.size(); ++i) optimizers_[i]->load_state_dict(before[i]);
    throw;
  }
}

}  // namespace descent::optim
