// A closer look at a model than its metrics give: curves, calibration, the worst mistakes, what it needs.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "descent/metrics/probability.h"
#include "descent/metrics/ranking.h"
#include "descent/train/permutation_importance.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// How well the probabilities of one class tell it from the rest.
struct ClassCurves {
  std::int64_t positive_class = 0;  // a position in Target::classes
  double roc_auc = 0;
  double average_precision = 0;
  metrics::ROCPoints roc = {};
  metrics::PrecisionRecallPoints precision_recall = {};
};

/// A row that is of one class and was taken for another.
struct WrongClass {
  std::size_t row = 0;   // of the table, from 0
  std::size_t line = 0;  // of its file, from 1
  std::int64_t actual = 0, predicted = 0;
  /// The probabilities of both.
  double probability_of_actual = 0, probability_of_predicted = 0;
};

struct ClassDiagnosis {
  /// Of two classes that of the second; of up to kMostClassesDetailed each. Left out are those which all rows have, or
  /// none.
  std::vector<ClassCurves> curves = {};
  /// By the probability of the predicted class.
  std::vector<metrics::CalibrationBin> calibration = {};
  double expected_calibration_error = 0;
  /// The least probable actual class first, of equals the earlier row.
  std::vector<WrongClass> most_wrong = {};
};

struct WrongQuantity {
  std::size_t row = 0;
  std::size_t line = 0;
  double actual = 0, predicted = 0;
  /// What the model says of its uncertainty: the standard deviation, with the normal link; else NaN.
  double deviation = 0;
};

struct QuantityDiagnosis {
  /// Of all rows, in their order.
  std::vector<double> actual = {}, predicted = {};
  /// The largest error first, of equals the earlier row.
  std::vector<WrongQuantity> most_wrong = {};
};

/// A unit is dead if the slope of its activation is below kDeadSlope for all rows, of up to 1,000, evenly chosen: it
/// says the same of all, and learns nothing from any.
struct HiddenLayer {
  std::int64_t units = 0;
  std::int64_t dead = 0;
};
inline constexpr double kDeadSlope = 0.01;

struct Diagnosis {
  std::variant<ClassDiagnosis, QuantityDiagnosis> of_task = {};
  PermutationImportance importance = {};
  /// Of the first network, where there are several.
  std::vector<HiddenLayer> hidden_layers = {};
};

struct DiagnosisOptions {
  std::int64_t calibration_bins = 10;
  /// How many rows are kept at most.
  std::size_t most_wrong = 20;
  PermutationImportanceOptions importance = {};
};

/// Of rows whose target has a value, FitResult::held_out_rows best: of rows a model was trained on all looks better
/// than it is. An Error if there are none.
Diagnosis diagnose(const TabularModel& model, const data::Table& table, const data::Rows& rows,
                   const DiagnosisOptions& options = {});

}  // namespace train
}  // namespace descent
