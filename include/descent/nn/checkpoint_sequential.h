#pragma once

#include <cstdint>

#include "descent/nn/sequential.h"

namespace DESCENT_EXPORT descent {

/// model(x), in `segments` parts of as many layers each, all but the last by checkpoint() (checkpoint.h). The last part
/// has what is left over. An Error unless there is a layer for each part.
Tensor checkpoint_sequential(const nn::Sequential& model, std::int64_t segments, const Tensor& x);

}  // namespace descent
