// The backward walk: gradients flow from results to what they were computed from.
#pragma once

#include <span>
#include <vector>

#include "core/op.h"

namespace descent {

struct WalkOptions {
  bool retain_graph = false;
  bool create_graph = false;
  /// Functional: give the gradients of these, and touch no grad(). Empty: add to grad() of every leaf.
  std::span<const Tensor> targets = {};
};

/// Sends `gradients` (one for each root, of its shape) back from `roots`. Returns the gradients of the targets,
/// undefined where none arrived.
std::vector<Tensor> walk_backward(std::span<const Tensor> roots, std::span<const Tensor> gradients,
                                  const WalkOptions& options);

}  // namespace descent
