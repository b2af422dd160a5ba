// Losses by name, as the command line takes them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/data/target.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// A loss that a table can be trained with.
struct TabularLoss {
  data::Task task;
  data::Link link;
  /// Whether it takes the softmax of the outputs for the probabilities of classes.
  bool of_probabilities;
  /// With the interval link: the part of the targets that is to lie within the bounds; else 0.
  double coverage;
  /// The mean over the rows of outputs ([N], [N, classes] or, by the link, [N, 2] or [N, 3]) and encoded targets ([N]).
  std::function<Tensor(const Tensor& outputs, const Tensor& targets)> function;
  /// The loss of each row, [N].
  std::function<Tensor(const Tensor& outputs, const Tensor& targets)> per_row;
};

/// The loss that `wish` asks for: "huber", or with options by the names of the members of its options,
/// "huber:delta=0.5"; errors are in units of the target's scale. An Error names a loss or option there is none of, the
/// nearest ones there are, and a value out of its bounds.
TabularLoss make_tabular_loss(std::string_view wish);
/// The same, to measure finished models by: with labels as they are, whatever smoothing training wanted.
TabularLoss make_measuring_loss(std::string_view wish);

/// The names of those for this task, in the order of the alphabet.
std::vector<std::string_view> tabular_loss_names(data::Task task);
/// The one to use unless told otherwise.
std::string_view default_tabular_loss(data::Task task);

}  // namespace train
}  // namespace descent
