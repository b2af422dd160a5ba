// Five small real tasks, and how long optimizers take to a stated loss on them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "descent/report/race.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A table of examples/data, the column to predict, and the loss to be reached: the mean over an epoch of training on
/// all rows, so that what is compared is how fast a rule descends, and not how lucky a division of the rows was.
struct TargetTask {
  std::string_view file;
  std::string_view target;
  double loss = 0;
};
const std::vector<TargetTask>& target_tasks();

/// The optimizers that race, by name.
const std::vector<std::string_view>& target_optimizers();

struct TargetOptions {
  std::int64_t seeds = 5;
  /// Of each training; it ends before, where it reaches the loss.
  std::int64_t epochs = 200;
};

/// Races them over the table in `folder`, without weight decay, each with a constant rate that is tuned for it: of
/// 1/10, 1/3, 1, 3 and 10 times that of find_optimizer the one with which most of three runs reach the loss, and in the
/// fewest steps; their seeds are none of those that are measured.
RaceResult time_to_target(const TargetTask& task, const std::string& folder, const TargetOptions& options = {});

}  // namespace report
}  // namespace descent
