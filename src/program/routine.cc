#include "program/routine.h"

#include <algorithm>
#include <utility>

#include "core/history.h"
#include "program/passes.h"

namespace descent::program {

Routine::Routine(Captured captured, bool natively, bool keeps_memory)
    : captured_(std::move(captured)),
      runner_(optimized(captured_.program, natively ? Target::native : Target::kernels), natively, keeps_memory),
      changes_(captured_.arguments.size()),
      argument_buffers_(captured_.arguments.size(), -1) {
  const std::vector<Buffer>& buffers = program().buffers;
  for (std::size_t b = 0; b < buffers.size(); ++b) {
    const auto index = static_cast<std::size_t>(buffers[b].index);
    if (buffers[b].kind == Buffer::Kind::given)
      runner_.set(static_cast<int>(b), reinterpret_cast<std::byte*>(captured_.given[index].impl()->storage));
    if (buffers[b].kind == Buffer::Kind::argument) argument_buffers_[index] = static_cast<int>(b);
    if (buffers[b].kind == Buffer::Kind::result) made_.resize(std::max(made_.size(), index + 1));
  }
  is_set_.resize(made_.size());
  kept_in_.resize(made_.size());
  runs_on_ = true;
  for (const Slot& slot : captured_.slots) {
    // Else the next run would begin with the gradient that this one leaves.
    const bool is_alike = slot.before == Slot::Before::any || slot.after == Slot::After::untouched ||
                          (slot.before == Slot::Before::none && slot.after == Slot::After::none);
    runs_on_ = runs_on_ && is_alike;
    if (slot.before != Slot::Before::any || slot.after != Slot::After::there) continue;
    const Operand& operand = program().results[static_cast<std::size_t>(slot.result)];
    const Buffer& buffer = buffers[static_cast<std::size_t>(operand.buffer)];
    const auto of_buffer = [&](const Operand& other) { return other.buffer == operand.buffer; };
    if (buffer.kind == Buffer::Kind::result &&
        std::count_if(program().results.begin(), program().results.end(), of_buffer) == 1)
      kept_in_[static_cast<std::size_t>(buffer.index)] = &slot;
  }
  for (const Answer& answer : captured_.answers) {
    const Buffer& buffer = buffers[static_cast<std::size_t>(answer.number.buffer)];
    asked_.push_back(buffer.kind == Buffer::Kind::given ? given_data(answer.number) : nullptr);
  }
  arguments_.reserve(captured_.arguments.size());
  for (const Instruction& instruction : program().instructions) {
    const int b = instruction.output.buffer;
    const Buffer& buffer = buffers[static_cast<std::size_t>(b)];
    if (buffer.kind == Buffer::Kind::argument) changes_[static_cast<std::size_t>(buffer.index)] = true;
    if (buffer.kind != Buffer::Kind::argument && buffer.kind != Buffer::Kind::given) continue;
    const bool known = std::any_of(changed_.begin(), changed_.end(), [b](const Change& c) { return c.buffer == b; });
    if (!known) changed_.push_back({b, instruction.name});
  }
  asks_again_ = std::any_of(captured_.answers.begin(), captured_.answers.end(), [&](const Answer& answer) {
    return std::any_of(changed_.begin(), changed_.end(),
                       [&](const Change& change) { return change.buffer == answer.number.buffer; });
  });
}

inline bool Routine::argument_fits(const Tensor& argument, std::size_t index) const {
  return argument.defined() && captured_.arguments[index].fits(*argument.impl());
}

bool Routine::fits(std::span<const Tensor> arguments) const {
  if (arguments.size() != captured_.step_arguments || apply_mode.records != captured_.records) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!argument_fits(arguments[i], i)) return false;
    // What shares memory with it, perhaps, and is changed or sees the change.
    const Storage* storage = arguments[i].impl()->storage;
    if (storage->references.count() == 1) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (arguments[j].impl()->storage == storage && (changes_[i] || changes_[j])) return false;
    }
    for (const Tensor& given : captured_.given) {
      if (given.impl()->storage == storage) return false;
    }
  }
  for (const Slot& slot : captured_.slots) {
    if (slot.before == Slot::Before::any) continue;
    const Tensor& grad = grad_of(*slot.leaf.impl());
    if (slot.before == Slot::Before::none) {
      if (grad.defined()) return false;
    } else if (!argument_fits(grad, static_cast<std::size_t>(slot.argument)) ||
               grad.impl()->storage->references.count() != 1) {
      return false;
    }
  }
  for (const Leaf& leaf : captured_.leaves) {
    if (!leaf.is_as_it_was()) return false;
  }
  return answers_hold(arguments) && std::all_of(captured_.assumptions.begin(), captured_.assumptions.end(),
                                                [](const auto& holds) { return holds(); });
}

std::byte* Routine::given_data(const Operand& operand) const {
  const Buffer& buffer = program().buffers[static_cast<std::size_t>(operand.buffer)];
  return reinterpret_cast<std::byte*>(captured_.given[static_cast<std::size_t>(buffer.index)].impl()->storage) +
         operand.offset;
}

