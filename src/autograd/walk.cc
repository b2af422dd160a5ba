#include "autograd/walk.h"

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/apply.h"
#include "core/copy.h"
#include "core/history.h"
#include "core/observer.h"
#include "descent/autograd.h"
#include "descent/ops.h"
#include "ops/reduce.h"

namespace descent {
namespace {

// A walk keeps what it has to remember about a node in the node's history, so that it needs no memory of its own.
class Walk {
 public:
  explicit Walk(const WalkOptions& options) : options_(options), functional_(!options.targets.empty()) {
    if (!functional_) return;
    captures_.emplace();
    for (const Tensor& target : options.targets) captures_->emplace(target.impl(), Tensor());
  }

  // Also after an error: nothing is left behind in the graph.
  ~Walk() {
    while (entered_) leave(*std::exchange(entered_, entered_->history->passage.next)->history);
    while (order_) {
      TensorImpl* node = std::exchange(order_, order_->history->passage.next);
      leave(*node->history);
      release_edge(node);
    }
    for (Interrupted& other : interrupted_) other.node->history->passage = std::move(other.passage);
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  void run(std::span<const Tensor> roots, std::span<const Tensor> gradients) {
    for (const Tensor& root : roots) visit(root.impl());
    for (std::size_t i = 0; i < roots.size(); ++i) send(*roots[i].impl(), Tensor(gradients[i]));
    while (order_) {
      process(*order_);  // after which it has no gradient
      TensorImpl* node = std::exchange(order_, order_->history->passage.next);
      node->history->passage.walk = nullptr;
      release_edge(node);
    }
    for (auto& [leaf, gradient] : watched_) {
      run_hooks(*leaf.impl(), gradient);
      arrive(*leaf.impl(), std::move(gradient));
    }
  }

  std::vector<Tensor> captured() const {
    std::vector<Tensor> result;
    for (const Tensor& target : options_.targets) {
      const Tensor& gradient = captures_->at(target.impl());
      result.push_back(gradient.defined() ? gradient.contiguous() : gradient);
    }
    return result;
  }

 private:
  // A node that another walk is passing, which waits for this one: it is that of a hook or of a custom gradient.
  struct Interrupted {
    TensorImpl* node;
    History::Passage passage;
  };

  bool is_target(const TensorImpl& node) const { return functional_ && captures_->contains(&node); }

  bool needed(const TensorImpl& node) const {
    if (!functional_) return true;
    return node.history ? node.history->passage.needed : is_target(node);
  }

  // Whether a gradient is wanted behind a node.
  bool leads_on(History& history) const {
    if (!functional_) return true;
    return std::any_of(history.inputs(), history.inputs() + history.input_count,
                       [this](const History::Input& input) { return input.edge && needed(*input.edge); });
  }

  // Puts `root` and what it was computed from before the nodes in `order_`, results first: every node comes after all
  // that were computed from it. Depth first, with the way back to the root in `entered_`.
  void visit(TensorImpl* root) {
    if (!is_new(*root)) return;
    enter(*root);
    int visited = 0;  // inputs of the node
    for (TensorImpl* node = root; node;) {
      History& history = *node->history;
      if (TensorImpl* input = next_input(history, visited)) {
        history.passage.visited = visited;
        enter(*input);
        node = input;
        visited = 0;
        continue;
      }
      history.passage.needed = leads_on(history) || is_target(*node);
      entered_ = std::exchange(history.passage.next, order_);
      order_ = node;
      retain_edge(node);
      node = entered_;
      if (node) visited = node->history->passage.visited;
    }
  }

  // Whether this walk has yet to come to a node.
  bool is_new(const TensorImpl& node) const { return node.history && node.history->passage.walk != this; }

  // The next input, after `visited` of them, that this walk has yet to come to, if there is one.
  TensorImpl* next_input(History& history, int& visited) const {
    while (visited < history.input_count) {
      TensorImpl* input = history.inputs()[visited++].edge;
      if (input && is_new(*input)) return input;
    }
    return nullptr;
  }

  [[gnu::always_inline]] void enter(TensorImpl& node) {
    History& history = *node.history;
    if (history.freed) fail_freed(node);
    if (history.passage.walk) [[unlikely]]
      interrupt(node);
    history.passage.walk = this;
    history.passage.next = std::exchange(entered_, &node);
  }

  [[gnu::noinline]] void interrupt(TensorImpl& node) {
    interrupted_.push_back({&node, std::exchange(node.history->passage, {})});
  }

  static void leave(History& history) {
    history.passage.walk = nullptr;
    history.passage.gradient = Tensor();
  }

  [[noreturn]] [[gnu::cold]] static void fail_freed(const TensorImpl& node) {
    fail("backward: the graph behind the result of ", node.history->op->name, " of shape ", node.sizes,
         " was freed by an earlier backward; ask that one for retain_graph");
  }

  // Adds `gradient` to what has arrived at `node`.
  void send(TensorImpl& node, Tensor&& gradient) {
    if (node.history) {
      Tensor& arrived = node.history->passage.gradient;
      arrived = arrived.defined() ? arrived + gradient : std::move(gradient);
      return;
    }
    if (node.extras && !node.extras->hooks.empty()) [[unlikely]]
      return watch(node, std::move(gradient));
    arrive(node, std::move(gradient));
  }

  // Of a leaf with hooks, which are to see all of its gradient at once.
  [[gnu::noinline]] void watch(TensorImpl& leaf, Tensor&& gradient) {
    for (auto& [other, sum] : watched_) {
      if (other.impl() == &leaf) {
        sum = sum + gradient;
        return;
      }
    }
    retain(&leaf);
    watched_.emplace_back(Tensor::adopt(&leaf), std::move(gradient));
  }

  // Hands a leaf its gradient, or a part of it.
  void arrive(TensorImpl& leaf, Tensor&& gradient) {
    if (!functional_) {
      accumulate(leaf, std::move(gradient));
    } else if (const auto capture = captures_->find(&leaf); capture != captures_->end()) {
      Tensor& sum = capture->second;
      sum = sum.defined() ? sum + gradient : std::move(gradient);
    }
  }

  // Sends the gradient that has arrived at `node` on to its inputs.
  void process(TensorImpl& node) {
    History& history = *node.history;
    Tensor gradient = std::move(history.passage.gradient);
    if (!gradient.defined()) return;
    if (node.extras || functional_) [[unlikely]]
      look_at(node, gradient);
    if (!leads_on(history)) return;  // and what lies behind stays, for other walks
    if (history.freed) fail_freed(node);
    if (history.dropped) [[unlikely]]
      history.dropped->restore();
    const Op& op = *history.op;
    const Call call(node);
    if (op.gradient_of_all) [[unlikely]] {
      process_all(history, gradient, call);
    } else {
      int last = history.input_count - 1;
      while (last > 0 && !history.inputs()[last].edge) --last;
      for (int i = 0; i <= last; ++i) {
        TensorImpl* input = history.inputs()[i].edge;
        if (!input || !needed(*input)) continue;
        Tensor part;
        if (op.gradient_of_each) {
          part = op.gradient_of_each(gradient, call, i);
        } else if (const Gradient::Rule rule = op.gradients[i].rule) {
          part = rule(gradient, call);
        } else {
          fail("backward of ", op.name, ": it has no gradient with respect to input ", i);
        }
        if (i == last) gradient = Tensor();  // so that a leaf that gets it, or a view of it, need not copy
        send_part(*input, std::move(part));
      }
    }
    if (options_.retain_graph) return;
    history.release_inputs();
    history.freed = true;
  }

  // Lets those who asked see the gradient that has arrived at `node`, or replace it.
  [[gnu::noinline]] void look_at(TensorImpl& node, Tensor& gradient) {
    if (node.extras) run_hooks(node, gradient);
    if (functional_) {
      if (const auto capture = captures_->find(&node); capture != captures_->end()) capture->second = gradient;
    } else if (node.extras->retains_grad) {
      accumulate(node, Tensor(gradient));
    }
  }

  [[gnu::noinline]] void process_all(History& history, const Tensor& gradient, const Call& call) {
    std::vector<Tensor> parts = history.op->gradient_of_all(gradient, call);
    if (static_cast<int>(parts.size()) != history.input_count) {
      fail("backward of ", history.op->name, ": its rule gave ", parts.size(), " gradients for ", history.input_count,
           " inputs");
    }
    for (int i = 0; i < history.input_count; ++i) {
      TensorImpl* input = history.inputs()[i].edge;
      if (input && needed(*input)) send_part(*input, std::move(parts[static_cast<std::size_t>(i)]));
    }
  }

  // Sends what a rule gave to the input that it is for, in the input's shape and dtype.
  void send_part(TensorImpl& input, Tensor&& part) {
    if (!part.defined()) return;
    if (!(part.impl()->sizes == input.sizes)) part = sum_to(part, input.sizes);
    if (part.impl()->dtype != input.dtype) part = cast_to(part, input.dtype);
    send(input, std::move(part));
  }

  [[gnu::noinline]] static void run_hooks(const TensorImpl& node, Tensor& gradient) {
    const std::vector<AutogradExtras::Hook> hooks = node.extras->hooks;  // they may add and remove some
    for (const AutogradExtras::Hook& hook : hooks) {
      const Tensor replaced = hook.function(gradient);
      if (!replaced.defined()) continue;
      if (!(replaced.sizes() == gradient.sizes())) {
        fail("a hook returned a gradient of shape ", replaced.sizes(), " for one of ", gradient.sizes());
      }
      gradient = replaced;
    }
  }

  void accumulate(TensorImpl& leaf, Tensor&& gradient) const {
    std::unique_lock<std::mutex> lock;  // other threads may differentiate with respect to the same leaf
    if (!single_threaded()) lock = std::unique_lock(mutex_of(leaf));
    Tensor& grad = autograd_extras(leaf).grad;
    show_grad_read(leaf);
    if (options_.create_graph) {
      grad = grad.defined() ? grad + gradient : gradient.contiguous();
    } else if (grad.defined()) {
      const NoGrad no_grad;
      grad.add_(gradient);
    } else {
      const TensorImpl& impl = *gradient.impl();
      const bool ours_alone =
          impl.handles.count() == 1 && impl.storage->references.count() == 1 && impl.is_contiguous && !impl.history;
      grad = ours_alone ? std::move(gradient) : gradient.clone();
    }
  }

  static std::mutex& mutex_of(const TensorImpl& leaf) {
    static std::mutex mutexes[64];
    return mutexes[reinterpret_cast<std::uintptr_t>(&leaf) / allocator::kAlignment % std::size(mutexes)];
  }

  const WalkOptions& options_;
  const bool functional_;
  TensorImpl* entered_ = nullptr;  // whose inputs are being visited; linked back to the root
  TensorImpl* order_ = nullptr;    // visited and not yet processed
  std::vector<Interrupted> interrupted_;
  std::vector<std::pair<Tensor, Tensor>> watched_;  // leaves with hooks, and their gradients so far
  // The gradients of the targets, as far as they have arrived; only where there are targets.
  std::optional<std::unordered_map<const TensorImpl*, Tensor>> captures_;
};

}  // namespace

std::vector<Tensor> walk_backward(std::span<const Tensor> roots, std::span<const Tensor> gradients,
                                  const WalkOptions& options) {
  const bool before = apply_mode.records;
  struct Restore {
    bool value;
    ~Restore() { apply_mode.records = value; }
  } restore{before};
  apply_mode.records = options.create_graph;
  Walk walk(options);
  walk.run(roots, gradients);
  return walk.captured();
}

}  // namespace descent
