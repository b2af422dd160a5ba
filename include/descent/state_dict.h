// State dicts: the tensors that a module or an optimizer holds, by name.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Tensors by their dotted names, as PyTorch's state dicts have them. save and load (safetensors.h) keep one in a file.
using StateDict = std::map<std::string, Tensor>;

/// Copies each tensor of `source` into the one of the same name among `targets`, converting its dtype. An Error that
/// begins with `what` lists every name that only one side has (unless not `strict`) and every shape that differs,
/// before anything is changed.
void copy_state(const std::string& what, const std::vector<std::pair<std::string, Tensor>>& targets,
                const StateDict& source, bool strict = true);

/// The tensors of `state` whose names begin with `prefix`, without it.
StateDict under(const std::string& prefix, const StateDict& state);

/// Adds the tensors of `part` to `state`, `prefix` before their names.
void insert_under(const std::string& prefix, const StateDict& part, StateDict& state);

}  // namespace descent
