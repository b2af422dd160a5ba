#pragma once

#include <string>
#include <vector>

#include "descent/train/diagnosis.h"
#include "descent/train/fit.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// What strikes the eye in curves of at least five epochs, in words; with L_e the training loss of epoch e of n, H_e
/// the held-out loss and G_e the norm of the gradient, where these are known:
///
/// - the rate is too high: L_n > L_1, or else of the last half of the epochs at least a third have L_e > L_(e-1), and
///   the median of |L_e - L_(e-1)| there is more than a tenth of the span of all L_e;
/// - the rate is too low: L falls in at least nine of ten epochs, by less than a tenth of |L_1| in all, and the
///   gradient has hardly become smaller, G_n > G_1 / 2;
/// - the training was not over, unless the rate is one of these: of the fall L_1 - L_n, more than a tenth came in the
///   last fifth of the epochs;
/// - overfitting: H_n lies above its least value by more than a tenth of the span of all H_e, while L_n is below what L
///   was in the epoch of that least value.
std::vector<std::string> remarks(const train::History& history);

/// These; and, with B the loss of the simplest guess on the held-out rows, which the model's loss there is not below:
/// overfitting if L_n < 0.9 B, for then it learnt what holds for the training rows alone, else underfitting. And, of up
/// to kMostClassesDetailed classes, each that held-out rows have and none is predicted to be.
std::vector<std::string> remarks(const train::FitResult& result);

/// Each hidden layer of which more than a tenth of the units are dead (train::HiddenLayer).
std::vector<std::string> remarks(const train::Diagnosis& diagnosis);

}  // namespace report
}  // namespace descent
