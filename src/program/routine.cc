#include "program/routine.h"

#include <algorithm>
#include <utility>

#include "core/history.h"
#include "program/passes.h"

namespace descent::program {
namespace {

// Of a result, whose memory need not be found anew for each run then. It is little beside what runs for longer than
// that takes.
constexpr std::int64_t kMostKeptBytes = 1 << 15;

}  // namespace

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
  }
  for (const auto& [number, kind, other, ahead, answer] : captured_.answers) {
    const Buffer& buffer = buffer_of(number);
    const std::byte* const data = buffer.kind == Buffer::Kind::given ? given_data(number) : nullptr;
    if (data && number.dtype == float64 && kind == Question::Kind::equals)
      asked_options_.push_back({reinterpret_cast<const double*>(data), other, answer});
    else
      asked_.push_back({data, other, ahead, number.offset, buffer.index, number.dtype, kind, answer});
  }
  takes_gradients_ = captured_.arguments.size() > captured_.step_arguments;
  with_gradients_.reserve(captured_.arguments.size());
  plan_results();
  plan_changes();
  is_pure_ = slots_.empty() && left_.empty() && changed_.empty() && captured_.leaves.empty() &&
             captured_.assumptions.empty() && captured_.answers.empty();
}

void Routine::plan_results() {
  const std::vector<Operand>& results = program().results;
  made_.reserve(results.size());  // where they stay
  for (const Operand& operand : results) {
    whole_.push_back(nullptr);
    const Buffer& buffer = buffer_of(operand);
    if (buffer.kind != Buffer::Kind::result) continue;
    auto made = std::find_if(made_.begin(), made_.end(), [&](const Made& m) { return m.buffer == operand.buffer; });
    if (made == made_.end()) {
      const bool is_all = operand.offset == 0 && is_row_major(operand) && extent_of(operand) == buffer.bytes;
      made = made_.insert(made, {operand.buffer, &operand, is_all, nullptr, {}});
    }
    if (made->is_all && *made->operand == operand) whole_.back() = &made->tensor;
  }
  for (Made& made : made_) {
    if (buffer_of(*made.operand).bytes > kMostKeptBytes) large_.push_back(&made);
  }
  runs_on_ = true;
  for (const Slot& slot : captured_.slots) {
    // Else the next run would begin with the gradient that this one leaves.
    const bool is_alike = slot.before == Slot::Before::any || slot.after == Slot::After::untouched ||
                          (slot.before == Slot::Before::none && slot.after == Slot::After::none);
    runs_on_ = runs_on_ && is_alike;
    if (slot.before != Slot::Before::any) slots_.push_back(&slot);
    if (slot.after == Slot::After::untouched) continue;
    Tensor& grad = autograd_extras(*slot.leaf.impl()).grad;
    if (slot.after == Slot::After::none) {
      left_.push_back({&grad, nullptr, nullptr, {}});
      continue;
    }
    const auto index = static_cast<std::size_t>(slot.result);
    const Operand& operand = results[index];
    left_.push_back({&grad, whole_[index], &operand, {}});
    leaves_parts_ = leaves_parts_ || !whole_[index];
    if (slot.before != Slot::Before::any) continue;
    const auto in_buffer = [&](const Operand& other) { return other.buffer == operand.buffer; };
    if (std::count_if(results.begin(), results.end(), in_buffer) != 1) continue;
    for (Made& made : made_) {
      if (made.operand == &operand && made.is_all) made.grad = &grad;
    }
  }
}

