// Changes in place.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/elements.h"
#include "core/history.h"
#include "core/observer.h"
#include "core/plan.h"

namespace descent {
namespace {

// Whether writing into `out` may change elements of `input` before they are read: element by element it does unless
// both lie alike; what an op writes elsewhere, it can.
bool overlaps(const Op& op, const TensorImpl& input, const TensorImpl& out) {
  if (&input == &out || input.storage != out.storage) return false;
  return op.kind == Kind::write ||
         !(input.data == out.data && input.sizes == out.sizes && input.strides == out.strides);
}

[[gnu::noinline]] void run_converted(const char* name, const Op& op, Inputs inputs, Plan& plan, const TensorImpl& out) {
  Tensor converted[kMaxOperands];
  const Tensor* operands[kMaxOperands];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    operands[i] = inputs[i];
    if ((plan.to_cast >> i & 1) == 0) continue;
    converted[i] = convert_elements(*inputs[i]->impl(), plan.dtype);
    operands[i] = &converted[i];
  }
  const Inputs alike(operands, inputs.size());
  make_plan(op, alike, false, plan);
  run_plan(name, op, alike, plan, out);
}

[[gnu::always_inline]] inline void run(const char* name, const Op& op, Inputs inputs, const Attributes& attributes,
                                       const TensorImpl& out) {
  if (op.kind == Kind::write) return op.write(inputs, attributes, out);
  Plan plan;
  make_plan(op, inputs, false, plan);
  if (plan.to_cast != 0) [[unlikely]]
    return run_converted(name, op, inputs, plan, out);
  run_plan(name, op, inputs, plan, out);
}

// With copies of the inputs that the change would reach before they are read.
[[gnu::noinline]] void run_apart(const char* name, const Op& op, Inputs inputs, const Attributes& attributes,
                                 const TensorImpl& out) {
  std::vector<Tensor> copies(inputs.size());
  std::vector<const Tensor*> operands(inputs.begin(), inputs.end());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!overlaps(op, *inputs[i]->impl(), out)) continue;
    copies[i] = clone_elements(*inputs[i]->impl());
    operands[i] = &copies[i];
  }
  run(name, op, operands, attributes, out);
}

}  // namespace

void check_change(const char* name, const Tensor& target) {
  const TensorImpl& impl = impl_of(target, name);
  if (apply_mode.records && impl.requires_grad) {
    if (impl.history) {
      fail(name, ": a tensor of shape ", impl.sizes, " made by ", impl.history->op->name,
           " has history, which a change in place would make wrong; compute a new tensor, or detach it");
    }
    fail(name, ": a leaf of shape ", impl.sizes,
         " that requires gradients is changed in place while recording; do it inside NoGrad");
  }
  for (int d = 0; !impl.is_contiguous && d < impl.sizes.size(); ++d) {
    if (impl.strides[d] == 0 && impl.sizes[d] > 1) {
      fail(name, ": a tensor expanded to ", impl.sizes, " has elements that share memory; clone() it first");
    }
  }
}

void write_new(const Op& op, const Tensor& fresh, Inputs inputs, const Attributes& attributes) {
  {
    const Computing computing(op);
    op.write(inputs, attributes, *fresh.impl());
  }
  show_result(op, inputs, attributes, fresh);
}

void run_into(const char* name, const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& out,
              const kernels::Finish* finish) try {
  if (op.kind == Kind::whole) {
    Output output(out, finish);
    return op.compute(inputs, attributes, output);
  }
  const auto reaches = [&](const Tensor* input) { return overlaps(op, *input->impl(), out); };
  if (std::none_of(inputs.begin(), inputs.end(), reaches))
    run(name, op, inputs, attributes, out);
  else
    run_apart(name, op, inputs, attributes, out);
} catch (...) {
  rethrow_naming(name);
}

void apply_in_place(const char* name, const Op& op, const Tensor& target, Inputs inputs,
                    const Attributes& attributes) try {
  const TensorImpl& out = impl_of(target, name);
  bool apart = true;
  for (const Tensor* input : inputs) {
    const TensorImpl& impl = impl_of(*input, name);
    if (apply_mode.records && impl.requires_grad && &impl != &out) {
      fail(name, ": an input of shape ", impl.sizes, " requires gradients, which a change in place does not record");
    }
    apart = apart && !overlaps(op, impl, out);
  }
  check_change(name, target);
  {
    const Computing computing(op);
    if (apart) [[likely]]
      run(name, op, inputs, attributes, out);
    else
      run_apart(name, op, inputs, attributes, out);
  }
  ++out.storage->version;
  out.storage->last_change = name;
  show_change(op, inputs, attributes, target);
} catch (...) {
  rethrow_naming(name);
}

}  // namespace descent
