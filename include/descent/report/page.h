#pragma once

#include <string>

#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// Writes a page, one HTML file that needs nothing else and asks no network: curves of loss, metrics, rate and norm of
/// the gradient over the epochs, with a logarithmic scale and smoothing to choose; of classes the confusion matrix;
/// what remarks.h remarks on; how the model came about. What is shown stands in the page as JSON too, and in words and
/// tables for those who do not see curves. Names that come from data are text in it, whatever they are. The file is
/// written whole or not at all.
void write_page(const std::string& path, const train::FitResult& result, const std::string& title);

}  // namespace report
}  // namespace descent
