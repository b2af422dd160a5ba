#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "descent/state_dict.h"
#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// How numbers are distributed: how many lie in each of kBuckets buckets of one width, from the least to the greatest;
/// a number between two buckets is in the lower one. One bucket where all are equal, none without numbers.
struct Histogram {
  static constexpr std::size_t kBuckets = 30;

  double least = 0, greatest = 0;
  double sum = 0, sum_of_squares = 0;
  std::vector<std::int64_t> counts = {};

  /// The greatest number of each bucket.
  std::vector<double> limits() const;
};

/// Of the elements of a tensor of numbers, those that are not finite left out.
Histogram histogram_of(const Tensor& values);

/// The histograms of tensors at a handful of epochs, of any number: of each at first. Whenever there are kCapacity and
/// another epoch comes, every second one is dropped, and from then on every second one is left out. So the epochs kept
/// are all multiples of stride(), a power of 2.
class WeightHistograms {
 public:
  static constexpr std::size_t kCapacity = 16;
  struct Record {
    std::int64_t epoch = 0;  // how many were over
    std::map<std::string, Histogram> tensors = {};
  };

  /// Whether so many epochs, 0 at the beginning, are such that their tensors are kept. Epochs that do not come behind
  /// the latest are not.
  bool keeps(std::int64_t epoch) const;
  /// The tensors after so many epochs. They are looked at only if it keeps them.
  void add(std::int64_t epoch, const StateDict& tensors);

  const std::vector<Record>& records() const { return records_; }
  std::int64_t stride() const { return stride_; }

  /// "stride", "epochs" ([records], both int64) and "histogram.NAME" ([records, 4 + kBuckets], float64: the members of
  /// Histogram, least NaN where there are no numbers).
  StateDict state_dict() const;
  /// An Error that says what does not hold together leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  std::vector<Record> records_;
  std::int64_t stride_ = 1;
};

}  // namespace train
}  // namespace descent
