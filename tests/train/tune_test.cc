#include "descent/train/tune.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "descent/data/split.h"
#include "descent/ops.h"

using namespace descent;
using namespace descent::train;
using data::Table;

namespace {

/// y = a line and a bend of x, and noise.
Table curve(int rows) {
  std::ostringstream text;
  text << "x,y\n";
  for (int i = 0; i < rows; ++i) {
    const double x = (i * 37 % 101) / 50.0 - 1;
    text << x << ',' << 5 + 2 * x + x * x + (i * 53 % 17) / 10.0 << '\n';
  }
  return data::parse_csv(text.str());
}

/// Quick trainings.
TuneOptions quick(std::int64_t trials, FitOptions fit = {}) {
  if (!fit.epochs) fit.epochs = 9;
  return {.fit = std::move(fit), .trials = trials};
}

std::vector<TunedOptions> choices(const TuneResult& result) {
  std::vector<TunedOptions> options;
  for (const Trial& trial : result.trials) options.push_back(trial.options);
  return options;
}

std::vector<std::optional<double>> losses(const TuneResult& result) {
  std::vector<std::optional<double>> all;
  for (const Trial& trial : result.trials) all.push_back(trial.loss);
  return all;
}

bool same_weights(const TabularModel& a, const TabularModel& b) {
  const StateDict other = b.network.state_dict();
  for (const auto& [name, tensor] : a.network.state_dict())
    if (!other.contains(name) || !equal(tensor, other.at(name))) return false;
  return true;
}

}  // namespace

TEST_CASE("a third of the choices climbs each rung, and the defaults come first") {
  const TuneResult result = tune(curve(60), "y", quick(9));
  REQUIRE(result.trials.size() == 10);
  CHECK(result.trials[0].options == TunedOptions{});
  CHECK(result.trials[0].rungs == kRungs);
  CHECK(result.trials[0].epochs == 9);
  std::vector<int> rungs;
  for (std::size_t i = 1; i < 10; ++i) {
    const Trial& trial = result.trials[i];
    CHECK_FALSE(trial.options == TunedOptions{});
    CHECK(trial.loss.has_value());
    CHECK(trial.epochs == (trial.rungs == 1 ? 1 : trial.rungs == 2 ? 3 : 9));
    rungs.push_back(trial.rungs);
  }
  std::sort(rungs.begin(), rungs.end());
  CHECK(rungs == std::vector<int>{1, 1, 1, 1, 1, 1, 2, 2, 3});
  CHECK_FALSE(result.stopped);
}

TEST_CASE("the best has the least loss of those trained in full, the defaults among them") {
  const TuneResult result = tune(curve(60), "y", quick(9));
  for (const Trial& trial : result.trials)
    if (trial.rungs == kRungs) CHECK(*result.trials[result.best_trial].loss <= *trial.loss);
}

TEST_CASE("the model is what fit_table gives with the best options, to the bit") {
  const Table table = curve(60);
  // A rate far too low: almost any is better.
  const FitOptions fit{.optimizer = "sgd:momentum=0.1", .weight_decay = 0, .epochs = 9, .seed = 3};
  for (const std::int64_t trials : {1, 9}) {
    const TuneResult result = tune(table, "y", quick(trials, fit));
    if (trials == 9) CHECK(result.best_trial > 0);
    const FitResult again = fit_table(table, "y", with_options(fit, result.trials[result.best_trial].options));
    CHECK(same_weights(result.best.model, again.model));
    CHECK(result.best.held_out->loss == again.held_out->loss);
    CHECK(result.best.held_out_rows == again.held_out_rows);
  }
}

TEST_CASE("the seed decides the search") {
  const Table table = curve(60);
  const TuneResult one = tune(table, "y", quick(6, {.seed = 4})), same = tune(table, "y", quick(6, {.seed = 4})),
                   other = tune(table, "y", quick(6, {.seed = 5}));
  CHECK(choices(one) == choices(same));
  CHECK(losses(one) == losses(same));
  CHECK(same_weights(one.best.model, same.best.model));
  CHECK_FALSE(choices(one) == choices(other));
}

TEST_CASE("options that are given are not searched") {
  const Table table = curve(60);
  const FitOptions fit{.hidden = {8}, .dropout = 0.1, .lr = 0.002, .epochs = 9};
  bool other_bins = false;
  for (const Trial& trial : tune(table, "y", quick(9, fit)).trials) {
    CHECK_FALSE(trial.options.hidden.has_value());
    CHECK_FALSE(trial.options.dropout.has_value());
    CHECK_FALSE(trial.options.lr.has_value());
    other_bins = other_bins || trial.options.bins.has_value();
  }
  CHECK(other_bins);
  const FitOptions all{.hidden = {}, .lr = 0.002, .weight_decay = 0.1, .batch_size = 16};
  CHECK_THROWS_WITH_AS(tune(table, "y", quick(3, all)), "tune: all options that could be searched are given", Error);
}

