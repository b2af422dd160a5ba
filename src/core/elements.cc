#include "core/elements.h"

#include <cstring>

#include "core/iterate.h"
#include "core/promotion.h"
#include "kernels/element_size.h"
#include "kernels/parallel.h"

namespace descent {
namespace {

template <class Element>
void copy_block(const kernels::Operand* in, void* out, std::int64_t n) {
  const auto* source = static_cast<const Element*>(in[0].data);
  auto* target = static_cast<Element*>(out);
  if (in[0].step == 0) {
    kernels::fill_run(target, n, *source);
  } else {
    std::memmove(target, source, static_cast<std::size_t>(n) * sizeof(Element));
  }
}

}  // namespace

kernels::ElementwiseKernel copy_kernel(std::size_t element_size) {
  return kernels::dispatch_size(element_size,
                                [](auto zero) -> kernels::ElementwiseKernel { return copy_block<decltype(zero)>; });
}

TensorImpl& clone_elements(const TensorImpl& input, Output& out) {
  TensorImpl& result = out.make(input.sizes, input.dtype);
  copy_to_contiguous(input, result.data);
  return result;
}

Tensor clone_elements(const TensorImpl& input) {
  Output out;
  clone_elements(input, out);
  return out.take();
}

TensorImpl& zero_elements(const Dims& sizes, DType dtype, Output& out) {
  TensorImpl& result = out.make(sizes, dtype);
  std::memset(result.data, 0, static_cast<std::size_t>(result.numel) * size_of(dtype));
  return result;
}

void convert_elements(const TensorImpl& input, DType dtype, Output& out) {
  if (!input.is_contiguous) {
    const Tensor in_order = clone_elements(input);
    return convert_elements(*in_order.impl(), dtype, out);
  }
  kernels::cast(input.dtype, input.data, dtype, out.make(input.sizes, dtype).data, input.numel);
}

Tensor convert_elements(const TensorImpl& input, DType dtype) {
  Output out;
  convert_elements(input, dtype, out);
  return out.take();
}

void fill_elements(const TensorImpl& value, const TensorImpl& target) {
  dispatch(target.dtype, [&](auto zero) {
    using Element = decltype(zero);
    Element element;
    if (value.dtype == float64 && is_floating_point(target.dtype))
      element = static_cast<Element>(*elements_of<double>(value));
    else
      kernels::cast(value.dtype, value.data, target.dtype, &element, 1);
    if (target.numel == 1) {  // as where every backward pass begins
      *elements_of<Element>(target) = element;
      return;
    }
    kernels::parallel_for(target.numel, kernels::kElementGrain, [&](std::int64_t begin, std::int64_t end) {
      kernels::fill_run(elements_of<Element>(target) + begin, end - begin, element);
    });
  });
}

void copy_elements(const char* what, const TensorImpl& source, const TensorImpl& target) {
  if (source.dtype != target.dtype) {
    const Tensor converted = convert_elements(source, target.dtype);
    return copy_elements(what, *converted.impl(), target);
  }
  const Dims sizes = broadcast_shapes(what, source.sizes, target.sizes);
  if (!(sizes == target.sizes)) fail(what, ": shape ", source.sizes, " does not fit into ", target.sizes);
  const Tensor apart = source.storage == target.storage ? clone_elements(source) : Tensor();
  const StridedOperand input = broadcast_operand(apart.defined() ? *apart.impl() : source, sizes);
  run_elementwise(copy_kernel(size_of(target.dtype)), sizes, std::span(&input, 1), broadcast_operand(target, sizes));
}

}  // namespace descent
