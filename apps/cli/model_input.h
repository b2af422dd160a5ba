#pragma once

#include <string>

#include "descent/train.h"

namespace descent::cli {

/// The model in the file at `path`. An Error says so if it is rather a table.
train::TabularModel load_model(const std::string& path);
/// Whether it holds one.
bool is_model(const std::string& path);

}  // namespace descent::cli
