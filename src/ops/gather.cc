// Reading and writing at positions given by a tensor.
#include <algorithm>

#include "core/apply.h"
#include "core/copy.h"
#include "core/elements.h"
#include "core/host.h"
#include "core/promotion.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/index.h"
#include "ops/along.h"
#include "ops/nonzero.h"
#include "ops/positions.h"

namespace descent {
namespace {

// Zeros that cost no memory until they are added to.
Tensor zeros_to_add_to(const Tensor& like, const Dims& sizes) {
  return expand(zeros({}, {.dtype = like.impl()->dtype}), sizes);
}

void compute_gather(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const Tensor index = row_major(*inputs[1]);
  const TensorImpl& result = out.make(index.impl()->sizes, inputs[0]->impl()->dtype);
  if (result.numel == 0) return;
  const Dims sizes = reach(index.impl()->sizes, dim, inputs[0]->impl()->sizes);
  const Tensor source = row_major(corner(*inputs[0]->impl(), sizes));
  const Along x = along(sizes, dim);
  const std::int64_t place =
      kernels::gather(source.impl()->dtype, source.impl()->data, x.outer, x.n, x.inner,
                      elements_of<std::int64_t>(index), along(index.impl()->sizes, dim).n, result.data);
  refuse_position("gather", place, index, dim, x.n);
}

void compute_index_select(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const Tensor source = row_major(*inputs[0]), index = row_major(*inputs[1]);
  const std::int64_t count = index.impl()->numel;
  Dims sizes = source.impl()->sizes;
  const Along x = along(sizes, dim);
  if (!sizes.empty()) sizes[dim] = count;
  const std::int64_t place =
      kernels::index_select(source.impl()->dtype, source.impl()->data, x.outer, x.n, x.inner,
                            elements_of<std::int64_t>(index), count, out.make(sizes, source.impl()->dtype).data);
  refuse_position("index_select", place, index, dim, x.n);
}

void compute_index_add(Inputs inputs, const Attributes& attributes, Output& out) {
  const int dim = static_cast<int>(attributes.index);
  const TensorImpl& result = clone_elements(*inputs[0]->impl(), out);
  const Tensor index = row_major(*inputs[1]), source = row_major(*inputs[2]);
  const Along x = along(result.sizes, dim);
  const std::int64_t place = kernels::index_add(source.impl()->dtype, source.impl()->data, x.outer, x.n, x.inner,
                                                elements_of<std::int64_t>(index), index.impl()->numel, result.data);
  refuse_position("index_add", place, index, dim, x.n);
}

// The positions, in row-major order, of the elements of x that are not zero. How many there are, the host must know.
Tensor nonzero_flat(const Tensor& x, const char* name) {
  // index: how many.
  static constexpr Op op = {.name = "nonzero", .compute = [](Inputs inputs, const Attributes& attributes, Output& out) {
                              const Tensor truth = row_major(*inputs[0]);
                              const auto* elements = elements_of<bool>(truth);
                              auto* position = elements_of<std::int64_t>(out.make(attributes.index, int64));
                              const auto* end = position + attributes.index;
                              for (std::int64_t i = 0; position != end; ++i) {
                                *position = i;  // stays if element i is true; no branch: masks are hard to predict
                                position += elements[i];
                              }
                            }};
  const Tensor truth = cast_to(x, boolean).contiguous();
  const TensorImpl& impl = host_read(truth, name);
  const auto* elements = reinterpret_cast<const bool*>(impl.data);
  return apply<op>({&truth}, index_attribute(std::count(elements, elements + impl.numel, true)));
}

// Row-major positions as positions in each dimension of `sizes`: [rank, count].
Tensor positions_by_dim(const Tensor& flat, const Dims& sizes) {
  // sizes: those of what the positions are of.
  static constexpr Op op = {.name = "unravel_index",
                            .compute = [](Inputs inputs, const Attributes& attributes, Output& out) {
                              const Tensor rest = clone_elements(*inputs[0]->impl());
                              const std::int64_t count = rest.impl()->numel;
                              const Dims& sizes = attributes.sizes;
                              const TensorImpl& result = out.make({sizes.size(), count}, int64);
                              // From the last dimension to the first, `rest` becomes the positions in all dimensions
                              // before, which do not decrease: dividing is finding the next row.
                              for (int d = sizes.size() - 1; d >= 0; --d) {
                                auto* positions = elements_of<std::int64_t>(rest);
                                auto* position = elements_of<std::int64_t>(result) + d * count;
                                std::int64_t row = 0, begin = 0;
                                for (std::int64_t i = 0; i < count; ++i) {
                                  if (positions[i] >= begin + sizes[d]) {
                                    row = positions[i] / sizes[d];
                                    begin = row * sizes[d];
                                  }
                                  position[i] = positions[i] - begin;
                                  positions[i] = row;
                                }
                              }
                            }};
  Attributes attributes;
  attributes.sizes = sizes;
  return apply<op>({&flat}, attributes);
}

void check_mask(const char* name, const Tensor& mask) {
  if (impl_of(mask, name).dtype != boolean) fail(name, ": the mask must be bool, not ", mask.dtype());
}

}  // namespace

Tensor gather(const Tensor& x, std::int64_t dim, const Tensor& index) {
  // index: the dimension.
  static constexpr Op op = {.name = "gather",
                            .moves = true,
                            .whole = Whole::gather,
                            .compute = compute_gather,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             return scatter_add(zeros_to_add_to(g, c.shape(0)), c.attributes().index,
                                                                c.input(1), g);
                                           },
                                           kInput1}}};
  const int d = wrap_dim(dim, impl_of(x, "gather").sizes.size(), "gather");
  check_reach("gather", *x.impl(), d, check_index("gather", index));
  return apply<op>({&x, &index}, index_attribute(d));
}

