// Trainings of tables that are stopped, resumed, begun with a model, or whose numbers stop being numbers.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "descent/train/fit.h"
#include "error_of.h"
#include "model_bytes.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::train;

namespace {

/// 64 rows of a line and a bend; from 2,000 rows on a part chooses the best epoch.
data::Table bend(int rows = 64, double shift = 0) {
  std::ostringstream text;
  text << "x,t,y\n";
  for (int i = 0; i < rows; ++i) {
    const double x = (i * 37 % 101) / 50.0 - 1;
    text << x << ',' << (i % 3 == 0 ? "a" : "b") << ',' << 5 + shift + 2 * x + x * x << '\n';
  }
  return data::parse_csv(text.str());
}

/// Says stop after so many steps.
std::function<bool()> after(int steps) {
  return [left = steps]() mutable { return --left <= 0; };
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

}  // namespace

TEST_CASE("a training of a table that is stopped after any step ends as if it never was, by every optimizer") {
  const data::Table table = bend();
  for (const std::string_view optimizer : optimizer_names()) {
    CAPTURE(optimizer);
    FitOptions options{.hidden = {4}, .optimizer = std::string(optimizer), .batch_size = 20, .epochs = 3};
    const std::string whole = bytes_of(fit_table(table, "y", options).model);
    const TemporaryFolder folder;
    options.checkpoint = folder.path + "/run";
    options.resume = true;
    options.every.epochs = 100;  // when it is stopped, that is, and at the end
    const int threads = num_threads();
    int runs = 0;
    bool stopped = true;
    // Of the nine steps two at a time.
    for (; stopped && runs < 10; ++runs) {
      set_num_threads(1 + runs % 2);
      options.should_stop = after(2);
      const FitResult result = fit_table(table, "y", options);
      stopped = result.stopped;
      if (!stopped) CHECK((bytes_of(result.model) == whole));
    }
    set_num_threads(threads);
    CHECK(runs == 5);
    // Once it is done there is nothing left to do, and the model is there again.
    options.should_stop = [] {
      FAIL("a step after the end");
      return true;
    };
    CHECK((bytes_of(fit_table(table, "y", options).model) == whole));
  }
}

TEST_CASE("schedules, best epochs and early stops go on where they were") {
  const data::Table small = bend(), large = bend(2600);
  const auto check = [](const data::Table& table, FitOptions options, int steps) {
    const FitResult whole = fit_table(table, "y", options);
    const TemporaryFolder folder;
    options.checkpoint = folder.path + "/run";
    options.resume = true;
    options.every.epochs = 100;
    bool stopped = true;
    while (stopped) {
      options.should_stop = after(steps);
      const FitResult result = fit_table(table, "y", options);
      stopped = result.stopped;
      if (!stopped) {
        CHECK((bytes_of(result.model) == bytes_of(whole.model)));
        CHECK(result.held_out->loss == whole.held_out->loss);
        CHECK(result.model.training.epochs == whole.model.training.epochs);
      }
    }
  };
  for (const std::string_view schedule : schedule_names()) {
    CAPTURE(schedule);
    check(small, {.hidden = {4}, .schedule = std::string(schedule), .batch_size = 20, .epochs = 4}, 5);
  }
  check(large, {.hidden = {4}, .batch_size = 256, .epochs = 4}, 9);
  check(small, {.hidden = {4}, .bins = 3, .frequencies = 2, .dropout = 0.2, .batch_size = 20, .epochs = 4}, 5);
  check(small, {.hidden = {4}, .lr = 0.3, .batch_size = 20, .epochs = 60, .early_stop = 2}, 7);
}

TEST_CASE("a stop in the first step leaves a model, and says so") {
  const FitResult result = fit_table(bend(), "y", {.epochs = 5, .should_stop = after(1)});
  CHECK(result.stopped);
  CHECK(result.model.training.epochs == 1);
  CHECK(result.held_out.has_value());
}

TEST_CASE("checkpoints are saved when it is said, and refused for another training by what is another") {
  const data::Table table = bend();
  const TemporaryFolder folder;
  FitOptions options{.hidden = {4}, .batch_size = 20, .epochs = 6};
  options.checkpoint = folder.path + "/run";
  options.every.epochs = 2;
  options.keep = 9;
  fit_table(table, "y", options);
  CHECK(files_in(options.checkpoint) == 3);
  const std::string error = error_of([&] { fit_table(table, "y", options); });
  CHECK(error == options.checkpoint + ": holds checkpoints already; go on from them (resume), or name another folder");

  options.resume = true;
  const std::string begin = options.checkpoint + "/checkpoint-000000003.safetensors: is of another training: ";
  const auto refuse = [&](const data::Table& other, auto change, const std::string& message) {
    FitOptions changed = options;
    change(changed);
    CHECK(error_of([&] { fit_table(other, "y", changed); }) == begin + message);
  };
  refuse(
      table, [](FitOptions& o) { o.epochs = 7; }, "epochs was '6' there and is '7' here");
  refuse(
      table, [](FitOptions& o) { o.lr = 0.1; }, "lr was '0.003' there and is '0.1' here");
  refuse(
      table,
      [](FitOptions& o) {
        o.hidden = {4, 4};
      },
      "network was '4 (gelu), inputs clipped at 3' there and is '4, 4 (gelu), "
      "inputs clipped at 3' here");
  refuse(
      table, [](FitOptions& o) { o.dropout = 0.1; },
      "network was '4 (gelu), inputs clipped at 3' there and is '4 (gelu), dropout 0.1, inputs clipped at 3' here");
  refuse(
      table, [](FitOptions& o) { o.optimizer = "adam"; }, "optimizer was 'adamw' there and is 'adam' here");
  refuse(
      table, [](FitOptions& o) { o.early_stop = 3; }, "early_stop was 'none' there and is '3' here");
  const std::string moved = error_of([&] { fit_table(bend(64, 1e-3), "y", options); });
  CHECK(moved.find(": is of another training: held-out rows was '13 rows, checksum ") != moved.npos);
  const std::string more = error_of([&] { fit_table(bend(65), "y", options); });
  CHECK(more.find(": is of another training: ") != more.npos);
  // What does not change the result may be another.
  options.on_nan = OnNan::back_off;
  options.keep = 1;
  CHECK_FALSE(fit_table(table, "y", options).stopped);
}

TEST_CASE("a folder for checkpoints that cannot be is an error at once; a save that fails is told and ends nothing") {
  const data::Table table = bend();
  const TemporaryFolder folder;
  save(folder.path + "/file", {});
  FitOptions options{.hidden = {4}, .batch_size = 20, .epochs = 3};
  options.should_stop = [] {
    FAIL("a step");
    return true;
  };
  options.checkpoint = folder.path + "/file/run";
  CHECK_THROWS_AS(fit_table(table, "y", options), Error);

  options.checkpoint = folder.path + "/run";
  std::vector<std::string> problems;
  options.on_problem = [&](const std::string& problem) { problems.push_back(problem); };
  // The folder becomes a file in the midst of it.
  options.should_stop = [&, step = 0]() mutable {
    if (++step != 4) return false;
    std::filesystem::remove_all(options.checkpoint);
    save(options.checkpoint, {});
    return false;
  };
  CHECK_FALSE(fit_table(table, "y", options).stopped);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].starts_with("the checkpoint is not saved: " + options.checkpoint));
}

