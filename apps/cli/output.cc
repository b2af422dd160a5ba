#include "output.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <string_view>

#include "descent/report/text_table.h"
#include "descent/text.h"

namespace descent::cli {

namespace {

std::string format(double value) {
  if (std::isnan(value)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

constexpr std::string_view kAveragePrecision = "average_precision";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A metric: its key in JSON, its value, and its name for people, none for one that others make up for.
struct Figure {
  std::string_view key;
  double value;
  const char* name;
};

void add_figures(std::vector<Figure>& figures, const metrics::ClassCounts& counts,
                 const train::ClassificationDetails& details, double loss) {
  using metrics::Average;
  // The cross entropy is the log loss.
  const bool same = std::fabs(loss - details.log_loss) <= 1e-4 * details.log_loss;
  figures.insert(figures.end(),
                 {
                     {"accuracy", counts.accuracy(), "accuracy"},
                     {"balanced_accuracy", counts.balanced_accuracy(), "balanced accuracy"},
                     {"precision_macro", counts.precision({.average = Average::macro}), nullptr},
                     {"recall_macro", counts.recall({.average = Average::macro}), nullptr},
                     {"f1_macro", counts.f1({.average = Average::macro}), "macro F1"},
                     {"f1_weighted", counts.f1({.average = Average::weighted}), nullptr},
                     {"matthews_corrcoef", counts.matthews_corrcoef(), "Matthews corr."},
                     {"roc_auc", details.roc_auc.value_or(kNaN), "ROC AUC"},
                     {kAveragePrecision, details.average_precision.value_or(kNaN), "average precision"},
                     {"log_loss", details.log_loss, same ? nullptr : "log loss"},
                     {"brier_score", details.brier_score, "Brier score"},
                     {"expected_calibration_error", details.expected_calibration_error, "calibration error"},
                 });
}

void add_figures(std::vector<Figure>& figures, const metrics::RegressionMoments& moments,
                 const train::RegressionDetails& details) {
  figures.insert(figures.end(), {
                                    {"rmse", moments.root_mean_squared_error(), "RMSE"},
                                    {"mae", moments.mean_absolute_error(), "MAE"},
                                    {"mape", details.mean_absolute_percentage_error.value_or(kNaN), "MAPE"},
                                    {"r2", moments.r2(), "R^2"},
                                    {"explained_variance", moments.explained_variance(), "explained variance"},
                                    {"pearson_corrcoef", moments.pearson_corrcoef(), "Pearson corr."},
                                    {"spearman_corrcoef", details.spearman_corrcoef, "Spearman corr."},
                                });
  if (!details.intervals) return;
  figures.push_back({"interval_coverage", details.intervals->coverage, "within the interval"});
  figures.push_back({"interval_width", details.intervals->mean_width, "mean width of it"});
}

std::vector<Figure> figures(const train::Evaluation& evaluation) {
  std::vector<Figure> result = {{"loss", evaluation.loss, "loss"}};
  if (const auto* counts = std::get_if<metrics::ClassCounts>(&evaluation.of_task))
    add_figures(result, *counts, std::get<train::ClassificationDetails>(evaluation.details), evaluation.loss);
  else
    add_figures(result, std::get<metrics::RegressionMoments>(evaluation.of_task),
                std::get<train::RegressionDetails>(evaluation.details));
  return result;
}

JsonObject figures_to_json(const train::Evaluation& evaluation) {
  JsonObject result;
  result.add("rows", evaluation.rows);
  for (const Figure& figure : figures(evaluation)) result.add(figure.key, figure.value);
  return result;
}

/// A figure over folds: its mean, and the standard deviation between them.
struct FoldFigure {
  std::string_view key;
  const char* name;
  double mean, spread;
};
std::vector<FoldFigure> fold_figures(const std::vector<train::Evaluation>& folds) {
  std::vector<std::vector<Figure>> of_folds;
  for (const train::Evaluation& fold : folds) of_folds.push_back(figures(fold));
  std::vector<FoldFigure> result;
  const auto n = static_cast<double>(folds.size());
  for (std::size_t i = 0; i < of_folds[0].size(); ++i) {
    double mean = 0, squares = 0;
    for (const auto& fold : of_folds) mean += fold[i].value / n;
    for (const auto& fold : of_folds) squares += (fold[i].value - mean) * (fold[i].value - mean);
    result.push_back({of_folds[0][i].key, of_folds[0][i].name, mean, std::sqrt(squares / (n - 1))});
  }
  return result;
}

JsonObject fold_figures_to_json(const std::vector<train::Evaluation>& folds) {
  JsonObject result;
  for (const FoldFigure& figure : fold_figures(folds))
    result.add(figure.key, JsonObject().add("mean", figure.mean).add("standard_deviation", figure.spread));
  return result;
}

/// What the simplest guess is, for a heading.
const char* guess_of(const data::Target& target) {
  if (target.task == data::Task::classification) return "commonest class";
  return target.link == data::Link::log1p ? "mean logarithm" : "mean";
}

void print_confusion(std::ostream& out, const Tensor& confusion, const std::vector<std::string>& classes) {
  std::size_t column = 5, first = 18;
  for (const std::string& name : classes)
    column = std::max(column, report::text_width(name)), first = std::max(first, report::text_width(name));
  out << left("actual \\ predicted", first);
  for (const std::string& name : classes) out << "  " << right(name, column);
  out << '\n';
  for (std::size_t i = 0; i < classes.size(); ++i) {
    out << left(classes[i], first);
    for (const std::int64_t count : confusion[static_cast<std::int64_t>(i)].to_vector<std::int64_t>())
      out << "  " << right(std::to_string(count), column);
    out << '\n';
  }
}

/// What ClassCounts say of a class.
struct ClassFigures {
  std::string name;
  std::int64_t rows;
  double precision, recall, f1;
};
std::vector<ClassFigures> class_figures(const train::Evaluation& evaluation, const std::vector<std::string>& classes) {
  const auto& counts = std::get<metrics::ClassCounts>(evaluation.of_task);
  const auto precision = counts.precision_per_class().to_vector<double>();
  const auto recall = counts.recall_per_class().to_vector<double>();
  const auto f1 = counts.f1_per_class().to_vector<double>();
  std::vector<ClassFigures> result;
  for (std::size_t c = 0; c < classes.size(); ++c)
    result.push_back({classes[c], std::llround(counts.counts()[c].actual), precision[c], recall[c], f1[c]});
  return result;
}

}  // namespace

std::string left(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, report::text_width(text)), ' ');
}

std::string right(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, report::text_width(text)), ' ') + text;
}

