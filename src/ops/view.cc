// Views: ops that look at the same elements in another geometry.
#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "ops/diagonal.h"

namespace descent {
namespace {

// The strides with which `input` can be seen in another shape without copying, if there are any.
std::optional<Dims> view_strides(const TensorImpl& input, const Dims& shape) {
  if (input.numel == 0 || input.is_contiguous) return contiguous_strides(shape);
  Dims strides = Dims::filled(shape.size(), 1);
  int to = shape.size() - 1;
  for (int from = input.sizes.size() - 1; from >= 0;) {
    // A run of input dimensions that can be walked as one becomes a run of output dimensions.
    std::int64_t base = input.strides[from];
    std::int64_t extent = input.sizes[from];
    while (from > 0 && (input.sizes[from - 1] == 1 || input.strides[from - 1] == base * extent || extent == 1)) {
      if (extent == 1) base = input.strides[from - 1];
      --from;
      extent *= input.sizes[from];
    }
    std::int64_t stride = base;
    std::int64_t covered = 1;
    while (to >= 0 && covered < extent) {
      strides[to] = stride;
      covered *= shape[to];
      stride *= shape[to];
      --to;
    }
    if (covered != extent) return std::nullopt;
    --from;
  }
  for (; to >= 0; --to) strides[to] = 1;  // only sizes of 1 are left
  return strides;
}

// `shape` with its -1 replaced by what makes the number of elements fit.
Dims inferred_shape(const Dims& shape, const TensorImpl& input, const char* what) {
  Dims result = shape;
  int unknown = -1;
  std::int64_t known = 1;
  for (int d = 0; d < shape.size(); ++d) {
    if (shape[d] == -1 && unknown < 0) {
      unknown = d;
    } else if (shape[d] < 0) {
      fail(what, ": ", shape, " is no shape");
    } else if (__builtin_mul_overflow(known, shape[d], &known)) {
      fail(what, ": a tensor of shape ", shape, " is too large");
    }
  }
  if (unknown >= 0) {
    if (known == 0 || input.numel % known != 0) fail(what, ": shape ", input.sizes, " does not fit into ", shape);
    result[unknown] = input.numel / known;
  } else if (known != input.numel) {
    fail(what, ": shape ", input.sizes, " (", input.numel, " elements) does not fit into ", shape);
  }
  return result;
}

Tensor reshaped_view(const Tensor& x, const Dims& shape) {
  // sizes: the new shape.
  static constexpr Op op = {.name = "reshape",
                            .kind = Kind::view,
                            .view =
                                [](const TensorImpl& input, const Attributes& attributes) {
                                  const std::optional<Dims> strides = view_strides(input, attributes.sizes);
                                  if (!strides) {
                                    fail("view: a tensor of shape ", input.sizes, " and strides ", input.strides,
                                         " cannot be seen as ", attributes.sizes, " without copying; use reshape");
                                  }
                                  return make_view(input, input.data, attributes.sizes, *strides);
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) { return reshape(g, c.shape(0)); }}}};
  Attributes attributes;
  attributes.sizes = shape;
  return apply<op>({&x}, attributes);
}

// dims: {dimension, start, step}; index: how many. The gradient of one is the other.
struct Range {
  std::int64_t dim, start, step, count;
};
Attributes attributes_of(const Range& range) {
  Attributes attributes;
  attributes.dims = {range.dim, range.start, range.step};
  attributes.index = range.count;
  return attributes;
}
Range range_of(const Attributes& attributes) {
  return {attributes.dims[0], attributes.dims[1], attributes.dims[2], attributes.index};
}

inline namespace compute {

TensorImpl* view_range(const TensorImpl& input, const Range& range) {
  const int d = static_cast<int>(range.dim);
  Dims sizes = input.sizes, strides = input.strides;
  std::byte* data = input.data + range.start * strides[d] * static_cast<std::int64_t>(size_of(input.dtype));
  sizes[d] = range.count;
  strides[d] *= range.step;
  return make_view(input, data, sizes, strides);
}

}  // namespace compute

Tensor take_range(const Tensor& x, const Range& range);

