#include "descent/ordering.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/rearrangement.h"
#include "kernels/search.h"
#include "ops/along.h"

namespace descent {
namespace {

// index: the dimension.
template <bool largest>
void compute_running_extreme(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor x = row_major(*inputs[0]);
  const Along middle = along(x.impl()->sizes, static_cast<int>(attributes.index));
  kernels::running_arg_extreme(x.impl()->dtype, largest, x.impl()->data, middle.outer, middle.n, middle.inner,
                               elements_of<std::int64_t>(out.make(x.impl()->sizes, int64)));
}

template <const Op& op>
ValuesAndIndices running_extreme(const Tensor& x, std::int64_t dim) {
  Attributes attributes;
  attributes.index = wrap_dim(dim, impl_of(x, op.name).sizes.size(), op.name);
  const Tensor positions = apply<op>({&x}, attributes);
  return {gather(x, attributes.index, positions), positions};
}

}  // namespace

Tensor msort(const Tensor& x) try { return sort(x, 0).values; } catch (const Error& error) {
  fail_as("msort", error);
}

ValuesAndIndices kthvalue(const Tensor& x, std::int64_t k, std::int64_t dim, bool keepdim) try {
  const int d = wrap_dim(dim, impl_of(x, "kthvalue").sizes.size(), "kthvalue");
  const Tensor line = atleast_1d(x);
  if (k < 1 || k > line.size(d)) {
    fail("kthvalue: k = ", k, " is out of range for the ", line.size(d), " positions of dimension ", d, " of shape ",
         x.sizes());
  }
  const Tensor positions = narrow(argsort(line, d), d, k - 1, 1), values = gather(line, d, positions);
  if (keepdim && x.dim() > 0) return {values, positions};
  return {squeeze(values, d), squeeze(positions, d)};
} catch (const Error& error) {
  fail_as("kthvalue", error);
}

ValuesAndIndices mode(const Tensor& x, std::int64_t dim, bool keepdim) try {
  const int d = wrap_dim(dim, impl_of(x, "mode").sizes.size(), "mode");
  const Tensor lines = movedim(atleast_1d(x), d, -1);
  const std::int64_t n = lines.size(-1);
  if (n == 0) fail("mode: dimension ", d, " of shape ", x.sizes(), " is empty, so it has no mode");
  // Of each place in the sorted line, how many equal ones are before it; where these are most, the last of them.
  const Tensor order = argsort(lines, -1), sorted = gather(lines, -1, order).detach(), places = arange(n);
  const Tensor differs = narrow(sorted, -1, 1, n - 1) != narrow(sorted, -1, 0, n - 1);
  const Tensor starts = cat({zeros_like(narrow(order, -1, 0, 1)), where(differs, narrow(places, 0, 1, n - 1), 0)}, -1);
  const Tensor position = gather(order, -1, argmax(places - cummax(starts, -1).values, -1, /*keepdim=*/true));
  const Tensor positions = movedim(position, -1, d), values = movedim(gather(lines, -1, position), -1, d);
  if (keepdim && x.dim() > 0) return {values, positions};
  return {squeeze(values, d), squeeze(positions, d)};
} catch (const Error& error) {
  fail_as("mode", error);
}

ValuesAndIndices cummax(const Tensor& x, std::int64_t dim) {
  static constexpr Op op = {.name = "cummax", .compute = compute_running_extreme<true>, .gradients = {}};
  return running_extreme<op>(x, dim);
}

ValuesAndIndices cummin(const Tensor& x, std::int64_t dim) {
  static constexpr Op op = {.name = "cummin", .compute = compute_running_extreme<false>, .gradients = {}};
  return running_extreme<op>(x, dim);
}

MinAndMax aminmax(const Tensor& x, const Dims& dims, bool keepdim) try {
  return {amin(x, dims, keepdim), amax(x, dims, keepdim)};
} catch (const Error& error) {
  fail_as("aminmax", error);
}

Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& values, bool right, const Tensor& sorter) {
  // flag: right.
  static constexpr Op op = {.name = "searchsorted",
                            .promotion = Promotion::common,
                            .compute =
                                [](Inputs inputs, const Attributes& attributes, Output& out) {
                                  const Tensor sequence = row_major(*inputs[0]), values = row_major(*inputs[1]);
                                  const Dims& sizes = values.impl()->sizes;
                                  const TensorImpl& result = out.make(sizes, int64);
                                  if (result.numel == 0) return;
                                  const bool shared = sequence.impl()->sizes.size() == 1;
                                  const std::int64_t count = shared ? result.numel : sizes.back();
                                  kernels::search_sorted(sequence.impl()->dtype, sequence.impl()->data, shared,
                                                         result.numel / count, sequence.impl()->sizes.back(),
                                                         values.impl()->data, count, attributes.flag,
                                                         elements_of<std::int64_t>(result));
                                },
                            .gradients = {}};
  const Dims& sequence = impl_of(sorted_sequence, "searchsorted").sizes;
  Dims wanted = impl_of(values, "searchsorted").sizes;
  if (sequence.empty()) fail("searchsorted: a sequence of rank 0 has nothing to search");
  if (sequence.size() > 1) {
    if (wanted.size() == sequence.size()) wanted[wanted.size() - 1] = sequence.back();
    if (!(wanted == sequence)) {
      fail("searchsorted: shapes ", sequence, " and ", values.sizes(), " must be the same but for the last dimension");
    }
  }
  Attributes attributes;
  attributes.flag = right;
  if (!sorter.defined()) return apply<op>({&sorted_sequence, &values}, attributes);
  if (!(sorter.sizes() == sequence)) {
    fail("searchsorted: the sorter has shape ", sorter.sizes(), ", the sequence ", sequence);
  }
  try {
    const Tensor sorted = gather(sorted_sequence, -1, sorter);
    return apply<op>({&sorted, &values}, attributes);
  } catch (const Error& error) {
    fail_as("searchsorted", error);
  }
}

Tensor bucketize(const Tensor& x, const Tensor& boundaries, bool right) try {
  if (impl_of(boundaries, "bucketize").sizes.size() != 1) {
    fail("bucketize: the boundaries must be a vector, not of shape ", boundaries.sizes());
  }
  return searchsorted(boundaries, x, right);
} catch (const Error& error) {
  fail_as("bucketize", error);
}

Tensor isin(const Tensor& elements, const Tensor& test_elements, bool invert) try {
  const Tensor sorted = msort(flatten(test_elements.detach()));
  Tensor found = zeros_like(elements, {.dtype = boolean});
  if (sorted.numel() > 0) {
    const Tensor places = clamp_max(searchsorted(sorted, elements), sorted.numel() - 1);
    found = reshape(index_select(sorted, 0, reshape(places, {-1})), elements.sizes()) == elements;
  }
  return invert ? !found : found;
} catch (const Error& error) {
  fail_as("isin", error);
}

}  // namespace descent
