// An op: what it is called, how its result looks, how it is computed, and its gradient, one rule per input.
//
// Gradient rules are written in the public tensor language (ops.h), so that they can be differentiated in turn. A rule
// returns the gradient in the shape and dtype of the result of broadcasting; the backward walk sums it back to the
// input's shape and casts it to the input's dtype.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <span>

#include "core/tensor_impl.h"
#include "descent/tensor.h"
#include "kernels/elementwise.h"

namespace descent {

/// Some of a tensor's dimensions, a bit for each.
struct DimSet {
  std::uint32_t bits = 0;

  bool empty() const { return bits == 0; }
  bool contains(int dim) const { return (bits >> dim & 1) != 0; }
  void insert(int dim) { bits |= 1u << dim; }
  /// Whether `dim` comes before one of them.
  bool any_after(int dim) const { return bits >> dim > 1; }
  /// Whether they are neighbours.
  bool is_run() const { return (bits & (bits + (bits & -bits))) == 0; }
};

/// What an op needs to know besides its inputs. One plain struct serves every op, so that a graph can be copied,
/// compared and printed without knowing which op it is; an op says in its own paragraph which fields it reads.
struct Attributes {
  Dims dims;
  Dims sizes;
  Dims strides;
  std::int64_t index = 0;
  DimSet set;
  bool flag = false;
  DType dtype = DType::float32;
};

using Inputs = std::span<const Tensor* const>;

/// Of an op that needs none.
inline const Attributes kNoAttributes{};

struct CustomCall;

/// One application of an op, as its gradient rules see it.
class Call {
 public:
  explicit Call(TensorImpl& result) : result_(result) {}
  /// The elements of input i; the rule must have declared that it saves them.
  const Tensor& input(int i) const;
  /// The result itself, likewise.
  Tensor output() const;
  /// The shape of input i, which must be one that requires a gradient.
  const Dims& shape(int i) const;
  const Dims& output_shape() const { return result_.sizes; }
  const Attributes& attributes() const;
  /// What a custom function left.
  CustomCall& custom() const;

 private:
  TensorImpl& result_;
};

/// A bit for each thing a gradient rule reads.
enum Saves : std::uint32_t { kNothing = 0, kInput0 = 1, kInput1 = 2, kInput2 = 4, kOutput = 1u << 31 };

struct Gradient {
  using Rule = Tensor (*)(const Tensor& gradient, const Call& call);
  Rule rule = nullptr;
  std::uint32_t saves = kNothing;
};

/// How the inputs' dtypes become one.
enum class Promotion : std::uint8_t {
  none,      // inputs are taken as they are
  common,    // PyTorch's result_type
  floating,  // the same, and integers become float32
};

enum class Kind : std::uint8_t { elementwise, view, custom };

struct Op {
  const char* name;
  Kind kind = Kind::custom;
  Promotion promotion = Promotion::none;

  // elementwise: out[i] = formula(inputs[i]...) after broadcasting.
  kernels::Formula formula{};
  bool to_bool = false;       // the result is bool, whatever the inputs
  int first_typed_input = 0;  // where(condition, a, b): the condition keeps its type

  // view: a new geometry over the input's storage.
  TensorImpl* (*view)(const TensorImpl& input, const Attributes& attributes) = nullptr;

  // custom: computes the result from the inputs, whose elements it may take in any layout.
  Tensor (*compute)(Inputs inputs, const Attributes& attributes) = nullptr;

  // No rule at all: the result does not require gradients (integers, comparisons). A rule missing for one input only:
  // a backward pass through it is an error.
  Gradient gradients[3] = {};
  // For ops with any number of inputs (cat): one rule for all, told which.
  Tensor (*gradient_of_each)(const Tensor& gradient, const Call& call, int input) = nullptr;
  // For custom functions: all gradients at once.
  std::vector<Tensor> (*gradient_of_all)(const Tensor& gradient, const Call& call) = nullptr;
};

/// What a call of a custom function leaves for its gradient.
struct CustomCall {
  virtual ~CustomCall() = default;
  /// Drops the tensors it keeps.
  virtual void release() noexcept = 0;
};

/// How a tensor was computed, kept while some gradient may pass.
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

  /// What a backward walk notes down while it is passing.
  struct Passage {
    const void* walk = nullptr;  // which one; null: none
    int visited = 0;             // how many inputs it has been to
    bool needed = false;         // whether a gradient is wanted here or behind
    TensorImpl* next = nullptr;  // in its list of nodes; also in that of nodes to destroy
    Tensor gradient;             // what has arrived
  } passage;

  bool keeps_output() const { return saves_output && !freed; }
  Input* inputs() { return reinterpret_cast<Input*>(this + 1); }
  /// Of the block that holds one, inputs included; of one size for most.
  static std::size_t bytes(std::size_t input_count) {
    return sizeof(History) + std::max<std::size_t>(input_count, 2) * sizeof(Input);
  }

  /// Drops the inputs, and what they alone kept, without recursion.
  void release_inputs() noexcept;
};

/// The one way through which every op goes: promotion, broadcasting, computing, recording.
Tensor apply(const Op& op, Inputs inputs, const Attributes& attributes);
inline Tensor apply(const Op& op, std::initializer_list<const Tensor*> inputs, const Attributes& attributes) {
  return apply(op, Inputs(inputs.begin(), inputs.size()), attributes);
}
inline Tensor apply(const Op& op, std::initializer_list<const Tensor*> inputs) {
  return apply(op, Inputs(inputs.begin(), inputs.size()), kNoAttributes);
}

/// target = op(inputs), written into the storage of `target` (which may be one of the inputs). An error where that
/// would make a gradient wrong.
void apply_in_place(const char* name, const Op& op, const Tensor& target, std::initializer_list<const Tensor*> inputs);

/// An Error unless `target` may be changed in place: it has no history, or recording is off.
void check_change(const char* name, const Tensor& target);
/// Marks the storage as changed by `name`.
void note_change(const char* name, const Tensor& target);

/// Gives `result`, just computed, its history.
void record(const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& result);

/// Whether ops record history on this thread.
bool grad_enabled();
void set_grad_enabled(bool enabled);

/// The dtype PyTorch's promotion gives to these together.
DType promoted_dtype(Inputs inputs);
/// The shape to which all these broadcast; an error naming `what` and both shapes if they do not.
Dims broadcast_shapes(const char* what, const Dims& a, const Dims& b);

}  // namespace descent
