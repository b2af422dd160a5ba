#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Tensor kNone = zeros(0);
const Tensor kNoClass = zeros(0, {.dtype = int64});

}  // namespace

TEST_CASE("classes may be given by scores, as bools, and at each position") {
  const Tensor target = tensor({0, 1, 2, 1});
  const Tensor scores = tensor({{0.9, 0.1, 0.0}, {0.2, 0.5, 0.3}, {0.4, 0.4, 0.2}, {0.1, 0.2, 0.7}});
  CHECK(metrics::accuracy(scores, target) == 0.5);
  CHECK(metrics::accuracy(scores, target) == metrics::accuracy(tensor({0, 1, 0, 2}), target));
  CHECK(metrics::f1(tensor({true, false, true}), tensor({true, true, false})) == 0.5);
  CHECK(metrics::accuracy(scores.reshape({2, 2, 3}).permute({0, 2, 1}), target.reshape({2, 2})) == 0.5);
}

TEST_CASE("columns of scores are classes, seen or not") {
  const Tensor scores = tensor({{0.9, 0.1, 0.0}, {0.2, 0.8, 0.0}}), target = tensor({0, 1});
  CHECK(equal(metrics::confusion_matrix(scores, target), tensor({{1, 0, 0}, {0, 1, 0}, {0, 0, 0}})));
  CHECK(equal(metrics::recall_per_class(scores, target), tensor({1.0, 1.0, 0.0}, {.dtype = float64})));
  CHECK(metrics::recall(scores, target, {.average = metrics::Average::macro}) == 1);
}

TEST_CASE("a confusion matrix grows with the classes and is of the weights' kind") {
  metrics::ConfusionMatrix confusion;
  confusion.update(tensor({0, 0}), tensor({0, 1}));
  CHECK(equal(confusion.compute(), tensor({{1, 0}, {1, 0}})));
  confusion.update(tensor({2}), tensor({0}));
  CHECK(equal(confusion.compute(), tensor({{1, 0, 1}, {1, 0, 0}, {0, 0, 0}})));
  CHECK(confusion.compute().dtype() == int64);
  confusion.update(tensor({2}), tensor({2}), tensor({0.25}));
  CHECK(confusion.compute().dtype() == float64);
  CHECK(confusion.compute()(2, 2).item() == 0.25);
}

TEST_CASE("counts gathered once give every metric of classes") {
  metrics::ClassCounts counts;
  counts.update(tensor({0, 1, 1}), tensor({0, 1, 0}));
  counts.update(tensor({1}), tensor({1}));
  CHECK(counts.accuracy() == 0.75);
  CHECK(counts.balanced_accuracy() == 0.75);
  CHECK(counts.precision() == doctest::Approx(2.0 / 3));
  CHECK(counts.recall({.pos_label = 0}) == 0.5);
  CHECK(counts.f1({.average = metrics::Average::micro}) == 0.75);
  CHECK(counts.counts().size() == 2);
  CHECK(counts.counts()[1].predicted == 3);
}

TEST_CASE("moments of numbers far from 0 keep their digits, in any batches") {
  // Deviations of +-1 around 10^12, and constants that have no exact binary mean.
  metrics::RegressionMoments moments, constant;
  for (int i = 0; i < 1000; ++i) {
    const double sign = i % 2 == 0 ? 1 : -1;
    moments.update(tensor(std::vector{1e12 + (i % 4 == 0 ? -sign : sign)}), tensor(std::vector{1e12 + sign}));
    constant.update(tensor(std::vector{0.1}), tensor(std::vector{0.1 * 3}));
  }
  CHECK(moments.pearson_corrcoef() == doctest::Approx(std::sqrt(1.0 / 3)).epsilon(1e-12));
  CHECK(moments.r2() == doctest::Approx(0).epsilon(1e-12));
  CHECK(moments.root_mean_squared_error() == doctest::Approx(1).epsilon(1e-12));
  CHECK(constant.r2() == 0);
  CHECK(constant.explained_variance() == 1);
  CHECK(std::isnan(constant.pearson_corrcoef()));
}

TEST_CASE("numbers that are not finite give metrics that are not") {
  CHECK(std::isnan(metrics::root_mean_squared_error(tensor({kNaN, 1.0}), tensor({0.0, 1.0}))));
  CHECK(metrics::mean_absolute_error(tensor({kInfinity, 1.0}), tensor({0.0, 1.0})) == kInfinity);
}

TEST_CASE("infinite scores have a rank") {
  CHECK(metrics::roc_auc(tensor({-kInfinity, kInfinity}), tensor({0, 1})) == 1);
  CHECK(metrics::spearman_corrcoef(tensor({-kInfinity, 0.0, kInfinity}), tensor({1, 2, 3})) == 1);
}

TEST_CASE("a single score speaks for class 1, and the other way round for class 0") {
  const Tensor scores = tensor({0.1, 0.4, 0.35, 0.8}), target = tensor({0, 0, 1, 1});
  CHECK(equal(metrics::roc_auc_per_class(scores, target), tensor({0.75, 0.75}, {.dtype = float64})));
  CHECK(equal(metrics::average_precision_per_class(scores, target),
              metrics::average_precision_per_class(stack({-scores, scores}, 1), target)));
}

