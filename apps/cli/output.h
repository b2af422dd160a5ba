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

/// A line for each metric, beside that of the baseline if there is one.
void print_metrics(std::ostream& out, const train::Metrics& metrics, const train::Metrics* baseline);

/// Rows actual, columns predicted.
void print_confusion(std::ostream& out, const train::ClassificationMetrics& metrics,
                     const std::vector<std::string>& classes);

/// {"rows": 30, "loss": 0.1, "accuracy": 0.97}, or with "rmse", "mae" and "r2"; null for what is not a number.
nlohmann::ordered_json to_json(const train::Metrics& metrics);

/// One object, ended by a line end; bytes that are not UTF-8 are replaced.
void print_json(const nlohmann::ordered_json& object);

/// A warning on standard error for each column that held categories never seen in training.
void warn_of_unseen(const std::vector<data::UnseenCategory>& unseen);
nlohmann::ordered_json to_json(const std::vector<data::UnseenCategory>& unseen);

/// An Error if the file at `path` is the one at `input`, or its folder cannot be written: found out before the work is
/// done, not after.
void check_output(const std::string& path, const std::string& input);

}  // namespace descent::cli