Tensor scatter_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  // index: the dimension.
  static constexpr Op op = {
      .name = "scatter_add",
      .keeps_integers = true,
      .whole = Whole::scatter_add,
      .compute = [](Inputs inputs, const Attributes& attributes,
                    Output& out) { scatter_into("scatter_add", kernels::scatter_add, inputs, attributes, out); },
      .gradients = {
          {[](const Tensor& g, const Call&) { return g; }},
          {},
          {[](const Tensor& g, const Call& c) { return gather(g, c.attributes().index, c.input(1)); }, kInput1}}};
  const int d = wrap_dim(dim, impl_of(x, "scatter_add").sizes.size(), "scatter_add");
  const Tensor used = scattered_part("scatter_add", x, d, index, source);
  return apply<op>({&x, &index, &used}, index_attribute(d));
}

Tensor index_select(const Tensor& x, std::int64_t dim, const Tensor& index) {
  // index: the dimension.
  static constexpr Op op = {.name = "index_select",
                            .moves = true,
                            .whole = Whole::index_select,
                            .compute = compute_index_select,
                            .gradients = {{[](const Tensor& g, const Call& c) {
                                             return index_add(zeros_to_add_to(g, c.shape(0)), c.attributes().index,
                                                              c.input(1), g);
                                           },
                                           kInput1}}};
  const int d = wrap_dim(dim, impl_of(x, "index_select").sizes.size(), "index_select");
  const TensorImpl& at = check_vector_index("index_select", index);
  if (x.impl()->sizes.empty() && at.numel != 1) {
    fail("index_select: one index is needed for a tensor of rank 0, not ", at.numel);
  }
  return apply<op>({&x, &index}, index_attribute(d));
}

Tensor index_add(const Tensor& x, std::int64_t dim, const Tensor& index, const Tensor& source) {
  // index: the dimension.
  static constexpr Op op = {
      .name = "index_add",
      .keeps_integers = true,
      .whole = Whole::index_add,
      .compute = compute_index_add,
      .gradients = {
          {[](const Tensor& g, const Call&) { return g; }},
          {},
          {[](const Tensor& g, const Call& c) { return index_select(g, c.attributes().index, c.input(1)); }, kInput1}}};
  const int d = wrap_dim(dim, impl_of(x, "index_add").sizes.size(), "index_add");
  check_slices("index_add", x, d, index, source);
  return apply<op>({&x, &index, &source}, index_attribute(d));
}

Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) {
  check_mask("masked_fill", mask);
  if (!impl_of(value, "masked_fill").sizes.empty()) {
    fail("masked_fill: one value is needed, not shape ", value.sizes());
  }
  return where(mask, cast_to(value, impl_of(x, "masked_fill").dtype), x);
}

Tensor Tensor::masked_fill(const Tensor& mask, const Tensor& value) const {
  return descent::masked_fill(*this, mask, value);
}

Tensor masked_select(const Tensor& x, const Tensor& mask) {
  check_mask("masked_select", mask);
  const Dims sizes = broadcast_shapes("masked_select", impl_of(x, "masked_select").sizes, mask.impl()->sizes);
  const Tensor positions = nonzero_flat(expand(mask, sizes), "masked_select");
  return index_select(reshape(expand(x, sizes), numel_of(sizes)), 0, positions);
}

Tensor nonzero_by_dim(const Tensor& x, const char* name) {
  const Dims& sizes = impl_of(x, name).sizes;
  return positions_by_dim(nonzero_flat(x, name), sizes);
}

Tensor nonzero(const Tensor& x) { return transpose(nonzero_by_dim(x, "nonzero"), 0, 1).contiguous(); }

Tensor one_hot(const Tensor& classes, std::int64_t class_count) {
  // index: the number of classes.
  static constexpr Op op = {.name = "one_hot",
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const Tensor classes = row_major(*inputs[0]);
                                  Dims sizes = classes.impl()->sizes;
                                  sizes.push_back(attributes.index);
                                  const auto* at = elements_of<std::int64_t>(classes);
                                  auto* row = elements_of<std::int64_t>(zero_elements(sizes, int64, out));
                                  for (std::int64_t i = 0; i < classes.impl()->numel; ++i, row += attributes.index) {
                                    if (at[i] < 0 || at[i] >= attributes.index) {
                                      fail("one_hot: class ", at[i], " at position ", i, " is not one of ",
                                           attributes.index, " classes, counted from 0");
                                    }
                                    row[at[i]] = 1;
                                  }
                                },
                            .gradients = {}};
  if (impl_of(classes, "one_hot").dtype != int64) fail("one_hot: classes must be int64, not ", classes.dtype());
  if (class_count < -1) fail("one_hot: ", class_count, " is no number of classes");
  if (class_count == -1) {
    if (classes.impl()->numel == 0) fail("one_hot: the number of classes must be given where there is no class to see");
    class_count = max(classes).item<std::int64_t>() + 1;
  }
  return apply<op>({&classes}, index_attribute(class_count));
}

}  // namespace descent
