// Shuffled mini-batches.
#pragma once

#include <cstddef>
#include <cstdint>

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

  class Iterator {
   public:
    Batch operator*() const { return batches_->at(position_); }
    Iterator& operator++() { return ++position_, *this; }
    bool operator==(const Iterator& other) const { return position_ == other.position_; }

   private:
    friend class Batches;
    Iterator(const Batches* batches, std::int64_t position) : batches_(batches), position_(position) {}
    const Batches* batches_;
    std::int64_t position_;
  };
  Iterator begin();
  Iterator end() const { return {this, count()}; }

 private:
  Batch at(std::int64_t position) const;

  Tensor inputs_, targets_;
  std::int64_t size_;
  Generator generator_;
  Tensor order_;
};

}  // namespace data
}  // namespace descent
