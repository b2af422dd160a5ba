#include "program/capture.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/history.h"
#include "core/plan.h"
#include "descent/generator.h"

namespace descent::program {
namespace {

Operand operand_in(int buffer, std::int64_t offset, const TensorImpl& impl) {
  return {buffer, offset, impl.dtype, impl.is_number, impl.sizes, impl.strides};
}

Tensor handle_of(TensorImpl& impl) {
  retain(&impl);
  return Tensor::adopt(&impl);
}

DType dtype_of_kernel(const Op& op, Inputs inputs) {
  Plan plan;
  make_plan(op, inputs, false, plan);
  return plan.dtype;
}

}  // namespace

Capture::Capture(std::span<const Tensor> arguments, Refusal refusal)
    : refusal_(refusal), before_(apply_mode.observer), default_generator_(&default_generator()) {
  captured_.records = apply_mode.records;
  for (const Tensor& argument : arguments) arguments_.emplace(argument.impl(), add_argument(*argument.impl()));
  captured_.step_arguments = arguments.size();
  set_observer(this);  // last: who is not made is not destroyed either, and would go on watching
}

Capture::~Capture() {
  stop();
  for (const Kept& kept : kept_) release_edge(kept.impl);
}

void Capture::stop() {
  if (std::exchange(watches_, false)) set_observer(before_);
}

template <class... Parts>
void Capture::refuse(const Parts&... parts) {
  if (refusal_ == Refusal::throws) throw NotRepeatable(concat(parts...));
  if (refused_.empty()) refused_ = concat(parts...);
}

// What tensors are, as operands.

int Capture::add_buffer(Buffer::Kind kind, std::size_t index, std::int64_t bytes) {
  captured_.program.buffers.push_back({.kind = kind, .index = static_cast<int>(index), .bytes = bytes});
  written_.push_back(false);
  return static_cast<int>(written_.size()) - 1;
}

Operand Capture::add_argument(const TensorImpl& impl) {
  Operand operand = operand_in(0, 0, impl);
  operand.buffer = add_buffer(Buffer::Kind::argument, captured_.arguments.size(), extent_of(operand));
  captured_.arguments.emplace_back(impl);
  argument_storages_.push_back(impl.storage);
  return operand;
}

Operand Capture::add_constant(const TensorImpl& number) {
  const std::size_t bytes = size_of(number.dtype);
  const int buffer = add_buffer(Buffer::Kind::constant, 0, static_cast<std::int64_t>(bytes));
  std::memcpy(captured_.program.buffers.back().number, number.data, bytes);
  return operand_in(buffer, 0, number);
}

Operand Capture::operand_of(TensorImpl& impl) {
  if (const auto found = made_.find(&impl); found != made_.end()) return found->second;
  if (const auto found = arguments_.find(&impl); found != arguments_.end()) return found->second;
  if (impl.is_number) return add_constant(impl);
  auto [found, is_new] = given_.try_emplace(impl.storage, 0);
  if (is_new) {
    found->second =
        add_buffer(Buffer::Kind::given, captured_.given.size(), static_cast<std::int64_t>(impl.storage->block_bytes));
    captured_.given.push_back(handle_of(impl));
  }
  if (apply_mode.records && impl.history) {
    refuse("a tensor of shape ", impl.sizes, " that was made by ", impl.history->op->name,
           " before the step has a history, which a repeated step does not follow; detach() it");
  }
  if (apply_mode.records && leaves_.insert(&impl).second) captured_.leaves.emplace_back(handle_of(impl));
  return operand_in(found->second, impl.data - reinterpret_cast<std::byte*>(impl.storage), impl);
}

void Capture::keep(TensorImpl* impl, const Operand& operand, const Op& maker) {
  if (!made_.emplace(impl, operand).second) return;
  retain_edge(impl);
  kept_.push_back({impl, &maker});
}

// What the step does.

Instruction Capture::instruction_of(const Op& op, Inputs inputs, const Attributes& attributes, const Operand& output,
                                    bool in_place, const char* name) {
  Instruction instruction{.op = &op,
                          .attributes = attributes,
                          .inputs = {},
                          .output = output,
                          .in_place = in_place,
                          .name = name,
                          .computes_in = op.kind == Kind::elementwise ? dtype_of_kernel(op, inputs) : output.dtype,
                          .draws_from_default = attributes.generator && attributes.generator == default_generator_};
  for (const Tensor* input : inputs) instruction.inputs.push_back(operand_of(*input->impl()));
  return instruction;
}

void Capture::add(const Op& op, Inputs inputs, const Attributes& attributes, const Operand& output, bool in_place,
                  const char* name) {
  Instruction instruction = instruction_of(op, inputs, attributes, output, in_place, name);
  written_[static_cast<std::size_t>(output.buffer)] = true;
  captured_.program.instructions.push_back(std::move(instruction));
}

// The inputs are met here, where it counts whether the op has history: its parts have none.
bool Capture::takes_apart(const Op&, Inputs inputs) {
  for (const Tensor* input : inputs) operand_of(*input->impl());
  begins_.push_back(static_cast<int>(captured_.program.instructions.size()));
  return true;
}

void Capture::taken_apart(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) {
  const int begin = begins_.back(), end = static_cast<int>(captured_.program.instructions.size());
  begins_.pop_back();
  const Operand output = operand_of(*result.impl());
  if (output.offset != 0 || !is_row_major(output) || extent_of(output) != buffer_of(output).bytes) return;
  captured_.program.compositions.push_back(
      {begin, end, instruction_of(op, inputs, attributes, output, false, op.name)});
}

void Capture::applied(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) {
  TensorImpl& impl = *result.impl();
  if (op.kind == Kind::view) {
    const TensorImpl& base = *inputs[0]->impl();
    Operand operand = operand_of(*inputs[0]->impl());
    operand = operand_in(operand.buffer, operand.offset + (impl.data - base.data), impl);
    return keep(&impl, operand, op);
  }
  if (const auto known = made_.find(&impl); known != made_.end()) {  // made empty, and now filled
    return add(op, inputs, attributes, known->second, true, op.name);
  }
  Operand output = operand_in(0, 0, impl);
  output.buffer = add_buffer(Buffer::Kind::temporary, 0, extent_of(output));
  add(op, inputs, attributes, output, false, op.name);
  keep(&impl, output, op);
}

void Capture::changed(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target) {
  const Operand output = operand_of(*target.impl());
  const char* name = target.impl()->storage->last_change;
  if (buffer_of(output).kind == Buffer::Kind::constant) {
    refuse(name, ": changes a number in place, which a repeated step takes for a constant");
  }
  add(op, inputs, attributes, output, true, name);
}

void Capture::read(const Tensor& tensor, const char* what) {
  refuse(what, ": reads a tensor of shape ", tensor.sizes(),
         " within a step that is to be repeated, which would go by the first step's elements");
}

void Capture::wrote(const Tensor& tensor) {
  refuse("the host writes a tensor of shape ", tensor.sizes(),
         " within a step that is to be repeated, which would not see it; do it before or after the step");
}

void Capture::asked(const Question& question, bool answer) {
  TensorImpl& impl = *question.number.impl();
  if (impl.is_number && !made_.contains(&impl)) return;
  const Operand number = operand_of(impl);
  if (written_[static_cast<std::size_t>(number.buffer)]) {
    refuse("a branch hangs on a number that the step has computed, which a repeated step does not look at");
  }
  const Answer given{number, question.kind, question.other, question.ahead, answer};
  std::vector<Answer>& answers = captured_.answers;
  if (std::find(answers.begin(), answers.end(), given) == answers.end()) answers.push_back(given);
}

void Capture::assumed(const std::function<bool()>& holds) { captured_.assumptions.push_back(holds); }

Slot* Capture::slot_of(TensorImpl& leaf, Slot::Before before) {
  if (made_.contains(&leaf)) return nullptr;
  if (arguments_.contains(&leaf)) {
    refuse("an argument of shape ", leaf.sizes, " is asked for its gradient, or given one; use grad()");
    return nullptr;
  }
  auto [found, is_new] = slots_.try_emplace(&leaf, captured_.slots.size());
  if (is_new) captured_.slots.push_back({.leaf = handle_of(leaf), .before = before});
  return is_new ? &captured_.slots.back() : nullptr;
}

void Capture::grad_read(TensorImpl& leaf) {
  const Tensor& grad = grad_of(leaf);
  Slot* slot = slot_of(leaf, grad.defined() ? Slot::Before::there : Slot::Before::none);
  if (!slot || !grad.defined()) return;
  TensorImpl& impl = *grad.impl();
  if (arguments_.contains(&impl) || given_.contains(impl.storage) || impl.storage->references.count() != 1) {
    refuse("the gradient of a tensor of shape ", leaf.sizes, " shares memory with another tensor");
    return;
  }
  slot->argument = static_cast<int>(captured_.arguments.size());
  arguments_.emplace(&impl, add_argument(impl));
}

void Capture::grad_replaced(TensorImpl& leaf) { slot_of(leaf, Slot::Before::any); }

// What it leaves.

Captured Capture::finish(std::span<const Tensor> results) {
  stop();
  if (!refused_.empty()) throw NotRepeatable(refused_);
  std::vector<Operand>& handed_out = captured_.program.results;
  for (const Tensor& result : results) handed_out.push_back(operand_of(*result.impl()));
  captured_.step_results = results.size();
  finish_slots();
  refuse_escapes(results);
  refuse_shared_memory();
  int count = 0;
  for (const Operand& result : handed_out) {
    Buffer& buffer = buffer_of(result);
    if (buffer.kind != Buffer::Kind::temporary) continue;
    buffer.kind = Buffer::Kind::result;
    buffer.index = count++;
  }
  return std::move(captured_);
}

void Capture::finish_slots() {
  for (Slot& slot : captured_.slots) {
    const Tensor& grad = grad_of(*slot.leaf.impl());
    if (!grad.defined()) {
      slot.after = slot.before == Slot::Before::none ? Slot::After::untouched : Slot::After::none;
      continue;
    }
    const Operand operand = operand_of(*grad.impl());
    if (slot.argument >= 0 && buffer_of(operand).kind == Buffer::Kind::argument &&
        buffer_of(operand).index == slot.argument) {
      continue;  // untouched, though perhaps its elements are not
    }
    slot.after = Slot::After::there;
    slot.result = static_cast<int>(captured_.program.results.size());
    captured_.program.results.push_back(operand);
  }
}

// What the step made and somebody keeps, other than by returning it or as a gradient, would stay as it is.
void Capture::refuse_escapes(std::span<const Tensor> results) {
  std::unordered_map<const TensorImpl*, std::uint32_t> expected;
  for (const Tensor& result : results) ++expected[result.impl()];
  for (const Slot& slot : captured_.slots) {
    if (const Tensor& grad = grad_of(*slot.leaf.impl()); grad.defined()) ++expected[grad.impl()];
  }
  // Nodes that only this capture keeps may keep others by their histories, as those of results may: the latest go
  // first.
  while (!kept_.empty()) {
    const auto [impl, maker] = kept_.back();
    const auto found = expected.find(impl);
    if (impl->handles.count() <= (found == expected.end() ? 0 : found->second)) {
      kept_.pop_back();
      release_edge(impl);
      continue;
    }
    throw NotRepeatable(concat(
        "a tensor of shape ", impl->sizes, " that ", maker->name,
        " made within a step that is to be repeated is kept by other means than as a result or a gradient; return it"));
  }
}

// Arguments that share memory with others are good only as long as none of it is changed.
void Capture::refuse_shared_memory() {
  const std::vector<Buffer>& buffers = captured_.program.buffers;
  std::unordered_map<const Storage*, int> seen;
  const auto meet = [&](const Storage* storage, std::size_t buffer) {
    auto [found, is_new] = seen.try_emplace(storage, static_cast<int>(buffer));
    if (!is_new && (written_[buffer] || written_[static_cast<std::size_t>(found->second)]))
      throw NotRepeatable("the step changes an argument in place that shares memory with another tensor of the step");
  };
  for (std::size_t b = 0; b < buffers.size(); ++b) {
    const auto index = static_cast<std::size_t>(buffers[b].index);
    if (buffers[b].kind == Buffer::Kind::argument) meet(argument_storages_[index], b);
    if (buffers[b].kind == Buffer::Kind::given) meet(captured_.given[index].impl()->storage, b);
  }
}

}  // namespace descent::program
