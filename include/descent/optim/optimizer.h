// What every optimizer does, and how to write one.
//
// An optimizer is three things: a struct of options, a struct of the tensors it keeps for each parameter, and `update`,
// which reads like the algorithm's box in its paper:
//
//   struct SignSGDOptions {
//     Scalar lr = 1e-3;
//     bool maximize = false;
//   };
//
//   class SignSGD final : public OptimizerOf<SignSGDOptions, NoState> {
//    public:
//     explicit SignSGD(ParameterList parameters, const SignSGDOptions& options = {}) : OptimizerOf("SignSGD") {
//       add_group(std::move(parameters), options);
//     }
//    private:
//     void check(const SignSGDOptions& o, const Bounds& bounds) const override { bounds.at_least("lr", o.lr, 0); }
//     NoState start(const Tensor&, const SignSGDOptions&) const override { return {}; }
//     void update(const Tensor& p, const Tensor& g, NoState&, const SignSGDOptions& o) const override {
//       p.addcmul_(sign(g), -o.lr);
//     }
//   };
//
// A rule that looks at all parameters of a group together (a common step size, say) overrides `update_group` instead,
// and keeps what it must in a third struct, of tensors for each group.
//
// Groups, `maximize`, state dicts and the checks of parameters come from the base. A step records nothing, never writes
// into a gradient, and, once warm, does not reach the heap.
//
// The first step is written down while it is taken, and repeated from then on as a program (docs/program.md), of which
// a rule need not know. It must be nothing but ops on tensors that keep their place. So the state is made before a
// parameter's first update, or in the step from which on an option wants it; from then on, steps and load_state_dict
// write into its tensors and replace none. What changes from step to step is a tensor: a C++ number stays what it was
// in the step that was written down, options excepted. The host reads nothing that the step computes: a branch hangs on
// whether a Scalar is 0, or on a count before it is changed, which are asked again before each repetition. Steps that
// read, or keep a tensor that they made, are taken op by op each time, as those of LBFGS are.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "descent/function_ref.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/optim/scalar.h"
#include "descent/optim/state_archive.h"
#include "descent/state_dict.h"

namespace descent {
namespace program {
class Replayer;
}

namespace DESCENT_EXPORT optim {

/// The tensors to optimise: {weight, bias}, or any range of tensors or parameters, such as model.parameters().
class ParameterList {
 public:
  ParameterList(std::initializer_list<Tensor> tensors) : tensors_(tensors) {}
  template <std::ranges::input_range Range>
  requires std::convertible_to<std::ranges::range_reference_t<Range>, Tensor> ParameterList(Range&& range)
      : tensors_(std::ranges::begin(range), std::ranges::end(range)) {}

  const std::vector<Tensor>& tensors() const { return tensors_; }

 private:
  std::vector<Tensor> tensors_;
};

/// Tells where an option is out of its bounds: "SGD: lr = -1 must be at least 0".
class Bounds {
 public:
  explicit Bounds(const char* optimizer) : optimizer_(optimizer) {}
  void at_least(const char* option, const Scalar& value, double bound) const;
  void at_most(const char* option, const Scalar& value, double bound) const;
  void above(const char* option, const Scalar& value, double bound) const;
  /// At least `low`, and below `high`.
  void within(const char* option, const Scalar& value, double low, double high) const;
  /// At least `low`, and at most `high`.
  void between(const char* option, const Scalar& value, double low, double high) const;

 private:
  const char* optimizer_;
};

/// The programs of an optimizer's steps. They speak of the optimizer where it is: one that moves begins anew.
class StepPrograms {
 public:
  StepPrograms();
  StepPrograms(StepPrograms&&) noexcept;
  ~StepPrograms();

  program::Replayer& replayer() { return *replayer_; }
  const program::Replayer& replayer() const { return *replayer_; }
  void clear();

 private:
  std::unique_ptr<program::Replayer> replayer_;
};

/// Changes parameters by their gradients. A step that ends in an exception, for want of memory or whatever else, leaves
/// parameters and state with the bits from before it: all that the step needs is there before any of them changes, or
/// is put back.
class Optimizer {
 public:
  /// Clears the gradients, computes the loss, calls backward, and returns the loss:
  ///
  ///   optimizer.step([&] {
  ///     optimizer.zero_grad();
  ///     Tensor loss = mse_loss(model(x), y);
  ///     loss.backward();
  ///     return loss;
  ///   });
  using Closure = FunctionRef<Tensor()>;

  virtual ~Optimizer() = default;

