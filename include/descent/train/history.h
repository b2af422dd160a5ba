// What happened in a training: curves over its steps, and a line for each epoch.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "descent/export.h"
#include "descent/state_dict.h"
#include "descent/train/histogram.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// A number for each step, of any number of steps, in the memory of 1,024 of them: steps that follow each other share a
/// bucket, one step each at first. Whenever all buckets are full and a number more comes, each two neighbours become
/// one, and from then on buckets take twice as many steps. So a curve has 512 to 1,024 buckets after its first 512
/// steps, all of one width but for the last, and no spike is lost: a bucket keeps its extremes.
class Curve {
 public:
  struct Bucket {
    std::int64_t steps = 0;
    double mean = 0;                 // not finite if one of the numbers is not
    double least = 0, greatest = 0;  // NaN does not count, unless all are
  };
  static constexpr std::size_t kCapacity = 1024;

  /// Takes all the memory it will ever need.
  Curve() { buckets_.reserve(kCapacity); }
  Curve(const Curve& other) : Curve() { *this = other; }
  Curve(Curve&&) = default;
  /// Keeps the memory it has.
  Curve& operator=(const Curve& other) = default;
  Curve& operator=(Curve&&) = default;

  /// The number of the next step.
  void add(double value);

  /// How many numbers were added.
  std::int64_t steps() const;
  /// In the order of the steps; the i-th begins with step i * width(), counted from 0.
  std::span<const Bucket> buckets() const { return buckets_; }
  /// How many steps a full bucket has: a power of 2.
  std::int64_t width() const { return width_; }

  /// "width" (int64) and "buckets" ([buckets, 4], float64: the members of Bucket).
  StateDict state_dict() const;
  /// An Error that says what does not hold together leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  void merge_pairs();

  std::vector<Bucket> buckets_;
  std::int64_t width_ = 1;
};

/// What is known at the end of an epoch. NaN stands for what is not known.
struct EpochRecord {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  std::int64_t epoch = 0;  // from 1
  std::int64_t step = 0;   // how many steps there were by then
  double loss = kUnknown;  // the mean over the epoch
  /// Of rows that are not trained on.
  double held_out_loss = kUnknown;
  double lr = kUnknown;             // of the last step
  double gradient_norm = kUnknown;  // likewise: the Euclidean norm over all parameters
  double seconds = 0;               // since the training began
  /// By names of your choice ("accuracy"), of rows that are not trained on.
  std::vector<std::pair<std::string, double>> metrics = {};

  /// The metric of that name; NaN if there is none.
  double metric(const std::string& name) const;
};

/// The numbers of an epoch, by the names that files have for them.
inline constexpr std::pair<const char*, double EpochRecord::*> kEpochNumbers[] = {
    {"loss", &EpochRecord::loss},
    {"held_out_loss", &EpochRecord::held_out_loss},
    {"lr", &EpochRecord::lr},
    {"gradient_norm", &EpochRecord::gradient_norm},
    {"seconds", &EpochRecord::seconds}};

/// What happened in a training. It grows with the number of epochs, not with that of the steps.
struct History {
  Curve loss;
  /// The learning rate; empty if nobody said.
  Curve lr;
  std::vector<EpochRecord> epochs = {};
  /// Of the model's parameters; empty if nobody asked for them.
  WeightHistograms weights = {};

  /// The names of the metrics of all epochs, in the order in which they appear.
  std::vector<std::string> metric_names() const;
};

}  // namespace train
}  // namespace descent
