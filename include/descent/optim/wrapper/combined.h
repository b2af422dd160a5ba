#pragma once

#include "descent/optim/wrapper/wrapper.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// Several optimizers as one, each with its rule for its parameters.
///
///   optim::Combined optimizer(optim::SGD(matrices, {.lr = 0.02, .momentum = 0.95}), optim::AdamW(others));
///
/// The groups are those of the first optimizer, then those of the second, and so on. step(closure) evaluates the
/// closure once for all; an optimizer that evaluates it more often does so when its turn comes. The state dict of the
/// i-th optimizer stands under "optimizers.I.". An Error if a parameter is given to two.
///
/// Choose it where layers want different rules, as matrices and vectors do with Muon.
///
/// Source: optax.partition.
class Combined final : public Optimizer {
 public:
  template <class... Optimizers>
  requires(sizeof...(Optimizers) > 1 &&
           (std::convertible_to<Optimizers, AnyOptimizer> && ...)) explicit Combined(Optimizers... optimizers)
      : Optimizer("Combined") {
    (add(std::move(optimizers)), ...);
  }

  void step() override;
  Tensor step(Closure closure) override;

  void train() override;
  void eval() override;

  std::size_t group_count() const override { return groups_.size(); }
  Scalar& lr(std::size_t group = 0) override;
  Scalar* momentum(std::size_t group = 0) override;

  void make_state() override;
  void for_each_state(FunctionRef<void(const Tensor&)> visit) const override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 protected:
  std::function<void()> remember_state() override;

 private:
  void step_each(FunctionRef<void(Optimizer& optimizer)> step, std::size_t first = 0);

  struct Group {
    std::size_t optimizer;
    std::size_t group;  // its number in that optimizer
  };

  void add(AnyOptimizer optimizer);

  std::vector<std::unique_ptr<Optimizer>> optimizers_;
  std::vector<Group> groups_;
};

}  // namespace optim
}  // namespace descent
