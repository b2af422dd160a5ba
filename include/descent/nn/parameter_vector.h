// Parameters as one vector, for methods that know of no modules.
#pragma once

#include <vector>

#include "descent/nn/parameter.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// The elements of all parameters one after another, each in row-major order; differentiable.
Tensor parameters_to_vector(const std::vector<Parameter>& parameters);

/// Copies the elements of `vector`, which must be as many, back into the parameters.
void vector_to_parameters(const Tensor& vector, const std::vector<Parameter>& parameters);

}  // namespace nn
}  // namespace descent
