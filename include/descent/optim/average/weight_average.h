// Averages of weights over a training, which often do better than the weights it ends with.
//
//   optim::ExponentialMovingAverage average(model.parameters(), {.decay = 0.999});
//   for (const auto& [x, y] : batches) {
//     train_on(x, y);
//     average.update();
//   }
//   {
//     const auto averages_are_in = average.swap_in();
//     evaluate(model);
//   }  // the model has its own weights again
#pragma once

#include <cstdint>
#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// While one lives, parameters hold their averages; then they hold again what they held before.
class AveragesInPlace {
 public:
  ~AveragesInPlace();
  AveragesInPlace(const AveragesInPlace&) = delete;
  AveragesInPlace& operator=(const AveragesInPlace&) = delete;

 private:
  friend class WeightAverage;
  AveragesInPlace(const std::vector<Tensor>& parameters, const std::vector<Tensor>& averages);

  std::vector<Tensor> parameters_;
  std::vector<Tensor> before_;
};

/// The base of the averages. Parameters: any range of tensors, such as model.parameters(); an Error if there are none,
/// or if one is undefined or not of floating point.
class WeightAverage {
 public:
  virtual ~WeightAverage() = default;

  /// Takes the parameters as they are now into the averages, in place: the first time, they are the averages.
  void update();
  /// How often update() was called.
  std::int64_t n_averaged() const { return n_averaged_.item<std::int64_t>(); }
  /// The average of each parameter; before the first update(), the parameter as it was at the beginning.
  const std::vector<Tensor>& averages() const { return averages_; }

  /// Puts the averages into the parameters, for as long as the result lives.
  [[nodiscard]] AveragesInPlace swap_in() const { return {parameters_, averages_}; }
  /// Puts them there for good.
  void copy_to_parameters() const;

  /// "n_averaged", and "averages.P" for parameter P. The tensors are the object's own.
  StateDict state_dict() const;
  /// Goes on bit for bit, in the tensors that are there. An Error that lists what does not fit leaves everything as it
  /// was.
  void load_state_dict(const StateDict& state);

 protected:
  /// `name`, a string literal, begins the messages of errors.
  WeightAverage(const char* name, const ParameterList& parameters);
  WeightAverage(WeightAverage&&) = default;

  const char* name() const { return name_; }
  /// n_averaged(), as an int64 tensor of rank 0.
  const Tensor& count() const { return n_averaged_; }
  /// How much of the difference between a parameter and its average the next update takes in, of rank 0.
  virtual Tensor share() const = 0;

 private:
  const char* name_;
  std::vector<Tensor> parameters_;
  std::vector<Tensor> averages_;
  Tensor n_averaged_;
};

}  // namespace optim
}  // namespace descent
