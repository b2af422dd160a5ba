// Inputs (core/op.h) out of a list.
#pragma once

#include <span>
#include <vector>

#include "descent/tensor.h"

namespace descent {

inline std::vector<const Tensor*> pointers_to(std::span<const Tensor> tensors) {
  std::vector<const Tensor*> pointers;
  pointers.reserve(tensors.size());
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return pointers;
}

}  // namespace descent
