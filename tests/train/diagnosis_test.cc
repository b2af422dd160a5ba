#include "descent/train/diagnosis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "descent/create.h"
#include "descent/data/csv.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/train/fit.h"
#include "error_of.h"

using namespace descent;
using namespace descent::train;

namespace {

double accuracy_of(const Metrics& metrics) { return std::get<metrics::ClassCounts>(metrics.of_task).accuracy(); }

/// Three classes that two columns tell apart, in part, and a column that says nothing.
data::Table three_classes() {
  std::string text = "x,colour,noise,y\n";
  for (int i = 0; i < 150; ++i)
    text += concat((i * 37 % 101) / 50.0, i % 4 == 0 ? ",red," : ",blue,", i * 53 % 97, ",",
                   i * 37 % 101 < 50 ? (i % 4 == 0 ? "a" : "b") : (i % 11 == 0 ? "a" : "c"), '\n');
  return data::parse_csv(text);
}

data::Table quantities() {
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i) text += concat(i % 13, ',', 3 * (i % 13) + i % 2, '\n');
  return data::parse_csv(text);
}

}  // namespace

TEST_CASE("a classifier is looked at by curves, calibration and its mistakes") {
  const data::Table table = three_classes();
  const FitResult fit = fit_table(table, "y", {.epochs = 5});
  const data::Rows& rows = fit.held_out_rows;
  REQUIRE(rows.size() == 30);
  const Diagnosis diagnosis = diagnose(fit.model, table, rows);
  const auto& classes = std::get<ClassDiagnosis>(diagnosis.of_task);
  const auto& details = std::get<ClassificationDetails>(fit.held_out->details);

  REQUIRE(classes.curves.size() == 3);
  double area = 0, precision = 0;
  for (const ClassCurves& curves : classes.curves) {
    area += curves.roc_auc / 3;
    precision += curves.average_precision / 3;
    // The area below the points is what is said of them.
    double trapezoids = 0, steps = 0;
    for (std::size_t i = 1; i < curves.roc.thresholds.size(); ++i) {
      trapezoids += (curves.roc.false_positive_rate[i] - curves.roc.false_positive_rate[i - 1]) *
                    (curves.roc.true_positive_rate[i] + curves.roc.true_positive_rate[i - 1]) / 2;
      steps += (curves.precision_recall.recall[i] - curves.precision_recall.recall[i - 1]) *
               curves.precision_recall.precision[i];
    }
    CHECK(trapezoids == doctest::Approx(curves.roc_auc));
    CHECK(steps == doctest::Approx(curves.average_precision));
  }
  CHECK(area == doctest::Approx(*details.roc_auc));
  CHECK(precision == doctest::Approx(*details.average_precision));

  REQUIRE(classes.calibration.size() == 10);
  double samples = 0, right = 0;
  for (const metrics::CalibrationBin& bin : classes.calibration) {
    samples += bin.samples;
    right += bin.right;
  }
  CHECK(samples == 30);
  CHECK(right / 30 == doctest::Approx(accuracy_of(*fit.held_out)));

  // Every mistake once, the surest first.
  CHECK(static_cast<double>(classes.most_wrong.size()) == 30 - right);
  REQUIRE(classes.most_wrong.size() > 1);
  const Tensor probabilities = fit.model.predict(table, rows).values;
  double before = 0;
  for (const WrongClass& mistake : classes.most_wrong) {
    CHECK(mistake.line == mistake.row + 2);
    CHECK(table.find("y")->text(mistake.row) == fit.model.target.classes[static_cast<std::size_t>(mistake.actual)]);
    const auto at = std::find(rows.begin(), rows.end(), mistake.row) - rows.begin();
    CHECK(mistake.probability_of_actual == probabilities(at, mistake.actual).item());
    CHECK(mistake.probability_of_predicted == probabilities[at].max().item());
    CHECK(mistake.probability_of_actual >= before);
    before = mistake.probability_of_actual;
  }
  CHECK(std::get<ClassDiagnosis>(diagnose(fit.model, table, rows, {.most_wrong = 1}).of_task).most_wrong.size() == 1);
}

TEST_CASE("of two classes there is one curve, and none where all rows are of one") {
  const data::Table table = data::parse_csv("x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n");
  const FitResult fit = fit_table(table, "y", {.epochs = 1, .holdout = 0});
  const auto curves_of = [&](const data::Rows& rows) {
    return std::get<ClassDiagnosis>(diagnose(fit.model, table, rows).of_task).curves;
  };
  REQUIRE(curves_of({0, 1, 2, 3}).size() == 1);
  CHECK(curves_of({0, 1, 2, 3})[0].positive_class == 1);
  CHECK(curves_of({0, 2}).empty());
  CHECK(error_of([&] { diagnose(fit.model, table, {}); }) == "csv: there are no rows to look at the model with");
}

