#pragma once

#include <string>
#include <vector>

#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// What strikes the eye in curves of at least five epochs, in words; with L_e the training loss of epoch e of n, and
/// H_e the held-out loss, where it is known:
///
/// - the rate is too high: L_n > L_1;
/// - the training was not over: of the fall L_1 - L_n, more than a tenth came in the last fifth of the epochs;
/// - overfitting: H_n lies above its least value by more than a tenth of the span of all H_e, while L_n is below what L
///   was in the epoch of that least value.
std::vector<std::string> remarks(const train::History& history);

/// These and, of up to kMostClassesDetailed classes, each that held-out rows have and none is predicted to be.
std::vector<std::string> remarks(const train::FitResult& result);

}  // namespace report
}  // namespace descent
