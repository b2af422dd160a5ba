#include "core/plan.h"

#include "core/elements.h"

namespace descent {
namespace {

kernels::ElementwiseKernel kernel_of(const Op& op, DType dtype) {
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, dtype);
  if (!kernel) [[unlikely]]
    fail(op.name, " is not defined for ", dtype);
  return kernel;
}

std::size_t element_size(const Op& op, const Plan& plan, std::size_t input) {
  return size_of(static_cast<int>(input) < op.first_typed_input ? boolean : plan.dtype);
}

void run_in_rows(const Op& op, std::size_t count, const Plan& plan, kernels::ElementwiseKernel kernel,
                 const TensorImpl& out) {
  std::size_t sizes[kMaxOperands];
  for (std::size_t i = 0; i < count; ++i) sizes[i] = element_size(op, plan, i);
  run_contiguous(kernel, std::span(plan.operands, count), std::span(sizes, count), out.data, size_of(out.dtype),
                 out.numel);
}

Dims shape_of(const Op& op, Inputs inputs) {
  Dims shape = inputs[0]->impl()->sizes;
  for (const Tensor* input : inputs.subspan(1)) shape = broadcast_shapes(op.name, shape, input->impl()->sizes);
  return shape;
}

[[gnu::noinline]] void run_strided(const Op& op, Inputs inputs, const Plan& plan, kernels::ElementwiseKernel kernel,
                                   const TensorImpl& out) {
  StridedOperand strided[kMaxOperands];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    strided[i] = broadcast_operand(*inputs[i]->impl(), out.sizes);
    strided[i].data = static_cast<std::byte*>(const_cast<void*>(plan.operands[i].data));  // perhaps a converted number
    strided[i].element_size = element_size(op, plan, i);
  }
  run_elementwise(kernel, out.sizes, std::span(strided, inputs.size()), broadcast_operand(out, out.sizes));
}

// A result that is computed in another dtype than that of the tensor it goes into.
[[gnu::noinline]] void run_and_convert(const char* name, const Op& op, Inputs inputs, const Plan& plan,
                                       const TensorImpl& target) {
  if (kind_of(plan.result_dtype) > kind_of(target.dtype)) {
    fail(name, ": a result of ", plan.result_dtype, " cannot be stored in a tensor of ", target.dtype);
  }
  const Tensor result = Tensor::adopt(run_plan(op, inputs, plan));
  copy_elements(name, *result.impl(), target);
}

}  // namespace

void convert_any_number(DType from, const std::byte* number, DType to, ConvertedNumber& out) {
  if (!is_floating_point(to) || !is_computed(to)) return kernels::cast(from, number, to, out.bytes, 1);
  dispatch(from, [&](auto zero) {
    const auto value = *reinterpret_cast<const decltype(zero)*>(number);
    dispatch_floating("to", to, [&](auto target) {
      *reinterpret_cast<decltype(target)*>(out.bytes) = static_cast<decltype(target)>(value);
    });
  });
}

void fail_condition(const Op& op, DType dtype) { fail(op.name, ": the condition must be bool, not ", dtype); }

TensorImpl* run_large_plan(const Op& op, Inputs inputs, const Plan& plan) {
  const kernels::ElementwiseKernel kernel = kernel_of(op, plan.dtype);
  TensorImpl* result;
  if (plan.in_rows) [[likely]] {
    result = plan.like ? make_impl_like(*plan.like, plan.result_dtype) : make_impl(*plan.shape, plan.result_dtype);
    run_in_rows(op, inputs.size(), plan, kernel, *result);
  } else {
    result = make_impl(shape_of(op, inputs), plan.result_dtype);
    run_strided(op, inputs, plan, kernel, *result);
  }
  return result;
}

void run_large_plan(const char* name, const Op& op, Inputs inputs, const Plan& plan, const TensorImpl& target) {
  const kernels::ElementwiseKernel kernel = kernel_of(op, plan.dtype);
  if (target.dtype != plan.result_dtype) [[unlikely]]
    return run_and_convert(name, op, inputs, plan, target);
  if (plan.in_rows && target.is_contiguous && (plan.numel == 1 || *plan.shape == target.sizes)) {
    return run_in_rows(op, inputs.size(), plan, kernel, target);
  }
  if (const Dims shape = shape_of(op, inputs); !(shape == target.sizes)) {
    const Dims common = broadcast_shapes(op.name, shape, target.sizes);
    if (!(common == target.sizes))
      fail(name, ": inputs broadcast to ", common, ", which does not fit into a tensor of shape ", target.sizes);
  }
  run_strided(op, inputs, plan, kernel, target);
}

}  // namespace descent
