#include "descent/train/history.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using train::Curve;
using train::EpochRecord;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Curve curve_of_counts(std::int64_t steps) {
  Curve curve;
  for (std::int64_t i = 0; i < steps; ++i) curve.add(static_cast<double>(i));
  return curve;
}

}  // namespace

TEST_CASE("a curve of few steps keeps each") {
  const Curve curve = curve_of_counts(1024);
  CHECK(curve.width() == 1);
  CHECK(curve.steps() == 1024);
  REQUIRE(curve.buckets().size() == 1024);
  CHECK(curve.buckets()[7].mean == 7);
}

TEST_CASE("a curve of many steps keeps means, extremes and its size") {
  CHECK(Curve().steps() == 0);
  CHECK(curve_of_counts(1025).width() == 2);
  CHECK(curve_of_counts(1025).buckets().size() == 513);
  CHECK(curve_of_counts(1025).buckets().back().steps == 1);

  const std::int64_t steps = 1'000'001;
  const Curve curve = curve_of_counts(steps);
  CHECK(curve.steps() == steps);
  CHECK(curve.width() == 1024);
  REQUIRE(curve.buckets().size() == 977);
  for (std::size_t i = 0; i < curve.buckets().size(); ++i) {
    const Curve::Bucket& bucket = curve.buckets()[i];
    const auto first = static_cast<double>(i * 1024), last = std::fmin(first + 1023, 1'000'000);
    CAPTURE(i);
    CHECK(bucket.steps == static_cast<std::int64_t>(last - first) + 1);
    CHECK(bucket.least == first);
    CHECK(bucket.greatest == last);
    CHECK(bucket.mean == doctest::Approx((first + last) / 2).epsilon(1e-12));
  }
}

TEST_CASE("a spike, and what is not finite, is not lost in a bucket") {
  Curve curve;
  for (int i = 0; i < 5000; ++i) curve.add(i == 1234 ? 1e6 : i == 2000 ? kNaN : 1);
  const std::size_t spike = 1234 / static_cast<std::size_t>(curve.width());
  CHECK(curve.buckets()[spike].greatest == 1e6);
  CHECK(curve.buckets()[spike].least == 1);
  const Curve::Bucket& bucket = curve.buckets()[2000 / static_cast<std::size_t>(curve.width())];
  CHECK(std::isnan(bucket.mean));
  CHECK(bucket.greatest == 1);
}

TEST_CASE("a curve goes on from its state, and refuses one that does not hold together") {
  Curve whole = curve_of_counts(5000), resumed;
  resumed.load_state_dict(curve_of_counts(3001).state_dict());
  for (int i = 3001; i < 5000; ++i) resumed.add(i);
  CHECK(resumed.width() == whole.width());
  CHECK(resumed.steps() == 5000);
  CHECK(equal(resumed.state_dict().at("buckets"), whole.state_dict().at("buckets")));

  Curve empty;
  empty.load_state_dict(Curve().state_dict());
  CHECK(empty.steps() == 0);

  StateDict state = curve_of_counts(3).state_dict();
  state["width"] = full({}, std::int64_t{3});
  CHECK(error_of([&] { whole.load_state_dict(state); }) == "Curve: load_state_dict: width is 3, wanted a power of 2");
  state["width"] = full({}, std::int64_t{2});
  CHECK(error_of([&] { whole.load_state_dict(state); }) ==
        "Curve: load_state_dict: bucket 0 has 1 steps, where the width is 2");
  CHECK(whole.steps() == 5000);
}

TEST_CASE("a recorder writes a loop down") {
  const Tensor weight = tensor({3.0, 4.0}, {.requires_grad = true});
  optim::SGD optimizer({weight}, {.lr = 0.5});
  train::Recorder recorder(optimizer);
  const auto step = [&] {
    optimizer.zero_grad();
    const Tensor loss = square(weight).sum() / 2;
    loss.backward();
    optimizer.step();
    recorder.step(loss);
  };
  step(), step();
  recorder.epoch({.held_out_loss = 7, .metrics = {{"accuracy", 0.5}}});
  optimizer.lr() = 0.25;
  step();
  recorder.epoch({.metrics = {{"accuracy", 0.75}, {"f1", 0.7}}});

  const train::History& history = recorder.history();
  CHECK(history.loss.steps() == 3);
  CHECK(history.lr.buckets()[2].mean == 0.25);
  REQUIRE(history.epochs.size() == 2);
  const EpochRecord &first = history.epochs[0], &second = history.epochs[1];
  CHECK(first.epoch == 1);
  CHECK(first.step == 2);
  CHECK(first.loss == (12.5 + 3.125) / 2);
  CHECK(first.held_out_loss == 7);
  CHECK(first.lr == 0.5);
  CHECK(first.gradient_norm == 2.5);  // of the second step, at (1.5, 2)
  CHECK(first.seconds >= 0);
  CHECK(second.step == 3);
  CHECK(second.loss == 0.78125);
  CHECK(std::isnan(second.held_out_loss));
  CHECK(second.gradient_norm == 1.25);
  CHECK(second.seconds >= first.seconds);
  CHECK(history.metric_names() == std::vector<std::string>{"accuracy", "f1"});
}

