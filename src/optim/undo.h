#pragma once

#include <utility>
#include <vector>

#include "core/observer.h"
#include "descent/grad_mode.h"
#include "descent/tensor.h"

namespace descent::optim {

/// The elements of tensors, which are put back unless what changes them comes to its end.
class Undo {
 public:
  Undo() = default;
  ~Undo() {
    const NoGrad no_grad;
    const WithObserver nobody(nullptr);
    for (const auto& [tensor, before] : kept_) tensor.copy_(before);
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;

  /// From now on `tensor`, unless it is undefined, may change.
  void keep(const Tensor& tensor) {
    if (!tensor.defined()) return;
    const NoGrad no_grad;
    kept_.emplace_back(tensor, tensor.clone());
  }
  void done() { kept_.clear(); }

  /// Each with a copy of what it was.
  const std::vector<std::pair<Tensor, Tensor>>& kept() const { return kept_; }

 private:
  std::vector<std::pair<Tensor, Tensor>> kept_;
};

}  // namespace descent::optim
