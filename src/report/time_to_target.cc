#include "descent/report/time_to_target.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "descent/data/csv.h"
#include "descent/error.h"
#include "descent/train/named_optimizer.h"
#include "report/digits.h"

namespace descent::report {

namespace {

/// Far from the seeds that are measured.
constexpr std::uint64_t kTuningSeed = 1000;
constexpr std::int64_t kTuningSeeds = 3;

/// The less the better: how many did not get there, the steps of those that did, and the loss that was left.
std::array<double, 3> score_of(const std::vector<RaceRun>& runs) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const RaceSummary summary = summary_of(runs);
  return {static_cast<double>(runs.size() - summary.reached), summary.reached > 0 ? summary.steps_to : kInfinity,
          std::isfinite(summary.final_loss) ? summary.final_loss : kInfinity};
}

Racer tuned(const data::Table& table, const TargetTask& task, std::string_view optimizer,
            const train::FitOptions& fit) {
  std::vector<Racer> candidates;
  for (const double times : {0.1, 1.0 / 3, 1.0, 3.0, 10.0})
    candidates.push_back(
        parse_racer(concat(optimizer, ":lr=", in_digits(times * train::find_optimizer(optimizer).lr))));
  const RaceResult trials = race(table, std::string(task.target), candidates,
                                 {.seeds = kTuningSeeds, .first_seed = kTuningSeed, .to = task.loss}, fit, true);
  const auto best = std::min_element(trials.runs.begin(), trials.runs.end(),
                                     [](const auto& a, const auto& b) { return score_of(a) < score_of(b); });
  return candidates[static_cast<std::size_t>(best - trials.runs.begin())];
}

}  // namespace

const std::vector<TargetTask>& target_tasks() {
  static const std::vector<TargetTask> tasks = {{"iris.csv", "species", 0.05},
                                                {"wine.csv", "class", 0.01},
                                                {"breast_cancer.csv", "diagnosis", 0.03},
                                                {"diabetes.csv", "progression", 0.4},
                                                {"digits.csv", "digit", 0.02}};
  return tasks;
}

const std::vector<std::string_view>& target_optimizers() {
  static const std::vector<std::string_view> names = {"sgd", "adagrad", "rmsprop", "adam", "lion", "muon"};
  return names;
}

RaceResult time_to_target(const TargetTask& task, const std::string& folder, const TargetOptions& options) {
  const data::Table table = data::read_csv(concat(folder, '/', task.file));
  // What is compared is how fast a rule descends: nothing that keeps it from doing so.
  const train::FitOptions fit{.hidden = {64, 64},
                              .bins = 0,
                              .frequencies = 0,
                              .dropout = 0,
                              .weight_decay = 0,
                              .epochs = options.epochs,
                              .holdout = 0};
  std::vector<Racer> racers;
  for (const std::string_view optimizer : target_optimizers()) racers.push_back(tuned(table, task, optimizer, fit));
  return race(table, std::string(task.target), racers, {.seeds = options.seeds, .to = task.loss}, fit, true);
}

}  // namespace descent::report