TEST_CASE("folds are resumed too") {
  const data::Table table = bend();
  FitOptions options{.hidden = {4}, .batch_size = 20, .epochs = 2};
  const CrossValidation whole = cross_validate(table, "y", 3, options);
  const TemporaryFolder folder;
  options.checkpoint = folder.path + "/run";
  options.resume = true;
  options.should_stop = after(7);
  const CrossValidation part = cross_validate(table, "y", 3, options);
  CHECK(part.stopped);
  CHECK(part.held_out.size() == 1);
  options.should_stop = nullptr;
  const CrossValidation rest = cross_validate(table, "y", 3, options);
  CHECK_FALSE(rest.stopped);
  REQUIRE(rest.held_out.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(rest.held_out[i].loss == whole.held_out[i].loss);
}

TEST_CASE("a training that diverges keeps its last good weights, or goes on from them with half the rate") {
  const data::Table table = bend();
  FitOptions options{
      .hidden = {4}, .optimizer = "sgd", .schedule = "one_cycle", .lr = 2, .batch_size = 20, .epochs = 30};
  try {
    fit_table(table, "y", options);
    FAIL("a training that diverges went unnoticed");
  } catch (const FitFailed& error) {
    const std::string message = error.what();
    CHECK(message.starts_with("epoch "));
    CHECK(message.find("learning rate") != message.npos);
    REQUIRE(error.model());
    CHECK_NOTHROW(check_finite("the model", error.model()->network.state_dict()));
  }

  options.on_nan = OnNan::back_off;
  std::vector<std::string> notes;
  options.on_note = [&](const std::string& note) { notes.push_back(note); };
  const FitResult whole = fit_table(table, "y", options);
  REQUIRE(notes.size() > 0);
  CHECK(notes.back().find("it went on from the best weights before") != std::string::npos);
  CHECK(whole.model.notes == notes);
  CHECK(whole.held_out->loss < whole.baseline->loss / 100);

  // And so it does after a stop.
  const TemporaryFolder folder;
  options.checkpoint = folder.path + "/run";
  options.resume = true;
  bool stopped = true;
  while (stopped) {
    options.should_stop = after(4);
    const FitResult result = fit_table(table, "y", options);
    stopped = result.stopped;
    if (!stopped) CHECK((bytes_of(result.model) == bytes_of(whole.model)));
  }

  options = {.hidden = {4}, .optimizer = "sgd", .lr = 1e30, .epochs = 3, .on_nan = OnNan::back_off};
  notes.clear();
  options.on_note = [&](const std::string& note) { notes.push_back(note); };
  CHECK_THROWS_AS(fit_table(table, "y", options), FitFailed);
  CHECK(notes.size() == kMostBackOffs);
}

TEST_CASE("a training can begin with a model, whose columns mean what they meant") {
  const data::Table table = bend();
  const FitOptions options{.hidden = {4}, .batch_size = 20, .epochs = 200};
  const TabularModel first = fit_table(table, "y", options).model;
  const data::Table shifted = bend(90, 0.25);
  const FitResult second = fit_table(shifted, "y", {.epochs = 1, .from = &first});
  CHECK(second.model.shape.hidden == std::vector<std::int64_t>{4});
  CHECK(second.model.features.columns[0].mean == first.features.columns[0].mean);
  CHECK(second.model.target.mean == first.target.mean);
  const FitResult anew = fit_table(shifted, "y", {.hidden = {4}, .epochs = 1});
  CHECK(second.held_out->loss < anew.held_out->loss / 4);

  CHECK(error_of([&] { fit_table(data::parse_csv("x,y\n1,2\n2,3\n3,5\n"), "y", {.from = &first}); }).find("'t'") !=
        std::string::npos);
  CHECK(error_of([&] { fit_table(table, "x", {.from = &first}); }) == "the model to begin with predicts 'y', not 'x'");
  CHECK(error_of([&] { fit_table(table, "y", {.loss = "cross_entropy", .from = &first}); }) ==
        "the model to begin with was trained by 'mse'; the loss 'cross_entropy' wants a target of another kind");
  FitOptions roles{.from = &first};
  roles.columns.ignore = {"t"};
  CHECK(error_of([&] { fit_table(table, "y", roles); }) ==
        "a model to begin with says what the columns mean; only, ignore, number, category and date cannot");
}