TEST_CASE("curves begin where no sample is taken for the class") {
  const Tensor scores = tensor({0.1, 0.4, 0.35, 0.8}, {.dtype = float64}), target = tensor({0, 0, 1, 1});
  const metrics::ROCPoints roc = metrics::roc_curve(scores, target);
  CHECK(roc.false_positive_rate == std::vector<double>{0, 0, 0.5, 0.5, 1});
  CHECK(roc.true_positive_rate == std::vector<double>{0, 0.5, 0.5, 1, 1});
  CHECK(roc.thresholds == std::vector<double>{kInfinity, 0.8, 0.4, 0.35, 0.1});
  const metrics::PrecisionRecallPoints points = metrics::precision_recall_curve(scores, target);
  CHECK(points.precision == std::vector<double>{1, 1, 0.5, 2.0 / 3, 0.5});
  CHECK(points.recall == std::vector<double>{0, 0.5, 0.5, 1, 1});
  CHECK(std::isnan(metrics::roc_curve(scores, zeros(4, {.dtype = int64})).true_positive_rate.back()));
  CHECK(error_of([&] { metrics::roc_curve(scores, target, {.positive_class = 2}); }) ==
        "roc_curve: positive_class = 2 must be at least 0 and at most 1");
}

TEST_CASE("float32 probabilities are cut at their own precision") {
  CHECK(metrics::log_loss(tensor({0.0}), tensor({1})) == doctest::Approx(23 * std::log(2)));
  CHECK(metrics::log_loss(tensor({0.0}, {.dtype = float64}), tensor({1})) == doctest::Approx(52 * std::log(2)));
}

TEST_CASE("nothing to measure is an error") {
  CHECK(error_of([] { metrics::Accuracy().compute(); }) == "accuracy: there are no samples, or all of weight 0");
  CHECK(error_of([] { metrics::accuracy(tensor({1}), tensor({1}), zeros(1)); }) ==
        "accuracy: there are no samples, or all of weight 0");
  for (const auto& [name, f] : std::vector<std::pair<std::string, std::function<void()>>>{
           {"balanced_accuracy", [] { metrics::balanced_accuracy(kNoClass, kNoClass); }},
           {"precision", [] { metrics::precision(kNoClass, kNoClass); }},
           {"f1_per_class", [] { metrics::f1_per_class(kNoClass, kNoClass); }},
           {"matthews_corrcoef", [] { metrics::matthews_corrcoef(kNoClass, kNoClass); }},
           {"confusion_matrix", [] { metrics::confusion_matrix(kNoClass, kNoClass); }},
           {"top_k_accuracy",
            [] {
              metrics::top_k_accuracy(zeros({0, 3}), kNoClass);
            }},
           {"roc_auc", [] { metrics::roc_auc(kNone, kNoClass); }},
           {"average_precision", [] { metrics::average_precision(kNone, kNoClass); }},
           {"roc_curve", [] { metrics::roc_curve(kNone, kNoClass); }},
           {"precision_recall_curve", [] { metrics::precision_recall_curve(kNone, kNoClass); }},
           {"log_loss", [] { metrics::log_loss(kNone, kNoClass); }},
           {"brier_score", [] { metrics::brier_score(kNone, kNoClass); }},
           {"expected_calibration_error", [] { metrics::expected_calibration_error(kNone, kNoClass); }},
           {"root_mean_squared_error", [] { metrics::root_mean_squared_error(kNone, kNone); }},
           {"mean_absolute_error", [] { metrics::mean_absolute_error(kNone, kNone); }},
           {"mean_absolute_percentage_error", [] { metrics::mean_absolute_percentage_error(kNone, kNone); }},
           {"r2", [] { metrics::r2(kNone, kNone); }},
           {"explained_variance", [] { metrics::explained_variance(kNone, kNone); }},
           {"pearson_corrcoef", [] { metrics::pearson_corrcoef(kNone, kNone); }},
           {"spearman_corrcoef", [] { metrics::spearman_corrcoef(kNone, kNone); }},
       })
    CHECK(error_of(f) == name + ": there are no samples, or all of weight 0");
}

