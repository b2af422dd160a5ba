// What every optimizer does, and how to write one.
//
// An optimizer is three things: a struct of options, a struct of the tensors it keeps for each parameter, and `update`,
// which reads like the algorithm's box in its paper:
//
//   struct SignSGDOptions {
//     Scalar lr = 1e-3;
//     bool maximize = false;
//   };
//   struct SignSGDState {};
//
//   class SignSGD final : public OptimizerOf<SignSGDOptions, SignSGDState> {
//    public:
//     explicit SignSGD(ParameterList parameters, const SignSGDOptions& options = {}) : OptimizerOf("SignSGD") {
//       add_group(std::move(parameters), options);
//     }
//    private:
//     void check(const SignSGDOptions& o, const Bounds& bounds) const override { bounds.at_least("lr", o.lr, 0); }
//     SignSGDState start(const Tensor&, const SignSGDOptions&) const override { return {}; }
//     void update(const Tensor& p, const Tensor& g, SignSGDState&, const SignSGDOptions& o) const override {
//       p.addcmul_(sign(g), -o.lr);
//     }
//   };
//
// Groups, `maximize`, state dicts and the checks of parameters come from the base. A step records nothing, never writes
// into a gradient, and, once warm, does not reach the heap.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "descent/autograd.h"
#include "descent/ops.h"
#include "descent/optim/scalar.h"
#include "descent/optim/state_archive.h"
#include "descent/state_dict.h"

namespace descent::optim {

/// The tensors to optimise: {weight, bias}, or any range of tensors or parameters, such as model.parameters().
class ParameterList {
 public:
  ParameterList(std::initializer_list<Tensor> tensors) : tensors_(tensors) {}
  template <std::ranges::input_range Range>
  requires std::convertible_to<std::ranges::range_reference_t<Range>, Tensor> ParameterList(Range&& range)
      : tensors_(std::ranges::begin(range), std::ranges::end(range)) {}

 private:
  friend class Optimizer;
  std::vector<Tensor> tensors_;
};

/// Tells where an option is out of its bounds: "SGD: lr = -1 must be at least 0".
class Bounds {
 public:
  explicit Bounds(const char* optimizer) : optimizer_(optimizer) {}
  void at_least(const char* option, const Scalar& value, double bound) const;
  /// At least `low`, and below `high`.
  void within(const char* option, const Scalar& value, double low, double high) const;

 private:
  const char* optimizer_;
};

/// Changes parameters by their gradients.
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// Updates each parameter that has a gradient.
  virtual void step() = 0;
  /// Drops the gradients of all parameters.
  void zero_grad();

  virtual std::size_t group_count() const = 0;
  /// The learning rate of a group: read with value(), set with =. The reference holds as long as the optimizer.
  virtual Scalar& lr(std::size_t group = 0) = 0;

  /// Options and state: "param_groups.G.OPTION" and, for parameter P counted over all groups, "state.P.NAME". The
  /// tensors are the optimizer's own: clone what must not change with the next step.
  virtual StateDict state_dict() const = 0;
  /// Continues bit for bit from `state`, the state dict of an optimizer of the same kind with as many parameters in
  /// each group, of the same shapes. An Error that lists what does not fit leaves everything as it was.
  virtual void load_state_dict(const StateDict& state) = 0;

 protected:
  /// `name`, a string literal, begins the messages of errors.
  explicit Optimizer(const char* name) : name_(name) {}
  Optimizer(Optimizer&&) = default;

  const char* name() const { return name_; }

  /// Of all groups, one after another.
  const std::vector<Tensor>& parameters() const { return parameters_; }
  /// An Error if there are none, or if one is undefined, not a leaf of floating point, or there already.
  void add_parameters(ParameterList parameters);

 private:
  const char* name_;
  std::vector<Tensor> parameters_;
};

/// The base of the optimizers with these options and this state.
///
/// Options: an aggregate of Scalar, std::array of Scalar, bool and std::int64_t, among them `Scalar lr` and
/// `bool maximize`. State: an aggregate of Tensors. Their members' names are those in the state dict.
template <class Options, class State>
class OptimizerOf : public Optimizer {
 public:
  void step() override;

  /// Further parameters, with options of their own.
  void add_group(ParameterList parameters, const Options& options = {});
  std::size_t group_count() const override { return groups_.size(); }
  /// The options of a group; what is changed holds from the next step on.
  Options& options(std::size_t group = 0) { return groups_.at(group).options; }
  Scalar& lr(std::size_t group = 0) override { return options(group).lr; }

  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 protected:
  using Optimizer::Optimizer;

  /// Holds the options to their bounds.
  virtual void check(const Options& o, const Bounds& bounds) const = 0;
  /// The state of `p` before its first update. A tensor may be left to the first update; it has the shape of `p` then.
  virtual State start(const Tensor& p, const Options& o) const = 0;
  /// One step for parameter `p` with gradient `g`, which is negated already where `maximize` asks for it.
  virtual void update(const Tensor& p, const Tensor& g, State& s, const Options& o) const = 0;

 private:
  struct Group {
    Options options;
    std::size_t first;  // the position of its first parameter among all
    std::vector<std::optional<State>> states;
  };

  std::deque<Group> groups_;  // a further group leaves references to the options of the others valid
};

template <class Options, class State>
void OptimizerOf<Options, State>::step() {
  const NoGrad no_grad;
  for (Group& group : groups_) {
    for (std::size_t i = 0; i < group.states.size(); ++i) {
      const Tensor& p = parameters()[group.first + i];
      const Tensor gradient = p.grad();
      if (!gradient.defined()) continue;
      std::optional<State>& state = group.states[i];
      if (!state) state = start(p, group.options);
      update(p, group.options.maximize ? -gradient : gradient, *state, group.options);
    }
  }
}

template <class Options, class State>
void OptimizerOf<Options, State>::add_group(ParameterList parameters, const Options& options) {
  check(options, Bounds(name()));
  const std::size_t first = this->parameters().size();
  add_parameters(std::move(parameters));
  groups_.push_back({options, first, std::vector<std::optional<State>>(this->parameters().size() - first)});
}

template <class Options, class State>
StateDict OptimizerOf<Options, State>::state_dict() const {
  StateWriter writer;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    writer.options(g, group.first, group.states.size(), group.options);
    for (std::size_t i = 0; i < group.states.size(); ++i) {
      if (group.states[i]) writer.state(group.first + i, *group.states[i]);
    }
  }
  return std::move(writer).take();
}

template <class Options, class State>
void OptimizerOf<Options, State>::load_state_dict(const StateDict& state) {
  StateReader reader(name(), state);
  std::deque<Group> loaded = groups_;
  for (std::size_t g = 0; g < loaded.size(); ++g) {
    Group& group = loaded[g];
    reader.options(g, group.states.size(), group.options);
    for (std::size_t i = 0; i < group.states.size(); ++i) {
      group.states[i].reset();
      if (!reader.has_state(group.first + i)) continue;
      const Tensor& p = parameters()[group.first + i];
      group.states[i] = start(p, group.options);
      reader.state(group.first + i, p, *group.states[i]);
    }
  }
  reader.finish();
  for (const Group& group : loaded) check(group.options, Bounds(name()));
  for (std::size_t g = 0; g < loaded.size(); ++g) {
    groups_[g].options = loaded[g].options;
    groups_[g].states = std::move(loaded[g].states);
  }
}

}  // namespace descent::optim
