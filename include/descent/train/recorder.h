#pragma once

#include <chrono>

#include "descent/optim/optimizer.h"
#include "descent/train/history.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// What a loop says at the end of an epoch.
struct EpochValues {
  /// Default: the mean of the losses of the epoch's steps.
  double loss = EpochRecord::kUnknown;
  double held_out_loss = EpochRecord::kUnknown;
  std::vector<std::pair<std::string, double>> metrics = {};
};

/// Writes down what happens in a loop, a line a step and a line an epoch:
///
///   train::Recorder recorder(optimizer);
///   for (int epoch = 0; epoch < 10; ++epoch) {
///     for (const auto& [inputs, targets] : batches) {
///       optimizer.zero_grad();
///       const Tensor loss = mse_loss(model(inputs), targets);
///       loss.backward();
///       optimizer.step();
///       recorder.step(loss);
///     }
///     recorder.epoch({.held_out_loss = held_out_loss()});
///   }
///
/// What is made of it afterwards, logs and pictures, is report.h's.
///
/// A step costs two readings of a number and, once the recorder is made, no memory. As a part of a Checkpoint it goes
/// on where it was, the time without the pause.
class Recorder {
 public:
  /// Without learning rates and gradients.
  Recorder() = default;
  /// The optimizer must outlive it.
  explicit Recorder(optim::Optimizer& optimizer) : optimizer_(&optimizer) {}
  /// The rates and gradients of later steps are this optimizer's, which must outlive it.
  void follow(optim::Optimizer& optimizer) { optimizer_ = &optimizer; }

  /// A step was taken, and its loss was this (of one element). The learning rate is that of the optimizer's first group
  /// now: a schedule steps after it.
  void step(double loss);
  void step(const Tensor& loss) { step(loss.item()); }
  /// An epoch is over. The norm is that of the gradients there are now, those of the last step.
  void epoch(const EpochValues& values = {});
  /// What the weights are now: call it before the first epoch and after each to have histograms of them in the history.
  void weights(const StateDict& tensors);
  /// The parameters of a model, which are asked for in the epochs that are kept only.
  template <class Model>
  requires requires(const Model& model) { model.named_parameters(); }
  void weights(const Model& model) {
    if (!history_.weights.keeps(static_cast<std::int64_t>(history_.epochs.size()))) return;
    StateDict parameters;
    for (const auto& [name, parameter] : model.named_parameters()) parameters.emplace(name, parameter);
    weights(parameters);
  }

  const History& history() const { return history_; }
  /// Since it was made, and what was loaded.
  double seconds() const;

  /// "loss." and "lr." before what Curve has; "epochs", [epochs, 6], float64: step and kEpochNumbers; "metrics.NAME",
  /// [epochs], NaN where an epoch has none; "sum", "steps": of the losses of the epoch under way; "seconds"; "weights."
  /// before what WeightHistograms has.
  StateDict state_dict() const;
  /// An Error that says what does not hold together leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  using Clock = std::chrono::steady_clock;

  optim::Optimizer* optimizer_ = nullptr;
  History history_;
  double sum_ = 0;  // of the losses of the epoch under way
  std::int64_t steps_ = 0;
  double seconds_before_ = 0;
  Clock::time_point start_ = Clock::now();
};

}  // namespace train
}  // namespace descent
