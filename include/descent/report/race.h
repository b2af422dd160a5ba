// Optimizers, rates and schedules side by side on the same track: a function whose minima are known, or a table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "descent/minimize/known_function.h"
#include "descent/report/figures.h"
#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// One who takes part.
struct Racer {
  std::string name;       // as it was asked for
  std::string optimizer;  // as make_optimizer takes it
  double lr = 0;
  std::string schedule;  // as NamedSchedule takes it
};

/// "adam", or "sgd:lr=0.1,momentum=0.8,schedule=step:gamma=0.5,step_size=100": an optimizer and its options, as
/// make_optimizer takes them, `lr`, the learning rate (default: that of find_optimizer), and `schedule`, which comes
/// last, for all that follows is its own (default: constant). An Error as of make_optimizer and check_schedule, and for
/// a rate that is not a number.
Racer parse_racer(std::string_view wish);

struct RaceOptions {
  /// Of each run over a function; at least 1.
  std::int64_t steps = 500;
  /// Runs of each racer, with the seeds first_seed, first_seed + 1, ...; at least 1.
  std::int64_t seeds = 1;
  std::uint64_t first_seed = 0;
  /// The loss to be reached. Default: of a function 0.01 above its least, of a table none.
  std::optional<double> to = std::nullopt;
  /// Over a table: compute its WeightLandscape, by 961 looks at rows held out. There is none with more than 100,000
  /// weights, without rows held out, and where no run has two epochs.
  bool landscape = false;
};

/// Where a run ended.
enum class Outcome : std::uint8_t {
  deepest,     // at the bottom of a valley than which none is deeper
  trapped,     // in a valley that is not the deepest
  on_its_way,  // in a deepest valley, not at its bottom
  at_rest,     // where there is no slope, and no valley: on a saddle or a top
  lost,        // away from all valleys
  diverged,    // its numbers stopped being numbers
  over,        // of a table, where valleys are not known
};
std::string_view to_string(Outcome outcome);

struct RaceRun {
  std::uint64_t seed = 0;
  /// The loss after each of these steps, which begin at the start, 0; on a function the place too, a value for each
  /// variable. Of many steps only some are kept (frame_steps).
  std::vector<std::int64_t> steps = {};
  std::vector<double> losses = {};
  std::vector<std::vector<double>> places = {};
  /// After the last step; not finite if it diverged.
  double final_loss = 0;
  /// Of all steps, without looking at the loss between them.
  double seconds = 0;
  /// When the loss was first at most `to`.
  std::optional<std::int64_t> steps_to = std::nullopt;
  std::optional<double> seconds_to = std::nullopt;
  Outcome outcome = Outcome::over;
  /// How it ended, in words that go on behind a name: "is trapped in the valley at -1, ...".
  std::string words = {};
};

/// The loss of rows held out, of up to 1,000, around the end of the best run over a table, along the two directions in
/// which the runs went most (principal_directions, of all of them).
struct WeightLandscape {
  ErrorSurface surface = {};
  /// Where the first run of each racer was after so many epochs: at the beginning and the end, and evenly between them,
  /// 33 at most; none for one that diverged.
  std::vector<std::vector<Point>> ways = {};
  std::vector<std::vector<std::int64_t>> epochs = {};
  double share = 0;  // of the sum of squared distances to the centre that the two directions hold; of [0, 1]
};

struct RaceResult {
  /// The name of the function, or of the column.
  std::string track;
  /// What they ran over; null: a table.
  const KnownFunction* function = nullptr;
  std::optional<double> to;
  std::vector<Racer> racers;
  /// By racer, then by seed.
  std::vector<std::vector<RaceRun>> runs;
  /// Of a race over a table that was asked for it.
  std::optional<WeightLandscape> landscape = std::nullopt;
};

/// Runs from the function's start; seeds from 1 on begin beside it, by a normal number times 1/20 of the window in each
/// variable. A step is one of the optimizer's, however often it looks at the function, and an epoch of a schedule that
/// watches the loss ("plateau"). The same options give the same
/// steps and losses each time.
RaceResult race(const KnownFunction& function, const std::vector<Racer>& racers, const RaceOptions& options = {});

/// Trains as fit_table does with `fit`, but for optimizer, lr, schedule and seed, which are the racers'. The loss is
/// that of the rows held out, at the end of each epoch; `steps` of the options does not count. With `stop_at_target` a
/// run ends in the epoch that reaches `to`.
RaceResult race(const data::Table& table, const std::string& target, const std::vector<Racer>& racers,
                const RaceOptions& options, const train::FitOptions& fit = {}, bool stop_at_target = false);

/// What a page shows of so many steps: each up to the 200th, then each that is 2 % further, and the last.
std::vector<std::int64_t> frame_steps(std::int64_t steps);

/// Over the runs of a racer.
struct RaceSummary {
  std::size_t reached = 0;  // runs that reached `to`
  /// The mean of those; NaN if none did.
  double steps_to = 0, seconds_to = 0;
  /// The mean over all runs, and the standard deviation between them; not finite if a run diverged.
  double final_loss = 0, spread = 0;
};
RaceSummary summary_of(const std::vector<RaceRun>& runs);

/// A row for each racer: its name, the steps and seconds to the loss, if there is one, and the loss at the end; of
/// several seeds how many reached it, means, and the spread. "-" stands for what there is not.
FigureTable table_of(const RaceResult& result);

/// A sentence for each racer: who is trapped in which valley, and who gets out.
std::vector<std::string> in_words(const RaceResult& result);

/// What a page shows of a race: the words, the way of each racer over the function or its landscape (of the first
/// seed), the losses step by step, and the table.
FigureSection section_of(const RaceResult& result, const std::string& title = "");

}  // namespace report
}  // namespace descent
