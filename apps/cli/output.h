// What the commands print.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "descent/train.h"

namespace descent::cli {

/// "accuracy 0.9667", "R^2 0.5031": the one figure that tells most.
std::string headline(const train::Metrics& metrics);

/// A line for each metric that people read, beside that of the baseline.
void print_evaluation(std::ostream& out, const train::Evaluation& evaluation, const train::Evaluation& baseline,
                      const data::Target& target);

/// Rows actual, columns predicted; and the precision, recall and F1 of each class.
void print_classes(std::ostream& out, const train::Evaluation& evaluation, const std::vector<std::string>& classes);

/// {"rows": 30, "loss": 0.1, "accuracy": 0.97, ..., "baseline": {...}}: every metric; null for what is not a number or
/// not measured. Of two classes "positive_class" is the one that average precision is about.
nlohmann::ordered_json to_json(const train::Evaluation& evaluation, const train::Evaluation& baseline,
                               const data::Target& target);
/// Adds "classes", their names; "confusion", rows actual, columns predicted, if it was measured; and "per_class":
/// [{"class": "setosa", "rows": 50, "precision": 1.0, "recall": 0.98, "f1": 0.99}, ...].
void add_classes(nlohmann::ordered_json& object, const train::Evaluation& evaluation,
                 const std::vector<std::string>& classes);

/// One object, ended by a line end; bytes that are not UTF-8 are replaced.
void print_json(const nlohmann::ordered_json& object);

/// A warning on standard error for each column that held categories never seen in training.
void warn_of_unseen(const std::vector<data::UnseenCategory>& unseen);
nlohmann::ordered_json to_json(const std::vector<data::UnseenCategory>& unseen);

/// An Error if the file at `path` is the one at `input`, or its folder cannot be written: found out before the work is
/// done, not after.
void check_output(const std::string& path, const std::string& input);

}  // namespace descent::cli
