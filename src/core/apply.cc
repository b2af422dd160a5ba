#include "core/apply.h"

#include <new>

#include "core/copy.h"
#include "core/history.h"
#include "core/observer.h"
#include "core/plan.h"
#include "descent/grad_mode.h"

namespace descent {

constinit thread_local ApplyMode apply_mode;

namespace {

// What every op comes to.
[[gnu::always_inline]] inline Tensor finish(const Op& op, Inputs inputs, const Attributes& attributes,
                                            TensorImpl* result, bool requires_grad) {
  Tensor tensor = Tensor::adopt(result);
  if (requires_grad) record(op, inputs, attributes, *result);
  show_result(op, inputs, attributes, tensor);
  return tensor;
}

// The op, applied to `inputs` converted to `dtype` where `is_other(i)`.
template <class IsOther>
Tensor apply_converted(const Op& op, Inputs inputs, const Attributes& attributes, DType dtype,
                       const IsOther& is_other) {
  std::vector<Tensor> converted(inputs.size());
  std::vector<const Tensor*> alike(inputs.begin(), inputs.end());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!is_other(i)) continue;
    converted[i] = cast_to(*inputs[i], dtype);
    alike[i] = &converted[i];
  }
  return apply(op, alike, attributes);
}

[[gnu::noinline]] Tensor apply_converted(const Op& op, Inputs inputs, const Plan& plan) {
  return apply_converted(op, inputs, kNoAttributes, plan.dtype,
                         [&plan](std::size_t i) { return (plan.to_cast >> i & 1) != 0; });
}

[[gnu::noinline]] Tensor apply_view(const Op& op, Inputs inputs, const Attributes& attributes) {
  TensorImpl* result = op.view(impl_of(*inputs[0], op.name), attributes);
  return finish(op, inputs, attributes, result, apply_mode.records);
}

Tensor compute(const Op& op, Inputs inputs, const Attributes& attributes) {
  const Computing computing(op);
  Output output;
  op.compute(inputs, attributes, output);
  return output.take();
}

// The same of its parts, for who watches and wants to see those.
[[gnu::noinline]] Tensor compose(const Op& op, Inputs inputs, const Attributes& attributes) {
  const NoGrad no_grad;
  Tensor result = op.compose(inputs, attributes);
  apply_mode.observer->taken_apart(op, inputs, attributes, result);
  return result;
}

// The op, applied to inputs some of which are of types that are computed in others.
[[gnu::noinline]] Tensor apply_computed(const Op& op, Inputs inputs, const Attributes& attributes) {
  std::vector<Tensor> converted;
  for (const Tensor* input : inputs) converted.push_back(cast_to(*input, computed_dtype(input->impl()->dtype)));
  std::vector<const Tensor*> alike;
  for (const Tensor& input : converted) alike.push_back(&input);
  const Tensor result = apply(op, alike, attributes);
  const DType given = result.impl()->dtype;
  if (!is_floating_point(given) && !op.keeps_integers) return result;
  for (const Tensor* input : inputs) {
    const DType dtype = input->impl()->dtype;
    if (!is_computed(dtype)) return computed_dtype(dtype) == given ? cast_to(result, dtype) : result;
  }
  return result;
}

[[gnu::noinline]] Tensor apply_whole(const Op& op, Inputs inputs, const Attributes& attributes) {
  bool all_computed = true;
  for (const Tensor* input : inputs) all_computed = all_computed && is_computed(impl_of(*input, op.name).dtype);
  if (!all_computed && !op.moves) [[unlikely]]
    return apply_computed(op, inputs, attributes);
  if (op.promotion != Promotion::none) {
    const DType dtype = common_dtype(op, inputs);
    const auto is_other = [&](std::size_t i) { return inputs[i]->impl()->dtype != dtype; };
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (is_other(i)) return apply_converted(op, inputs, attributes, dtype, is_other);
    }
  }
  const bool in_parts = op.compose && apply_mode.observer && apply_mode.observer->takes_apart(op, inputs);
  Tensor result = in_parts ? compose(op, inputs, attributes) : compute(op, inputs, attributes);
  if (apply_mode.records) record(op, inputs, attributes, *result.impl());
  if (!in_parts) show_result(op, inputs, attributes, result);
  return result;
}

}  // namespace

[[gnu::cold]] void rethrow_naming(const char* op) {
  try {
    throw;
  } catch (const OutOfMemory& error) {
    if (error.names_op()) throw;
    throw OutOfMemory(op, error.bytes());
  } catch (const std::bad_alloc&) {
    throw OutOfMemory(op, 0);
  }
}

Tensor apply(const Op& op, Inputs inputs, const Attributes& attributes) try {
  if (op.kind == Kind::view) return apply_view(op, inputs, attributes);
  if (op.kind != Kind::elementwise) return apply_whole(op, inputs, attributes);
  Plan plan;
  make_plan(op, inputs, apply_mode.records, plan);
  if (plan.to_cast != 0) [[unlikely]]
    return apply_converted(op, inputs, plan);
  return finish(op, inputs, kNoAttributes, run_plan(op, inputs, plan), plan.requires_grad && !op.to_bool);
} catch (...) {
  rethrow_naming(op.name);
}

}  // namespace descent
