// Optimizers by name, as the command line takes them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// Parameters, and how strongly they are pulled to 0, where an optimizer has a weight decay.
struct DecayGroup {
  std::vector<Tensor> parameters = {};
  double weight_decay = 0;
};

/// The optimizer that `wish` asks for: "adam", or with options by the names of the members of its options,
/// "adam:amsgrad=true,betas.0=0.8"; with this learning rate, and each group with its weight decay. Groups without
/// parameters do not count. An Error names an optimizer or option there is none of, the nearest ones there are, and a
/// value out of its bounds.
std::unique_ptr<optim::Optimizer> make_optimizer(std::string_view wish, double lr,
                                                 const std::vector<DecayGroup>& groups);

/// What is known of an optimizer before it is made.
struct NamedOptimizer {
  std::string_view name;
  /// A learning rate to begin with, for networks of standardised inputs.
  double lr;
  /// Whether weight decay is apart from the gradient (as in AdamW), so that one strength serves most tables.
  bool decoupled_weight_decay = false;
  /// Whether it wants the gradient of all rows at once.
  bool full_batch = false;
  /// The schedule that serves it.
  std::string_view schedule = "warmup_cosine";
};
/// Of the optimizer that `wish` asks for. An Error as above.
const NamedOptimizer& find_optimizer(std::string_view wish);
/// All names, in the order of the alphabet.
std::vector<std::string_view> optimizer_names();

}  // namespace train
}  // namespace descent