  /// Updates each parameter that has a gradient. An Error if the optimizer cannot do without a closure.
  virtual void step() = 0;
  /// The same after evaluating `closure`; some optimizers use the loss, or evaluate it more than once. Returns the loss
  /// of the first evaluation.
  virtual Tensor step(Closure closure) = 0;
  /// Drops the gradients of all parameters.
  void zero_grad();
  /// The program that the latest step left or ran (docs/program.md), for people to read; empty if there is none, as of
  /// wrappers, whose inner optimizers have them.
  std::string program() const;

  /// Some optimizers train at other values than those to evaluate and to save (ScheduleFreeSGD): eval() puts the
  /// parameters there, train() back. Others do nothing.
  virtual void train() {}
  virtual void eval() {}

  virtual std::size_t group_count() const = 0;
  /// The learning rate of a group: read with value(), set with =. The reference holds as long as the optimizer.
  virtual Scalar& lr(std::size_t group = 0) = 0;
  /// Likewise its momentum (`momentum` or `betas[0]`); null if the optimizer has none.
  virtual Scalar* momentum(std::size_t group = 0) = 0;
  /// The learning rates of the groups before a schedule (lr_scheduler.h) changed them, which all schedules share.
  std::vector<double>& initial_lrs() { return initial_lrs_; }

  /// Of all groups, one after another.
  const std::vector<Tensor>& parameters() const { return parameters_; }

  /// Makes the state that the next step would begin with, of each parameter that has a gradient and no state yet.
  virtual void make_state() = 0;
  /// Calls `visit` with each tensor of the state: what a step may change, apart from the parameters.
  virtual void for_each_state(FunctionRef<void(const Tensor&)> visit) const = 0;

  /// Options and state: "param_groups.G.OPTION" and, for parameter P counted over all groups, "state.P.NAME". The
  /// tensors are the optimizer's own: clone what must not change with the next step.
  virtual StateDict state_dict() const = 0;
  /// Continues bit for bit from `state`, the state dict of an optimizer of the same kind with as many parameters in
  /// each group, of the same shapes. Options and state that are there are written into, and keep their place. An Error
  /// that lists what does not fit leaves everything as it was.
  virtual void load_state_dict(const StateDict& state) = 0;

 protected:
  /// `name`, a string literal, begins the messages of errors.
  explicit Optimizer(const char* name) : name_(name) {}
  Optimizer(Optimizer&&) = default;

  const char* name() const { return name_; }

  /// An Error if there are none, or if one is undefined, not a leaf of floating point, or there already.
  void add_parameters(ParameterList parameters);
  /// An Error if `p`, the `i`-th of those added, is one that this optimizer cannot change.
  virtual void check_parameter(std::size_t /*i*/, const Tensor& /*p*/) const {}
  /// Calls `closure` with recording on; the loss it returns, without its history.
  Tensor evaluate(Closure closure) const;
  /// An Error if `loss`, as update_group gets it, is that of a step without a closure.
  void need_loss(const Tensor& loss) const;
  /// While it lives, parameters and state may change: unless done() was called, they get back what they were.
  class Transaction {
   public:
    explicit Transaction(Optimizer& optimizer);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void done();

   private:
    struct Before;
    std::unique_ptr<Before> before_;
  };
  /// A function that takes back which tensors the state consists of, and does not throw; none where a step keeps to the
  /// tensors of make_state(), whose elements are put back anyway.
  virtual std::function<void()> remember_state() { return {}; }
  static std::function<void()> remember_state_of(Optimizer& other) { return other.remember_state(); }

  /// Calls `update`, which gets `loss`, without recording; or runs the program that it left when it was called before,
  /// if nothing has changed that it hangs on. If it throws, parameters and state are what they were.
  void repeat(const Tensor& loss, FunctionRef<void(const Tensor& loss)> update);
  /// Calls `make`, which makes state: it is no part of a step that is being captured, which finds the state there.
  static void make_apart(FunctionRef<void()> make);
  /// `state` was made, in the midst of a step perhaps: should that be undone, it is what it is now.
  static void made(const Tensor& state);
  /// Whether an update is being captured, and must tell, by assume(), on what besides its tensors it hangs.
  static bool is_captured();
  static void assume(const std::function<bool()>& holds);
  /// The state is another one, or the groups: no step that was captured before holds.
  void start_anew();
  std::uint64_t epoch() const { return epoch_; }

