#include "descent/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/apply.h"
#include "core/history.h"
#include "descent/generator.h"
#include "descent/grad_mode.h"

namespace descent {
namespace checkpoints {

struct Segment;

// The histories that are recorded while one lives, in order, and the checkpoints that are made. Those within one of
// these are the other's.
class Recording final : public HistoryListener {
 public:
  Recording() : before_(std::exchange(apply_mode.listener, this)), outer_(std::exchange(innermost, this)) {}
  ~Recording() {
    stop();
    for (TensorImpl* node : nodes) release_edge(node);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  void recorded(TensorImpl& result) override {
    retain_edge(&result);
    nodes.push_back(&result);
  }
  void stop() {
    if (!std::exchange(listens_, false)) return;
    apply_mode.listener = before_;
    innermost = outer_;
  }

  static thread_local Recording* innermost;

  std::vector<TensorImpl*> nodes;
  std::vector<std::shared_ptr<Segment>> inner;

 private:
  HistoryListener* before_;
  Recording* outer_;
  bool listens_ = true;
};
thread_local Recording* Recording::innermost = nullptr;

// What a checkpointed call is computed again from. The histories of what it computed keep it.
struct Segment final : std::enable_shared_from_this<Segment> {
  Segment(detail::CheckpointedCall::Compute compute, std::span<const Tensor> given)
      : compute(std::move(compute)), inputs(given.begin(), given.end()), generator(default_generator().state()) {
    for (const Tensor& input : inputs) versions.push_back(impl_of(input, "checkpoint").storage->version);
  }

  void drop(Recording& recording);
  void restore();

  detail::CheckpointedCall::Compute compute;
  std::vector<Tensor> inputs;
  std::vector<std::uint32_t> versions;
  Generator::State generator;
  // Within another one, whose end dropped the inputs; restoring that gives them back.
  std::shared_ptr<Segment> outer;
  std::vector<TensorImpl*> nodes;             // null: no longer there
  std::vector<std::weak_ptr<Segment>> inner;  // in the order of their calls

 private:
  void check_inputs() const;
  void take(const Recording& again);
};

// A node of a segment.
class Place final : public Dropped {
 public:
  Place(std::shared_ptr<Segment> segment, std::size_t position) : segment_(std::move(segment)), position_(position) {}
  ~Place() override { segment_->nodes[position_] = nullptr; }
  void restore() override {
    const std::shared_ptr<Segment> segment = segment_;  // which outlives this
    segment->restore();
  }

