// Models, compared by the files they are saved in.
#pragma once

#include <string>

#include "descent/train/tabular_model.h"
#include "temporary_folder.h"

namespace descent::train {

inline std::string bytes_of(const TabularModel& model) {
  const TemporaryFolder folder;
  model.save(folder.path + "/model");
  return contents(folder.path + "/model");
}

}  // namespace descent::train
