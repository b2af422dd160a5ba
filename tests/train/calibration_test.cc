#include "train/calibration.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "descent/create.h"
#include "descent/loss/cross_entropy.h"
#include "descent/ops.h"
#include "descent/text.h"

using namespace descent;
using namespace descent::train;
using data::Table;

namespace {

/// y is b as often as x says: with probability sigmoid(2 x).
Table coins(std::size_t rows) {
  Generator generator(7);
  const WithGenerator with_generator(generator);
  const Tensor x = randn(static_cast<std::int64_t>(rows)).to(float64);
  const Tensor is_b = (rand(static_cast<std::int64_t>(rows), {.dtype = float64}) < sigmoid(2 * x)).to(int64);
  std::string text = "x,y\n";
  for (std::int64_t i = 0; i < x.size(0); ++i)
    text += concat(exactly(x[i].item()), is_b[i].item<std::int64_t>() == 1 ? ",b\n" : ",a\n");
  return data::parse_csv(text);
}

/// y is x, and noise that is wider where x is larger.
Table fan(std::int64_t rows) {
  Generator generator(9);
  const WithGenerator with_generator(generator);
  const Tensor x = rand(rows, {.dtype = float64});
  const Tensor y = x + (0.1 + x) * randn(rows, {.dtype = float64});
  std::string text = "x,y\n";
  for (std::int64_t i = 0; i < rows; ++i) text += concat(exactly(x[i].item()), ',', exactly(y[i].item()), '\n');
  return data::parse_csv(text);
}

Examples examples(const TabularModel& model, const Table& table) {
  return encode(model, {&table, data::all_rows(table.rows)});
}

double cross_entropy_at(const TabularModel& model, const Examples& rows, double temperature) {
  const Tensor logits = model.outputs(rows.features.inputs).to(float64).detach();
  return cross_entropy(logits / temperature, rows.targets).item();
}

const IntervalDetails& intervals_of(const Evaluation& evaluation) {
  return *std::get<RegressionDetails>(evaluation.details).intervals;
}

}  // namespace

TEST_CASE("logits that are four times too large are divided by four") {
  const Table table = coins(1000);
  for (const std::int64_t networks : {1, 2}) {
    CAPTURE(networks);
    // Below 2,000 rows nothing is calibrated in training.
    TabularModel model = fit_table(table, "y", {.hidden = {}, .ensemble = networks, .holdout = 0}).model;
    CHECK(model.training.temperature == 1);
    const Examples rows = examples(model, table);
    const double before = cross_entropy_at(model, rows, 1);
    model.network.divide_outputs(0.25);
    for (Network& other : model.others) other.divide_outputs(0.25);
    CHECK(cross_entropy_at(model, rows, 1) > before + 0.1);
    const Tensor classes = argmax(model.outputs(rows.features.inputs), 1);
    calibrate_probabilities(model, rows);
    CHECK(model.training.temperature == doctest::Approx(4).epsilon(0.05));
    CHECK(cross_entropy_at(model, rows, 1) <= before + 1e-3);
    CHECK(equal(argmax(model.outputs(rows.features.inputs), 1), classes));
  }
}

TEST_CASE("the temperature is that of the least cross entropy") {
  const Table table = coins(1000);
  TabularModel model = fit_table(table, "y", {.hidden = {32}, .epochs = 60, .holdout = 0}).model;
  const Table other = coins(3000);
  const Examples rows = examples(model, other);
  model.network.divide_outputs(0.7);
  calibrate_probabilities(model, rows);
  const double least = cross_entropy_at(model, rows, 1);
  for (const double factor : {0.9, 0.96, 1.04, 1.1}) CHECK(cross_entropy_at(model, rows, factor) > least);
}

TEST_CASE("a temperature that chance could make is left alone") {
  TabularModel model = fit_table(coins(3000), "y", {.hidden = {}, .holdout = 0}).model;
  const Table few = coins(200);
  const Tensor before = model.network.wide.weight.detach().clone();
  model.training.temperature = 1;
  calibrate_probabilities(model, examples(model, few));
  CHECK(model.training.temperature == 1);
  CHECK(equal(model.network.wide.weight, before));
}

TEST_CASE("rows that are all met do not make a model certain") {
  const Table table = data::parse_csv("x,y\n-2,a\n-1,a\n1,b\n2,b\n");
  TabularModel model = fit_table(table, "y", {.hidden = {}, .epochs = 50, .holdout = 0}).model;
  calibrate_probabilities(model, examples(model, table));
  const Tensor predicted = model.predict(table, data::all_rows(4)).values;
  CHECK(max(predicted).item() < 0.99);
  CHECK(model.training.temperature > 0.099);
}

TEST_CASE("a training calibrates by its validation part, unless the classes were balanced or the loss has none") {
  const Table table = coins(3000);
  const auto temperature = [&](const FitOptions& options) {
    return fit_table(table, "y", options).model.training.temperature;
  };
  CHECK(temperature({.hidden = {}, .epochs = 1}) != 1);
  CHECK(temperature({.hidden = {}, .epochs = 1, .class_weight = ClassWeight::balanced}) == 1);
  CHECK(temperature({.hidden = {}, .loss = "hinge", .epochs = 1}) == 1);
  CHECK(temperature({.hidden = {}, .loss = "focal", .epochs = 1}) != 1);
}

