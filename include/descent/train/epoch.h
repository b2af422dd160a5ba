#pragma once

#include "descent/data/batches.h"
#include "descent/optim/optimizer.h"
#include "descent/train/finite.h"
#include "descent/train/recorder.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// Trains on each batch once: forward, loss, backward, step. Returns the mean of the loss over all rows; of an epoch
/// that goes on after a pause (data::Batches), over those that are left.
///
/// `model(inputs)` gives the outputs and `loss(outputs, targets)` their mean loss. `before_step(batch)` is called
/// before each batch with its position, to set the learning rate, say; the epoch ends early, with the mean so far, when
/// it returns false. A loss that is not finite ends it with the NotFinite of check_step(), whose step is that position.
/// A `recorder` is told of each step.
template <class Model, class Loss, class BeforeStep>
double train_epoch(Model& model, const Loss& loss, optim::Optimizer& optimizer, data::Batches& batches,
                   const BeforeStep& before_step, Recorder* recorder = nullptr) {
  double sum = 0;
  std::int64_t rows = 0;
  for (const data::Batch& batch : batches) {
    const std::int64_t position = batches.position() - 1;
    if (!before_step(position)) break;
    const Tensor mean_loss = optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor value = loss(model(batch.inputs), batch.targets);
      value.backward();
      return value;
    });
    if (recorder) recorder->step(mean_loss);
    check_step(position, mean_loss, optimizer);
    const std::int64_t count = batch.inputs.size(0);
    sum += mean_loss.item() * static_cast<double>(count);
    rows += count;
  }
  return rows == 0 ? 0 : sum / static_cast<double>(rows);
}

/// The same, all batches with the learning rates as they are.
template <class Model, class Loss>
double train_epoch(Model& model, const Loss& loss, optim::Optimizer& optimizer, data::Batches& batches,
                   Recorder* recorder = nullptr) {
  return train_epoch(
      model, loss, optimizer, batches, [](std::int64_t) { return true; }, recorder);
}

}  // namespace train
}  // namespace descent