bool Routine::answers_hold(std::span<const Tensor> arguments) const {
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    const Answer& answer = captured_.answers[i];
    const std::byte* number = asked_[i];
    if (!number) {
      const Buffer& buffer = program().buffers[static_cast<std::size_t>(answer.number.buffer)];
      number = arguments[static_cast<std::size_t>(buffer.index)].impl()->data + answer.number.offset;
    }
    if (answer_to(answer.kind, answer.number.dtype, number, answer.divisor, answer.ahead) != answer.answer)
      return false;
  }
  return true;
}

// Whether a result of the last run can be written again: nobody has it but this, and the slot that it is replaced in.
bool Routine::is_free(const Tensor& made, const Slot* slot) const {
  if (!made.defined()) return false;
  const TensorImpl& impl = *made.impl();
  const bool is_in_slot = slot && grad_of(*slot->leaf.impl()).impl() == &impl;
  return impl.handles.count() == (is_in_slot ? 2u : 1u) && impl.edges.count() == 1 &&
         impl.storage->references.count() == 1 && !impl.requires_grad && !impl.extras;
}

// A result buffer is made as its first operand wants it, if that is all of it: most have but one.
void Routine::set_results() {
  std::fill(is_set_.begin(), is_set_.end(), false);
  for (const Operand& operand : program().results) {
    const Buffer& buffer = program().buffers[static_cast<std::size_t>(operand.buffer)];
    if (buffer.kind != Buffer::Kind::result) continue;
    const auto index = static_cast<std::size_t>(buffer.index);
    Tensor& made = made_[index];
    if (is_set_[index]) continue;
    is_set_[index] = true;
    if (is_free(made, kept_in_[index])) continue;
    const bool is_all = operand.offset == 0 && is_row_major(operand) && extent_of(operand) == buffer.bytes;
    made = Tensor::adopt(is_all ? make_impl(operand.sizes, operand.dtype) : make_impl(Dims(buffer.bytes), boolean));
    runner_.set(operand.buffer, made.impl()->data);
  }
}

Tensor Routine::result_of(const Operand& operand) const {
  const Buffer& buffer = program().buffers[static_cast<std::size_t>(operand.buffer)];
  const auto index = static_cast<std::size_t>(buffer.index);
  if (buffer.kind == Buffer::Kind::constant) {
    TensorImpl* impl = make_impl(operand.sizes, operand.dtype);
    std::copy_n(buffer.number, size_of(operand.dtype), impl->data);
    impl->is_number = operand.is_number;
    return Tensor::adopt(impl);
  }
  const Tensor* base = nullptr;
  std::byte* data = nullptr;
  if (buffer.kind == Buffer::Kind::result) {
    base = &made_[index];
    data = base->impl()->data + operand.offset;
    if (operand.offset == 0 && base->impl()->dtype == operand.dtype && base->impl()->sizes == operand.sizes &&
        base->impl()->strides == operand.strides)
      return *base;
  } else {
    const bool is_given = buffer.kind == Buffer::Kind::given;
    base = is_given ? &captured_.given[index] : arguments_[index];
    data = is_given ? given_data(operand) : base->impl()->data + operand.offset;
  }
  TensorImpl* view = make_view(*base->impl(), data, operand.sizes, operand.strides);
  view->dtype = operand.dtype;
  return Tensor::adopt(view);
}

std::int64_t Routine::run(std::span<const Tensor> step_arguments, std::int64_t count, std::vector<Tensor>& results) {
  results.clear();  // they may be free then
  arguments_.clear();
  for (const Tensor& argument : step_arguments) arguments_.push_back(&argument);
  for (const Slot& slot : captured_.slots) {
    if (slot.argument >= 0) arguments_.push_back(&grad_of(*slot.leaf.impl()));
  }
  for (std::size_t i = 0; i < arguments_.size(); ++i) runner_.set(argument_buffers_[i], arguments_[i]->impl()->data);
  set_results();
  // Before the step, after which nothing may fail. Those that are arguments are read before any is replaced.
  for (std::size_t k = 0; k < captured_.step_results; ++k) results.push_back(result_of(program().results[k]));
  grads_.clear();
  for (const Slot& slot : captured_.slots) {
    if (slot.after == Slot::After::there)
      grads_.push_back(result_of(program().results[static_cast<std::size_t>(slot.result)]));
    if (slot.after != Slot::After::untouched) autograd_extras(*slot.leaf.impl());
  }
  std::int64_t taken = 0;
  do {
    runner_.run();
    ++taken;
  } while (taken < count && runs_on_ && (!asks_again_ || answers_hold(step_arguments)));
  for (const Change& change : changed_) {
    const Buffer& buffer = program().buffers[static_cast<std::size_t>(change.buffer)];
    const auto index = static_cast<std::size_t>(buffer.index);
    Storage& storage =
        *(buffer.kind == Buffer::Kind::given ? captured_.given[index] : *arguments_[index]).impl()->storage;
    ++storage.version;
    storage.last_change = change.name;
  }
  std::size_t k = 0;
  for (const Slot& slot : captured_.slots) {
    if (slot.after == Slot::After::untouched) continue;
    Tensor& grad = autograd_extras(*slot.leaf.impl()).grad;
    grad = slot.after == Slot::After::none ? Tensor() : std::move(grads_[k++]);
  }
  grads_.clear();
  for (Tensor& made : made_) {
    if (made.defined() && made.impl()->lies_in_storage) continue;  // it is small
    made = Tensor();
  }
  return taken;
}

}  // namespace descent::program
