// Elements moved and converted, layout or dtype changing: for ops while they compute. Nothing here is recorded.
#pragma once

#include "core/op.h"
#include "kernels/elementwise.h"

namespace descent {

/// A row-major copy.
Tensor clone_elements(const TensorImpl& input);
/// The same as what an op gives, itself given back.
TensorImpl& clone_elements(const TensorImpl& input, Output& out);
/// A row-major copy converted to `dtype`.
Tensor convert_elements(const TensorImpl& input, DType dtype);
void convert_elements(const TensorImpl& input, DType dtype, Output& out);
/// All zeros, as what an op gives, itself given back.
TensorImpl& zero_elements(const Dims& sizes, DType dtype, Output& out);
/// Writes the one element of `value`, converted, over those of `target`, which is row-major.
void fill_elements(const TensorImpl& value, const TensorImpl& target);
/// Writes the elements of `source`, broadcast and converted, over those of `target`; the two may overlap. An error
/// naming `what` where the shapes do not fit.
void copy_elements(const char* what, const TensorImpl& source, const TensorImpl& target);

/// Copies elements of `element_size` bytes: for who runs many kernels over a block of elements.
kernels::ElementwiseKernel copy_kernel(std::size_t element_size);

/// The same elements in row-major order: x itself if it has them so.
inline Tensor row_major(const Tensor& x) { return x.impl()->is_contiguous ? x : clone_elements(*x.impl()); }

template <class Element>
Element* elements_of(const TensorImpl& x) {
  return reinterpret_cast<Element*>(x.data);
}
template <class Element>
Element* elements_of(const Tensor& x) {
  return elements_of<Element>(*x.impl());
}

}  // namespace descent
