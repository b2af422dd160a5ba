// What tune() draws choices of options from.
#pragma once

#include <functional>
#include <vector>

#include "descent/generator.h"
#include "descent/train/tune.h"

namespace descent::train {

class SearchSpace {
 public:
  /// Of what `given` leaves open, around what fit_table makes of it: a network of this shape, and this training.
  SearchSpace(const FitOptions& given, const NetworkShape& shape, const TrainingRecord& training);

  /// Whether all that could be searched was given.
  bool empty() const { return dimensions_.empty(); }
  /// A choice that is not the defaults. The space must not be empty.
  TunedOptions draw(Generator& generator) const;

 private:
  /// Draws one option.
  using Dimension = std::function<void(TunedOptions& options, Generator& generator)>;

  void add_network(const FitOptions& given, const NetworkShape& shape);
  void add_training(const FitOptions& given, const NetworkShape& shape, const TrainingRecord& training);

  std::vector<Dimension> dimensions_;
};

}  // namespace descent::train
