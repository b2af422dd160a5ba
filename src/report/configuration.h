#pragma once

#include <string>
#include <utility>
#include <vector>

#include "descent/train/tabular_model.h"

namespace descent::report {

/// How a model that was trained just now came about, for people: options and their values, and the machine.
std::vector<std::pair<std::string, std::string>> configuration_of(const train::TabularModel& model);

}  // namespace descent::report