// Zeros of the shape in `sizes`, with x in place of the range.
Tensor embed_range(const Tensor& x, const Range& range, const Dims& sizes) {
  static constexpr Op op = {
      .name = "embed_slice",
      .moves = true,
      .whole = Whole::embed_slice,
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const TensorImpl& result = zero_elements(attributes.sizes, inputs[0]->impl()->dtype, out);
            const Tensor range = Tensor::adopt(view_range(result, range_of(attributes)));
            copy_elements("embed_slice", *inputs[0]->impl(), *range.impl());
          },
      .gradients = {{[](const Tensor& g, const Call& c) { return take_range(g, range_of(c.attributes())); }}}};
  Attributes attributes = attributes_of(range);
  attributes.sizes = sizes;
  return apply<op>({&x}, attributes);
}

Tensor take_range(const Tensor& x, const Range& range) {
  static constexpr Op op = {
      .name = "slice",
      .kind = Kind::view,
      .view = [](const TensorImpl& input,
                 const Attributes& attributes) { return view_range(input, range_of(attributes)); },
      .gradients = {
          {[](const Tensor& g, const Call& c) { return embed_range(g, range_of(c.attributes()), c.shape(0)); }}}};
  return apply<op>({&x}, attributes_of(range));
}

inline namespace compute {

// dims: {offset, first dimension, second dimension}.
TensorImpl* view_diagonal(const TensorImpl& input, const Dims& dims) {
  const std::int64_t offset = dims[0];
  const int dim1 = static_cast<int>(dims[1]), dim2 = static_cast<int>(dims[2]);
  const std::int64_t down = std::max<std::int64_t>(-offset, 0), right = std::max<std::int64_t>(offset, 0);
  const std::int64_t length = std::max<std::int64_t>(std::min(input.sizes[dim1] - down, input.sizes[dim2] - right), 0);
  std::byte* data = input.data;
  if (length > 0) {
    data +=
        (down * input.strides[dim1] + right * input.strides[dim2]) * static_cast<std::int64_t>(size_of(input.dtype));
  }
  Dims sizes, strides;
  for (int d = 0; d < input.sizes.size(); ++d) {
    if (d == dim1 || d == dim2) continue;
    sizes.push_back(input.sizes[d]);
    strides.push_back(input.strides[d]);
  }
  sizes.push_back(length);
  strides.push_back(input.strides[dim1] + input.strides[dim2]);
  return make_view(input, data, sizes, strides);
}

}  // namespace compute

}  // namespace

Tensor embed_diagonal(const Tensor& x, const Dims& dims, const Dims& sizes) {
  static constexpr Op op = {.name = "embed_diagonal",
                            .moves = true,
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const TensorImpl& result =
                                      zero_elements(attributes.sizes, inputs[0]->impl()->dtype, out);
                                  const Tensor on = Tensor::adopt(view_diagonal(result, attributes.dims));
                                  copy_elements("embed_diagonal", *inputs[0]->impl(), *on.impl());
                                },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              const Dims& dims = c.attributes().dims;
                              return diagonal(g, dims[0], dims[1], dims[2]);
                            }}}};
  Attributes attributes;
  attributes.dims = dims;
  attributes.sizes = sizes;
  return apply<op>({&x}, attributes);
}

Tensor reshape(const Tensor& x, const Dims& shape) {
  const TensorImpl& input = impl_of(x, "reshape");
  const Dims sizes = inferred_shape(shape, input, "reshape");
  return reshaped_view(view_strides(input, sizes) ? x : x.contiguous(), sizes);
}

Tensor permute(const Tensor& x, const Dims& dims) {
  // dims: which input dimension becomes dimension 0, 1, ... of the result.
  static constexpr Op op = {.name = "permute",
                            .kind = Kind::view,
                            .view = [](const TensorImpl& input,
                                       const Attributes& attributes) { return permuted_view(input, attributes.dims); },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              const Dims& dims = c.attributes().dims;
                              Dims inverse = dims;
                              for (int d = 0; d < dims.size(); ++d) inverse[static_cast<int>(dims[d])] = d;
                              return permute(g, inverse);
                            }}}};
  const int rank = impl_of(x, "permute").sizes.size();
  if (dims.size() != rank) fail("permute: ", dims, " does not name each of ", rank, " dimensions once");
  Attributes attributes;
  if (rank > 0) attributes.dims = wrap_dims(dims, rank, "permute");
  return apply<op>({&x}, attributes);
}

