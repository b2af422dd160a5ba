// How a tensor came to be, kept while some gradient may pass.
#pragma once

#include <algorithm>
#include <memory>

#include "core/op.h"

namespace descent {

/// What a call of a custom function leaves for its gradient.
struct CustomCall {
  virtual ~CustomCall() = default;
  /// Drops the tensors it keeps.
  virtual void release() noexcept = 0;
  virtual std::unique_ptr<CustomCall> copy() const = 0;
};

/// Of a history whose saved tensors were dropped, to be computed again when they are wanted (checkpoint.h).
struct Dropped {
  virtual ~Dropped() = default;
  /// Brings them back, and ends this.
  virtual void restore() = 0;
};

/// How a tensor was computed.
struct History {
  struct Input {
    TensorImpl* edge;  // null when this input requires no gradient
    Tensor saved;      // set when a rule reads its elements
    std::uint32_t saved_version;
  };

  const Op* op;
  Attributes* attributes;  // null: the op has none
  int input_count;
  bool saves_output;
  bool freed = false;
  std::uint32_t output_version;
  std::unique_ptr<CustomCall> custom;  // of custom functions
  std::unique_ptr<Dropped> dropped;    // null: what it saved is there

  /// What a backward walk notes down while it is passing.
  struct Passage {
    const void* walk = nullptr;  // which one; null: none
    int visited = 0;             // how many inputs it has been to
    bool needed = false;         // whether a gradient is wanted here or behind
    TensorImpl* next = nullptr;  // in its list of nodes; also in that of nodes to destroy
    Tensor gradient;             // what has arrived
  } passage;

  bool keeps_output() const { return saves_output && !freed && !dropped; }
  Input* inputs() { return reinterpret_cast<Input*>(this + 1); }
  /// Of the block that holds one, inputs included; of one size for most.
  static std::size_t bytes(std::size_t input_count) {
    return sizeof(History) + std::max<std::size_t>(input_count, 2) * sizeof(Input);
  }

  /// Drops the inputs, and what they alone kept, without recursion.
  void release_inputs() noexcept;
};

/// Hears of every history that is recorded on its thread, while apply_mode.listener.
class HistoryListener {
 public:
  virtual void recorded(TensorImpl& result) = 0;

 protected:
  ~HistoryListener() = default;
};

/// Gives `result`, just computed from `inputs`, its history, if it needs one.
void record(const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& result);

}  // namespace descent
