#include "descent/train/tune.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include "descent/generator.h"
#include "descent/text.h"
#include "train/defaults.h"
#include "train/fit_split.h"
#include "train/search_space.h"
#include "train/text_rule.h"

namespace descent::train {

namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

std::int64_t a_third(std::int64_t count) { return (count + kRungRatio - 1) / kRungRatio; }

class Tuning {
 public:
  Tuning(const data::Table& table, const std::string& target, const TuneOptions& options)
      : table_(table), target_(target), options_(options), quiet_(options.fit) {
    quiet_.should_stop = [this] { return is_over(); };
    quiet_.on_plan = nullptr;
    quiet_.on_note = nullptr;
    quiet_.on_weights = nullptr;
    quiet_.on_epoch = nullptr;
    quiet_.weight_histograms = false;
  }

  TuneResult run() {
    splits_ = splits_to_choose_by(table_, target_, quiet_);
    train_defaults();
    if (is_over() || !measure(0, kRungs)) return result();
    report(0, 0);
    const double start = seconds();
    std::vector<std::size_t> candidates = draw();
    for (int rung = 1; rung <= kRungs; ++rung) {
      const double share = static_cast<double>(rung) / kRungs;
      candidates =
          best_third(climb(rung, candidates, options_.trials ? kEndless : start + share * (options_.seconds - start)));
    }
    return result();
  }

 private:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  /// Asked after each step of each training.
  bool is_over() {
    stopped_ = stopped_ || (options_.fit.should_stop && options_.fit.should_stop());
    return stopped_ || (!options_.trials && seconds() >= options_.seconds);
  }

  /// The first trial, whose model there is whatever happens next, and which tells what fit_table settles.
  void train_defaults() {
    FitOptions first = quiet_;
    first.on_plan = options_.fit.on_plan;
    first.on_note = options_.fit.on_note;
    first.on_weights = [&](const TabularModel& model) {
      if (!training_.optimizer.empty()) return;  // it is called again after each epoch
      shape_ = model.shape;
      training_ = model.training;
      space_.emplace(options_.fit, shape_, training_);
      if (space_->empty()) fail("tune: all options that could be searched are given");
    };
    trials_.emplace_back();
    try {
      best_ = fit_table(table_, target_, first);
    } catch (const FitFailed&) {
      failure_ = std::current_exception();
    }
  }

  /// The trials to come, which are run in this order as far as the time goes.
  std::vector<std::size_t> draw() {
    // Apart from all that the trainings draw.
    Generator generator(options_.fit.seed);
    generator.fork();
    Generator of_options = generator.fork();
    std::vector<std::size_t> drawn;
    for (std::int64_t i = 0; i < options_.trials.value_or(kMostTrials); ++i) {
      drawn.push_back(trials_.size());
      trials_.push_back({.options = space_->draw(of_options)});
    }
    return drawn;
  }

  /// Trains candidates until that time; those that were, the best first.
  std::vector<std::size_t> climb(int rung, const std::vector<std::size_t>& candidates, double until) {
    std::vector<std::size_t> climbed;
    const double start = seconds();
    for (const std::size_t index : candidates) {
      if (seconds() >= until || is_over()) break;
      if (!has_time_for(seconds_to_go(trials_[index].seconds, rung))) continue;
      if (!measure(index, rung)) break;
      if (trials_[index].loss) climbed.push_back(index);
      if (rung == kRungs) offer(index);
      report(index, rung);
      // Another one must leave the time in which one of the usual length can go on.
      const double usual = climbed.empty() ? 0 : (seconds() - start) / static_cast<double>(climbed.size());
      if (rung < kRungs && !has_time_for(usual + seconds_to_go(usual, rung + 1))) break;
    }
    std::stable_sort(climbed.begin(), climbed.end(),
                     [&](std::size_t a, std::size_t b) { return *trials_[a].loss < *trials_[b].loss; });
    return climbed;
  }

  static std::vector<std::size_t> best_third(std::vector<std::size_t> climbed) {
    climbed.resize(static_cast<std::size_t>(a_third(std::ssize(climbed))));
    return climbed;
  }

  /// How long a trial that took so many seconds in the rung below takes to climb this one and those above, and how long
  /// the training of a model with its options takes then, which is no longer than the last rung.
  static double seconds_to_go(double seconds_below, int rung) {
    double of_rung = seconds_below, all = 0;
    for (int i = rung; i <= kRungs; ++i) all += of_rung *= kRungRatio;
    return all + of_rung;
  }
  bool has_time_for(double more) const { return options_.trials || seconds() + more <= options_.seconds; }

  /// Trains with the options of a trial for as many epochs as its rung has, on each of the splits. False if it was
  /// stopped: the trial is as it was.
  bool measure(std::size_t index, int rung) {
    const FitOptions options = options_of(trials_[index].options, rung);
    const double before = seconds();
    double sum = 0, rows = 0;
    bool lost = false;
    try {
      for (const data::Split& split : splits_) {
        const FitResult result = fit_split(table_, target_, options, split);
        if (result.stopped) return false;
        sum += result.held_out->loss * static_cast<double>(result.held_out->rows);
        rows += static_cast<double>(result.held_out->rows);
      }
    } catch (const FitFailed&) {
      lost = true;
    }
    Trial& trial = trials_[index];
    trial.rungs = rung;
    trial.epochs = *options.epochs;
    trial.seconds = seconds() - before;
    trial.loss = lost || !std::isfinite(sum) ? std::nullopt : std::optional(sum / rows);
    return true;
  }

