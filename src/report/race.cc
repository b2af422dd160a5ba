#include "descent/report/race.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "descent/create.h"
#include "descent/generator.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/text.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "report/digits.h"
#include "report/race_outcome.h"
#include "report/weight_trail.h"

namespace descent::report {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void check(const RaceOptions& options, const std::vector<Racer>& racers) {
  if (options.steps < 1) fail("race: steps = ", options.steps, " must be at least 1");
  if (options.seeds < 1) fail("race: seeds = ", options.seeds, " must be at least 1");
  if (racers.empty()) fail("race: nobody takes part");
}

std::vector<double> start_of(const KnownFunction& function, Generator& generator, std::uint64_t seed) {
  constexpr double kBeside = 0.05;
  std::vector<double> start = function.start;
  if (seed == 0) return start;
  const std::vector<double> drawn =
      randn(static_cast<std::int64_t>(start.size()), {.dtype = float64}, generator).to_vector<double>();
  for (std::size_t i = 0; i < start.size(); ++i)
    start[i] += kBeside * (function.window[i].high - function.window[i].low) * drawn[i];
  return start;
}

class FunctionRun {
 public:
  FunctionRun(const KnownFunction& function, const Racer& racer, const RaceOptions& options, std::uint64_t seed)
      : function_(function), generator_(seed), with_generator_(generator_), run_{.seed = seed} {
    to_ = options.to.value_or(0);
    const std::vector<double> start = start_of(function, generator_, seed);
    // A row, as some optimizers treat matrices in a way of their own.
    point_ = tensor(start).reshape({1, -1}).requires_grad_();
    optimizer_ = train::make_optimizer(racer.optimizer, racer.lr, {{.parameters = {point_}}});
    train::NamedSchedule schedule(racer.schedule, *optimizer_, options.steps);
    const std::vector<std::int64_t> frames = frame_steps(options.steps);
    auto frame = frames.begin();
    for (std::int64_t step = 0;; ++step) {
      look(step);
      const bool over = step == options.steps || !std::isfinite(run_.final_loss);
      if (over || step == *frame) keep(step);
      if (step == *frame) ++frame;
      if (over) break;
      if (step > 0) schedule.end_epoch(run_.final_loss);
      schedule.advance(static_cast<double>(step) / static_cast<double>(options.steps));
      take_step();
    }
    judge(run_, function, start, place());
  }

  RaceRun take() && { return std::move(run_); }

 private:
  Tensor height() const { return function_.value(point_.reshape({-1})); }
  std::vector<double> place() const { return point_.detach().reshape({-1}).to_vector<double>(); }

  void look(std::int64_t step) {
    const NoGrad no_grad;
    optimizer_->eval();
    run_.final_loss = height().item<double>();
    if (!run_.steps_to && run_.final_loss <= to_) {
      run_.steps_to = step;
      run_.seconds_to = run_.seconds;
    }
  }

  void keep(std::int64_t step) {
    run_.steps.push_back(step);
    run_.losses.push_back(run_.final_loss);
    run_.places.push_back(place());
  }

  void take_step() {
    const auto start = std::chrono::steady_clock::now();
    optimizer_->train();
    optimizer_->step([this] {
      optimizer_->zero_grad();
      const Tensor loss = height();
      loss.backward();
      return loss;
    });
    run_.seconds += seconds_since(start);
  }

  const KnownFunction& function_;
  double to_ = 0;
  Generator generator_;
  WithGenerator with_generator_;
  RaceRun run_;
  Tensor point_;
  std::unique_ptr<optim::Optimizer> optimizer_;
};

RaceRun run_of(const data::Table& table, const std::string& target, const Racer& racer, const RaceOptions& options,
               train::FitOptions fit, std::uint64_t seed, bool stop_at_target, TrailedRun* trailed) {
  RaceRun run{.seed = seed, .final_loss = kNaN};
  fit.optimizer = racer.optimizer;
  fit.lr = racer.lr;
  fit.schedule = racer.schedule;
  fit.seed = seed;
  fit.on_epoch = [&](const train::EpochReport& report) {
    const train::EpochRecord& epoch = report.history->epochs.back();
    run.steps.push_back(epoch.step);
    run.losses.push_back(std::isnan(epoch.held_out_loss) ? epoch.loss : epoch.held_out_loss);
    run.seconds = epoch.seconds;
    run.final_loss = run.losses.back();
    if (run.steps_to || !options.to || !(run.final_loss <= *options.to)) return;
    run.steps_to = epoch.step;
    run.seconds_to = epoch.seconds;
  };
  if (trailed) fit.on_weights = [&](const train::TabularModel& model) { trailed->trail.add(model); };
  if (stop_at_target) fit.should_stop = [&] { return run.steps_to.has_value(); };
  try {
    train::FitResult result = train::fit_table(table, target, fit);
    if (trailed) trailed->result = std::move(result);
    run.words = run.steps_to ? concat("reached ", *options.to, " after ", *run.steps_to, " steps")
                : options.to ? concat("did not reach ", *options.to)
                             : concat("ended at ", in_digits(run.final_loss));
  } catch (const train::FitFailed& failed) {
    run.final_loss = kNaN;
    run.outcome = Outcome::diverged;
    run.words = concat("diverges: ", failed.what());
  }
  return run;
}

}  // namespace

