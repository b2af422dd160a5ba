#include "descent/train/finite.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "descent/ops.h"

namespace descent::train {
namespace {

/// The first element that is not finite, and where it is: "nan at [2, 0]".
std::optional<std::string> not_finite(const Tensor& tensor) {
  if (!tensor.defined() || !is_floating_point(tensor.dtype())) return std::nullopt;
  const NoGrad no_grad;
  const Tensor finite = isfinite(tensor);
  if (all(finite).item<bool>()) return std::nullopt;
  const std::vector<bool> each = finite.reshape({-1}).to_vector<bool>();
  const std::int64_t index = std::find(each.begin(), each.end(), false) - each.begin();
  Dims position = tensor.sizes();
  std::int64_t rest = index;
  for (int d = position.size() - 1; d >= 0; --d) {
    const std::int64_t size = position[d];
    position[d] = rest % size;
    rest /= size;
  }
  return concat(tensor.reshape({-1}).to(float64).to_vector<double>()[static_cast<std::size_t>(index)], " at ",
                position);
}

std::string likely_cause(const optim::Optimizer& optimizer) {
  // Beyond this a weight of a network is on its way to infinity.
  constexpr double kHuge = 1e6;
  const std::vector<Tensor>& parameters = optimizer.parameters();
  const auto named = [&](std::size_t i) { return concat("parameter ", i, " of shape ", parameters[i].sizes()); };
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (const auto element = not_finite(parameters[i]))
      return concat(named(i), " holds ", *element, ": the learning rate is too high, or gradients want clipping");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const NoGrad no_grad;
    if (parameters[i].numel() == 0) continue;
    if (const double largest = max(abs(parameters[i])).item(); largest > kHuge)
      return concat(named(i), " has grown to ", largest, ": the learning rate is too high");
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (const auto element = not_finite(parameters[i].grad()))
      return concat("all weights are finite, but the gradient of ", named(i), " holds ", *element,
                    ": look for a log or a division of 0, and for inputs that are not finite");
  }
  return "weights and gradients are finite: look for inputs or targets of this batch that are not";
}

}  // namespace

void check_finite(const std::string& what, const StateDict& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (const auto element = not_finite(tensor)) fail(what, ": ", name, " holds ", *element);
  }
}

NotFinite::NotFinite(std::int64_t step, double learning_rate, const std::string& cause)
    : Error(concat("the loss is not finite any more at step ", step, ", with a learning rate of ", learning_rate, "; ",
                   cause)),
      step_(step),
      learning_rate_(learning_rate) {}

void check_step(std::int64_t step, const Tensor& loss, optim::Optimizer& optimizer) {
  if (std::isfinite(loss.item())) return;
  throw NotFinite(step, optimizer.lr().value(), likely_cause(optimizer));
}

}  // namespace descent::train
