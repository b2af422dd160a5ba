// What pages hold as JSON, thinned where there is much of it: a page stays below a few megabytes, whatever the
// training.
#pragma once

#include <string>
#include <vector>

#include "descent/json.h"
#include "descent/train/diagnosis.h"
#include "descent/train/history.h"

namespace descent::report {

/// Of n things in a row, those to keep if at most `most` may stay, 2 or more: evenly, the first and the last among
/// them.
std::vector<std::size_t> thinned(std::size_t n, std::size_t most);

/// {"epochs": {"epoch": [...], "loss": [...], ..., "metrics": {NAME: [...]}}, "every": 1,
///  "steps": {"step": [...], "loss": [...], "least": [...], "greatest": [...]}}
/// Of many epochs every so many; those with the least and the greatest value of a column are always there.
JsonObject history_to_json(const train::History& history);

/// {"epochs": [...], "tensors": {NAME: [{"least": ..., "greatest": ..., "mean": ..., "deviation": ..., "counts":
/// [...]},
/// ...]}}
JsonObject to_json(const train::WeightHistograms& weights);

/// "classes" and "confusion" are not among it.
JsonObject to_json(const train::Diagnosis& diagnosis, const data::Target& target);

}  // namespace descent::report
