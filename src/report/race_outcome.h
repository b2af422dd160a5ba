// How a run ended, in words.
#pragma once

#include <vector>

#include "descent/report/race.h"

namespace descent::report {

/// Sets the outcome of a run over a function, from `start` to `end`, and its words.
void judge(RaceRun& run, const KnownFunction& function, const std::vector<double>& start,
           const std::vector<double>& end);

}  // namespace descent::report