TEST_CASE("choices are within their ranges") {
  FitOptions fit{.epochs = 1};
  fit.holdout = 0;
  const TuneResult result = tune(curve(30), "y", quick(40, fit));
  const TrainingRecord usual = fit_table(curve(30), "y", fit).model.training;
  for (const auto& [hidden, dropout, bins, frequencies, lr, weight_decay, batch_size] : choices(result)) {
    if (hidden) {
      CHECK((hidden->size() >= 1 && hidden->size() <= 3));
      CHECK((hidden->front() >= 64 && hidden->front() <= 512));
      CHECK(std::count(hidden->begin(), hidden->end(), hidden->front()) == std::ssize(*hidden));
    }
    if (dropout) CHECK((*dropout >= 0 && *dropout <= 0.5));
    if (bins) CHECK((*bins >= 0 && *bins <= 32));
    if (frequencies) CHECK((*frequencies >= 0 && *frequencies <= 8));
    if (lr) CHECK((*lr >= usual.lr / 9 && *lr <= usual.lr * 4.5));
    if (weight_decay) CHECK((*weight_decay >= 0 && *weight_decay <= usual.weight_decay * 3.5));
    if (batch_size) CHECK((*batch_size == usual.batch_size / 2 || *batch_size % (2 * usual.batch_size) == 0));
  }
}

TEST_CASE("rows held out choose nothing") {
  const Table table = curve(60);
  const TuneResult one = tune(table, "y", quick(6));
  Table changed = table;
  for (const std::size_t row : one.best.held_out_rows) changed.columns[1].numbers[row] *= -100;
  const TuneResult other = tune(changed, "y", quick(6));
  CHECK(one.best.held_out_rows == other.best.held_out_rows);
  CHECK(losses(one) == losses(other));
  CHECK(one.best_trial == other.best_trial);
  CHECK(same_weights(one.best.model, other.best.model));
  CHECK(one.best.held_out->loss != other.best.held_out->loss);
}

TEST_CASE("a further table to measure with chooses nothing either") {
  const Table table = curve(60);
  Table further = curve(20);
  const auto search = [&] { return tune(table, "y", quick(6, {.epochs = 9, .test = &further})); };
  const TuneResult one = search();
  CHECK(one.best.held_out->rows == 20);
  for (double& y : further.columns[1].numbers) y *= 7;
  const TuneResult other = search();
  CHECK(losses(one) == losses(other));
  CHECK(one.best.held_out->loss != other.best.held_out->loss);
}