void Routine::plan_changes() {
  for (const Instruction& instruction : program().instructions) {
    const int b = instruction.output.buffer;
    const Buffer& buffer = buffer_of(instruction.output);
    const auto index = static_cast<std::size_t>(buffer.index);
    if (buffer.kind == Buffer::Kind::argument) changes_arguments_ = changes_[index] = true;
    if (buffer.kind != Buffer::Kind::argument && buffer.kind != Buffer::Kind::given) continue;
    const bool known = std::any_of(changed_.begin(), changed_.end(), [b](const Change& c) { return c.buffer == b; });
    if (known) continue;
    const bool is_given = buffer.kind == Buffer::Kind::given;
    changed_.push_back({b, instruction.name, is_given ? captured_.given[index].impl()->storage : nullptr});
  }
  asks_again_ = std::any_of(captured_.answers.begin(), captured_.answers.end(), [&](const Answer& answer) {
    return std::any_of(changed_.begin(), changed_.end(),
                       [&](const Change& change) { return change.buffer == answer.number.buffer; });
  });
}

inline bool Routine::argument_fits(const Tensor& argument, std::size_t index) const {
  return argument.defined() && captured_.arguments[index].fits(*argument.impl());
}

[[gnu::always_inline]] inline bool Routine::answers_hold(Inputs arguments) const {
  for (const AskedOption& asked : asked_options_) {
    if ((*asked.option == asked.other) != asked.answer) return false;
  }
  for (const Asked& asked : asked_) {
    const std::byte* const number =
        asked.number ? asked.number : arguments[static_cast<std::size_t>(asked.argument)]->impl()->data + asked.offset;
    if (answer_to(asked.kind, asked.dtype, number, asked.other, asked.ahead) != asked.answer) return false;
  }
  return true;
}

// If so, the runner knows where the arguments lie.
[[gnu::always_inline]] inline bool Routine::fits(Inputs arguments) {
  if (arguments.size() != captured_.step_arguments || apply_mode.records != captured_.records) return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!argument_fits(*arguments[i], i) || arguments[i]->impl()->history) return false;
    runner_.set(argument_buffers_[i], arguments[i]->impl()->data);
    // What shares memory with it, perhaps, and is changed or sees the change.
    const Storage* storage = arguments[i]->impl()->storage;
    if (storage->references.count() == 1 && !changes_arguments_) continue;
    for (const Change& change : changed_) {
      if (change.storage == storage) return false;
    }
    for (std::size_t j = 0; changes_arguments_ && j < i; ++j) {
      if (arguments[j]->impl()->storage == storage && (changes_[i] || changes_[j])) return false;
    }
    for (std::size_t g = 0; changes_[i] && g < captured_.given.size(); ++g) {
      if (captured_.given[g].impl()->storage == storage) return false;
    }
  }
  return is_pure_ || (state_fits() && answers_hold(arguments));
}

[[gnu::always_inline]] inline bool Routine::state_fits() const {
  for (const Slot* const slot : slots_) {
    const Tensor& grad = grad_of(*slot->leaf.impl());
    if (slot->before == Slot::Before::none) {
      if (grad.defined()) return false;
    } else if (!argument_fits(grad, static_cast<std::size_t>(slot->argument)) ||
               grad.impl()->storage->references.count() != 1) {
      return false;
    }
  }
  for (const Leaf& leaf : captured_.leaves) {
    if (!leaf.is_as_it_was()) return false;
  }
  for (const auto& holds : captured_.assumptions) {
    if (!holds()) return false;
  }
  return true;
}

std::byte* Routine::given_data(const Operand& operand) const {
  const auto index = static_cast<std::size_t>(buffer_of(operand).index);
  return reinterpret_cast<std::byte*>(captured_.given[index].impl()->storage) + operand.offset;
}

// Whether it can be written again: nobody has it but this, and who keeps it as a gradient, which is replaced.
inline bool Routine::is_free(const Made& made) const {
  if (!made.tensor.defined()) return false;
  const TensorImpl& impl = *made.tensor.impl();
  const bool is_kept = made.grad && made.grad->impl() == &impl;
  // Who has asked for gradients of it has given it extras.
  return impl.handles.count() == (is_kept ? 2u : 1u) && impl.edges.count() == 1 &&
         impl.storage->references.count() == 1 && !impl.extras;
}

[[gnu::always_inline]] inline void Routine::make_results() {
  for (Made& made : made_) {
    if (!is_free(made)) make(made);
  }
}

