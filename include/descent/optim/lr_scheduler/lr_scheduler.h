// What every learning rate schedule does, and how to write one.
//
// A schedule sets the learning rate of each group of an optimizer when it is made, and again at each step(), which
// follows the optimizer's: once an epoch, or once a batch, in whichever unit its options count.
//
//   optim::lr_scheduler::StepLR scheduler(optimizer, {.step_size = 30, .gamma = 0.1});
//   for (int epoch = 0; epoch < 90; ++epoch) {
//     train::train_epoch(model, loss, optimizer, batches);
//     scheduler.step();
//   }
//
// One of the user's own overrides get_lr, and begins when the rest of it is made:
//
//   class InverseLR final : public LRScheduler {
//    public:
//     explicit InverseLR(Optimizer& optimizer) : LRScheduler("InverseLR", optimizer) { begin(); }
//    private:
//     double get_lr(std::size_t group) const override { return base_lr(group) / (1.0 + last_epoch()); }
//   };
//
// Where PyTorch has the schedule, names, options and learning rates are those of torch.optim.lr_scheduler, to the last
// bit. To go on with a training, make optimizer and schedule as before, and then load the state dicts of both; this
// stands for PyTorch's option last_epoch.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

#include "descent/optim/optimizer.h"
#include "descent/state_dict.h"

namespace descent::optim {
namespace DESCENT_EXPORT lr_scheduler {

/// An option that is one number for all groups, or one for each: `.max_lr = 0.1`, `.max_lr = {0.1, 0.2}`.
class PerGroup {
 public:
  PerGroup(double value) : values_{value}, same_(true) {}
  PerGroup(std::initializer_list<double> values) : values_(values) {}
  PerGroup(std::vector<double> values) : values_(std::move(values)) {}

  double operator[](std::size_t group) const { return values_[same_ ? 0 : group]; }
  /// An Error unless it is one number or as many as there are groups, each at least 0.
  void check(const char* scheduler, const char* option, std::size_t groups) const;

 private:
  std::vector<double> values_;
  bool same_ = false;
};

/// How to go from one value to another: along half a cosine, or straight.
enum class AnnealStrategy : std::uint8_t { cos, linear };

/// At `progress`, of [0, 1], from `start` to `end`.
double anneal(AnnealStrategy strategy, double start, double end, double progress);

/// The base of the schedules, which hold a reference to their optimizer: it stays where it is. The groups are those
/// that the optimizer has when the schedule is made.
///
/// Several on one optimizer share Optimizer::initial_lrs(), the learning rates before the first was made.
class LRScheduler {
 public:
  virtual ~LRScheduler() = default;

  /// Sets the learning rates of the next epoch.
  virtual void step();
  /// Sets those of epoch 0, from the learning rates as they are. The last thing that a constructor does.
  virtual void begin();
  /// Sets those of epoch 0 where another schedule has been at work.
  virtual void restart();

  /// How often step() was called.
  std::int64_t last_epoch() const { return last_epoch_; }
  /// The learning rate of each group, as this schedule set it last.
  const std::vector<double>& get_last_lr() const { return last_lr_; }
  Optimizer& optimizer() const { return *optimizer_; }

  /// "last_epoch", "base_lrs", "last_lr", and what the schedule has of its own; not the options.
  virtual StateDict state_dict() const;
  /// Goes on where the schedule went that `state` is from, one with the same options. An Error that lists what does not
  /// fit leaves everything as it was. The optimizer is not touched: load its state dict too, after the schedule is
  /// made.
  void load_state_dict(const StateDict& state);

 protected:
  /// `name`, a string literal, begins the messages of errors.
  LRScheduler(const char* name, Optimizer& optimizer);
  LRScheduler(LRScheduler&&) = default;

  /// The learning rate of a group in epoch last_epoch(), which may be told from that of the epoch before, lr(group).
  virtual double get_lr(std::size_t group) const = 0;
  /// The same, told from base_lr(group): what SequentialLR starts a schedule with that is not its first.
  virtual double get_closed_form_lr(std::size_t group) const { return get_lr(group); }
  /// The momentum of a group, of a schedule that sets it.
  virtual std::optional<double> get_momentum(std::size_t /*group*/) const { return std::nullopt; }
  /// Takes what is its own out of `state`, which holds all that state_dict() gives, in the same shapes.
  virtual void restore(const StateDict& state);

  const char* name() const { return name_; }
  std::size_t group_count() const { return base_lrs_.size(); }
  double lr(std::size_t group) const { return optimizer_->lr(group).value(); }
  double base_lr(std::size_t group) const { return base_lrs_[group]; }
  void set_base_lr(std::size_t group, double value) { base_lrs_[group] = value; }
  /// Whether this is the epoch in which the schedule begins, rather than is stepped.
  bool is_initial() const { return is_initial_; }

  /// Notes the epoch, and the learning rates as they are now.
  void record(std::int64_t epoch);

 private:
  void set_lrs(double (LRScheduler::*get)(std::size_t group) const);

  const char* name_;
  Optimizer* optimizer_;
  std::int64_t last_epoch_ = 0;
  bool is_initial_ = false;
  std::vector<double> base_lrs_;
  std::vector<double> last_lr_;
};

}  // namespace lr_scheduler
}  // namespace descent::optim
