// Elements held to what is allowed: as an op, so that a step that is repeated is held to it again.
#pragma once

#include <initializer_list>

#include "descent/dims.h"
#include "descent/tensor.h"

namespace descent {

/// The place, among the elements of a tensor of this shape in row-major order, of element `index`.
Dims position_of(std::int64_t index, Dims shape);

/// How to say what is wrong: "WHAT: ROLE ELEMENT at [POSITION] WANTED", or "WHAT: WANTED" without a role. All are
/// literals; each % of `wanted` stands for one of `numbers`.
struct Complaint {
  const char* what;
  const char* role;
  const char* wanted;
  Dims numbers = {};
};

/// An Error about the first of the elements for which `allowed` (bool, of the same shape) is false.
void check(const Tensor& elements, const Tensor& allowed, const Complaint& complaint);

}  // namespace descent