TEST_CASE("a recorder without an optimizer knows losses alone") {
  train::Recorder recorder;
  recorder.epoch();
  recorder.step(2.0);
  recorder.epoch({.loss = 5});
  CHECK(std::isnan(recorder.history().epochs[0].loss));
  CHECK(recorder.history().epochs[1].loss == 5);
  CHECK(std::isnan(recorder.history().epochs[1].lr));
  CHECK(recorder.history().lr.steps() == 0);
}

TEST_CASE("a recorder in a checkpoint goes on in the midst of an epoch") {
  const TemporaryFolder folder;
  const auto begin = [](train::Recorder& recorder) {
    recorder.step(1.0);
    recorder.epoch({.held_out_loss = 3, .metrics = {{"accuracy", 0.25}}});
    recorder.step(4.0);
  };
  {
    train::Recorder recorder;
    begin(recorder);
    REQUIRE(train::Checkpoint(folder.path).add("recorder", recorder).save());
  }
  train::Recorder resumed;
  train::Checkpoint checkpoint(folder.path);
  REQUIRE(checkpoint.add("recorder", resumed).resume());
  resumed.step(2.0);
  resumed.epoch();
  const train::History& history = resumed.history();
  CHECK(history.loss.steps() == 3);
  REQUIRE(history.epochs.size() == 2);
  CHECK(history.epochs[0].metrics == std::vector<std::pair<std::string, double>>{{"accuracy", 0.25}});
  CHECK(history.epochs[0].held_out_loss == 3);
  CHECK(history.epochs[1].loss == 3);
  CHECK(history.epochs[1].metrics.empty());
  CHECK(history.epochs[1].seconds >= history.epochs[0].seconds);

  StateDict state = resumed.state_dict();
  state["metrics.accuracy"] = zeros(5, {.dtype = float64});
  CHECK(error_of([&] { resumed.load_state_dict(state); }) ==
        "Recorder: load_state_dict: metrics.accuracy has shape [5], wanted [2]");
  state = resumed.state_dict();
  state["epochs"] = state.at("epochs") * std::nan("");
  CHECK(error_of([&] { resumed.load_state_dict(state); }) ==
        "Recorder: load_state_dict: epochs has nan for a number of steps");
  CHECK(resumed.history().epochs.size() == 2);
}

TEST_CASE("what fit_table did is in its history") {
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i % 10) + ',' + std::to_string(2.5 * (i % 10) + 1) + '\n';
  const TemporaryFolder folder;
  std::ofstream(folder.path + "/t.csv") << text;
  const data::Table table = data::read_csv(folder.path + "/t.csv");
  train::FitOptions options{.batch_size = 8, .epochs = 5};
  std::vector<double> told, held_out;
  options.on_epoch = [&](const train::EpochReport& report) {
    told.push_back(report.loss);
    held_out.push_back(report.metrics.loss);
    REQUIRE(report.history);
    CHECK(report.history->epochs.size() == told.size());
  };
  const train::History history = train::fit_table(table, "y", options).history;
  CHECK(history.loss.steps() == 20);
  CHECK(history.lr.steps() == 20);
  REQUIRE(history.epochs.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(history.epochs[i].step == 4 * (static_cast<std::int64_t>(i) + 1));
    CHECK(history.epochs[i].loss == told[i]);
    CHECK(history.epochs[i].held_out_loss == held_out[i]);
    CHECK(history.epochs[i].gradient_norm > 0);
  }
  CHECK(history.metric_names() == std::vector<std::string>{"rmse", "mae", "r2"});

  options.on_epoch = nullptr;
  const train::History unmeasured = train::fit_table(table, "y", options).history;
  REQUIRE(unmeasured.epochs.size() == 5);
  CHECK(unmeasured.epochs[4].loss == told[4]);
  CHECK(std::isnan(unmeasured.epochs[4].held_out_loss));
}

TEST_CASE("the history of a training for three classes has their metrics") {
  const data::Table table = data::read_csv(DESCENT_SOURCE_DIR "/examples/data/iris.csv");
  train::FitOptions options{.epochs = 3};
  std::vector<double> accuracies;
  options.on_epoch = [&](const train::EpochReport& report) {
    accuracies.push_back(std::get<metrics::ClassCounts>(report.metrics.of_task).accuracy());
  };
  const train::History history = train::fit_table(table, "species", options).history;
  CHECK(history.metric_names() == std::vector<std::string>{"accuracy", "f1_macro"});
  REQUIRE(history.epochs.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(history.epochs[i].metrics[0].second == accuracies[i]);
}