Tensor transpose(const Tensor& x, std::int64_t dim0, std::int64_t dim1) {
  const int rank = impl_of(x, "transpose").sizes.size();
  const int first = wrap_dim(dim0, rank, "transpose"), second = wrap_dim(dim1, rank, "transpose");
  Dims dims;
  for (int d = 0; d < rank; ++d) dims.push_back(d);
  if (rank > 0) std::swap(dims[first], dims[second]);
  return permute(x, dims);
}

Tensor expand(const Tensor& x, const Dims& shape) {
  // sizes: the result's shape. The backward walk sums the gradient back to the input's.
  static constexpr Op op = {.name = "expand",
                            .kind = Kind::view,
                            .view = [](const TensorImpl& input,
                                       const Attributes& attributes) { return expanded_view(input, attributes.sizes); },
                            .gradients = {{[](const Tensor& g, const Call&) { return g; }}}};
  const TensorImpl& input = impl_of(x, "expand");
  const int shift = shape.size() - input.sizes.size();
  Attributes attributes;
  attributes.sizes = shape;
  for (int d = 0; d < shape.size(); ++d) {
    std::int64_t& size = attributes.sizes[d];
    if (d >= shift && shift >= 0) {
      const std::int64_t own = input.sizes[d - shift];
      if (size == -1) size = own;
      if (size == own || own == 1) continue;
    } else if (size >= 0 && shift >= 0) {
      continue;
    }
    fail("expand: a tensor of shape ", input.sizes, " cannot be expanded to ", shape);
  }
  if (shift < 0) fail("expand: a tensor of shape ", input.sizes, " cannot be expanded to ", shape);
  return apply<op>({&x}, attributes);
}

Tensor squeeze(const Tensor& x) {
  Dims sizes;
  for (const std::int64_t size : impl_of(x, "squeeze").sizes) {
    if (size != 1) sizes.push_back(size);
  }
  return reshaped_view(x, sizes);
}

Tensor squeeze(const Tensor& x, const Dims& dims) {
  const TensorImpl& input = impl_of(x, "squeeze");
  Dims named, sizes;
  for (const std::int64_t dim : dims) named.push_back(wrap_dim(dim, input.sizes.size(), "squeeze"));
  for (int d = 0; d < input.sizes.size(); ++d) {
    if (input.sizes[d] != 1 || !named.contains(d)) sizes.push_back(input.sizes[d]);
  }
  return reshaped_view(x, sizes);
}

Tensor unsqueeze(const Tensor& x, std::int64_t dim) {
  Dims sizes = impl_of(x, "unsqueeze").sizes;
  sizes.insert(wrap_dim(dim, sizes.size() + 1, "unsqueeze"), 1);
  return reshaped_view(x, sizes);
}

Tensor flatten(const Tensor& x, std::int64_t start_dim, std::int64_t end_dim) {
  const Dims& sizes = impl_of(x, "flatten").sizes;
  const int start = wrap_dim(start_dim, sizes.size(), "flatten"), end = wrap_dim(end_dim, sizes.size(), "flatten");
  if (start > end) fail("flatten: start_dim ", start, " comes after end_dim ", end);
  if (sizes.empty()) return reshape(x, {1});
  Dims flat;
  std::int64_t joined = 1;
  for (int d = 0; d < sizes.size(); ++d) {
    if (d >= start && d <= end) joined *= sizes[d];
    if (d < start || d > end) flat.push_back(sizes[d]);
    if (d == end) flat.push_back(joined);
  }
  return reshape(x, flat);
}

Tensor diagonal(const Tensor& x, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  static constexpr Op op = {.name = "diagonal",
                            .kind = Kind::view,
                            .view = [](const TensorImpl& input,
                                       const Attributes& attributes) { return view_diagonal(input, attributes.dims); },
                            .gradients = {{[](const Tensor& g, const Call& c) {
                              return embed_diagonal(g, c.attributes().dims, c.shape(0));
                            }}}};
  const int rank = impl_of(x, "diagonal").sizes.size();
  if (rank < 2) fail("diagonal: a tensor of rank ", rank, " has none; at least 2 dimensions are needed");
  Attributes attributes;
  attributes.dims = {offset, wrap_dim(dim1, rank, "diagonal"), wrap_dim(dim2, rank, "diagonal")};
  if (attributes.dims[1] == attributes.dims[2]) fail("diagonal: dimensions ", dim1, " and ", dim2, " are the same");
  return apply<op>({&x}, attributes);
}

