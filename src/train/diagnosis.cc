#include "descent/train/diagnosis.h"

#include <algorithm>
#include <cmath>

#include "descent/nn/activation.h"
#include "descent/ops.h"
#include "train/measurement.h"

namespace descent::train {

namespace {

/// The `most` largest by `badness`, of equals the earlier row first.
template <class Mistake, class Badness>
std::vector<Mistake> worst_of(std::vector<Mistake> mistakes, std::size_t most, const Badness& badness) {
  std::sort(mistakes.begin(), mistakes.end(), [&](const Mistake& a, const Mistake& b) {
    const double worse = badness(a), better = badness(b);
    return worse != better ? worse > better : a.row < b.row;
  });
  if (mistakes.size() > most) mistakes.resize(most);
  return mistakes;
}

std::vector<ClassCurves> curves_of(const Tensor& probabilities, const Tensor& classes) {
  std::vector<ClassCurves> curves;
  const std::int64_t count = probabilities.size(1);
  if (count > kMostClassesDetailed) return curves;
  const std::vector<double> areas = metrics::roc_auc_per_class(probabilities, classes).to_vector<double>();
  const std::vector<double> precisions =
      metrics::average_precision_per_class(probabilities, classes).to_vector<double>();
  for (std::int64_t c = count == 2 ? 1 : 0; c < count; ++c) {
    const auto i = static_cast<std::size_t>(c);
    if (std::isnan(areas[i])) continue;
    curves.push_back({.positive_class = c,
                      .roc_auc = areas[i],
                      .average_precision = precisions[i],
                      .roc = metrics::roc_curve(probabilities, classes, {c}),
                      .precision_recall = metrics::precision_recall_curve(probabilities, classes, {c})});
  }
  return curves;
}

ClassDiagnosis diagnose_classes(const TabularModel& model, const data::Table& table, const data::Rows& rows,
                                const DiagnosisOptions& options) {
  const Tensor probabilities = model.predict(table, rows).values;
  const Tensor classes = data::encode_target(model.target, table, rows);
  metrics::ExpectedCalibrationError calibration({options.calibration_bins});
  calibration.update(probabilities, classes);
  const auto actual = classes.to_vector<std::int64_t>(), predicted = argmax(probabilities, 1).to_vector<std::int64_t>();
  const auto width = static_cast<std::size_t>(probabilities.size(1));
  const std::vector<double> all = probabilities.to_vector<double>();
  std::vector<WrongClass> mistakes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (predicted[i] == actual[i]) continue;
    const auto probability_of = [&](std::int64_t c) { return all[i * width + static_cast<std::size_t>(c)]; };
    mistakes.push_back({rows[i], table.line_of(rows[i]), actual[i], predicted[i], probability_of(actual[i]),
                        probability_of(predicted[i])});
  }
  return {.curves = curves_of(probabilities, classes),
          .calibration = calibration.bins(),
          .expected_calibration_error = calibration.compute(),
          .most_wrong = worst_of(std::move(mistakes), options.most_wrong,
                                 [](const WrongClass& mistake) { return -mistake.probability_of_actual; })};
}

QuantityDiagnosis diagnose_quantities(const TabularModel& model, const data::Table& table, const data::Rows& rows,
                                      const DiagnosisOptions& options) {
  const Predictions predictions = model.predict(table, rows);
  QuantityDiagnosis diagnosis{.actual = actual_values(model.target, table, rows).to_vector<double>(),
                              .predicted = predictions.values.to_vector<double>()};
  std::vector<double> deviations(rows.size(), std::nan(""));
  if (predictions.deviations.defined()) deviations = predictions.deviations.to_vector<double>();
  std::vector<WrongQuantity> errors;
  for (std::size_t i = 0; i < rows.size(); ++i)
    errors.push_back({rows[i], table.line_of(rows[i]), diagnosis.actual[i], diagnosis.predicted[i], deviations[i]});
  diagnosis.most_wrong = worst_of(std::move(errors), options.most_wrong,
                                  [](const WrongQuantity& error) { return std::fabs(error.predicted - error.actual); });
  return diagnosis;
}

data::Rows evenly_chosen(const data::Rows& rows, std::size_t most) {
  if (rows.size() <= most) return rows;
  data::Rows chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(rows[i * rows.size() / most]);
  return chosen;
}

/// How steep the activation is at each element.
Tensor slopes(NetworkActivation activation, const Tensor& x) {
  const Tensor at = x.detach().requires_grad_();
  sum(activation == NetworkActivation::gelu ? nn::GELU()(at) : nn::SiLU()(at)).backward();
  return at.grad();
}

std::vector<HiddenLayer> look_at_units(const TabularModel& model, const data::Table& table, const data::Rows& rows) {
  const Tensor inputs = data::encode_features(model.features, table, evenly_chosen(rows, 1000)).inputs;
  std::vector<HiddenLayer> layers;
  for (const Tensor& before : model.network.before_activations(inputs)) {
    const Tensor steepest = amax(abs(slopes(model.shape.activation, before)), {0});
    layers.push_back({.units = steepest.numel(), .dead = sum(steepest < kDeadSlope).item<std::int64_t>()});
  }
  return layers;
}

}  // namespace

Diagnosis diagnose(const TabularModel& model, const data::Table& table, const data::Rows& rows,
                   const DiagnosisOptions& options) {
  if (rows.empty()) fail(table.source, ": there are no rows to look at the model with");
  Diagnosis diagnosis{.importance = permutation_importance(model, table, rows, options.importance),
                      .hidden_layers = look_at_units(model, table, rows)};
  if (model.target.task == data::Task::classification)
    diagnosis.of_task = diagnose_classes(model, table, rows, options);
  else
    diagnosis.of_task = diagnose_quantities(model, table, rows, options);
  return diagnosis;
}

}  // namespace descent::train