std::string headline(const train::Metrics& metrics) {
  char text[64];
  if (const auto* counts = std::get_if<metrics::ClassCounts>(&metrics.of_task))
    std::snprintf(text, sizeof text, "accuracy %.4f", counts->accuracy());
  else
    std::snprintf(text, sizeof text, "R^2 %.4f", std::get<metrics::RegressionMoments>(metrics.of_task).r2());
  return text;
}

void print_evaluation(std::ostream& out, const train::Evaluation& evaluation, const train::Evaluation& baseline,
                      const data::Target& target) {
  constexpr std::size_t kNames = 20, kValues = 13;
  out << left("", kNames) << left("model", kValues) << guess_of(target) << '\n';
  const std::vector<Figure> own = figures(evaluation), other = figures(baseline);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i].name == nullptr || std::isnan(own[i].value)) continue;
    out << left(own[i].name, kNames) << left(format(own[i].value), kValues);
    if (own[i].key == kAveragePrecision && target.classes.size() == 2)
      out << left(format(other[i].value), kValues) << "of class " << printable(in_quotes(target.classes[1])) << '\n';
    else
      out << format(other[i].value) << '\n';
  }
}

void print_folds(std::ostream& out, const train::CrossValidation& folds, const data::Target& target) {
  const std::vector<FoldFigure> of_model = fold_figures(folds.held_out), of_guess = fold_figures(folds.baseline);
  constexpr std::size_t kNames = 20, kValues = 24;
  out << left("", kNames) << left("model", kValues) << guess_of(target) << '\n';
  for (std::size_t i = 0; i < of_model.size(); ++i) {
    const FoldFigure &own = of_model[i], &other = of_guess[i];
    if (own.name == nullptr || std::isnan(own.mean)) continue;
    out << left(own.name, kNames) << left(format(own.mean) + " +- " + format(own.spread), kValues) << format(other.mean)
        << '\n';
  }
}