Racer parse_racer(std::string_view wish) {
  constexpr std::string_view kSchedule = "schedule=", kRate = "lr=";
  Racer racer{.name = std::string(wish), .optimizer = {}, .schedule = "constant"};
  const std::size_t colon = wish.find(':');
  // A colon with nothing behind it is for make_optimizer to refuse.
  racer.optimizer = wish.substr(0, colon + 1 == wish.size() ? colon + 1 : colon);
  std::optional<double> lr;
  char before_option = ':';
  for (std::string_view rest = colon == std::string_view::npos ? "" : wish.substr(colon + 1); !rest.empty();) {
    if (rest.starts_with(kSchedule)) {
      racer.schedule = rest.substr(kSchedule.size());
      break;
    }
    const std::string_view option = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(option.size() + 1, rest.size()));
    if (option.starts_with(kRate)) {
      const std::string_view text = option.substr(kRate.size());
      if (lr) fail(in_quotes(wish), ": there are two values for 'lr'");
      if (!read_number(text, lr.emplace())) fail(in_quotes(wish), ": lr = ", in_quotes(text), " is not a number");
    } else {
      racer.optimizer += before_option;
      racer.optimizer += option;
      before_option = ',';
    }
  }
  racer.lr = lr.value_or(train::find_optimizer(racer.optimizer).lr);
  train::check_schedule(racer.schedule);
  train::make_optimizer(racer.optimizer, racer.lr, {{.parameters = {zeros({1, 1}, {.requires_grad = true})}}});
  return racer;
}

std::vector<std::int64_t> frame_steps(std::int64_t steps) {
  constexpr std::int64_t kEach = 200;
  std::vector<std::int64_t> frames;
  for (std::int64_t step = 0; step < steps; step = step < kEach ? step + 1 : step + step / 50) frames.push_back(step);
  frames.push_back(steps);
  return frames;
}

RaceResult race(const KnownFunction& function, const std::vector<Racer>& racers, const RaceOptions& given) {
  check(given, racers);
  constexpr double kAboveTheLeast = 0.01;
  RaceOptions options = given;
  if (!options.to) options.to = function.minima.front().value + kAboveTheLeast;
  RaceResult result{
      .track = std::string(function.name), .function = &function, .to = options.to, .racers = racers, .runs = {}};
  for (const Racer& racer : racers) {
    std::vector<RaceRun>& runs = result.runs.emplace_back();
    for (std::int64_t i = 0; i < options.seeds; ++i)
      runs.push_back(FunctionRun(function, racer, options, options.first_seed + static_cast<std::uint64_t>(i)).take());
  }
  return result;
}

RaceResult race(const data::Table& table, const std::string& target, const std::vector<Racer>& racers,
                const RaceOptions& options, const train::FitOptions& fit, bool stop_at_target) {
  check(options, racers);
  RaceResult result{.track = target, .to = options.to, .racers = racers, .runs = {}};
  std::vector<TrailedRun> trails(racers.size());
  for (std::size_t k = 0; k < racers.size(); ++k) {
    std::vector<RaceRun>& runs = result.runs.emplace_back();
    for (std::int64_t i = 0; i < options.seeds; ++i) {
      const std::uint64_t seed = options.first_seed + static_cast<std::uint64_t>(i);
      TrailedRun* const trailed = options.landscape && i == 0 ? &trails[k] : nullptr;
      runs.push_back(run_of(table, target, racers[k], options, fit, seed, stop_at_target, trailed));
    }
  }
  if (options.landscape) result.landscape = landscape_around(result.runs, trails, fit.test ? *fit.test : table);
  return result;
}

RaceSummary summary_of(const std::vector<RaceRun>& runs) {
  RaceSummary summary;
  const auto count = static_cast<double>(runs.size());
  for (const RaceRun& run : runs) {
    summary.final_loss += run.final_loss / count;
    if (!run.steps_to) continue;
    ++summary.reached;
    summary.steps_to += static_cast<double>(*run.steps_to);
    summary.seconds_to += *run.seconds_to;
  }
  double squares = 0;
  for (const RaceRun& run : runs)
    squares += (run.final_loss - summary.final_loss) * (run.final_loss - summary.final_loss);
  summary.spread = runs.size() == 1 ? 0 : std::sqrt(squares / (count - 1));
  // Without one that reached it, 0 / 0.
  summary.steps_to /= static_cast<double>(summary.reached);
  summary.seconds_to /= static_cast<double>(summary.reached);
  return summary;
}

}  // namespace descent::report
