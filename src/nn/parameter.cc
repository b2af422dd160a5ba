#include "descent/nn/parameter.h"

#include <ostream>

namespace descent::nn {

Parameter::Parameter(const Tensor& data, bool requires_grad) : Tensor(data.detach()) { requires_grad_(requires_grad); }

std::ostream& operator<<(std::ostream& out, const Parameter& parameter) {
  return out << "Parameter containing:\n" << static_cast<const Tensor&>(parameter);
}

std::ostream& operator<<(std::ostream& out, const std::vector<Parameter>& parameters) {
  out << "[";
  for (const char* separator = ""; const Parameter& parameter : parameters) {
    out << std::exchange(separator, ", ") << parameter;
  }
  return out << "]";
}

}  // namespace descent::nn
