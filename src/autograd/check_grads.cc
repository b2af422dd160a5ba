#include <cmath>

#include "core/op.h"
#include "core/random_fill.h"
#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

// Fixed random weights: the same for the same shape and seed, whatever else draws random numbers.
Tensor weights_like(const Tensor& x, std::uint64_t seed) {
  Generator generator(seed);
  const Tensor weights = empty(x.sizes(), {.dtype = float64});
  random::fill_uniform(generator, std::span(weights.data<double>(), static_cast<std::size_t>(weights.numel())), 0.5,
                       1.5);
  return weights;
}

bool differentiable(const Tensor& x) { return x.dtype() == float64; }

// One number that depends on every element of f(inputs).
Tensor weighted_sum(const Function& f, const std::vector<Tensor>& inputs) {
  const Tensor result = f(inputs);
  return sum(result.to(float64) * weights_like(result, 1));
}

std::vector<Tensor> as_leaves(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> leaves;
  for (const Tensor& input : inputs) {
    leaves.push_back(input.detach());
    if (differentiable(input)) leaves.back().requires_grad_();
  }
  return leaves;
}

// The gradients of weighted_sum; zeros where it does not depend on an input.
std::vector<Tensor> gradients_at(const Function& f, const std::vector<Tensor>& leaves, bool create_graph) {
  std::vector<Tensor> wanted;
  for (const Tensor& leaf : leaves) {
    if (leaf.requires_grad()) wanted.push_back(leaf);
  }
  const Tensor total = weighted_sum(f, leaves);
  std::vector<Tensor> gradients(wanted.size());
  if (total.requires_grad())
    gradients = grad({total}, wanted, {}, {.create_graph = create_graph, .allow_unused = true});
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    if (!gradients[i].defined()) gradients[i] = zeros_like(wanted[i]);
  }
  return gradients;
}

void check_first_order(const Function& f, const std::vector<Tensor>& inputs, const CheckGradsOptions& options,
                       int order) {
  const std::vector<Tensor> leaves = as_leaves(inputs);
  const std::vector<Tensor> gradients = gradients_at(f, leaves, false);
  std::size_t which = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!differentiable(inputs[i])) continue;
    const std::vector<double> analytic = gradients[which++].to_vector<double>();
    std::vector<Tensor> moved;
    for (const Tensor& input : inputs) moved.push_back(input.detach());
    const Tensor point = inputs[i].detach().clone();
    moved[i] = point;
    double* elements = point.data<double>();
    for (std::int64_t e = 0; e < point.numel(); ++e) {
      const double at = elements[e];
      elements[e] = at + options.epsilon;
      const double above = weighted_sum(f, moved).item();
      elements[e] = at - options.epsilon;
      const double below = weighted_sum(f, moved).item();
      elements[e] = at;
      const double numeric = (above - below) / (2 * options.epsilon);
      const double found = analytic[static_cast<std::size_t>(e)];
      if (!(std::abs(found - numeric) <= options.atol + options.rtol * std::abs(numeric))) {
        fail("check_grads: order ", order, ", input ", i, " of shape ", inputs[i].sizes(), ", element ", e, " (", at,
             "): the gradient is ", found, ", the difference quotient ", numeric);
      }
    }
  }
}

}  // namespace

void check_grads(const Function& f, const std::vector<Tensor>& inputs, CheckGradsOptions options) {
  const EnableGrad enable;
  Function derivative = f;
  for (int order = 1; order <= options.order; ++order) {
    check_first_order(derivative, inputs, options, order);
    // The next order checks a number made of all gradients of this one.
    derivative = [previous = derivative](const std::vector<Tensor>& at) {
      // At the points of a difference quotient the inputs are plain; at the analytic one they are recorded already.
      std::vector<Tensor> leaves;
      for (const Tensor& input : at) {
        leaves.push_back(differentiable(input) && !input.requires_grad() ? input.detach().requires_grad_() : input);
      }
      // Weights of its own for each: those of f(a - b) with respect to a and b would cancel with the same.
      Tensor total = zeros({}, {.dtype = float64});
      std::uint64_t seed = 2;
      for (const Tensor& gradient : gradients_at(previous, leaves, true)) {
        total = total + sum(gradient * weights_like(gradient, seed++));
      }
      return total;
    };
  }
}

}  // namespace descent
