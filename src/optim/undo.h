#pragma once

#include <utility>
#include <vector>

#include "core/allocator.h"
#include "core/observer.h"
#include "descent/grad_mode.h"
#include "descent/tensor.h"

namespace descent::optim {

/// The elements of tensors, which are put back unless what changes them comes to its end.
class Undo {
 public:
  using Kept = std::vector<std::pair<Tensor, Tensor>, KeptBlocks<std::pair<Tensor, Tensor>>>;

  Undo() : outer_(std::exchange(innermost, this)) {}
  ~Undo() {
    innermost = outer_;
    const NoGrad no_grad;
    const WithObserver nobody(nullptr);
    for (const auto& [tensor, before] : kept_) tensor.copy_(before);
    for (const auto& [tensor, before] : made_) tensor.copy_(before);
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;

  /// From now on `tensor`, unless it is undefined, may change.
  void keep(const Tensor& tensor) {
    if (!tensor.defined()) return;
    const NoGrad no_grad;
    kept_.emplace_back(tensor, tensor.clone());
  }
  void done() {
    kept_.clear();
    made_.clear();
  }

  /// `state` is made in the midst of a step, which the thread may have to undo, and is empty as yet.
  static void made(const Tensor& state) {
    const NoGrad no_grad;
    for (Undo* undo = innermost; undo; undo = undo->outer_) undo->made_.emplace_back(state, state.clone());
  }

  /// Each with a copy of what it was.
  const Kept& kept() const { return kept_; }

 private:
  static inline constinit thread_local Undo* innermost = nullptr;

  Undo* outer_;
  Kept kept_, made_;
};

}  // namespace descent::optim