 private:
  std::shared_ptr<Segment> segment_;
  std::size_t position_;
};

// Of a leaf that requires gradients, whose elements are there anyway, and of a number, nothing is gained.
bool is_kept(const Tensor& saved) {
  const TensorImpl& impl = *saved.impl();
  return impl.is_number || (impl.requires_grad && !impl.history);
}

// Drops what the histories of the nodes have saved.
void Segment::drop(Recording& recording) {
  nodes = recording.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    TensorImpl*& node = nodes[i];
    if (node->history->dropped || node->history->freed) {
      node = nullptr;  // it is an inner one's, or has had its backward pass
      continue;
    }
    node->history->dropped = std::make_unique<Place>(shared_from_this(), i);
  }
  for (const std::shared_ptr<Segment>& segment : recording.inner) {
    inner.push_back(segment);
    segment->outer = shared_from_this();
    segment->inputs.clear();
  }
  for (TensorImpl* node : nodes) {
    if (!node) continue;
    History& history = *node->history;
    for (History::Input *input = history.inputs(), *end = input + history.input_count; input < end; ++input) {
      if (input->saved.defined() && !is_kept(input->saved)) input->saved = Tensor();
    }
    if (history.custom) history.custom->release();
    // Elements kept for a rule that reads them, with nobody else to keep them.
    if (history.saves_output && node->handles.count() == 0 && !node->lies_in_storage && node->storage)
      std::exchange(node->storage, nullptr)->release();
  }
}

void Segment::check_inputs() const {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Storage& storage = *inputs[i].impl()->storage;
    if (storage.version != versions[i]) {
      fail("checkpoint: input ", i, " of shape ", inputs[i].sizes(), " was changed in place by ", storage.last_change,
           ", but the gradient needs it");
    }
  }
}

void Segment::restore() {
  if (outer) std::shared_ptr(outer)->restore();
  check_inputs();
  Generator same;
  same.set_state(generator);
  const WithGenerator with_generator(same);
  const EnableGrad enable;
  Recording again;
  compute(inputs);
  again.stop();
  take(again);
}

// Has a node whose elements are gone share those of `now`, which is the same; whether they were gone.
bool give_elements(TensorImpl& node, const TensorImpl& now) {
  if (node.storage) return node.storage == now.storage;
  now.storage->references.increment();
  node.storage = now.storage;
  node.data = now.data;
  node.strides = now.strides;
  node.is_contiguous = now.is_contiguous;
  return true;
}

// For each node of `now`, which is `then` computed again, the one that was there.
void find_originals(const Segment& now, const Segment& then,
                    std::unordered_map<const TensorImpl*, TensorImpl*>& originals) {
  for (std::size_t i = 0; i < std::min(now.nodes.size(), then.nodes.size()); ++i) {
    if (now.nodes[i]) originals.emplace(now.nodes[i], then.nodes[i]);
  }
  for (std::size_t i = 0; i < std::min(now.inner.size(), then.inner.size()); ++i) {
    const auto inner_now = now.inner[i].lock(), inner_then = then.inner[i].lock();
    if (inner_now && inner_then) find_originals(*inner_now, *inner_then, originals);
  }
}

// What was computed again, in the place of what was dropped.
void Segment::take(const Recording& again) {
  if (again.nodes.size() != nodes.size() || again.inner.size() != inner.size()) {
    fail("checkpoint: the function did something else when it was computed again: it recorded ", again.nodes.size(),
         " operations, not ", nodes.size());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i]) continue;
    const TensorImpl &node = *nodes[i], &now = *again.nodes[i];
    if (std::strcmp(now.history->op->name, node.history->op->name) != 0 ||
        now.history->input_count != node.history->input_count || !(now.sizes == node.sizes)) {
      fail("checkpoint: the function did something else when it was computed again: operation ", i, " is ",
           now.history->op->name, " of shape ", now.sizes, ", and was ", node.history->op->name, " of shape ",
           node.sizes);
    }
    for (int k = 0; k < node.history->input_count; ++k) {
      const History::Input &input = node.history->inputs()[k], &found = now.history->inputs()[k];
      if (!input.edge || input.edge->history || input.edge != found.edge) continue;
      if (input.saved_version != found.saved_version) {
        fail("checkpoint: a tensor of shape ", input.edge->sizes, " that the function reads was changed in place by ",
             input.edge->storage->last_change, ", but the gradient needs it");
      }
    }
  }
  // What is recorded of this gradient pass leads on by the nodes that were there.
  std::unordered_map<const TensorImpl*, TensorImpl*> originals;
  for (std::size_t i = 0; i < nodes.size(); ++i) originals.emplace(again.nodes[i], nodes[i]);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (const auto segment = inner[i].lock()) find_originals(*again.inner[i], *segment, originals);
  }
  const auto original = [&originals](const Tensor& found) {
    const auto at = originals.find(found.impl());
    if (at == originals.end() || !at->second) return found;
    give_elements(*at->second, *found.impl());
    retain(at->second);
    return Tensor::adopt(at->second);
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i]) continue;
    TensorImpl& node = *nodes[i];
    TensorImpl& now = *again.nodes[i];
    for (int k = 0; k < node.history->input_count; ++k) {
      History::Input &input = node.history->inputs()[k], &found = now.history->inputs()[k];
      if (input.saved.defined() || !found.saved.defined()) continue;
      input.saved = original(found.saved);
      if (input.saved.impl()->storage == found.saved.impl()->storage) input.saved_version = found.saved_version;
    }
    if (node.history->custom) {
      node.history->custom = now.history->custom->copy();
      node.history->op = now.history->op;  // which is the custom function's own
    }
    if (node.history->saves_output && give_elements(node, now))
      node.history->output_version = now.history->output_version;
  }
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const std::shared_ptr<Segment> segment = inner[i].lock();
    if (!segment || segment->outer.get() != this) continue;
    segment->versions.clear();
    for (const Tensor& input : again.inner[i]->inputs) {
      segment->inputs.push_back(original(input));
      segment->versions.push_back(segment->inputs.back().impl()->storage->version);
    }
    segment->outer = nullptr;
  }
  for (TensorImpl*& node : nodes) {
    if (node) const std::unique_ptr<Dropped> place = std::move(node->history->dropped);
  }
}

}  // namespace checkpoints

struct detail::CheckpointedCall::State {
  std::shared_ptr<checkpoints::Segment> segment;
  checkpoints::Recording recording;
};

namespace detail {

CheckpointedCall::CheckpointedCall(Compute compute, std::span<const Tensor> inputs) {
  if (!apply_mode.records || apply_mode.observer) return;
  auto segment = std::make_shared<checkpoints::Segment>(std::move(compute), inputs);
  if (auto* outer = checkpoints::Recording::innermost) outer->inner.push_back(segment);
  state_.reset(new State{segment, {}});
}

CheckpointedCall::~CheckpointedCall() = default;

void CheckpointedCall::finish() {
  if (!state_) return;
  state_->recording.stop();
  state_->segment->drop(state_->recording);
  state_ = nullptr;
}

}  // namespace detail
}  // namespace descent
