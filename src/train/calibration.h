// Probabilities and intervals that are what they say.
#pragma once

#include <string>

#include "train/training_data.h"

namespace descent::train {

/// Divides the outputs of the model's networks, by their last weights, by the one temperature T with which the cross
/// entropy of `rows` is least; the networks must not have learnt from these. Which class is the most probable stays.
/// As if one row more were spread over all classes, no probability becomes 0 or 1 where all rows were met. Where chance
/// alone could make T as far from 1 on as many rows, nothing is changed.
///
/// Source: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017, arXiv:1706.04599; of
/// several networks all are divided before the mean is taken.
void calibrate_probabilities(TabularModel& model, const Examples& rows);

/// Widens or narrows the intervals of the model, by the last bias of its networks, all by the same factor, so that of
/// `rows`, from which the networks must not have learnt, and of one row more that may lie anywhere the part lies within
/// them that its loss says: of n + 1 rows like these it is then kept on average. Each row counts once. Of too few rows
/// all are to lie within. Returns a note where the rows cannot tell enough; else "".
///
/// Source: split conformal prediction of quantiles, with the widths scaled: Romano, Patterson and Candès,
/// "Conformalized Quantile Regression", 2019, arXiv:1905.03222; Sesia and Candès, "A comparison of some conformal
/// quantile regression methods", 2020, arXiv:1909.05433.
std::string calibrate_intervals(TabularModel& model, const Examples& rows);

}  // namespace descent::train
