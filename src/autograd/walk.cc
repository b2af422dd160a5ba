#include "autograd/walk.h"

#include <algorithm>
#include <atomic>

#include "core/cast.h"
#include "descent/autograd.h"
#include "descent/ops.h"

namespace descent {
namespace {

// A depth-first visit in progress: a node and which of its inputs comes next.
struct Frame {
  TensorImpl* node;
  int next = 0;
};

// Vectors of the walk, kept by the thread so that a warmed-up walk does not allocate. A walk inside a walk (from a
// hook, or a custom gradient) finds them taken, and uses new ones.
struct Scratch {
  std::vector<Frame> stack;
  std::vector<TensorImpl*> order;
};
thread_local Scratch spare;

std::uint64_t next_walk() {
  static std::atomic<std::uint64_t> count{0};
  return ++count;
}

class Walk {
 public:
  explicit Walk(const WalkOptions& options)
      : options_(options), functional_(!options.targets.empty()), id_(next_walk()), scratch_(std::move(spare)) {
    for (const Tensor& target : options.targets) {
      AutogradExtras& extras = target.impl()->autograd_extras();
      extras.walk = id_;
      extras.captured = Tensor();
    }
  }

  // Also after an error: no gradient is left behind in the graph.
  ~Walk() {
    for (; processed_ < scratch_.order.size(); ++processed_) {
      TensorImpl* node = scratch_.order[scratch_.order.size() - 1 - processed_];
      node->history->gradient = Tensor();
      release_edge(node);
    }
    for (const Tensor& target : options_.targets) target.impl()->extras->captured = Tensor();
    scratch_.order.clear();
    scratch_.stack.clear();
    spare = std::move(scratch_);
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  void run(std::span<const Tensor> roots, std::span<const Tensor> gradients) {
    for (const Tensor& root : roots) visit(root.impl());
    for (std::size_t i = 0; i < roots.size(); ++i) send(roots[i].impl(), gradients[i]);
    // Every node comes after all that were computed from it.
    while (processed_ < scratch_.order.size()) {
      TensorImpl* node = scratch_.order[scratch_.order.size() - 1 - processed_];
      if (node->history->needed || !functional_) process(*node);
      node->history->gradient = Tensor();
      ++processed_;
      release_edge(node);
    }
  }

  std::vector<Tensor> captured() const {
    std::vector<Tensor> result;
    for (const Tensor& target : options_.targets) result.push_back(target.impl()->extras->captured);
    return result;
  }

 private:
  bool is_target(const TensorImpl& node) const { return functional_ && node.extras && node.extras->walk == id_; }

  bool needed(const TensorImpl& node) const {
    if (!functional_) return true;
    return node.history ? node.history->needed : is_target(node);
  }

  // Whether a gradient is wanted behind a node.
  bool leads_on(History& history) const {
    return std::any_of(history.inputs(), history.inputs() + history.input_count,
                       [this](const History::Input& input) { return input.edge && needed(*input.edge); });
  }

  // Puts what `root` was computed from into `order`, inputs first.
  void visit(TensorImpl* root) {
    const auto enter = [this](TensorImpl* node) {
      History* history = node->history;
      if (!history || history->walk == id_) return;
      if (history->freed) {
        fail("backward: the graph behind the result of ", history->op->name, " of shape ", node->sizes,
             " was freed by an earlier backward; ask that one for retain_graph");
      }
      history->walk = id_;
      history->needed = is_target(*node);
      scratch_.stack.push_back({node});
    };
    enter(root);
    while (!scratch_.stack.empty()) {
      Frame& frame = scratch_.stack.back();
      History* history = frame.node->history;
      if (frame.next < history->input_count) {
        TensorImpl* input = history->inputs()[frame.next++].edge;
        if (input) enter(input);
        continue;
      }
      history->needed = history->needed || leads_on(*history);
      retain_edge(frame.node);
      scratch_.order.push_back(frame.node);
      scratch_.stack.pop_back();
    }
  }

  // Adds `gradient` to what has arrived at `node`.
  void send(TensorImpl* node, Tensor gradient) {
    if (node->history) {
      Tensor& arrived = node->history->gradient;
      arrived = arrived.defined() ? arrived + gradient : std::move(gradient);
      return;
    }
    run_hooks(*node, gradient);
    if (!functional_) {
      accumulate(*node, std::move(gradient));
    } else if (is_target(*node)) {
      Tensor& captured = node->extras->captured;
      captured = captured.defined() ? captured + gradient : std::move(gradient);
    }
  }

  void process(TensorImpl& node) {
    History& history = *node.history;
    Tensor gradient = std::move(history.gradient);
    if (!gradient.defined()) return;
    run_hooks(node, gradient);
    if (node.extras && node.extras->retains_grad && !functional_) accumulate(node, gradient);
    if (is_target(node)) node.extras->captured = gradient;
    if (!leads_on(history)) return;  // and what lies behind stays, for other walks
    const Op& op = *history.op;
    const Call call(node);
    std::vector<Tensor> all;
    if (op.gradient_of_all) {
      all = op.gradient_of_all(gradient, call);
      if (static_cast<int>(all.size()) != history.input_count) {
        fail("backward of ", op.name, ": its rule gave ", all.size(), " gradients for ", history.input_count,
             " inputs");
      }
    }
    for (int i = 0; i < history.input_count; ++i) {
      TensorImpl* input = history.inputs()[i].edge;
      if (!input || !needed(*input)) continue;
      Tensor part;
      if (op.gradient_of_all) {
        part = all[static_cast<std::size_t>(i)];
      } else if (op.gradient_of_each) {
        part = op.gradient_of_each(gradient, call, i);
      } else if (const Gradient::Rule rule = op.gradients[i].rule) {
        part = rule(gradient, call);
      } else {
        fail("backward of ", op.name, ": it has no gradient with respect to input ", i);
      }
      if (!part.defined()) continue;
      if (!(part.impl()->sizes == input->sizes)) part = sum_to(part, input->sizes);
      if (part.impl()->dtype != input->dtype) part = cast_to(part, input->dtype);
      send(input, std::move(part));
    }
    if (!options_.retain_graph) {
      history.release_inputs();
      history.freed = true;
    }
  }

  static void run_hooks(const TensorImpl& node, Tensor& gradient) {
    if (!node.extras) return;
    for (std::size_t i = 0; i < node.extras->hooks.size(); ++i) {
      const Tensor replaced = node.extras->hooks[i].function(gradient);
      if (!replaced.defined()) continue;
      if (!(replaced.sizes() == gradient.sizes())) {
        fail("a hook returned a gradient of shape ", replaced.sizes(), " for one of ", gradient.sizes());
      }
      gradient = replaced;
    }
  }

  void accumulate(TensorImpl& leaf, Tensor gradient) const {
    Tensor& grad = leaf.autograd_extras().grad;
    if (options_.create_graph) {
      grad = grad.defined() ? grad + gradient : gradient;
    } else if (grad.defined()) {
      const NoGrad no_grad;
      grad.add_(gradient);
    } else {
      const TensorImpl& impl = *gradient.impl();
      const bool ours_alone =
          impl.handles.count() == 1 && impl.storage->references.count() == 1 && impl.is_contiguous && !impl.history;
      grad = ours_alone ? std::move(gradient) : clone_elements(gradient);
    }
  }

  const WalkOptions& options_;
  const bool functional_;
  const std::uint64_t id_;
  Scratch scratch_;
  std::size_t processed_ = 0;
};

}  // namespace

Tensor sum_to(const Tensor& gradient, const Dims& shape) {
  const Dims& sizes = gradient.impl()->sizes;
  const int leading = sizes.size() - shape.size();
  if (leading < 0) fail("backward: a gradient of shape ", sizes, " arrived at a tensor of shape ", shape);
  Dims lead, spread;
  for (int d = 0; d < sizes.size(); ++d) {
    if (d < leading) {
      lead.push_back(d);
    } else if (shape[d - leading] != sizes[d]) {
      if (shape[d - leading] != 1)
        fail("backward: a gradient of shape ", sizes, " arrived at a tensor of shape ", shape);
      spread.push_back(d);
    }
  }
  Tensor result = gradient;
  if (!spread.empty()) result = sum(result, spread, true);
  return lead.empty() ? result : sum(result, lead, false);
}

std::vector<Tensor> walk_backward(std::span<const Tensor> roots, std::span<const Tensor> gradients,
                                  const WalkOptions& options) {
  const bool before = grad_enabled();
  struct Restore {
    bool value;
    ~Restore() { set_grad_enabled(value); }
  } restore{before};
  set_grad_enabled(options.create_graph);
  Walk walk(options);
  walk.run(roots, gradients);
  return walk.captured();
}

}  // namespace descent