TEST_CASE("what does not fit is named") {
  const Tensor target = tensor({0, 1, 1});
  CHECK(error_of([&] {
          metrics::accuracy(tensor({0, 1}), target);
        }) == "accuracy: the prediction has shape [2], but the target has [3]; they must be the same");
  CHECK(error_of([&] { metrics::accuracy(zeros(3), target); }) ==
        "accuracy: the prediction is float32 [3]; wanted classes, int64 or bool, or scores of shape [N, C] or "
        "[N, C, ...]");
  CHECK(error_of([&] { metrics::accuracy(target, zeros(3)); }) ==
        "accuracy: the target is float32; classes are int64 or bool");
  CHECK(error_of([&] {
          metrics::f1(tensor({0, -1, 1}), target);
        }) == "f1: the prediction of sample 1 is class -1; wanted 0 to 1048575");
  CHECK(error_of([&] {
          metrics::accuracy(zeros({3, 2}), tensor({0, 2, 1}));
        }) == "accuracy: the target of sample 1 is class 2; wanted 0 to 1");
  CHECK(error_of([&] {
          metrics::confusion_matrix(tensor({0, 5000, 1}), target);
        }) == "confusion_matrix: the prediction of sample 1 is class 5000; wanted 0 to 4095");
  CHECK(error_of([&] {
          metrics::confusion_matrix(zeros({3, 5000}), target);
        }) == "confusion_matrix: the prediction has 5000 classes; wanted at most 4096");
  CHECK(error_of([&] { metrics::accuracy(target, target, zeros(2)); }) ==
        "accuracy: the target has shape [3], but the sample_weight has [2]; they must be the same");
  CHECK(error_of([&] {
          metrics::r2(zeros(3), zeros(3), tensor({1.0, -1.0, 1.0}));
        }) == "r2: sample_weight -1 of sample 1 must be finite and at least 0");
  CHECK(error_of([&] {
          metrics::f1(tensor({0, 1, 2}), target);
        }) == "f1: Average::binary wants two classes, not 3; choose another average");
  CHECK(error_of([&] { metrics::f1(target, target, {.pos_label = 2}); }) ==
        "f1: pos_label = 2 is none of the two classes");
  CHECK(error_of([&] { metrics::f1(target, target, {.pos_label = -1}); }) == "f1: pos_label = -1 must be at least 0");
  CHECK(error_of([&] { metrics::roc_auc(target, target); }) ==
        "roc_auc: the prediction is int64 [3]; wanted floating point, [N] or [N, C] of two classes or more");
  CHECK(error_of([&] {
          metrics::roc_auc(zeros({3, 1}), target);
        }) == "roc_auc: the prediction is float32 [3, 1]; wanted floating point, [N] or [N, C] of two classes or more");
  CHECK(error_of([&] { metrics::roc_auc(zeros(2), target); }) ==
        "roc_auc: a prediction of shape [2] wants a target of shape [2], not [3]");
  CHECK(error_of([&] {
          metrics::roc_auc(tensor({0.0, kNaN, 0.0}), target);
        }) == "roc_auc: the prediction of sample 1 is NaN");
  CHECK(error_of([&] {
          metrics::roc_auc(zeros(3), tensor({0, 1, 2}));
        }) == "roc_auc: the target of sample 2 is class 2; wanted 0 to 1");
  CHECK(error_of([&] {
          metrics::log_loss(tensor({0.5, 1.5, 0.5}), target);
        }) == "log_loss: the prediction of sample 1 is 1.5; a probability is at least 0 and at most 1");
  CHECK(error_of([&] { metrics::top_k_accuracy(zeros(3), target); }) ==
        "top_k_accuracy: the prediction has shape [3]; wanted a score for each class, [N, C]");
  CHECK(error_of([] { metrics::TopKAccuracy({.k = 0}); }) == "top_k_accuracy: k = 0 must be at least 1");
  CHECK(error_of([] { metrics::ExpectedCalibrationError({.bins = 0}); }) ==
        "expected_calibration_error: bins = 0 must be at least 1 and at most 1000000");
  CHECK(error_of([] {
          metrics::mean_absolute_error(zeros({3, 1}), zeros(3));
        }) == "mean_absolute_error: the prediction has shape [3, 1], but the target has [3]; they must be the same");
  CHECK(error_of([] {
          metrics::spearman_corrcoef(tensor({0.0, kNaN}), zeros(2));
        }) == "spearman_corrcoef: the prediction of sample 1 is NaN");
}

TEST_CASE("what cannot be merged is named, and a refused batch leaves no trace") {
  metrics::TopKAccuracy two({.k = 2});
  CHECK(error_of([&] { two.merge(metrics::TopKAccuracy({.k = 3})); }) ==
        "top_k_accuracy: k = 3 cannot be merged into k = 2");
  metrics::ExpectedCalibrationError ten({.bins = 10});
  CHECK(error_of([&] { ten.merge(metrics::ExpectedCalibrationError()); }) ==
        "expected_calibration_error: 15 bins cannot be merged into 10");
  metrics::ROCAUC area;
  area.update(tensor({0.1, 0.9}), tensor({0, 1}));
  CHECK(error_of([&] {
          area.update(zeros({1, 3}), tensor({0}));
        }) == "RankedScores: a batch of 3 scores a sample follows one of 1");
  CHECK(area.compute() == 1);
  metrics::Accuracy accuracy;
  accuracy.update(tensor({1}), tensor({1}));
  CHECK_THROWS_AS(accuracy.update(tensor({1, 1}), tensor({0, -1})), Error);
  CHECK(accuracy.compute() == 1);
  metrics::SpearmanCorrCoef spearman;
  spearman.update(tensor({1.0, 2.0}), tensor({1.0, 2.0}));
  CHECK_THROWS_AS(spearman.update(tensor({1.0}), tensor({kNaN})), Error);
  CHECK(spearman.compute() == 1);
}