 private:
  const char* name_;
  StepPrograms programs_;
  std::uint64_t epoch_ = 0;  // how often start_anew() was called
  std::vector<Tensor> parameters_;
  std::vector<double> initial_lrs_;
};

/// Calls `visit` with each tensor, and each of each list, that a struct of state holds.
template <class State>
void for_each_tensor(const State& state, FunctionRef<void(const Tensor&)> visit) {
  reflect::for_each_member(state, [&]<class Member>(std::string_view, const Member& member) {
    if constexpr (std::same_as<Member, Tensor>) {
      if (member.defined()) visit(member);
    } else if constexpr (std::same_as<Member, std::vector<Tensor>>) {
      for (const Tensor& tensor : member) visit(tensor);
    }
  });
}

/// Of an optimizer that keeps nothing.
struct NoState {};

/// Calls `visit` with a number for each thing in a struct of options that is not an element of a tensor: a captured
/// step holds as long as they are the same.
template <class Option, class Visit>
void for_each_fixed(const Option& option, const Visit& visit) {
  if constexpr (std::same_as<Option, Scalar>) {
    visit(std::uint64_t{reinterpret_cast<std::uintptr_t>(static_cast<const Tensor&>(option).impl())});
  } else if constexpr (std::is_enum_v<Option> || std::integral<Option>) {
    visit(static_cast<std::uint64_t>(option));
  } else if constexpr (requires { option.has_value(); }) {
    visit(static_cast<std::uint64_t>(option.has_value()));
    if (option) for_each_fixed(*option, visit);
  } else if constexpr (requires { option.first; }) {
    for_each_fixed(option.first, visit);
    for_each_fixed(option.second, visit);
  } else if constexpr (requires { option.begin(); }) {
    for (const auto& each : option) for_each_fixed(each, visit);
  } else {
    reflect::for_each_member(option, [&](std::string_view, const auto& member) { for_each_fixed(member, visit); });
  }
}

/// The base of the optimizers with these options and this state.
///
/// Options: an aggregate of Scalar, bool, std::int64_t, enumerations, and std::array, std::pair and std::optional of
/// these, among them `Scalar lr`; `bool maximize` makes steps go up the gradient. State and GroupState: aggregates of
/// Tensors and vectors of Tensors. Their members' names are those in the state dict, where what a group keeps stands
/// beside its options.
template <class OptionsOf, class StateOf, class GroupStateOf = NoState>
class OptimizerOf : public Optimizer {
 public:
  using Options = OptionsOf;
  using State = StateOf;
  using GroupState = GroupStateOf;

  void step() override { update_groups({}); }
  Tensor step(Closure closure) override;

  /// Further parameters, with options of their own.
  void add_group(ParameterList parameters, const Options& options = {});
  std::size_t group_count() const override { return groups_.size(); }
  /// The options of a group; what is changed holds from the next step on.
  Options& options(std::size_t group = 0) { return groups_.at(group).options; }
  Scalar& lr(std::size_t group = 0) override { return options(group).lr; }
  Scalar* momentum(std::size_t group = 0) override;

  void make_state() override;
  void for_each_state(FunctionRef<void(const Tensor&)> visit) const override;
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

 protected:
  struct Group {
    Options options;
    GroupState state;
    std::size_t first;  // the position of its first parameter among all
    std::vector<std::optional<State>> states;
  };

  using Optimizer::Optimizer;

  std::deque<Group>& groups() { return groups_; }

  /// Holds the options to their bounds.
  virtual void check(const Options& o, const Bounds& bounds) const = 0;
  /// The state of `p` before its first update. A tensor that not all options want may be left to the update that first
  /// wants it, and a list left empty; what comes to be there has the shape of `p`, and stays.
  virtual State start(const Tensor& p, const Options& o) const = 0;
  /// One step for parameter `p` with gradient `g`, which is negated already where `maximize` asks for it.
  virtual void update(const Tensor& p, const Tensor& g, State& s, const Options& o) const;

  /// What a group keeps, before the first step. A list may be left empty; what comes to be there are float64 numbers.
  virtual GroupState start_group(const Options&) const { return {}; }
  /// One step for a group: update() for each of its parameters that has a gradient. `loss` is what the closure
  /// returned, negated where `maximize` asks for it, and undefined in a step without one.
  virtual void update_group(Group& group, const Tensor& loss) const;
  /// The state of the i-th parameter of the group, made if it is not there yet.
  State& state_of(Group& group, std::size_t i) const {
    std::optional<State>& state = group.states[i];
    if (!state) {
      state = start(parameters()[group.first + i], group.options);
      for_each_tensor(*state, [](const Tensor& tensor) { made(tensor); });
    }
    return *state;
  }
  /// Calls visit(p, g, s) for each parameter of the group that has a gradient.
  template <class Visit>
  void for_each(Group& group, const Visit& visit) const;

  /// Updates all groups.
  void update_groups(const Tensor& loss);

  /// Whether steps are to go up.
  static bool maximizes(const Options& o) {
    if constexpr (requires { o.maximize; })
      return o.maximize;
    else
      return false;
  }

