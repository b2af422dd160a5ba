// tune: finds options of fit_table that suit a table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// Options that tune() chooses, by the names they have in FitOptions; those without a value are left to fit_table.
struct TunedOptions {
  std::optional<std::vector<std::int64_t>> hidden = std::nullopt;
  std::optional<double> dropout = std::nullopt;
  std::optional<std::int64_t> bins = std::nullopt;
  std::optional<std::int64_t> frequencies = std::nullopt;
  std::optional<double> lr = std::nullopt;
  std::optional<double> weight_decay = std::nullopt;
  std::optional<std::int64_t> batch_size = std::nullopt;

  bool operator==(const TunedOptions&) const = default;
};

/// `options`, with what was chosen in place of what they have.
FitOptions with_options(FitOptions options, const TunedOptions& chosen);

/// The trainings of the search are a ninth, a third and the whole of the epochs long.
inline constexpr int kRungs = 3;
inline constexpr int kRungRatio = 3;
/// How many choices a search by the clock tries at most: of more, the best is more and more so by chance.
inline constexpr std::int64_t kMostTrials = 81;

/// A choice of options, and how it did.
struct Trial {
  TunedOptions options = {};
  /// How many rungs it came through: those that came through equally many can be compared, kRungs are all.
  int rungs = 0;
  /// The mean loss on the rows set aside in its latest rung; none if it was not measured, or its numbers stopped being
  /// finite.
  std::optional<double> loss = std::nullopt;
  /// How many epochs it was trained for in its latest rung, and how long that took.
  std::int64_t epochs = 0;
  double seconds = 0;
};

/// How far a search is.
struct TuneReport {
  /// The latest trial, and how many there were: the defaults count.
  const Trial& trial;
  std::size_t trials = 0;
  /// Of kRungs rungs, from 1; 0 while the defaults are measured.
  int rung = 0;
  /// The least of those trained for all epochs.
  std::optional<double> best_loss = std::nullopt;
  double seconds = 0;  // since the start
  std::optional<double> seconds_left = std::nullopt;
};

struct TuneOptions {
  /// What each training is told. Those of TunedOptions that are set here are not searched, and neither is the network
  /// of a model to begin with. `on_plan` and `on_note` are called once, `on_epoch` and `on_weights` never;
  /// `should_stop` ends the search with the best so far. `seconds`, `ensemble` and checkpoints cannot be
  /// set.
  FitOptions fit = {};
  /// How long the whole search may take; it ends earlier once kMostTrials choices were tried.
  double seconds = 300;
  /// Instead of `seconds`: how many choices to try beside the defaults; of [1, 10,000]. How many a time allows differs
  /// from machine to machine and from run to run; with this the same seed gives the same bits.
  std::optional<std::int64_t> trials = std::nullopt;
  /// Called after each training of a trial.
  std::function<void(const TuneReport&)> on_trial = nullptr;
};

/// An Error unless all options are within their bounds, those of a training too.
void check_options(const TuneOptions& options);

struct TuneResult {
  /// What fit_table gives with the best options, to the bit, unless `best.stopped`: the time was over, or should_stop()
  /// true, before it had trained with the defaults.
  FitResult best;
  /// Which trial those are of; 0, the defaults, if none was better.
  std::size_t best_trial = 0;
  /// In the order in which they were drawn. The first is that of the defaults.
  std::vector<Trial> trials = {};
  /// Whether should_stop() ended the search.
  bool stopped = false;
};

/// Searches options of fit_table by successive halving, and trains with the best.
///
/// The held-out part, that of fit_table, is set aside first and used for nothing but measuring. What chooses is the
/// mean loss, each row counted once, on rows of the training part that a trial is not trained on: three folds of it,
/// fewer of fewer groups, or, where kValidationRows rows are left then, a fifth, beside the part that chooses the best
/// epoch.
///
/// The defaults are trained and measured first. Then choices are drawn and trained for a ninth of the epochs, the best
/// third of them for a third, and of these the best third for all, each rung with a third of the time that is left, and
/// with shorter schedules. A choice keeps each default with a probability of a third and else draws
///
///   lr, weight_decay       log-uniform, [lr / 8, 4 lr] and, of optimizers that decay apart from the gradient, 0 or
///                          [weight_decay / 30, 3 weight_decay], around the defaults
///   hidden                 one to three layers, half, once, twice or four times as wide as the defaults, of [64, 512]
///   dropout                0, or of [0, 0.5]
///   bins, frequencies      of 0, 8, 16, 32 and of 0, 2, 4, 8, fewer where more than 64 columns are numbers
///   batch_size             half, twice or four times the default
///
/// A trial whose numbers stop being finite is lost; one that has not the time to climb all rungs is passed over.
/// Whenever one does better than all before, fit_table trains with its options: there is a model of the best so far at
/// any time. The loss is what is compared, and so never searched. An Error as by fit_table; if nothing is left to
/// search; and a FitFailed if all were lost.
///
/// Sources: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS
/// 2016; the ratio of Li et al., "Hyperband", JMLR 18 (2018); ranges after Holzmüller et al., "Better by default",
/// arXiv:2407.04491, and Gorishniy et al., "TabM", arXiv:2410.24210.
TuneResult tune(const data::Table& table, const std::string& target, const TuneOptions& options = {});

}  // namespace train
}  // namespace descent
