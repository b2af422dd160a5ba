#include "descent/report/time_to_target.h"

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

Racer tuned(const data::Table& table, const TargetTask& task, std::string_view optimizer,
            const train::FitOptions& fit) {
  std::vector<Racer> candidates;
  for (const double times : {0.1, 1.0 / 3, 1.0, 3.0, 10.0})
    candidates.push_back(
        parse_racer(concat(optimizer, ":lr=", in_digits(times * train::find_optimizer(optimizer).lr))));
  const RaceResult trials =
      race(table, std::string(task.target), candidates, {.first_seed = kTuningSeed, .to = task.loss}, fit, true);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::size_t best = 0;
  std::pair<double, double> best_score{kInfinity, kInfinity};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const RaceRun& run = trials.runs[i].front();
    const std::pair<double, double> score{run.steps_to ? static_cast<double>(*run.steps_to) : kInfinity,
                                          std::isfinite(run.final_loss) ? run.final_loss : kInfinity};
    if (score < best_score) {
      best = i;
      best_score = score;
    }
  }
  return candidates[best];
}

}  // namespace

const std::vector<TargetTask>& target_tasks() {
  static const std::vector<TargetTask> tasks = {{"iris.csv", "species", 0.15},
                                                {"wine.csv", "class", 0.1},
                                                {"breast_cancer.csv", "diagnosis", 0.1},
                                                {"diabetes.csv", "progression", 0.55},
                                                {"digits.csv", "digit", 0.15}};
  return tasks;
}

const std::vector<std::string_view>& target_optimizers() {
  static const std::vector<std::string_view> names = {"sgd", "adagrad", "rmsprop", "adam", "adamw", "muon"};
  return names;
}

RaceResult time_to_target(const TargetTask& task, const std::string& folder, const TargetOptions& options) {
  const data::Table table = data::read_csv(concat(folder, '/', task.file));
  const train::FitOptions fit{.epochs = options.epochs};
  std::vector<Racer> racers;
  for (const std::string_view optimizer : target_optimizers()) racers.push_back(tuned(table, task, optimizer, fit));
  return race(table, std::string(task.target), racers, {.seeds = options.seeds, .to = task.loss}, fit, true);
}

}  // namespace descent::report
