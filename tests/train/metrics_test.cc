#include "descent/train/metrics.h"

#include <doctest/doctest.h>

#include <cmath>

#include "descent/error.h"
#include "descent/train/schedule.h"

using namespace descent::train;

TEST_CASE("accuracy and confusion") {
  const std::vector<std::int64_t> predicted = {0, 1, 1, 2, 0}, actual = {0, 1, 2, 2, 1};
  const ClassificationMetrics metrics = classification_metrics(predicted, actual, 3);
  CHECK(metrics.accuracy == 0.6);
  CHECK(metrics.confusion == std::vector<std::vector<std::int64_t>>{{1, 0, 0}, {1, 1, 0}, {0, 1, 1}});
  CHECK_THROWS_AS(classification_metrics(predicted, actual, 2), descent::Error);
  CHECK_THROWS_AS(classification_metrics(predicted, std::vector<std::int64_t>{1}, 3), descent::Error);
  CHECK_THROWS_AS(classification_metrics({}, {}, 3), descent::Error);
}

TEST_CASE("RMSE, MAE and R^2") {
  const std::vector<double> predicted = {1, 2, 5}, actual = {1, 3, 2};
  const RegressionMetrics metrics = regression_metrics(predicted, actual);
  CHECK(metrics.rmse == doctest::Approx(std::sqrt(10.0 / 3)));
  CHECK(metrics.mae == doctest::Approx(4.0 / 3));
  CHECK(metrics.r2 == doctest::Approx(1 - 10.0 / 2));
  CHECK(std::isnan(regression_metrics(predicted, std::vector<double>{4, 4, 4}).r2));
}

TEST_CASE("warmup_cosine rises, then falls to 0") {
  CHECK(warmup_cosine(0) == 0);
  CHECK(warmup_cosine(0.05) == doctest::Approx(0.5));
  CHECK(warmup_cosine(0.1) == 1);
  CHECK(warmup_cosine(0.55) == doctest::Approx(0.5));
  CHECK(warmup_cosine(1) == doctest::Approx(0));
  CHECK(warmup_cosine(0, 0) == 1);
}
