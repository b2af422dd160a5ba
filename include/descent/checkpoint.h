// Activation checkpointing: less memory for more time.
//
// What a gradient needs of the forward pass is kept until the backward pass comes to it. checkpoint() drops it after a
// part of the forward pass, but for the part's inputs, and computes the part again when the backward pass is there.
// Of n layers in parts of sqrt(n), only about 2 sqrt(n) layers' worth is then kept at a time, for one more forward
// pass.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {
namespace detail {

/// A call that is computed again: from its making to finish() it listens to what is recorded for gradients.
class CheckpointedCall {
 public:
  using Compute = std::function<void(std::span<const Tensor> inputs)>;

  CheckpointedCall(Compute compute, std::span<const Tensor> inputs);
  ~CheckpointedCall();
  CheckpointedCall(const CheckpointedCall&) = delete;
  CheckpointedCall& operator=(const CheckpointedCall&) = delete;

  /// Drops what was saved for gradients since.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;  // null: nothing is to be done
};

}  // namespace detail

/// f(inputs...), of which nothing but the inputs is kept for gradients: a gradient pass that comes to it calls `f`
/// again. Whatever `f` returns, the values and all gradients are what they would be without: those of parameters that
/// `f` captures, by backward() or grad(), recorded or not, and of checkpoints within checkpoints.
///
/// `f` is copied, and lives as long as the graph does; a layer's copy shares its parameters. (What is captured by
/// reference must live as long.) It must do the same each time, or the gradient pass ends in an Error: random numbers
/// are the same again, and leave the default generator where it is; tensors that `f` reads must not have changed, which
/// is checked of the inputs and of leaves that require gradients. What it does besides, such as updating the running
/// mean of a batch norm, it does twice.
///
/// Where gradients are not recorded, this is f(inputs...). Within a function given to compile() too: a program plans
/// its memory itself and computes nothing twice, so that there is nothing to be saved there.
///
/// Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost" (2016), arXiv:1604.06174.
template <class F, std::convertible_to<Tensor>... Inputs>
auto checkpoint(F f, const Inputs&... inputs) {
  const std::array<Tensor, sizeof...(Inputs)> list{Tensor(inputs)...};
  const auto compute = [function = std::make_shared<F>(std::move(f))](std::span<const Tensor> in) {
    return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { return (*function)(in[kIndex]...); }
    (std::index_sequence_for<Inputs...>());
  };
  detail::CheckpointedCall call([compute](std::span<const Tensor> in) { static_cast<void>(compute(in)); }, list);
  auto result = compute(list);
  call.finish();
  return result;
}

}  // namespace descent
