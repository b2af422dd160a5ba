#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "descent/optim/optimizer.h"

namespace descent {
namespace DESCENT_EXPORT optim {

/// How LBFGS finds the length of a step.
enum class LineSearch : std::uint8_t {
  none,          // it is lr
  strong_wolfe,  // until the loss and its slope have fallen enough, from lr on
};

struct LBFGSOptions {
  Scalar lr = 1;               // the length of a step, or where the search for it begins; at least 0
  std::int64_t max_iter = 20;  // iterations in a step(closure), at least 1
  std::optional<std::int64_t> max_eval = std::nullopt;  // evaluations, at least 1; without a value max_iter 5 / 4
  Scalar tolerance_grad = 1e-7;     // a step ends where no element of the gradient is larger; at least 0
  Scalar tolerance_change = 1e-9;   // and where the loss, or every parameter, changes by less; at least 0
  std::int64_t history_size = 100;  // pairs (s, y) that are kept, at least 1
  LineSearch line_search_fn = LineSearch::none;
  bool maximize = false;
};

struct LBFGSState {
  Tensor d;                      // the last direction
  Tensor prev_grad;              // the gradient where it began
  std::vector<Tensor> old_dirs;  // y, the oldest first
  std::vector<Tensor> old_stps;  // s
};

struct LBFGSGroupState {
  Tensor func_evals;       // evaluations so far
  Tensor n_iter;           // iterations so far
  Tensor t;                // the length of the last step
  Tensor H_diag;           // h
  std::vector<Tensor> ro;  // 1 / s.y of each pair
};

/// L-BFGS (Liu and Nocedal, 1989): a quasi-Newton method, which learns the curvature from the last steps s and changes
/// of the gradient y. Each iteration, over all parameters as one vector p with gradient g,
///
///   if s.y > 1e-10 for the last step:  keep (s, y), and h = s.y / y.y
///   q <- -g
///   for the pairs kept, newest first:  a = s.q / s.y,  q <- q - a y
///   d <- h q
///   for the pairs kept, oldest first:  d <- d + (a - y.d / s.y) s
///   p <- p + t d
///
/// where t is lr, or what a search finds from lr on (for the strong Wolfe conditions, by cubic interpolation); in the
/// very first iteration, along -g, it is lr min(1, 1 / sum |g|).
///
/// One step(closure) makes up to max_iter iterations and evaluates the closure as often as they need: it must clear the
/// gradients, compute the same loss each time, and call backward. step() without one is an Error. Parameters without a
/// gradient count as with a gradient of 0. There is only one group, and a step reaches the heap.
/// The host reads losses and slopes and decides by them, and the pairs move on in their lists: not for a captured step.
///
/// Choose it with the line search for smooth losses of the whole data set: it needs few iterations and no tuning. It
/// is not for mini-batches, whose noise spoils y. For a function rather than a model, minimize is easier to call.
///
/// Source: Liu and Nocedal, On the Limited Memory BFGS Method for Large Scale Optimization, 1989,
/// doi:10.1007/BF01589116; the search: Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6;
/// PyTorch's LBFGS.
class LBFGS final : public OptimizerOf<LBFGSOptions, LBFGSState, LBFGSGroupState> {
 public:
  explicit LBFGS(ParameterList parameters, const LBFGSOptions& options = {});

  void step() override;
  Tensor step(Closure closure) override;

 private:
  using OptimizerOf::add_group;

  Tensor iterate(Closure closure);
  void check(const LBFGSOptions& o, const Bounds& bounds) const override;
  LBFGSState start(const Tensor& p, const LBFGSOptions& o) const override;
  LBFGSGroupState start_group(const LBFGSOptions& o) const override;
  std::function<void()> remember_state() override;
};

extern template class OptimizerOf<LBFGSOptions, LBFGSState, LBFGSGroupState>;

}  // namespace optim
}  // namespace descent
