// What can stand between the brackets of x[...] and the parentheses of x(...).
#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "core/host.h"
#include "core/promotion.h"
#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "ops/along.h"
#include "ops/nonzero.h"

namespace descent {
namespace {

// An indexing expression taken apart: integers, slices and new axes have become a view, whose dimensions `dims` (in
// increasing order) are still to be indexed by the int64 tensors `positions`.
struct Subscript {
  Tensor view;
  Dims dims;
  std::vector<Tensor> positions;

  void add(int dim, Tensor tensor) {
    dims.push_back(dim);
    positions.push_back(std::move(tensor));
  }
};

// A mask stands for the positions of its true elements, a tensor for each of its dimensions. Returns how many.
int add_mask(Subscript& subscript, int dim, const Tensor& mask) {
  const Dims& sizes = mask.impl()->sizes;
  if (sizes.empty()) {
    // One mask element stands for a new dimension, of one position or none.
    subscript.view = unsqueeze(subscript.view, dim);
    subscript.add(dim, nonzero_by_dim(unsqueeze(mask, 0), "index")[0]);
    return 1;
  }
  const Dims& whole = subscript.view.impl()->sizes;
  for (int d = 0; d < sizes.size(); ++d) {
    if (sizes[d] != whole[dim + d]) {
      fail("index: a mask of shape ", sizes, " does not fit dimension ", dim + d, " of shape ", whole);
    }
  }
  const Tensor positions = nonzero_by_dim(mask, "index");
  for (int d = 0; d < sizes.size(); ++d) subscript.add(dim + d, positions[d]);
  return sizes.size();
}

// How many dimensions of the indexed tensor this takes up.
int dims_taken(const Index& index) {
  switch (index.kind) {
    case Index::Kind::integer:
    case Index::Kind::slice:
      return 1;
    case Index::Kind::tensor:
      return impl_of(index.tensor, "index").dtype == boolean ? index.tensor.dim() : 1;
    default:
      return 0;
  }
}

bool takes_all(const Slice& slice) { return slice.start == 0 && slice.stop == Slice::kEnd && slice.step == 1; }

Subscript parse(const Tensor& x, const std::vector<Index>& indices) {
  const int rank = impl_of(x, "index").sizes.size();
  int taken = 0;
  std::size_t ellipses = 0;
  for (const Index& index : indices) {
    taken += dims_taken(index);
    ellipses += index.kind == Index::Kind::ellipsis;
  }
  if (taken > rank) fail("index: ", taken, " dimensions are indexed, but shape ", x.impl()->sizes, " has ", rank);
  if (ellipses > 1) fail("index: Ellipsis can stand only once");
  Subscript result{x, {}, {}};
  int d = 0;  // the dimension of the view that comes next
  for (const Index& index : indices) {
    switch (index.kind) {
      case Index::Kind::integer:
        result.view = select(result.view, d, index.range.start);
        break;
      case Index::Kind::slice:
        if (!takes_all(index.range)) {
          result.view = slice(result.view, d, index.range.start, index.range.stop, index.range.step);
        }
        ++d;
        break;
      case Index::Kind::ellipsis:
        d += rank - taken;
        break;
      case Index::Kind::new_axis:
        result.view = unsqueeze(result.view, d);
        ++d;
        break;
      case Index::Kind::tensor:
        if (index.tensor.dtype() == boolean) {
          d += add_mask(result, d, index.tensor);
        } else if (kind_of(index.tensor.dtype()) != DTypeKind::integer) {
          fail("index: a tensor of positions must be int64, or bool for a mask, not ", index.tensor.dtype());
        } else if (index.tensor.dim() == 0) {
          result.view = select(result.view, d, index.tensor.item<std::int64_t>());
        } else {
          result.add(d, index.tensor.to(int64));
          ++d;
        }
        break;
    }
  }
  return result;
}

// Puts the indexed dimensions side by side, in front if they are not yet; their results stand there too.
void bring_together(Subscript& subscript) {
  Dims& dims = subscript.dims;
  if (dims.back() - dims[0] + 1 == dims.size()) return;
  Dims order = dims;
  for (int d = 0; d < subscript.view.dim(); ++d) {
    if (!dims.contains(d)) order.push_back(d);
  }
  subscript.view = permute(subscript.view, order);
  for (int k = 0; k < dims.size(); ++k) dims[k] = k;
}

// Where the positions point, in elements: the sum of position[k] * strides[k], with negative positions counted from
// the end. The result has the shape to which the positions broadcast.
Tensor offsets(const Subscript& subscript, const Dims& strides) {
  // dims, sizes, strides: of each indexed dimension, its number, size and stride.
  static constexpr Op op = {
      .name = "index",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& output) {
            Dims shape = inputs[0]->impl()->sizes;
            for (const Tensor* input : inputs) shape = broadcast_shapes("index", shape, input->impl()->sizes);
            const TensorImpl& result = zero_elements(shape, int64, output);
            const Tensor positions = Tensor::adopt(make_impl(shape, int64));
            auto* out = elements_of<std::int64_t>(result);
            for (int k = 0; k < attributes.sizes.size(); ++k) {
              copy_elements("index", *inputs[static_cast<std::size_t>(k)]->impl(), *positions.impl());
              const auto* position = elements_of<std::int64_t>(positions);
              const std::int64_t size = attributes.sizes[k];
              for (std::int64_t i = 0; i < result.numel; ++i) {
                if (position[i] < -size || position[i] >= size) {
                  fail("index: ", position[i], " is out of range for dimension ", attributes.dims[k], " of size ",
                       size);
                }
                out[i] += (position[i] < 0 ? position[i] + size : position[i]) * attributes.strides[k];
              }
            }
          },
      .gradients = {}};
  Attributes attributes;
  attributes.dims = subscript.dims;
  attributes.strides = strides;
  std::vector<const Tensor*> inputs;
  for (int k = 0; k < subscript.dims.size(); ++k) {
    attributes.sizes.push_back(subscript.view.impl()->sizes[static_cast<int>(subscript.dims[k])]);
    inputs.push_back(&subscript.positions[static_cast<std::size_t>(k)]);
  }
  return apply<op>(inputs, attributes);
}

// A view whose indexed dimensions are replaced by those of the positions.
Dims result_shape(const Subscript& subscript, const Dims& positions) {
  Dims shape = subscript.view.impl()->sizes;
  const int first = static_cast<int>(subscript.dims[0]);
  for (int k = 0; k < subscript.dims.size(); ++k) shape.erase(first);
  for (int k = 0; k < positions.size(); ++k) shape.insert(first + k, positions[k]);
  return shape;
}

inline namespace compute {

// The offset of every element of a strided block, in row-major order.
std::vector<std::int64_t> block_offsets(std::span<const std::int64_t> sizes, std::span<const std::int64_t> strides) {
  std::vector<std::int64_t> result{0};
  for (std::size_t d = 0; d < sizes.size(); ++d) {
    std::vector<std::int64_t> finer;
    for (const std::int64_t offset : result) {
      for (std::int64_t i = 0; i < sizes[d]; ++i) finer.push_back(offset + i * strides[d]);
    }
    result = std::move(finer);
  }
  return result;
}

// Writes `values`, of the result's shape and dtype and row-major, to the elements of `target` at `places`, which stand
// for its `count` dimensions from `first` on.
void write_at(const TensorImpl& target, int first, int count, const Tensor& places, const Tensor& values,
              bool accumulate) {
  const auto begin = static_cast<std::size_t>(first), end = begin + static_cast<std::size_t>(count);
  const std::span<const std::int64_t> sizes(target.sizes.begin(), target.sizes.end());
  const std::span<const std::int64_t> strides(target.strides.begin(), target.strides.end());
  const std::vector<std::int64_t> before = block_offsets(sizes.first(begin), strides.first(begin));
  const std::vector<std::int64_t> after = block_offsets(sizes.subspan(end), strides.subspan(end));
  const std::span<const std::int64_t> at(elements_of<std::int64_t>(places),
                                         static_cast<std::size_t>(places.impl()->numel));
  dispatch(target.dtype, [&](auto zero) {
    using Element = decltype(zero);
    const auto* value = elements_of<Element>(values);
    for (const std::int64_t outer : before) {
      for (const std::int64_t place : at) {
        Element* to = elements_of<Element>(target) + outer + place;
        for (const std::int64_t inner : after) {
          if constexpr (std::is_same_v<Element, bool>) {
            to[inner] = *value++ || (accumulate && to[inner]);
          } else {
            to[inner] = accumulate ? static_cast<Element>(to[inner] + *value++) : *value++;
          }
        }
      }
    }
  });
}

}  // namespace compute

}  // namespace