 private:
  template <class Visit>
  void for_each_fixed_option(const Visit& visit) const {
    visit(epoch());
    for (const Group& group : groups_) for_each_fixed(group.options, visit);
  }
  bool has_fixed_options(const std::vector<std::uint64_t>& options) const {
    // While all are the same, those that follow are as many: what has a number of members is among them.
    auto next = options.begin();
    bool same = true;
    for_each_fixed_option([&](std::uint64_t option) { same = same && *next++ == option; });
    return same;
  }

  std::deque<Group> groups_;  // a further group leaves references to the options of the others valid
};

template <class Options, class State, class GroupState>
Tensor OptimizerOf<Options, State, GroupState>::step(Closure closure) {
  Tensor loss = evaluate(closure);
  update_groups(loss);
  return loss;
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::update_groups(const Tensor& loss) {
  repeat(loss, [this](const Tensor& given) {
    if (is_captured()) {
      std::vector<std::uint64_t> options;
      for_each_fixed_option([&](std::uint64_t option) { options.push_back(option); });
      assume([this, options = std::move(options)] { return has_fixed_options(options); });
    }
    for (Group& group : groups_) update_group(group, given.defined() && maximizes(group.options) ? -given : given);
  });
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::update(const Tensor&, const Tensor&, State&, const Options&) const {
  fail(name(), ": overrides neither update nor update_group");
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::update_group(Group& group, const Tensor&) const {
  for_each(group, [&](const Tensor& p, const Tensor& g, State& s) { update(p, g, s, group.options); });
}

template <class Options, class State, class GroupState>
template <class Visit>
void OptimizerOf<Options, State, GroupState>::for_each(Group& group, const Visit& visit) const {
  const bool maximize = maximizes(group.options);
  for (std::size_t i = 0; i < group.states.size(); ++i) {
    const Tensor& p = parameters()[group.first + i];
    const Tensor gradient = p.grad();
    if (!gradient.defined()) continue;
    State& state = state_of(group, i);
    if (maximize)
      visit(p, -gradient, state);
    else
      visit(p, gradient, state);
  }
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::add_group(ParameterList parameters, const Options& options) {
  check(options, Bounds(name()));
  start_anew();
  const std::size_t first = this->parameters().size();
  add_parameters(std::move(parameters));
  groups_.push_back(
      {options, start_group(options), first, std::vector<std::optional<State>>(this->parameters().size() - first)});
}

template <class Options, class State, class GroupState>
Scalar* OptimizerOf<Options, State, GroupState>::momentum(std::size_t group) {
  [[maybe_unused]] Options& o = options(group);
  if constexpr (requires { o.momentum; })
    return &o.momentum;
  else if constexpr (requires { o.betas; })
    return &o.betas[0];
  else
    return nullptr;
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::make_state() {
  make_apart([this] {
    for (Group& group : groups_) {
      for (std::size_t i = 0; i < group.states.size(); ++i) {
        if (parameters()[group.first + i].grad().defined()) state_of(group, i);
      }
    }
  });
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::for_each_state(FunctionRef<void(const Tensor&)> visit) const {
  for (const Group& group : groups_) {
    for_each_tensor(group.state, visit);
    for (const std::optional<State>& state : group.states) {
      if (state) for_each_tensor(*state, visit);
    }
  }
}

template <class Options, class State, class GroupState>
StateDict OptimizerOf<Options, State, GroupState>::state_dict() const {
  StateWriter writer;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const Group& group = groups_[g];
    writer.group(g, group.first, group.states.size(), group.options, group.state);
    for (std::size_t i = 0; i < group.states.size(); ++i) {
      if (group.states[i]) writer.state(group.first + i, *group.states[i]);
    }
  }
  return std::move(writer).take();
}

template <class Options, class State, class GroupState>
void OptimizerOf<Options, State, GroupState>::load_state_dict(const StateDict& state) {
  StateReader reader(name(), state);
  std::deque<Group> loaded = groups_;
  for (std::size_t g = 0; g < loaded.size(); ++g) {
    Group& group = loaded[g];
    group.state = start_group(group.options);
    reader.group(g, group.states.size(), group.options, group.state);
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
  start_anew();
  for (std::size_t g = 0; g < loaded.size(); ++g) {
    groups_[g].options = loaded[g].options;
    write_state(loaded[g].state, groups_[g].state);
    for (std::size_t i = 0; i < loaded[g].states.size(); ++i) {
      std::optional<State>&from = loaded[g].states[i], &to = groups_[g].states[i];
      if (from && to)
        write_state(*from, *to);
      else
        to = std::move(from);
    }
  }
}

}  // namespace optim
}  // namespace descent
