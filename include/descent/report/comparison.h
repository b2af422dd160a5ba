// Trainings side by side.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "descent/train/history.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A training by what its log has.
struct Run {
  std::string name = {};
  train::History history = {};
  /// Options and their values; empty if nobody wrote them down.
  std::vector<std::pair<std::string, std::string>> configuration = {};
};

/// The run whose Log is in `folder`, which gives it its name. An Error says what is missing if there is no log, or one
/// of a training that did not come to its end, and names the line that makes no sense.
Run read_run(const std::string& folder);

/// A row of a table: a value for each run; NaN, or "", where it is not known.
struct ComparedNumber {
  std::string name;
  std::vector<double> values;
};
struct ComparedOption {
  std::string name;
  std::vector<std::string> values;
};

/// "epochs", "steps", "seconds", and of the losses and each metric that a run has the value in the last epoch and the
/// least of all, of metrics but for "rmse" and "mae" the greatest: "held-out loss at the end", "least held-out loss".
std::vector<ComparedNumber> compare_numbers(const std::vector<Run>& runs);
/// The options that are not the same in all runs; epochs and seconds are among the numbers.
std::vector<ComparedOption> compare_options(const std::vector<Run>& runs);

/// Both as lines of text, with a column for each run; names as a terminal may show them.
std::string comparison(const std::vector<Run>& runs);

/// Writes a page as write_page does: both tables, and curves of losses, metrics, rate and norm of the gradient of all
/// runs over the same axes, told apart by dashes and labels.
void write_comparison(const std::string& path, const std::vector<Run>& runs, const std::string& title);

}  // namespace report
}  // namespace descent