void print_classes(std::ostream& out, const train::Evaluation& evaluation, const std::vector<std::string>& names) {
  std::vector<std::string> classes;
  for (const std::string& name : names) classes.push_back(printable(name));
  print_confusion(out, std::get<train::ClassificationDetails>(evaluation.details).confusion, classes);
  std::size_t first = 18;
  for (const std::string& name : classes) first = std::max(first, report::text_width(name));
  out << '\n' << left("class", first) << "   rows  precision  recall      F1\n";
  for (const ClassFigures& of_class : class_figures(evaluation, classes)) {
    char text[64];
    std::snprintf(text, sizeof text, "%7lld  %9.4f  %6.4f  %6.4f", static_cast<long long>(of_class.rows),
                  of_class.precision, of_class.recall, of_class.f1);
    out << left(of_class.name, first) << text << '\n';
  }
}

JsonObject to_json(const train::Evaluation& evaluation, const train::Evaluation& baseline, const data::Target& target) {
  JsonObject result = figures_to_json(evaluation);
  if (target.classes.size() == 2) result.add("positive_class", target.classes[1]);
  return result.add("baseline", figures_to_json(baseline));
}

JsonObject to_json(const train::CrossValidation& folds) {
  std::vector<JsonObject> each;
  for (const train::Evaluation& fold : folds.held_out) each.push_back(figures_to_json(fold));
  return fold_figures_to_json(folds.held_out).add("baseline", fold_figures_to_json(folds.baseline)).add("folds", each);
}

void add_classes(JsonObject& object, const train::Evaluation& evaluation, const std::vector<std::string>& classes) {
  object.add("classes", classes);
  const Tensor& confusion = std::get<train::ClassificationDetails>(evaluation.details).confusion;
  if (confusion.defined()) {
    std::vector<std::vector<std::int64_t>> rows;
    for (std::int64_t c = 0; c < confusion.size(0); ++c) rows.push_back(confusion[c].to_vector<std::int64_t>());
    object.add("confusion", rows);
  }
  std::vector<JsonObject> per_class;
  for (const ClassFigures& of_class : class_figures(evaluation, classes))
    per_class.push_back(JsonObject()
                            .add("class", of_class.name)
                            .add("rows", of_class.rows)
                            .add("precision", of_class.precision)
                            .add("recall", of_class.recall)
                            .add("f1", of_class.f1));
  object.add("per_class", per_class);
}

void print_json(const JsonObject& object) { std::cout << json_text(object) << '\n'; }

void warn_of_unseen(const std::vector<data::UnseenCategory>& unseen) {
  for (const data::UnseenCategory& category : unseen)
    warn(concat("column ", in_quotes(category.column), ": ", category.rows,
                category.rows == 1 ? " row holds" : " rows hold", " a category never seen in training, such as ",
                in_quotes(category.example)));
}

std::vector<JsonObject> to_json(const std::vector<data::UnseenCategory>& unseen) {
  std::vector<JsonObject> result;
  for (const data::UnseenCategory& category : unseen)
    result.push_back(
        JsonObject().add("column", category.column).add("rows", category.rows).add("example", category.example));
  return result;
}

void warn(const std::string& text) { std::cerr << "descent: warning: " << printable(text) << '\n'; }

void note(const std::string& text) { std::cerr << "descent: note: " << printable(text) << '\n'; }

}  // namespace descent::cli
