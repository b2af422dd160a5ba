#pragma once

#include <string>

#include "descent/train/diagnosis.h"
#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT report {

struct PageOptions {
  std::string title = "";
  /// Of the held-out rows; null: none.
  const train::Diagnosis* diagnosis = nullptr;
  /// What was typed to train the model; empty: it is not told.
  std::string command = "";
};

/// Writes a page, one HTML file that needs nothing else and asks no network: curves of loss, metrics, rate and norm of
/// the gradient over the epochs, with a logarithmic scale and smoothing to choose; how the weights were distributed, if
/// the history has that; of classes the confusion matrix; what remarks.h remarks on; how the model came about, on which
/// machine, and by which command.
///
/// With a `diagnosis`, that of the held-out rows, also: of classes ROC and precision-recall curves, each against the
/// rest, and a calibration diagram; of quantities predicted over actual ones and the residuals; the importance of the
/// columns; the worst mistakes.
///
/// What is shown stands in the page as JSON too, and in words and tables for those who do not see curves. Names that
/// come from data are text in it, whatever they are. Of many epochs, points and rows it shows some, evenly chosen: it
/// stays below 5 MB. The file is written whole or not at all.
void write_page(const std::string& path, const train::FitResult& result, const PageOptions& options = {});

}  // namespace report
}  // namespace descent