Tensor slice(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step) {
  const Dims& sizes = impl_of(x, "slice").sizes;
  if (sizes.empty()) fail("slice: a tensor of rank 0 has no dimension to slice");
  const int d = wrap_dim(dim, sizes.size(), "slice");
  if (step <= 0) fail("slice: step = ", step, " must be positive (flip turns a tensor round)");
  const std::int64_t size = sizes[d];
  const auto clip = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  const std::int64_t from = clip(start), to = std::max(clip(end), from);
  return take_range(x, {d, from, step, (to - from + step - 1) / step});
}

Tensor narrow(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t length) {
  const Dims& sizes = impl_of(x, "narrow").sizes;
  const int d = wrap_dim(dim, sizes.size(), "narrow");
  const std::int64_t from = start < 0 && !sizes.empty() ? start + sizes[d] : start;
  if (sizes.empty() || from < 0 || length < 0 || from > sizes[d] - length) {
    fail("narrow: ", length, " positions from ", start, " on leave dimension ", dim, " of shape ", sizes);
  }
  return take_range(x, {d, from, 1, length});
}

Tensor select(const Tensor& x, std::int64_t dim, std::int64_t index) {
  const Dims& sizes = impl_of(x, "select").sizes;
  if (sizes.empty()) fail("select: a tensor of rank 0 cannot be indexed; item() reads its value");
  const int d = wrap_dim(dim, sizes.size(), "select");
  if (index < -sizes[d] || index >= sizes[d]) {
    fail("select: index ", index, " is out of range for dimension ", d, " of shape ", sizes);
  }
  return squeeze(take_range(x, {d, index < 0 ? index + sizes[d] : index, 1, 1}), d);
}

Tensor Tensor::reshape(const Dims& shape) const { return descent::reshape(*this, shape); }
Tensor Tensor::view(const Dims& shape) const {
  return reshaped_view(*this, inferred_shape(shape, impl_of(*this, "view"), "view"));
}
Tensor Tensor::transpose(std::int64_t dim0, std::int64_t dim1) const { return descent::transpose(*this, dim0, dim1); }
Tensor Tensor::t() const {
  if (dim() > 2) fail("t: a tensor of rank ", dim(), " has no one transpose; use transpose or permute");
  return dim() < 2 ? *this : descent::transpose(*this, 0, 1);
}
Tensor Tensor::permute(const Dims& dims) const { return descent::permute(*this, dims); }
Tensor Tensor::expand(const Dims& shape) const { return descent::expand(*this, shape); }
Tensor Tensor::squeeze() const { return descent::squeeze(*this); }
Tensor Tensor::squeeze(const Dims& dims) const { return descent::squeeze(*this, dims); }
Tensor Tensor::unsqueeze(std::int64_t dim) const { return descent::unsqueeze(*this, dim); }
Tensor Tensor::flatten(std::int64_t start_dim, std::int64_t end_dim) const {
  return descent::flatten(*this, start_dim, end_dim);
}
Tensor Tensor::diagonal(std::int64_t offset, std::int64_t dim1, std::int64_t dim2) const {
  return descent::diagonal(*this, offset, dim1, dim2);
}
Tensor Tensor::select(std::int64_t dim, std::int64_t index) const { return descent::select(*this, dim, index); }
Tensor Tensor::slice(std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step) const {
  return descent::slice(*this, dim, start, end, step);
}

Tensor Tensor::view_as(const Tensor& other) const { return view(impl_of(other, "view_as").sizes); }
Tensor Tensor::reshape_as(const Tensor& other) const { return reshape(impl_of(other, "reshape_as").sizes); }
Tensor Tensor::expand_as(const Tensor& other) const { return expand(impl_of(other, "expand_as").sizes); }

}  // namespace descent
