#include "core/cast.h"

#include <cstring>

#include "core/iterate.h"
#include "core/op.h"
#include "kernels/element_size.h"

namespace descent {
namespace {

template <class Element>
void copy_kernel(const kernels::Operand* in, void* out, std::int64_t n) {
  const auto* source = static_cast<const Element*>(in[0].data);
  auto* target = static_cast<Element*>(out);
  if (in[0].step == 0) {
    std::fill_n(target, n, *source);
  } else {
    std::memmove(target, source, static_cast<std::size_t>(n) * sizeof(Element));
  }
}

kernels::ElementwiseKernel copy_kernel(std::size_t element_size) {
  return kernels::dispatch_size(element_size,
                                [](auto zero) -> kernels::ElementwiseKernel { return copy_kernel<decltype(zero)>; });
}

// dtype: what to convert to.
const Op to_op = {
    .name = "to",
    .compute = [](Inputs inputs, const Attributes& attributes) -> Tensor {
      const Tensor& input = *inputs[0];
      Tensor source = input.is_contiguous() ? input : clone_elements(input);
      Tensor result = Tensor::adopt(make_impl(source.impl()->sizes, attributes.dtype));
      kernels::cast(source.impl()->dtype, source.impl()->data, attributes.dtype, result.impl()->data,
                    source.impl()->numel);
      return result;
    },
    .gradients = {{[](const Tensor& gradient, const Call&) { return gradient; }}},
};

}  // namespace

Tensor cast_to(const Tensor& input, DType dtype) {
  if (impl_of(input, "to").dtype == dtype) return input;
  Attributes attributes;
  attributes.dtype = dtype;
  return apply(to_op, {&input}, attributes);
}

Tensor clone_elements(const Tensor& input) {
  const TensorImpl& impl = impl_of(input, "clone");
  Tensor result = Tensor::adopt(make_impl(impl.sizes, impl.dtype));
  copy_to_contiguous(impl, result.impl()->data);
  return result;
}

void copy_elements(const Tensor& source, const Tensor& target) {
  const TensorImpl& out = impl_of(target);
  const bool overlaps = source.impl()->storage == out.storage;
  const Tensor from = cast_to(overlaps ? clone_elements(source) : source, out.dtype);
  const Dims sizes = broadcast_shapes("copy_", from.impl()->sizes, out.sizes);
  if (!(sizes == out.sizes)) fail("copy_: shape ", from.impl()->sizes, " does not fit into ", out.sizes);
  const StridedOperand input = broadcast_operand(*from.impl(), sizes);
  run_elementwise(copy_kernel(size_of(out.dtype)), sizes, std::span(&input, 1), broadcast_operand(out, sizes));
}

}  // namespace descent