  /// Those of a training on part of the rows. What fit_table settles by their number is what it settles for all, but
  /// for the rate and the smoothing of labels, which go with what it settles by itself.
  FitOptions options_of(const TunedOptions& chosen, int rung) const {
    FitOptions options = with_options(quiet_, chosen);
    options.test = nullptr;
    TrainingRecord training = choose_training(options, training_.loss, training_.rows);
    if (shape_.inputs == 0) choose_for_texts(options, training);
    options.weight_decay = training.weight_decay;
    options.batch_size = training.batch_size;
    options.epochs = training.epochs;
    for (int i = rung; i < kRungs; ++i) options.epochs = a_third(*options.epochs);
    if (options.hidden == std::vector{kByRows}) options.hidden = shape_.hidden;
    options.dropout = options.dropout.value_or(shape_.dropout);
    options.bins = options.bins.value_or(shape_.bins);
    options.frequencies = options.frequencies.value_or(shape_.frequencies);
    return options;
  }

  std::optional<double> best_loss() const { return best_ ? trials_[best_trial_].loss : std::nullopt; }

  /// A trial that was trained for all epochs, to be the best if it is, and if fit_table can train with its options.
  void offer(std::size_t index) {
    const Trial& trial = trials_[index];
    if (!trial.loss || (best_loss() && !(*trial.loss < *best_loss()))) return;
    try {
      FitResult result = fit_table(table_, target_, with_options(quiet_, trial.options));
      if (result.stopped) return;
      best_.emplace(std::move(result));
      best_trial_ = index;
    } catch (const FitFailed&) {
      return;
    }
  }

  void report(std::size_t index, int rung) const {
    if (!options_.on_trial) return;
    const auto ran = [](const Trial& trial) { return trial.rungs > 0; };
    TuneReport report{.trial = trials_[index]};
    report.trials = static_cast<std::size_t>(std::count_if(trials_.begin(), trials_.end(), ran));
    report.rung = rung;
    report.best_loss = best_loss();
    report.seconds = seconds();
    if (!options_.trials) report.seconds_left = std::max(options_.seconds - report.seconds, 0.0);
    options_.on_trial(report);
  }

  TuneResult result() {
    if (!best_) std::rethrow_exception(failure_);
    // Those whose turn did not come are the last ones.
    trials_.erase(std::find_if(trials_.begin() + 1, trials_.end(), [](const Trial& trial) { return trial.rungs == 0; }),
                  trials_.end());
    return {.best = std::move(*best_), .best_trial = best_trial_, .trials = std::move(trials_), .stopped = stopped_};
  }

  using Clock = std::chrono::steady_clock;

  const data::Table& table_;
  const std::string& target_;
  const TuneOptions& options_;
  /// Those of each training.
  FitOptions quiet_;
  const Clock::time_point start_ = Clock::now();
  bool stopped_ = false;
  std::vector<data::Split> splits_;
  std::vector<Trial> trials_;
  /// What fit_table settles by default.
  NetworkShape shape_;
  TrainingRecord training_;
  std::optional<SearchSpace> space_;
  std::optional<FitResult> best_;
  std::size_t best_trial_ = 0;
  std::exception_ptr failure_;  // of the defaults
};

}  // namespace

FitOptions with_options(FitOptions options, const TunedOptions& chosen) {
  const auto set = [](auto& option, const auto& value) {
    if (value) option = *value;
  };
  set(options.hidden, chosen.hidden);
  set(options.dropout, chosen.dropout);
  set(options.bins, chosen.bins);
  set(options.frequencies, chosen.frequencies);
  set(options.lr, chosen.lr);
  set(options.weight_decay, chosen.weight_decay);
  set(options.batch_size, chosen.batch_size);
  return options;
}

void check_options(const TuneOptions& options) {
  check_options(options.fit);
  if (options.fit.seconds) fail("tune: the time of a single training cannot be set, only that of the search");
  if (options.fit.ensemble.value_or(1) != 1 || (options.fit.from && !options.fit.from->others.empty()))
    fail("tune: one network is trained with each choice; an ensemble can be with the options that are found");
  if (!options.fit.checkpoint.empty()) fail("tune: there are no checkpoints of a search");
  if (!options.trials && !(options.seconds > 0 && std::isfinite(options.seconds)))
    fail("time = ", options.seconds, " must be above 0");
  if (options.trials && (*options.trials < 1 || *options.trials > 10'000))
    fail("trials = ", *options.trials, " must be at least 1 and at most 10000");
}

TuneResult tune(const data::Table& table, const std::string& target, const TuneOptions& options) {
  check_options(options);
  return Tuning(table, target, options).run();
}

}  // namespace descent::train
