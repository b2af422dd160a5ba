// Differentiation: functional gradients, custom functions, and gradient checking. Recording on and off: grad_mode.h.
//
// Threads may compute and differentiate at once where they share tensors that none of them changes, leaves included:
// the gradients they send to a leaf add up, in no fixed order. What two threads must not do at once is differentiate
// the same graph, or change a tensor in place (its gradient or hooks, too) that another one uses.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "descent/grad_mode.h"
#include "descent/tensor.h"

namespace DESCENT_EXPORT descent {

/// Options of grad.
struct GradOptions {
  /// Defaults to create_graph.
  std::optional<bool> retain_graph = std::nullopt;
  bool create_graph = false;
  /// Give an undefined tensor for an input that the outputs do not depend on, instead of an error.
  bool allow_unused = false;
};

/// The gradients of the sum of `outputs` (each weighted by its `grad_outputs`, 1 for a scalar) with respect to
/// `inputs`. Leaves no trace in any grad().
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs = {}, GradOptions options = {});

/// What a custom function leaves for its gradient.
class Context {
 public:
  /// Tensors the backward function will read; they are checked for changes in place.
  void save(std::vector<Tensor> tensors);
  const std::vector<Tensor>& saved() const;

 private:
  std::vector<Tensor> saved_;
  std::vector<std::uint32_t> versions_;
};

/// A function with a gradient of the user's own. `forward` computes the result from the inputs, unrecorded; `backward`
/// gets the gradient of the result and gives one for each input (undefined: none), in each input's shape. Written in
/// tensor functions, it can be differentiated again.
///
///   const auto cube = custom_function("cube",
///       [](Context& context, const std::vector<Tensor>& in) { context.save({in[0]}); return pow(in[0], 3); },
///       [](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
///         return {gradient * 3 * square(context.saved()[0])};
///       });
///   auto y = cube({x});
std::function<Tensor(const std::vector<Tensor>&)> custom_function(
    std::string name, std::function<Tensor(Context&, const std::vector<Tensor>&)> forward,
    std::function<std::vector<Tensor>(const Context&, const Tensor&)> backward);

/// Options of check_grads.
struct CheckGradsOptions {
  int order = 2;          // 1: gradients; 2: gradients of gradients too
  double epsilon = 1e-6;  // half the distance of the two points of a difference quotient
  double rtol = 1e-3;
  double atol = 1e-5;
};

/// Compares the gradients of `f` at `inputs` (those of them that are float64) with difference quotients, in random
/// directions for the second order; throws an Error that names the input, the element and both numbers where they
/// disagree.
void check_grads(const std::function<Tensor(const std::vector<Tensor>&)>& f, const std::vector<Tensor>& inputs,
                 CheckGradsOptions options = {});

}  // namespace descent