TEST_CASE("labels are smoothed where a temperature makes up for it, unless told otherwise") {
  const Table table = coins(3000), small = coins(300);
  const auto loss = [](const Table& rows, const FitOptions& options) {
    return fit_table(rows, "y", options).model.training.loss;
  };
  const std::string smoothed = "cross_entropy:label_smoothing=0.1";
  CHECK(loss(table, {.hidden = {4}, .epochs = 1}) == smoothed);
  CHECK(loss(table, {.hidden = {4}, .loss = "cross_entropy", .epochs = 1}) == "cross_entropy");
  CHECK(loss(table, {.hidden = {}, .epochs = 1}) == "cross_entropy");
  CHECK(loss(table, {.hidden = {4}, .epochs = 1, .class_weight = ClassWeight::balanced}) == "cross_entropy");
  CHECK(loss(small, {.hidden = {4}, .epochs = 1}) == "cross_entropy");
  CHECK(loss(small, {.hidden = {4}, .epochs = 1, .early_stop = 5}) == "cross_entropy");
  // It is as good as forgotten in the probabilities: without the temperature none would be above 0.95.
  const Predictions predictions = fit_table(table, "y").model.predict(table, data::all_rows(table.rows));
  CHECK(max(predictions.values).item() > 0.97);
}

TEST_CASE("a finished model is measured by labels as they are") {
  std::string text = "x,y\n";
  for (int i = 0; i < 3000; ++i) text += concat(i % 100, i % 100 >= 95 ? ",b\n" : ",a\n");
  const FitResult result = fit_table(data::parse_csv(text), "y", {.epochs = 10});
  CHECK(result.model.training.loss == "cross_entropy:label_smoothing=0.1");
  const auto& details = std::get<ClassificationDetails>(result.held_out->details);
  CHECK(result.held_out->loss == doctest::Approx(details.log_loss).epsilon(1e-4));
  CHECK(result.held_out->loss < result.baseline->loss);
}

TEST_CASE("a training that begins with smoothed labels smooths none where nothing makes up for it") {
  const TabularModel model = fit_table(coins(3000), "y", {.hidden = {4}, .epochs = 1}).model;
  CHECK(fit_table(coins(300), "y", {.epochs = 1, .from = &model}).model.training.loss == "cross_entropy");
  CHECK(fit_table(coins(3000), "y", {.epochs = 1, .from = &model}).model.training.loss == model.training.loss);
}

TEST_CASE("too few rows to tell of intervals are noted") {
  std::vector<std::string> notes;
  const FitOptions options = {
      .hidden = {}, .loss = "interval", .epochs = 2, .holdout = 0, .on_note = [&](const std::string& note) {
        notes.push_back(note);
      }};
  const TabularModel model = fit_table(fan(12), "y", options).model;
  const std::string note =
      "the 2 rows set aside cannot tell how wide intervals are to be that hold 0.9 of the rows; they may be too narrow";
  CHECK(model.notes == std::vector<std::string>{note});
  CHECK(notes == model.notes);
  CHECK(fit_table(fan(60), "y", options).model.notes.empty());
}

TEST_CASE("intervals hold as often as they should, and are wide where the quantity is") {
  const Table table = fan(4000);
  for (const double coverage : {0.5, 0.9}) {
    CAPTURE(coverage);
    const FitResult result =
        fit_table(table, "y", {.hidden = {16}, .loss = concat("interval:coverage=", coverage), .epochs = 15});
    // Of 800 rows the share is known to 0.035 and 0.02, two standard deviations.
    const IntervalDetails& held_out = intervals_of(*result.held_out);
    CHECK(std::fabs(held_out.coverage - coverage) < 0.045);
    const IntervalDetails& of_normal = intervals_of(*result.baseline);
    CHECK(std::fabs(of_normal.coverage - coverage) < 0.1);  // the noise is no normal one
    CHECK(held_out.mean_width < of_normal.mean_width);

    const Table two = data::parse_csv("x\n0.05\n0.95\n");
    const Predictions predictions = result.model.predict(two, {0, 1});
    REQUIRE(predictions.intervals.sizes() == Dims({2, 2}));
    const Tensor widths = predictions.intervals(Ellipsis, 1) - predictions.intervals(Ellipsis, 0);
    // The standard deviations are 0.15 and 1.05.
    CHECK((widths[1] / widths[0]).item() > 3);
    CHECK(all(predictions.intervals(Ellipsis, 0) < predictions.values).item<bool>());
    CHECK(all(predictions.values < predictions.intervals(Ellipsis, 1)).item<bool>());
  }
}

TEST_CASE("intervals are made as wide as to hold the part of n + 1 rows that was asked for") {
  const Table table = fan(299);
  TabularModel model =
      fit_table(table, "y", {.hidden = {8}, .loss = "interval:coverage=0.8", .epochs = 3, .ensemble = 2, .holdout = 0})
          .model;
  // Rows unlike those of the training: their intervals are far too narrow, and too wide.
  for (const double factor : {5.0, 0.2}) {
    CAPTURE(factor);
    std::string text = "x,y\n";
    for (std::size_t i = 0; i < table.rows; ++i)
      text += concat(exactly(table.columns[0].numbers[i]), ',', exactly(factor * table.columns[1].numbers[i]), '\n');
    const Table other = data::parse_csv(text);
    calibrate_intervals(model, examples(model, other));
    // Of 300 rows 240, to the one that lies on the bound itself.
    const double inside = 299 * intervals_of(model.evaluate(other, data::all_rows(299))).coverage;
    CHECK(inside >= 239);
    CHECK(inside <= 240);
  }
}

TEST_CASE("a coverage that is none") {
  for (const char* coverage : {"0", "1", "-0.5", "nan"})
    CHECK_THROWS_AS(make_tabular_loss(concat("interval:coverage=", coverage)), Error);
  CHECK(make_tabular_loss("interval").coverage == 0.9);
  CHECK(make_tabular_loss("interval:coverage=0.5").coverage == 0.5);
  CHECK(make_tabular_loss("mse").coverage == 0);
}
