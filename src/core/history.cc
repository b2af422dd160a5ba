#include "core/history.h"

#include <new>

#include "core/allocator.h"
#include "core/apply.h"

namespace descent {
namespace {

bool differentiable(const Op& op) {
  return op.gradients[0].rule || op.gradients[1].rule || op.gradients[2].rule || op.gradient_of_each ||
         op.gradient_of_all;
}

}  // namespace

void record(const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& result) {
  bool needed = false;
  std::uint32_t saves = kNothing;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i]->impl()->requires_grad) continue;
    needed = true;
    if (i < std::size(op.gradients)) saves |= op.gradients[i].saves;
  }
  if (op.gradient_of_all) saves = op.gradients[0].saves;
  if (!needed || !is_floating_point(result.dtype) || !differentiable(op)) return;
  const std::size_t bytes = History::bytes(inputs.size());
  void* const block = allocate(bytes);
  Attributes* own_attributes = nullptr;
  if (&attributes != &kNoAttributes) {
    try {
      own_attributes = new (allocate(sizeof(Attributes))) Attributes(attributes);
    } catch (...) {
      deallocate(block, bytes);
      throw;
    }
  }
  auto* const history = new (block) History{.op = &op,
                                            .attributes = own_attributes,
                                            .input_count = static_cast<int>(inputs.size()),
                                            .saves_output = (saves & kOutput) != 0,
                                            .output_version = result.storage->version,
                                            .custom = nullptr,
                                            .dropped = nullptr,
                                            .passage = {}};
  History::Input* input = history->inputs();
  std::uint32_t saved = saves & ~kOutput;
  for (const Tensor* tensor : inputs) {
    TensorImpl* impl = tensor->impl();
    new (input++) History::Input{.edge = impl->requires_grad ? impl : nullptr,
                                 .saved = (saved & 1) != 0 ? *tensor : Tensor(),
                                 .saved_version = impl->storage->version};
    if (impl->requires_grad) retain_edge(impl);
    saved >>= 1;
  }
  result.history = history;
  result.requires_grad = true;
  if (apply_mode.listener) [[unlikely]]
    apply_mode.listener->recorded(result);
}

namespace {

// A number is handed out in the type that the op gave it: among numbers alone, as in a rule, it would lose digits.
[[gnu::noinline]] void give_type(History::Input& input, DType dtype) {
  input.saved = input.saved.dtype() == dtype ? input.saved.clone() : input.saved.to(dtype);
  input.saved_version = input.saved.impl()->storage->version;
}

}  // namespace

const Tensor& Call::input(int i) const {
  const History& history = *result_.history;
  History::Input& input = result_.history->inputs()[i];
  if (!input.saved.defined())
    fail("backward of ", history.op->name, ": its rule reads input ", i, " without saving it");
  const Storage& storage = *input.saved.impl()->storage;
  if (storage.version != input.saved_version) {
    fail("backward of ", history.op->name, ": its input ", i, " of shape ", input.saved.sizes(),
         " was changed in place by ", storage.last_change, " after ", history.op->name, " had saved it");
  }
  const bool typed = history.op->kind == Kind::elementwise && i >= history.op->first_typed_input;
  if (typed && input.saved.impl()->is_number) [[unlikely]]
    give_type(input, result_.dtype);
  return input.saved;
}

Tensor Call::output() const {
  const History& history = *result_.history;
  if (!history.saves_output) fail("backward of ", history.op->name, ": its rule reads the result without saving it");
  if (result_.storage->version != history.output_version) {
    fail("backward of ", history.op->name, ": its result of shape ", result_.sizes, " was changed in place by ",
         result_.storage->last_change, ", but the gradient needs it");
  }
  retain(&result_);
  return Tensor::adopt(&result_);
}

const Dims& Call::shape(int i) const {
  const TensorImpl* edge = result_.history->inputs()[i].edge;
  if (!edge)
    fail("backward of ", result_.history->op->name, ": its rule asks for the shape of input ", i,
         ", which needs no gradient");
  return edge->sizes;
}

bool Call::lies_transposed(int i) const {
  const TensorImpl* edge = result_.history->inputs()[i].edge;
  const int rank = edge ? edge->sizes.size() : 0;
  return rank >= 2 && edge->strides[rank - 2] == 1 && edge->strides[rank - 1] >= edge->sizes[rank - 2] &&
         edge->sizes[rank - 1] > 1;
}

const Attributes& Call::attributes() const { return *result_.history->attributes; }
CustomCall& Call::custom() const { return *result_.history->custom; }

}  // namespace descent
