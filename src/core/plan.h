// How an elementwise op goes about one call: the dtype in which it computes, the shape of the result, where each
// operand lies. Decided here, once; read by whoever then computes, records or watches.
#pragma once

#include "core/apply.h"
#include "core/iterate.h"
#include "core/promotion.h"

namespace descent {

/// A number converted to the dtype of the others: no op, and no tensor.
struct ConvertedNumber {
  alignas(8) std::byte bytes[kMaxElementSize];
};

/// Writes the number at `number`, a `from`, to `out` as a `to`.
void convert_any_number(DType from, const std::byte* number, DType to, ConvertedNumber& out);
inline void convert_number(DType from, const std::byte* number, DType to, ConvertedNumber& out) {
  if (from == float64 && to == float32) {  // what every option of an optimizer comes to
    *reinterpret_cast<float*>(out.bytes) = static_cast<float>(*reinterpret_cast<const double*>(number));
  } else {
    convert_any_number(from, number, to, out);
  }
}

struct Plan {
  DType dtype;  // in which it computes
  DType result_dtype;
  bool requires_grad;     // an input's gradient is to be recorded
  bool in_rows;           // every operand is row-major, and of the result's shape, or one element repeated
  std::uint32_t to_cast;  // a bit for each input that an op must convert before; the rest is as if that were done
  // In rows:
  const Dims* shape;       // of the result
  const TensorImpl* like;  // an input of the result's geometry, if there is one
  std::int64_t numel;
  kernels::Operand operands[kMaxOperands];
  ConvertedNumber numbers[kMaxOperands];
};

/// Whether every element is the same one in memory: an expanded scalar, as the gradient of a sum is.
inline bool repeats_one_element(const TensorImpl& input) {
  for (int d = 0; d < input.sizes.size(); ++d) {
    if (input.strides[d] != 0 && input.sizes[d] != 1) return false;
  }
  return true;
}

[[noreturn]] void fail_condition(const Op& op, DType dtype);

template <int count>
[[gnu::always_inline]] inline void make_plan(const Op& op, const Tensor* const* inputs, bool records, Plan& plan) {
  const int first = count < 3 ? 0 : op.first_typed_input;
  // Among tensors with dimensions that have one floating dtype, all else gives way.
  const TensorImpl* with_dims = nullptr;
  bool one_dtype = true;
#pragma GCC unroll 3
  for (int i = 0; i < count; ++i) {
    const TensorImpl& input = impl_of(*inputs[i], op.name);
    if (i < first || input.sizes.empty()) continue;
    if (!with_dims) with_dims = &input;
    one_dtype = one_dtype && input.dtype == with_dims->dtype;
  }
  const DType dtype = with_dims && one_dtype && is_floating_point(with_dims->dtype)
                          ? with_dims->dtype
                          : common_dtype(op, Inputs(inputs + first, static_cast<std::size_t>(count - first)));
  // Kept in registers until all is known.
  bool requires_grad = false, in_rows = true;
  std::uint32_t to_cast = 0;
  const TensorImpl* shape = nullptr;  // whose shape is the result's, as far as the inputs before say
  const TensorImpl* like = nullptr;
#pragma GCC unroll 3
  for (int i = 0; i < count; ++i) {
    const TensorImpl& input = *inputs[i]->impl();
    const bool needs_gradient = records && input.requires_grad;
    requires_grad = requires_grad || needs_gradient;
    const std::byte* data = input.data;
    std::int64_t step = input.numel != 1;
    if (input.dtype != (i < first ? boolean : dtype)) [[unlikely]] {
      if (i < first) fail_condition(op, input.dtype);
      // Of rank 0, with no gradient to pass: not worth an op.
      if (input.is_number || (input.sizes.empty() && !needs_gradient)) {
        convert_number(input.dtype, input.data, dtype, plan.numbers[i]);
        data = plan.numbers[i].bytes;
      } else {
        to_cast |= 1u << i;
      }
    }
    if (!input.is_contiguous) {
      if (repeats_one_element(input))
        step = 0;
      else
        in_rows = false;
    }
    plan.operands[i] = {data, step};
    if (!shape || (shape->numel == 1 && input.sizes.size() >= shape->sizes.size())) {
      shape = &input;  // what came before is one element, repeated
      like = input.is_contiguous ? &input : nullptr;
    } else if (input.sizes == shape->sizes) {
      if (!like && input.is_contiguous) like = &input;
    } else if (input.numel != 1 || input.sizes.size() > shape->sizes.size()) {
      in_rows = false;
    }
  }
  plan.dtype = dtype;
  plan.result_dtype = op.to_bool ? boolean : dtype;
  plan.requires_grad = requires_grad;
  plan.in_rows = in_rows;
  plan.to_cast = to_cast;
  plan.shape = &shape->sizes;
  plan.like = like;
  plan.numel = shape->numel;
}

/// `records`: whether gradients that inputs require are.
[[gnu::always_inline]] inline void make_plan(const Op& op, Inputs inputs, bool records, Plan& plan) {
  switch (inputs.size()) {
    case 1:
      return make_plan<1>(op, inputs.data(), records, plan);
    case 2:
      return make_plan<2>(op, inputs.data(), records, plan);
    default:
      return make_plan<3>(op, inputs.data(), records, plan);
  }
}

inline constexpr std::int64_t kSerial = 4096;  // elements that are not worth a thought about threads

TensorImpl* run_large_plan(const Op& op, Inputs inputs, const Plan& plan);
void run_large_plan(const char* name, const Op& op, Inputs inputs, const Plan& plan, const TensorImpl& target);

/// The result of a plan that has nothing to cast, in a new tensor.
[[gnu::always_inline]] inline TensorImpl* run_plan(const Op& op, Inputs inputs, const Plan& plan) {
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, plan.dtype);
  if (!plan.in_rows || !plan.like || plan.numel > kSerial || !kernel) [[unlikely]]
    return run_large_plan(op, inputs, plan);
  TensorImpl* result = make_impl_like(*plan.like, plan.result_dtype);
  if (plan.numel > 0) kernel(plan.operands, result->data, plan.numel);
  return result;
}

/// The same, written into `target`; `name` is the function that its user called.
[[gnu::always_inline]] inline void run_plan(const char* name, const Op& op, Inputs inputs, const Plan& plan,
                                            const TensorImpl& target) {
  const kernels::ElementwiseKernel kernel = kernels::elementwise(op.formula, plan.dtype);
  if (!plan.in_rows || !plan.like || plan.numel > kSerial || !kernel || target.dtype != plan.result_dtype ||
      !target.is_contiguous || !(plan.like == &target || target.sizes == plan.like->sizes)) [[unlikely]] {
    return run_large_plan(name, op, inputs, plan, target);
  }
  if (plan.numel > 0) kernel(plan.operands, target.data, plan.numel);
}

}  // namespace descent
