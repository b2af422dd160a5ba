// What a module learns and what it keeps.
#pragma once

#include <iosfwd>
#include <vector>

#include "descent/tensor.h"

namespace descent {
namespace DESCENT_EXPORT nn {

/// A tensor that training changes: a member of a module that parameters() lists. Undefined, it is not listed.
struct Parameter : Tensor {
  Parameter() = default;
  /// A leaf on the storage of `data`.
  explicit Parameter(const Tensor& data, bool requires_grad = true);
};

/// A tensor that belongs to a module's state but is not trained, such as a running mean.
struct Buffer : Tensor {
  Buffer() = default;
  explicit Buffer(const Tensor& data) : Tensor(data) {}
};

/// "Parameter containing:" and, on the next line, the tensor, as PyTorch prints.
std::ostream& operator<<(std::ostream& out, const Parameter& parameter);
/// As Python prints a list: "[a, b]".
std::ostream& operator<<(std::ostream& out, const std::vector<Parameter>& parameters);

}  // namespace nn
}  // namespace descent
