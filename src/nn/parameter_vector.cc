#include "descent/nn/parameter_vector.h"

#include "descent/grad_mode.h"
#include "descent/ops.h"

namespace descent::nn {

Tensor parameters_to_vector(const std::vector<Parameter>& parameters) try {
  std::vector<Tensor> flat;
  for (const Parameter& parameter : parameters) flat.push_back(parameter.reshape(-1));
  return cat(flat);
} catch (const Error& error) {
  fail_as("parameters_to_vector", error);
}

void vector_to_parameters(const Tensor& vector, const std::vector<Parameter>& parameters) try {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters) count += parameter.numel();
  if (!(vector.sizes() == Dims(count))) {
    fail("a vector of shape ", vector.sizes(), " does not fit ", count, " elements of parameters");
  }
  const NoGrad no_grad;
  std::int64_t begin = 0;
  for (const Parameter& parameter : parameters) {
    const std::int64_t end = begin + parameter.numel();
    parameter.copy_(vector.slice(0, begin, end).reshape(parameter.sizes()));
    begin = end;
  }
} catch (const Error& error) {
  fail_as("vector_to_parameters", error);
}

}  // namespace descent::nn
