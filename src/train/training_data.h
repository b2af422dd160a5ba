// Rows of tables as a training goes through them.
#pragma once

#include <string>

#include "descent/create.h"
#include "descent/data/batches.h"
#include "descent/ops.h"
#include "descent/train/fit.h"

namespace descent::train {

/// Rows of a table that need not be the one the model is trained with.
struct Part {
  const data::Table* table;
  data::Rows rows;

  bool empty() const { return rows.empty(); }
};

/// Which rows serve what.
struct Parts {
  Part train, validation, held_out;
};

/// Rows as the network sees them.
struct Examples {
  data::EncodedFeatures features;
  Tensor targets;

  bool empty() const { return !targets.defined(); }
};

Examples encode(const TabularModel& model, const Part& part);

/// How much each row counts, 1 on average; undefined if all count the same.
/// `column` holds a number for each row; "" for none.
Tensor weights_of(const data::Target& target, const Part& part, const std::string& column, ClassWeight class_weight);

/// The batches of a training part, whose inputs are positions in it, and their loss. With weights a batch's targets are
/// such positions, too, for the loss to look up both there.
class WeightedBatches {
 public:
  WeightedBatches(const Examples& part, const Tensor& weights, std::int64_t size, const TabularLoss& loss)
      : batches_(arange(part.targets.size(0)), weights.defined() ? arange(part.targets.size(0)) : part.targets, size),
        loss_(loss.function) {
    if (!weights.defined()) return;
    loss_ = [targets = part.targets, weights, per_row = loss.per_row](const Tensor& outputs, const Tensor& positions) {
      return (per_row(outputs, index_select(targets, 0, positions)) * index_select(weights, 0, positions)).mean();
    };
  }
  data::Batches& batches() { return batches_; }
  const auto& loss() const { return loss_; }

 private:
  data::Batches batches_;
  decltype(TabularLoss::function) loss_;
};

/// "120 rows, checksum 1a2b3c4d": of rows and of tensors, undefined ones too, and of what the model says that its
/// columns mean.
std::string described(const TabularModel& model, const Examples& rows, const Tensor& weights = {});
/// "checksum 1a2b3c4d": of the weights of a model.
std::string described(const StateDict& weights);

}  // namespace descent::train
