// fit_table on rows that others have divided.
#pragma once

#include <string>
#include <vector>

#include "descent/data/split.h"
#include "descent/train/fit.h"

namespace descent::train {

/// Trains on some rows and measures on the others, as fit_table does with the options' seed.
FitResult fit_split(const data::Table& table, const std::string& target, const FitOptions& options,
                    const data::Split& rows);

/// The rows that fit_table trains on, divided to measure options by: in three folds or, from kValidationRows rows on,
/// once, a fifth set aside.
std::vector<data::Split> splits_to_choose_by(const data::Table& table, const std::string& target,
                                             const FitOptions& options);

}  // namespace descent::train
