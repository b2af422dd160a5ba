// Shuffled mini-batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "descent/data/epoch_place.h"
#include "descent/generator.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct Batch {
  Tensor inputs;
  Tensor targets;
};

/// Pairs of inputs and targets, some at a time. Each loop over it is an epoch: all rows once, in the order of a
/// randperm (PyTorch's RandomSampler).
///
///   for (const auto& [x, y] : batches) ...
///
/// Its state dict, taken within such a loop, says that the batch at hand is done: after it is loaded, the next loop
/// goes on with the one that follows, or is over at once after the last.
class Batches {
 public:
  /// Rows are what the first dimension of both counts; `size` of them make a batch, the last one may be smaller. An
  /// Error if the tensors differ in rows, there is none, or `size` is not positive.
  Batches(Tensor inputs, Tensor targets, std::int64_t size, Generator generator = default_generator().fork());

  std::int64_t rows() const { return inputs_.size(0); }
  /// How many batches an epoch has.
  std::int64_t count() const { return (rows() + size_ - 1) / size_; }

  /// Where the orders come from: its state between two epochs decides those to come.
  Generator& generator() { return generator_; }

  /// How many epochs are over: loops that came to their end.
  std::int64_t epoch() const { return place_.epoch(); }
  /// How many batches of the one under way were handed out.
  std::int64_t position() const { return place_.position(); }

  class Iterator {
   public:
    Batch operator*() const {
      progress_->position = position_ + 1;
      return batches_->at(position_);
    }
    Iterator& operator++() {
      progress_->is_over = ++position_ == batches_->count();
      return *this;
    }
    bool operator==(const Iterator& other) const { return position_ == other.position_; }

   private:
    friend class Batches;
    Iterator(const Batches* batches, std::int64_t position, std::shared_ptr<EpochPlace::Progress> progress)
        : batches_(batches), position_(position), progress_(std::move(progress)) {}
    const Batches* batches_;
    std::int64_t position_;
    std::shared_ptr<EpochPlace::Progress> progress_;
  };
  Iterator begin();
  Iterator end() const { return {this, count(), nullptr}; }

  /// "rows" and "batch_size" (int64), and what EpochPlace has.
  StateDict state_dict() const;
  /// Goes on bit for bit. An Error that says what does not fit, the number of rows or the size of a batch among it,
  /// leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  Batch at(std::int64_t position) const;

  Tensor inputs_, targets_;
  std::int64_t size_;
  Generator generator_;
  EpochPlace place_;
  Tensor order_;
};

}  // namespace data
}  // namespace descent
