// Tensors in files of the safetensors format (https://github.com/huggingface/safetensors), which Python reads too.
#pragma once

#include <map>
#include <string>

#include "descent/state_dict.h"

namespace DESCENT_EXPORT descent {

/// What a safetensors file holds.
struct Safetensors {
  StateDict tensors;
  std::map<std::string, std::string> metadata;
};

/// Writes `tensors` and `metadata` to the file at `path`. Whatever happens meanwhile, the path holds the earlier file
/// whole or the new one whole. The same contents give the same bytes. An Error names the path and the reason.
void save(const std::string& path, const StateDict& tensors, const std::map<std::string, std::string>& metadata = {});

/// Reads the file at `path`, which may come from a stranger: an Error names the path and what is wrong with it. Tensors
/// of dtypes that Descent does not have (dtype.h) are refused.
Safetensors load(const std::string& path);

}  // namespace descent
