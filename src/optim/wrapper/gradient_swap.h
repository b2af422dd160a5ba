#pragma once

#include <vector>

#include "descent/tensor.h"

namespace descent::optim {

/// Gives parameters other gradients, which are never written into, and their own back at the end of its scope.
class GradientSwap {
 public:
  /// Keeps their own in `own`, which keeps its capacity from step to step.
  GradientSwap(const std::vector<Tensor>& parameters, std::vector<Tensor>& own) : parameters_(parameters), own_(own) {}
  ~GradientSwap() { swap_back(); }
  GradientSwap(const GradientSwap&) = delete;
  GradientSwap& operator=(const GradientSwap&) = delete;

  /// Gives the i-th parameter the gradient gradient(i), undefined for none.
  template <class F>
  void swap(const F& gradient) {
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      own_.push_back(parameters_[i].grad());
      parameters_[i].set_grad(gradient(i));
    }
  }
  void swap_back() {
    for (std::size_t i = 0; i < own_.size(); ++i) parameters_[i].set_grad(own_[i]);
    own_.clear();
  }

 private:
  const std::vector<Tensor>& parameters_;
  std::vector<Tensor>& own_;
};

}  // namespace descent::optim