[[gnu::noinline]] void Routine::make(Made& made) {
  const Operand& operand = *made.operand;
  made.tensor = Tensor::adopt(made.is_all ? make_impl(operand.sizes, operand.dtype)
                                          : make_impl(Dims(buffer_of(operand).bytes), boolean));
  runner_.set(made.buffer, made.tensor.impl()->data);
}

[[gnu::always_inline]] inline Tensor Routine::result(std::size_t index) const {
  const Tensor* const whole = whole_[index];
  if (!whole) return view_of(program().results[index]);
  // Nobody else has it yet.
  whole->impl()->handles.increment_alone();
  return Tensor::adopt(whole->impl());
}

// A result that is not all that a result buffer holds.
Tensor Routine::view_of(const Operand& operand) const {
  const Buffer& buffer = buffer_of(operand);
  const auto index = static_cast<std::size_t>(buffer.index);
  const Tensor* base = nullptr;
  switch (buffer.kind) {
    case Buffer::Kind::constant: {
      TensorImpl* impl = make_impl(operand.sizes, operand.dtype);
      std::copy_n(buffer.number, size_of(operand.dtype), impl->data);
      impl->is_number = operand.is_number;
      return Tensor::adopt(impl);
    }
    case Buffer::Kind::given:
      base = &captured_.given[index];
      break;
    case Buffer::Kind::argument:
      base = arguments_[index];
      break;
    default:
      base =
          &std::find_if(made_.begin(), made_.end(), [&](const Made& m) { return m.buffer == operand.buffer; })->tensor;
  }
  std::byte* data = buffer.kind == Buffer::Kind::given ? given_data(operand) : base->impl()->data + operand.offset;
  TensorImpl* view = make_view(*base->impl(), data, operand.sizes, operand.strides);
  view->dtype = operand.dtype;
  return Tensor::adopt(view);
}

void Routine::add_gradients() {
  with_gradients_.assign(arguments_.begin(), arguments_.end());
  for (const Slot& slot : captured_.slots) {
    if (slot.argument < 0) continue;
    const Tensor& grad = grad_of(*slot.leaf.impl());
    runner_.set(argument_buffers_[static_cast<std::size_t>(slot.argument)], grad.impl()->data);
    with_gradients_.push_back(&grad);
  }
  arguments_ = with_gradients_;
}

[[gnu::always_inline]] inline void Routine::leave_changes() {
  for (const Change& change : changed_) {
    Storage* storage = change.storage;
    if (!storage) {
      const Buffer& buffer = program().buffers[static_cast<std::size_t>(change.buffer)];
      storage = arguments_[static_cast<std::size_t>(buffer.index)]->impl()->storage;
    }
    ++storage->version;
    storage->last_change = change.name;
  }
  for (Left& left : left_) {
    if (!left.whole)
      *left.grad = std::move(left.part);
    else if (left.grad->impl() != left.whole->impl())
      *left.grad = *left.whole;
  }
}

std::int64_t Routine::run(Inputs step_arguments, std::int64_t count, std::vector<Tensor>& results) {
  if (!fits(step_arguments)) return 0;
  arguments_ = step_arguments;
  if (takes_gradients_) add_gradients();
  make_results();
  // Before the step, after which nothing may fail. Those that are arguments are read before any is replaced.
  if (results.size() != captured_.step_results) results.resize(captured_.step_results);
  std::size_t k = 0;
  for (Tensor& each : results) each = result(k++);
  if (leaves_parts_) {
    for (Left& left : left_) {
      if (!left.whole && left.result) left.part = view_of(*left.result);
    }
  }
  std::int64_t taken = 0;
  do {
    runner_.run();
    ++taken;
  } while (taken < count && runs_on_ && (!asks_again_ || answers_hold(step_arguments)));
  if (!is_pure_) leave_changes();
  for (Made* const made : large_) made->tensor = Tensor();
  return taken;
}

}  // namespace descent::program
