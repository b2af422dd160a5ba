// Shuffled mini-batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "descent/data/split.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT data {

struct Batch {
  Tensor inputs;
  Tensor targets;
};

/// Pairs of inputs and targets, some at a time. Each loop over it is an epoch: all rows once, in a new random order.
///
///   for (const auto& [x, y] : batches) ...
class Batches {
 public:
  /// Rows are what the first dimension of both counts; `size` of them make a batch, the last one may be smaller. An
  /// Error if the tensors differ in rows, there is none, or `size` is not positive.
  Batches(Tensor inputs, Tensor targets, std::int64_t size, std::uint64_t seed);

  std::int64_t rows() const { return static_cast<std::int64_t>(order_.size()); }
  /// How many batches an epoch has.
  std::int64_t count() const { return (rows() + size_ - 1) / size_; }

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
  std::mt19937_64 generator_;
  Rows order_;
};

}  // namespace data
}  // namespace descent