TEST_CASE("a large table is measured on a part set aside once, not in folds") {
  std::size_t trainings = 0;
  bool waiting = true;
  // Each training asks whether to stop once, after its only step.
  FitOptions fit{.hidden = {}, .batch_size = 100'000, .epochs = 1};
  fit.should_stop = [&] {
    trainings += waiting ? 1 : 0;
    return false;
  };
  TuneOptions options = quick(1, fit);
  options.on_trial = [&](const TuneReport&) { waiting = false; };
  CHECK(tune(curve(3200), "y", options).trials.size() == 2);
  const std::size_t of_large = trainings;
  trainings = 0;
  waiting = true;
  tune(curve(600), "y", options);
  CHECK(trainings == of_large + 2);
}

TEST_CASE("a class with a single row is in no way") {
  std::ostringstream text;
  text << "x,y\n";
  for (int i = 0; i < 30; ++i) text << i % 10 << ',' << (i % 10 < 5 ? 'a' : 'b') << '\n';
  text << "3,c\n";
  const TuneResult result = tune(data::parse_csv(text.str()), "y", quick(3));
  CHECK(result.trials.size() == 4);
  CHECK(result.best.model.target.classes == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("trials whose numbers stop being finite are lost, and nothing else") {
  const Table table = curve(64);
  // With so much momentum the higher ones of the rates overshoot, further with each step.
  const FitOptions fit{.hidden = {8}, .optimizer = "sgd:momentum=0.999", .epochs = 40, .seed = 1};
  const TuneResult result = tune(table, "y", quick(12, fit));
  const auto is_lost = [](const Trial& trial) { return !trial.loss; };
  CHECK(std::any_of(result.trials.begin(), result.trials.end(), is_lost));
  CHECK(std::isfinite(result.best.held_out->loss));

  FitOptions hopeless{.hidden = {8}, .optimizer = "sgd", .schedule = "constant", .lr = 1e6, .epochs = 3};
  CHECK_THROWS_AS(tune(table, "y", quick(3, hopeless)), FitFailed);
}

TEST_CASE("should_stop ends the search with the best so far") {
  FitOptions fit{.epochs = 9};
  std::size_t trials = 0;
  fit.should_stop = [&] { return trials >= 3; };
  TuneOptions options = quick(9, fit);
  options.on_trial = [&](const TuneReport& report) {
    CHECK(report.best_loss.has_value());
    trials = report.trials;
  };
  const Table table = curve(60);
  const TuneResult result = tune(table, "y", options);
  CHECK(result.stopped);
  CHECK(result.trials.size() == 3);
  CHECK(result.best_trial == 0);
  CHECK_FALSE(result.best.stopped);
  CHECK(same_weights(result.best.model, fit_table(table, "y", {.epochs = 9}).model));
}

TEST_CASE("the end of the time cuts the first training short") {
  FitOptions fit{.epochs = 1'000'000};
  const TuneResult result = tune(curve(60), "y", {.fit = fit, .seconds = 0.05});
  CHECK(result.best.stopped);
  CHECK_FALSE(result.stopped);
  CHECK(result.trials.size() == 1);
  CHECK_FALSE(result.trials[0].loss.has_value());
}

TEST_CASE("a search by the clock ends with the best of what it tried") {
  TuneOptions options{.fit = {.hidden = {4}, .epochs = 3}, .seconds = 0.5};
  options.on_trial = [&](const TuneReport& report) { CHECK(report.seconds_left.has_value()); };
  const TuneResult result = tune(curve(20), "y", options);
  CHECK(same_weights(
      result.best.model,
      fit_table(curve(20), "y", with_options(options.fit, result.trials[result.best_trial].options)).model));
}

TEST_CASE("options are chosen of tables that are hard to divide") {
  std::ostringstream text;
  text << "x,g,t,y\n";
  for (int i = 0; i < 40; ++i)
    text << i % 7 << ',' << i % 3 << ',' << i << ',' << (i % 7 < 3 && i > 12 ? 'a' : 'b') << '\n';
  const Table table = data::parse_csv(text.str());
  // Two groups are left to be trained on, and none of the earliest rows has class a.
  CHECK(tune(table, "y", quick(3, {.epochs = 2, .columns = {.group = "g"}})).trials.size() == 4);
  CHECK(tune(table, "y", quick(3, {.epochs = 2, .columns = {.order = "t"}})).trials.size() == 4);
  const Table all_different = data::parse_csv("x,y\n1,a\n2,b\n3,c\n4,d\n");
  CHECK_THROWS_WITH_AS(tune(all_different, "y", quick(3, {.epochs = 2, .holdout = 0})),
                       "csv: the rows cannot be divided to choose options by", Error);

  // The model to begin with knows a class that the table lacks.
  const TabularModel model = fit_table(table, "y", {.hidden = {4}, .epochs = 2}).model;
  const Table one_class = data::parse_csv("x,g,t,y\n1,0,1,b\n2,0,2,b\n3,1,3,b\n4,1,4,b\n5,2,5,b\n6,0,6,b\n");
  CHECK(tune(one_class, "y", quick(3, {.epochs = 2, .from = &model})).trials.size() == 4);
}

TEST_CASE("networks of an ensemble are not for a search") {
  const Table table = curve(60);
  const std::string message =
      "tune: one network is trained with each choice; an ensemble can be with the options that are found";
  CHECK_THROWS_WITH_AS(tune(table, "y", quick(3, {.ensemble = 2})), message.c_str(), Error);
  const TabularModel two = fit_table(table, "y", {.epochs = 2, .ensemble = 2}).model;
  CHECK_THROWS_WITH_AS(tune(table, "y", quick(3, {.from = &two})), message.c_str(), Error);
}

TEST_CASE("a model to begin with keeps its network") {
  const Table table = curve(60);
  const FitResult first = fit_table(table, "y", {.hidden = {6}, .epochs = 2});
  const TuneResult result = tune(table, "y", quick(6, {.epochs = 9, .from = &first.model}));
  for (const Trial& trial : result.trials) CHECK_FALSE((trial.options.hidden || trial.options.bins));
  CHECK(result.best.model.shape.hidden == std::vector<std::int64_t>{6});
}

TEST_CASE("notes and the plan are said once") {
  std::string said;
  FitOptions fit{.epochs = 2};
  fit.on_plan = [&](const std::string& text) { said += text + '\n'; };
  fit.on_epoch = [&](const EpochReport&) { said += "epoch\n"; };
  tune(curve(60), "y", quick(3, fit));
  CHECK(said ==
        "regression, since 'y' holds numbers with fractions\n"
        "48 rows to train, 12 held out to measure\n");
}

TEST_CASE("options out of bounds are refused") {
  const auto refuse = [](const TuneOptions& options, const char* message) {
    CHECK_THROWS_WITH_AS(tune(curve(20), "y", options), message, Error);
  };
  refuse({.seconds = 0}, "time = 0 must be above 0");
  refuse({.trials = 0}, "trials = 0 must be at least 1 and at most 10000");
  refuse({.fit = {.seconds = 3.0}}, "tune: the time of a single training cannot be set, only that of the search");
  refuse({.fit = {.lr = 0.0}}, "lr = 0 must be above 0");
  FitOptions kept;
  kept.checkpoint = "run";
  refuse({.fit = kept}, "tune: there are no checkpoints of a search");
}
