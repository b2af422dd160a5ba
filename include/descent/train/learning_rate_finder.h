// find_learning_rate: the range test.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "descent/autograd.h"
#include "descent/data/batches.h"
#include "descent/function_ref.h"
#include "descent/generator.h"
#include "descent/optim/optimizer.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT train {

struct LearningRateRange {
  double first = 1e-7;       // above 0
  double last = 10;          // above `first`
  std::int64_t steps = 100;  // at least 2
  /// How much of the smoothed loss comes from the steps before, of [0, 1).
  double smoothing = 0.9;
  /// The test ends early where the smoothed loss exceeds the least one so far by this factor, above 1, or is not
  /// finite.
  double divergence = 4;
};

/// What the loss did as the learning rate rose; one element a step.
struct LearningRateCurve {
  std::vector<double> rates;
  std::vector<double> losses;    // before each step
  std::vector<double> smoothed;  // their exponential moving average, without its bias towards 0
  /// The rate at which the smoothed loss fell fastest, at most half of that where it was least; the first steps, whose
  /// averages are of few losses, do not count. None if it did not fall by more than chance, judged by how the first
  /// losses differ: the range begins too high or ends too low, or there is nothing to learn.
  std::optional<double> suggestion = std::nullopt;
};

/// The test itself: sets the learning rate of all groups, calls `train_batch`, which makes a step and returns the loss
/// before it, and so on up the range. Changes the rates and whatever `train_batch` changes.
LearningRateCurve learning_rate_curve(optim::Optimizer& optimizer, FunctionRef<double()> train_batch,
                                      const LearningRateRange& range = {});

/// How many rows find_learning_rate watches, or a few more: whole batches.
inline constexpr std::int64_t kRowsWatched = 64;

/// The learning rate range test (Smith, 2017): trains on one mini-batch after another while the rate rises
/// exponentially from the first to the last, and watches the loss.
///
///   lr_i = first (last / first)^(i / (steps - 1))
///
/// `model(inputs)` gives the outputs and `loss(outputs, targets)` their mean loss. The losses of the curve are those of
/// the same kRowsWatched rows each time, which other rows' losses would drown. Afterwards the model's parameters
/// and buffers, and the optimizer's options and state, are what they were, also if something throws; `batches` is a
/// copy, and so is the default generator that the model draws from (dropout).
///
/// Choose it before a training whose rate nothing is known about: the suggestion is a good highest rate of a schedule.
/// An Error if the range is not as said, or if no loss was finite.
///
/// Source: Smith, "Cyclical learning rates for training neural networks", WACV 2017, arXiv:1506.01186; the suggestion
/// follows fastai's lr_find.
template <class Model, class Loss>
LearningRateCurve find_learning_rate(Model& model, const Loss& loss, optim::Optimizer& optimizer, data::Batches batches,
                                     const LearningRateRange& range = {}) {
  const auto copy = [](const StateDict& state) {
    StateDict copies;
    for (const auto& [name, value] : state) copies.emplace(name, value.clone());
    return copies;
  };
  struct Restore {
    Model& model;
    optim::Optimizer& optimizer;
    StateDict model_state, optimizer_state;
    ~Restore() {
      model.load_state_dict(model_state);
      optimizer.load_state_dict(optimizer_state);
      optimizer.zero_grad();
    }
  };
  const Restore restore{model, optimizer, copy(model.state_dict()), copy(optimizer.state_dict())};
  Generator generator = default_generator();
  const WithGenerator with_generator(generator);
  std::vector<data::Batch> watched;
  std::int64_t watched_rows = 0;
  for (const data::Batch& rows : batches) {
    if (watched_rows >= kRowsWatched) break;
    watched.push_back(rows);
    watched_rows += rows.inputs.size(0);
  }
  auto batch = batches.begin();
  return learning_rate_curve(
      optimizer,
      [&] {
        double before = 0;
        {
          const NoGrad no_grad;
          for (const auto& [inputs, targets] : watched) {
            const double part = static_cast<double>(inputs.size(0)) / static_cast<double>(watched_rows);
            before += part * loss(model(inputs), targets).item();
          }
        }
        if (batch == batches.end()) batch = batches.begin();
        const data::Batch rows = *batch;
        ++batch;
        optimizer.step([&] {
          optimizer.zero_grad();
          const Tensor value = loss(model(rows.inputs), rows.targets);
          value.backward();
          return value;
        });
        return before;
      },
      range);
}

}  // namespace train
}  // namespace descent
