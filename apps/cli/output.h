// What the commands print.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "descent/json.h"
#include "descent/train.h"

namespace descent::cli {

/// The text at the left or the right of so many columns, or all of it where it is wider.
std::string left(const std::string& text, std::size_t columns);
std::string right(const std::string& text, std::size_t columns);

/// "accuracy 0.9667", "R^2 0.5031": the one figure that tells most.
std::string headline(const train::Metrics& metrics);

/// A line for each metric that people read, beside that of the baseline.
void print_evaluation(std::ostream& out, const train::Evaluation& evaluation, const train::Evaluation& baseline,
                      const data::Target& target);

/// The mean of each metric over the folds, and its spread, the standard deviation between them.
void print_folds(std::ostream& out, const train::CrossValidation& folds, const data::Target& target);

/// Rows actual, columns predicted; and the precision, recall and F1 of each class.
void print_classes(std::ostream& out, const train::Evaluation& evaluation, const std::vector<std::string>& classes);

/// {"rows": 30, "loss": 0.1, "accuracy": 0.97, ..., "baseline": {...}}: every metric; null for what is not a number or
/// not measured. Of two classes "positive_class" is the one that average precision is about.
JsonObject to_json(const train::Evaluation& evaluation, const train::Evaluation& baseline, const data::Target& target);
/// {"accuracy": {"mean": 0.95, "standard_deviation": 0.02}, ..., "baseline": {...}, "folds": [{"rows": 30, ...}, ...]}.
JsonObject to_json(const train::CrossValidation& folds);
/// Adds "classes", their names; "confusion", rows actual, columns predicted, if it was measured; and "per_class":
/// [{"class": "setosa", "rows": 50, "precision": 1.0, "recall": 0.98, "f1": 0.99}, ...].
void add_classes(JsonObject& object, const train::Evaluation& evaluation, const std::vector<std::string>& classes);

/// One object, ended by a line end.
void print_json(const JsonObject& object);

/// A warning on standard error for each column that held categories never seen in training.
void warn_of_unseen(const std::vector<data::UnseenCategory>& unseen);
std::vector<JsonObject> to_json(const std::vector<data::UnseenCategory>& unseen);

/// A line on standard error, each; the text may hold names of a stranger's file.
void warn(const std::string& text);
void note(const std::string& text);

}  // namespace descent::cli
