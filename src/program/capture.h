// A step written down while it runs: its program, and all that the program rests on.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/observer.h"
#include "program/program.h"

namespace descent::program {

/// What a run is handed in place of a tensor of the captured step.
struct Form {
  DType dtype;
  Dims sizes;
  Dims strides;
  bool requires_grad;
  bool is_number;
  bool is_contiguous;

  explicit Form(const TensorImpl& impl)
      : dtype(impl.dtype),
        sizes(impl.sizes),
        strides(impl.strides),
        requires_grad(impl.requires_grad),
        is_number(impl.is_number),
        is_contiguous(impl.is_contiguous) {}
  bool fits(const TensorImpl& impl) const {
    return impl.dtype == dtype && impl.requires_grad == requires_grad && impl.is_number == is_number &&
           impl.sizes == sizes && ((impl.is_contiguous && is_contiguous) || impl.strides == strides);
  }
};

/// The gradient that a leaf keeps: part of what a step begins with and of what it leaves.
struct Slot {
  enum class Before : std::uint8_t {
    none,   // there must be none
    there,  // it is an argument
    any,    // it is replaced before anybody looks at it
  };
  enum class After : std::uint8_t {
    untouched,  // it is what it was, though its elements may have changed
    none,
    there,  // it is a result
  };
  Tensor leaf;
  Before before = Before::any;
  int argument = -1;
  After after = After::untouched;
  int result = -1;
};

/// A given tensor that was used while gradients were recorded: whether it requires them, and who watches them, must be
/// as it was.
struct Leaf {
  explicit Leaf(const Tensor& tensor)
      : tensor(tensor), requires_grad(tensor.impl()->requires_grad), hooks(hooks_of(*tensor.impl())) {}
  bool is_as_it_was() const {
    return tensor.impl()->requires_grad == requires_grad && hooks_of(*tensor.impl()) == hooks;
  }
  static std::size_t hooks_of(const TensorImpl& impl) { return impl.extras ? impl.extras->hooks.size() : 0; }

  Tensor tensor;
  bool requires_grad;
  std::size_t hooks;
};

/// An answer that the step was given, and holds to.
struct Answer {
  Operand number;  // of a given tensor or an argument
  Question::Kind kind;
  double other;
  std::int64_t ahead;
  bool answer;

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// A program, which passes then take on, and what it was captured with.
struct Captured {
  Program program;
  std::vector<Tensor> given;       // by Buffer::index: a tensor of that storage
  bool records = false;            // whether gradients were recorded when the step began
  std::vector<Form> arguments;     // by Buffer::index: the step's, then those of slots
  std::size_t step_arguments = 0;  // how many are the step's
  std::size_t step_results = 0;    // likewise of the results: those of slots follow
  std::vector<Slot> slots;
  std::vector<Answer> answers;
  std::vector<std::function<bool()>> assumptions;
  std::vector<Leaf> leaves;
};

/// What a step does that cannot be repeated.
class NotRepeatable final : public Error {
 public:
  using Error::Error;
};

/// Watches this thread from when it is made until finish() or its end.
class Capture final : public Observer {
 public:
  /// What to do about what cannot be repeated: throw NotRepeatable where it happens, or in finish().
  enum class Refusal : std::uint8_t { throws, waits };

  /// `arguments` are tensors that the step knows by no other name.
  Capture(std::span<const Tensor> arguments, Refusal refusal);
  ~Capture() override;
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  /// The program of a step that returned `results`, which have no history. NotRepeatable says why there is none.
  Captured finish(std::span<const Tensor> results);

  bool takes_apart(const Op& op, Inputs inputs) override;
  void taken_apart(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) override;
  void applied(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) override;
  void changed(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target) override;
  void read(const Tensor& tensor, const char* what) override;
  void wrote(const Tensor& tensor) override;
  void asked(const Question& question, bool answer) override;
  void assumed(const std::function<bool()>& holds) override;
  void grad_read(TensorImpl& leaf) override;
  void grad_replaced(TensorImpl& leaf) override;

 private:
  template <class... Parts>
  void refuse(const Parts&... parts);
  void stop();

  Buffer& buffer_of(const Operand& operand) {
    return captured_.program.buffers[static_cast<std::size_t>(operand.buffer)];
  }
  int add_buffer(Buffer::Kind kind, std::size_t index, std::int64_t bytes);
  Operand add_argument(const TensorImpl& impl);
  Operand add_constant(const TensorImpl& number);
  Operand operand_of(TensorImpl& impl);
  void keep(TensorImpl* impl, const Operand& operand, const Op& maker);
  Instruction instruction_of(const Op& op, Inputs inputs, const Attributes& attributes, const Operand& output,
                             bool in_place, const char* name);
  void add(const Op& op, Inputs inputs, const Attributes& attributes, const Operand& output, bool in_place,
           const char* name);
  Slot* slot_of(TensorImpl& leaf, Slot::Before before);
  void finish_slots();
  void refuse_escapes(std::span<const Tensor> results);
  void refuse_shared_memory();

  const Refusal refusal_;
  std::string refused_;
  Observer* before_;
  bool watches_ = true;
  Captured captured_;
  // What the step made. The nodes are kept, so that no other tensor gets their address; their elements are not.
  std::unordered_map<const TensorImpl*, Operand> made_;
  struct Kept {
    TensorImpl* impl;
    const Op* maker;
  };
  std::vector<Kept> kept_;
  std::unordered_map<const TensorImpl*, Operand> arguments_;
  std::unordered_map<const Storage*, int> given_;
  std::unordered_map<const TensorImpl*, std::size_t> slots_;
  std::unordered_set<const TensorImpl*> leaves_;
  const Generator* const default_generator_;
  std::vector<const Storage*> argument_storages_;
  std::vector<bool> written_;  // by buffer
  std::vector<int> begins_;    // of the parts of what is being taken apart, the outermost first
};

}  // namespace descent::program
