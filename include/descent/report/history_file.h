// A history in files that other programs read, each written whole or not at all. What is not known is an empty field in
// CSV, null in JSON.
#pragma once

#include <string>

#include "descent/train/history.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A row an epoch: epoch, step, loss, held_out_loss, lr, gradient_norm, seconds, and a column for each metric.
void write_csv(const std::string& path, const train::History& history);

/// A row for each bucket of the curves: first_step (from 0), steps, loss, least_loss, greatest_loss, lr (its mean).
void write_steps_csv(const std::string& path, const train::History& history);

/// An object a line, for each epoch and then for each bucket of the curves:
///
///   {"epoch": 1, "step": 8, "loss": 1.1, "held_out_loss": 1.2, "lr": 0.001, "gradient_norm": 0.5, "seconds": 0.1,
///    "metrics": {"accuracy": 0.5}}
///   {"first_step": 0, "steps": 1, "loss": 1.1, "least_loss": 1.1, "greatest_loss": 1.1, "lr": 0.001}
void write_json_lines(const std::string& path, const train::History& history);

/// What write_json_lines wrote; the histograms of weights are not among it, and the rate of a bucket is its mean. An
/// Error names the line that is none of these, and says so where the file cannot be read.
train::History read_json_lines(const std::string& path);

}  // namespace report
}  // namespace descent