TEST_CASE("a regression is looked at by its errors") {
  const data::Table table = quantities();
  const FitResult fit = fit_table(table, "y", {.loss = "gaussian_nll", .epochs = 3});
  const Diagnosis diagnosis = diagnose(fit.model, table, fit.held_out_rows, {.most_wrong = 4});
  const auto& numbers = std::get<QuantityDiagnosis>(diagnosis.of_task);
  REQUIRE(numbers.actual.size() == 12);
  double largest = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(numbers.actual[i] == table.find("y")->numbers[fit.held_out_rows[i]]);
    largest = std::max(largest, std::fabs(numbers.actual[i] - numbers.predicted[i]));
  }
  REQUIRE(numbers.most_wrong.size() == 4);
  CHECK(std::fabs(numbers.most_wrong[0].actual - numbers.most_wrong[0].predicted) == largest);
  CHECK(numbers.most_wrong[0].deviation > 0);
}

TEST_CASE("a column's importance is how far the score falls when it is shuffled") {
  const data::Table table = three_classes();
  const FitResult fit = fit_table(table, "y", {.epochs = 20});
  const PermutationImportance importance =
      permutation_importance(fit.model, table, fit.held_out_rows, {.repetitions = 2, .seed = 4});
  CHECK(importance.rows == 30);
  CHECK(importance.score == accuracy_of(*fit.held_out));
  REQUIRE(importance.columns.size() == 3);
  CHECK(importance.columns[0].mean >= importance.columns[1].mean);
  CHECK(importance.columns[1].mean >= importance.columns[2].mean);

  // The same by hand: tables with the column shuffled by the same draws.
  Generator generator(4);
  for (const char* name : {"x", "colour", "noise"}) {
    CAPTURE(name);
    double falls[2];
    for (double& fall : falls) {
      const auto order = randperm(30, {.dtype = int64}, generator).to_vector<std::int64_t>();
      data::Table shuffled = table;
      data::Column& column = *std::find_if(shuffled.columns.begin(), shuffled.columns.end(),
                                           [&](const data::Column& each) { return each.name == name; });
      for (std::size_t i = 0; i < 30; ++i) {
        const std::size_t to = fit.held_out_rows[i], from = fit.held_out_rows[static_cast<std::size_t>(order[i])];
        if (column.numeric)
          column.numbers[to] = table.find(name)->numbers[from];
        else
          column.codes[to] = table.find(name)->codes[from];
      }
      fall = importance.score - accuracy_of(fit.model.evaluate(shuffled, fit.held_out_rows));
    }
    const auto found = std::find_if(importance.columns.begin(), importance.columns.end(),
                                    [&](const ColumnImportance& each) { return each.name == name; });
    CHECK(found->mean == doctest::Approx((falls[0] + falls[1]) / 2));
    CHECK(found->standard_deviation == doctest::Approx(std::fabs(falls[0] - falls[1]) / 2));
  }
}

TEST_CASE("importance is bounded, and exactly 0 of a column without weights") {
  const data::Table table = three_classes();
  FitResult fit = fit_table(table, "y", {.epochs = 20});
  {
    const descent::NoGrad no_grad;
    for (const auto& [name, weight] : fit.model.network.state_dict())
      if (name == "wide.weight" || name == "deep.0.weight") weight.slice(1, 3, 4).fill_(0);
  }
  const data::Rows rows = data::all_rows(table.rows);
  const PermutationImportance whole = permutation_importance(fit.model, table, rows);
  CHECK(whole.rows == 150);
  const auto noise = std::find_if(whole.columns.begin(), whole.columns.end(),
                                  [](const ColumnImportance& each) { return each.name == "noise"; });
  CHECK(noise->mean == 0);
  CHECK(noise->standard_deviation == 0);
  CHECK(whole.columns[0].mean > 0.1);

  const PermutationImportance part =
      permutation_importance(fit.model, table, rows, {.most_rows = 40, .most_columns = 2});
  CHECK(part.rows == 40);
  CHECK(part.columns.size() == 2);
  CHECK(part.columns_left_out == 1);
  CHECK(error_of([&] { permutation_importance(fit.model, table, rows, {.repetitions = 0}); }) ==
        "permutation_importance: repetitions = 0 must be at least 1");
}

TEST_CASE("units are dead whose activation is flat for all rows") {
  const data::Table table = three_classes();
  FitResult fit = fit_table(table, "y", {.hidden = {8, 4}, .epochs = 5});
  const data::Rows rows = data::all_rows(table.rows);
  const auto dead = [&] {
    std::vector<std::pair<std::int64_t, std::int64_t>> counts;
    for (const HiddenLayer& layer : diagnose(fit.model, table, rows).hidden_layers)
      counts.emplace_back(layer.dead, layer.units);
    return counts;
  };
  using Counts = std::vector<std::pair<std::int64_t, std::int64_t>>;
  CHECK(dead() == Counts{{0, 8}, {0, 4}});
  {
    const descent::NoGrad no_grad;
    StateDict state = fit.model.network.state_dict();
    // gelu's slope at -3.5 is -0.0028; at -2.5 it is -0.038.
    state.at("deep.2.weight").fill_(0);
    state.at("deep.2.bias").copy_(tensor({-3.5f, -2.5f, 0.0f, -3.5f}));
    state.at("deep.0.weight").slice(0, 1, 2).fill_(0);
    state.at("deep.0.bias").slice(0, 1, 2).fill_(-100);
  }
  CHECK(fit.model.shape.activation == NetworkActivation::gelu);
  CHECK(dead() == Counts{{1, 8}, {2, 4}});
  fit.model.shape.hidden = {};
  fit.model.network = Network(fit.model.shape);
  CHECK(dead().empty());
}