Tensor Tensor::operator[](std::int64_t index) const { return descent::select(*this, 0, index); }

RowIterator Tensor::begin() const {
  if (impl_of(*this, "begin").sizes.empty()) fail("begin: a tensor of rank 0 has no rows to go through");
  return {*this, 0};
}
RowIterator Tensor::end() const { return {*this, dim() > 0 ? size(0) : 0}; }

Tensor Tensor::index(const std::vector<Index>& indices) const {
  Subscript subscript = parse(*this, indices);
  if (subscript.positions.empty()) return subscript.view;
  bring_together(subscript);
  // The indexed dimensions become one, of which index_select takes what is wanted.
  Dims indexed, flat = subscript.view.sizes();
  const int first = static_cast<int>(subscript.dims[0]);
  for (int k = 0; k < subscript.dims.size(); ++k) {
    indexed.push_back(flat[first]);
    flat.erase(first);
  }
  flat.insert(first, numel_of(indexed));
  const Tensor places = offsets(subscript, contiguous_strides(indexed));
  const Tensor selected = index_select(descent::reshape(subscript.view, flat), first, descent::reshape(places, {-1}));
  return descent::reshape(selected, result_shape(subscript, places.impl()->sizes));
}

void Tensor::index_put_(const std::vector<Index>& indices, const Tensor& values, bool accumulate) const {
  // Inputs: what is written to, the places in it, the values. dims: the first indexed dimension and how many; flag:
  // accumulate.
  static constexpr Op op = {.name = "index_put",
                            .kind = Kind::write,
                            .write = [](Inputs inputs, const Attributes& attributes, const TensorImpl& target) {
                              const Tensor places = row_major(*inputs[1]), values = row_major(*inputs[2]);
                              write_at(target, static_cast<int>(attributes.dims[0]),
                                       static_cast<int>(attributes.dims[1]), places, values, attributes.flag);
                            }};
  if (apply_mode.records && impl_of(values, "index_put_").requires_grad) {
    fail("index_put_: values of shape ", values.sizes(), " require gradients, which a change in place does not record");
  }
  check_change("index_put_", *this);
  const NoGrad no_grad;
  Subscript subscript = parse(*this, indices);
  if (subscript.positions.empty()) {
    accumulate ? subscript.view.add_(values) : subscript.view.copy_(values);
    return;
  }
  bring_together(subscript);
  Dims strides;
  for (const std::int64_t d : subscript.dims) strides.push_back(subscript.view.impl()->strides[static_cast<int>(d)]);
  const Tensor places = offsets(subscript, strides);
  const Dims shape = result_shape(subscript, places.impl()->sizes);
  const Dims broadcast = broadcast_shapes("index_put_", values.sizes(), shape);
  if (!(broadcast == shape)) {
    fail("index_put_: values of shape ", values.sizes(), " do not fit the indexed shape ", shape);
  }
  const Tensor source = descent::expand(cast_to(values, dtype()), shape);
  Attributes attributes;
  attributes.dims = {subscript.dims[0], subscript.dims.size()};
  attributes.flag = accumulate;
  apply_in_place<op>("index_put_", subscript.view, {&subscript.view, &places, &source}, attributes);
}

const Tensor& Tensor::operator=(const Tensor& other) && {
  const TensorImpl& impl = impl_of(*this, "assignment");
  if (impl.handles.count() == 1 && impl.storage->references.count() == 1) {
    fail("assignment: the left side is a copy of shape ", impl.sizes,
         ", which nobody would see change; index_put_ writes at positions given by tensors");
  }
  return copy_(other);
}

}  // namespace descent
