#pragma once

#include "descent/grad_mode.h"
#include "descent/state_dict.h"

namespace descent::train {

/// Tensors of their own with the same elements.
inline StateDict copies_of(const StateDict& state) {
  const NoGrad no_grad;
  StateDict copies;
  for (const auto& [name, tensor] : state) copies.emplace(name, tensor.clone());
  return copies;
}

}  // namespace descent::train
