// What ops that read or write at positions given by a tensor share.
#pragma once

#include "core/copy.h"
#include "core/elements.h"
#include "descent/ops.h"
#include "ops/along.h"
#include "ops/check.h"

namespace descent {

inline const TensorImpl& check_index(const char* name, const Tensor& index) {
  const TensorImpl& impl = impl_of(index, name);
  if (impl.dtype != int64) fail(name, ": the index must be int64, not ", impl.dtype);
  return impl;
}

inline const TensorImpl& check_vector_index(const char* name, const Tensor& index) {
  const TensorImpl& impl = check_index(name, index);
  if (impl.sizes.size() > 1) fail(name, ": the index must have one dimension, not shape ", impl.sizes);
  return impl;
}

inline void check_same_dtype(const char* name, const TensorImpl& x, const TensorImpl& source) {
  if (x.dtype != source.dtype) fail(name, ": x is ", x.dtype, " and source ", source.dtype, "; they must be the same");
}

inline namespace compute {

/// What a kernel found: the place in `index` of a position outside dimension `dim` of `size`, or -1.
inline void refuse_position(const char* name, std::int64_t place, const Tensor& index, int dim, std::int64_t size) {
  if (place < 0) return;
  fail(name, ": the index is ", elements_of<std::int64_t>(index)[place], " at ",
       position_of(place, index.impl()->sizes), ", which is out of range for dimension ", dim, " of size ", size);
}

}  // namespace compute

inline Attributes index_attribute(std::int64_t value) {
  Attributes attributes;
  attributes.index = value;
  return attributes;
}

inline namespace compute {

/// The first sizes[d] positions of each dimension.
inline Tensor corner(const TensorImpl& x, const Dims& sizes) {
  return Tensor::adopt(make_view(x, x.data, sizes, x.strides));
}

}  // namespace compute

/// The part of a tensor of shape `sizes` that `index` can reach: all of dimension `dim`, as much as it has of others.
inline Dims reach(const Dims& index, int dim, const Dims& sizes) {
  Dims result = index;
  if (dim < result.size()) result[dim] = sizes[dim];
  return result;
}

inline void check_reach(const char* name, const TensorImpl& x, int dim, const TensorImpl& index) {
  bool fits = x.sizes.size() == index.sizes.size();
  for (int d = 0; fits && d < x.sizes.size() && index.numel > 0; ++d) {
    fits = d == dim || index.sizes[d] <= x.sizes[d];
  }
  if (!fits) {
    fail(name, ": an index of shape ", index.sizes, " does not fit x of shape ", x.sizes,
         ": the rank must be the same, and no dimension but ", dim, " larger");
  }
}

inline namespace compute {

/// out = inputs[0] with the elements of inputs[2] brought by `kernel` to the positions inputs[1] along a dimension.
template <class Kernel>
void scatter_into(const char* name, const Kernel& kernel, Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const Tensor index = row_major(*inputs[1]);
  const TensorImpl& result = clone_elements(*inputs[0]->impl(), out);
  if (index.impl()->numel == 0) return;
  const Tensor source = row_major(*inputs[2]);
  const Dims sizes = reach(index.impl()->sizes, dim, result.sizes);
  const Tensor target = corner(result, sizes);
  const Tensor changed = row_major(target);
  const Along x = along(sizes, dim);
  const std::int64_t place =
      kernel(source.impl()->dtype, source.impl()->data, x.outer, x.n, x.inner, elements_of<std::int64_t>(index),
             along(index.impl()->sizes, dim).n, changed.impl()->data);
  refuse_position(name, place, index, dim, x.n);
  if (changed.impl() != target.impl()) copy_elements(name, *changed.impl(), *target.impl());
}

}  // namespace compute

/// The elements of `source` that `index` has places in x for; an Error where these do not fit together.
inline Tensor scattered_part(const char* name, const Tensor& x, int dim, const Tensor& index, const Tensor& source) {
  const TensorImpl& at = check_index(name, index);
  check_same_dtype(name, *x.impl(), impl_of(source, name));
  check_reach(name, *x.impl(), dim, at);
  const Dims& available = source.impl()->sizes;
  bool enough = available.size() == at.sizes.size();
  for (int k = 0; enough && k < available.size(); ++k) enough = at.sizes[k] <= available[k];
  if (!enough) fail(name, ": a source of shape ", available, " is too small for an index of shape ", at.sizes);
  Tensor used = source;
  for (int k = 0; k < available.size(); ++k) {
    if (available[k] > at.sizes[k]) used = narrow(used, k, 0, at.sizes[k]);
  }
  return used;
}

/// An Error unless `source` has x's shape with as many slices along `dim` as `index` has positions.
inline void check_slices(const char* name, const Tensor& x, int dim, const Tensor& index, const Tensor& source) {
  const TensorImpl& at = check_vector_index(name, index);
  check_same_dtype(name, *x.impl(), impl_of(source, name));
  Dims wanted = x.impl()->sizes;
  if (!wanted.empty()) wanted[dim] = at.numel;
  const bool fits = source.impl()->sizes == wanted && (!wanted.empty() || at.numel == 1);
  if (!fits) {
    fail(name, ": ", at.numel, " indices along dimension ", dim, " of shape ", x.impl()->sizes,
         " want a source of shape ", wanted, ", not ", source.impl()->sizes);
  }
}

}  // namespace descent
