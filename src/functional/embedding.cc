#include "descent/functional/embedding.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "kernels/index.h"

namespace descent {
namespace {

void check_table(const char* name, const Tensor& index, const Tensor& weight) {
  if (index.dtype() != int64) fail(name, ": the index must be int64, not ", index.dtype());
  if (weight.dim() != 2 || !is_floating_point(weight.dtype())) {
    fail(name, ": the weight is ", weight.dtype(), " of shape ", weight.sizes(), "; wanted reals of [rows, dim]");
  }
}

std::optional<std::int64_t> wrapped(const char* name, std::optional<std::int64_t> row, const Tensor& weight) {
  if (!row) return row;
  const std::int64_t rows = weight.size(0);
  if (*row < -rows || *row >= rows) fail(name, ": padding_idx = ", *row, " is no row of ", rows);
  return *row < 0 ? *row + rows : *row;
}

// Scales rows `index` of `weight` down to max_norm.
void renormalize(const Tensor& weight, const Tensor& index, double max_norm, double norm_type) {
  const NoGrad no_grad;
  const Tensor rows = index_select(weight, 0, index);
  const Tensor norms = norm(rows, norm_type, 1, true);
  weight.index_put_({index}, rows * where(norms > max_norm, max_norm / (norms + 1e-7), 1));
}

// index_select of rows, but for the gradient: `padding` (-1: none) gets none, and that of each row is divided by how
// often it stands in the index, if asked.
Tensor select_rows(const Tensor& weight, const Tensor& index, std::int64_t padding, bool by_frequency) {
  // index: the padding; flag: by_frequency; sizes: of the weight.
  static constexpr Op op = {
      .name = "embedding",
      .compute =
          [](Inputs inputs, const Attributes& attributes, Output& out) {
            const Tensor weight = row_major(*inputs[0]), index = row_major(*inputs[1]);
            const Dims& sizes = attributes.sizes;
            const std::int64_t count = index.impl()->numel;
            const DType dtype = weight.impl()->dtype;
            const std::int64_t place =
                kernels::index_select(dtype, weight.impl()->data, 1, sizes[0], sizes[1],
                                      elements_of<std::int64_t>(index), count, out.make({count, sizes[1]}, dtype).data);
            if (place >= 0)
              fail("embedding: there is no row ", elements_of<std::int64_t>(index)[place], " of ", sizes[0]);
          },
      .gradients = {{[](const Tensor& g, const Call& c) {
                       const Attributes& a = c.attributes();
                       const Tensor& index = c.input(1);
                       const TensorOptions options = {.dtype = g.dtype()};
                       Tensor share = g;
                       if (a.flag) {
                         const Tensor counts =
                             index_add(zeros(a.sizes[0], options), 0, index, ones(index.numel(), options));
                         share = share / unsqueeze(index_select(counts, 0, index), 1);
                       }
                       if (a.index >= 0) share = where(unsqueeze(index == a.index, 1), 0, share);
                       return index_add(expand(zeros({}, options), a.sizes), 0, index, share);
                     },
                     kInput1}}};
  if (padding < 0 && !by_frequency) return index_select(weight, 0, index);
  Attributes attributes;
  attributes.index = padding;
  attributes.flag = by_frequency;
  attributes.sizes = weight.sizes();
  return apply<op>({&weight, &index}, attributes);
}

// In which bag each of `count` numbers is.
Tensor bags_of(const Tensor& offsets, std::int64_t count) {
  const Tensor begins = index_add(zeros(count + 1, {.dtype = int64}), 0, offsets, ones_like(offsets));
  return narrow(cumsum(begins, 0), 0, 0, count) - 1;
}

// Index [n] in bags that begin at `offsets` as a matrix, a row each, and where in it there is a number.
std::pair<Tensor, Tensor> as_matrix(const Tensor& index, const Tensor& offsets) {
  std::vector<std::int64_t> begins = offsets.to_vector<std::int64_t>();
  const auto bags = static_cast<std::int64_t>(begins.size());
  begins.push_back(index.numel());
  std::int64_t longest = 0;
  for (std::size_t b = 0; b + 1 < begins.size(); ++b) {
    if (begins[b + 1] < begins[b] || begins[0] != 0)
      fail("the offsets must begin with 0, and increase to at most ", index.numel());
    longest = std::max(longest, begins[b + 1] - begins[b]);
  }
  const Tensor ends = bags > 0 ? cat({narrow(offsets, 0, 1, bags - 1), tensor(std::vector{index.numel()})}) : offsets;
  const Tensor places = unsqueeze(offsets, 1) + arange(longest);
  const Tensor is_there = places < unsqueeze(ends, 1);
  const Tensor flat = reshape(where(is_there, places, 0), {-1});
  return {reshape(index_select(index, 0, flat), places.sizes()), is_there};
}

Tensor largest_of_bags(const Tensor& index, const Tensor& weight, const Tensor& offsets,
                       std::optional<std::int64_t> padding) {
  auto [matrix, is_there] = offsets.defined() ? as_matrix(index, offsets) : std::pair(index, index == index);
  const std::int64_t dim = weight.size(1);
  if (matrix.numel() == 0) return zeros({matrix.size(0), dim}, {.dtype = weight.dtype()}) + sum(weight * 0);
  if (padding) is_there = is_there && matrix != *padding;
  const Tensor rows = reshape(index_select(weight, 0, reshape(matrix, {-1})), {matrix.size(0), matrix.size(1), dim});
  const double lowest = -std::numeric_limits<double>::infinity();
  const Tensor largest = max(where(unsqueeze(is_there, 2), rows, lowest), 1).values;
  return where(any(is_there, 1, true), largest, 0);
}

}  // namespace

Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<std::int64_t> padding_idx,
                 std::optional<double> max_norm, double norm_type, bool scale_grad_by_freq) try {
  check_table("embedding", index, weight);
  const std::int64_t padding = wrapped("embedding", padding_idx, weight).value_or(-1);
  const Tensor flat = reshape(index, {index.numel()});
  if (max_norm) renormalize(weight, flat, *max_norm, norm_type);
  Dims shape = index.sizes();
  shape.push_back(weight.size(1));
  return reshape(select_rows(weight, flat, padding, scale_grad_by_freq), shape);
} catch (const Error& error) {
  fail_as("embedding", error);
}

Tensor embedding_bag(const Tensor& index, const Tensor& weight, const Tensor& offsets, const BagOptions& options) try {
  check_table("embedding_bag", index, weight);
  const std::optional<std::int64_t> padding = wrapped("embedding_bag", options.padding_idx, weight);
  const Tensor& factors = options.per_sample_weights;
  if (offsets.defined() ? index.dim() != 1 || offsets.dim() != 1 : index.dim() != 2) {
    fail("embedding_bag: an index of shape ", index.sizes(), offsets.defined() ? " with" : " without",
         " offsets; wanted [bags, n] without, or [n] with some of [bags]");
  }
  if (offsets.defined() && offsets.dtype() != int64)
    fail("embedding_bag: offsets must be int64, not ", offsets.dtype());
  if (factors.defined() && options.mode != Bag::sum) fail("embedding_bag: per_sample_weights are for Bag::sum");
  if (factors.defined() && !(factors.sizes() == index.sizes())) {
    fail("embedding_bag: per_sample_weights of shape ", factors.sizes(), " for an index of shape ", index.sizes());
  }
  if (options.mode == Bag::max && options.scale_grad_by_freq)
    fail("embedding_bag: scale_grad_by_freq is not for Bag::max");

  const std::int64_t count = index.numel();
  if (options.include_last_offset && offsets.defined() && offsets.numel() == 0)
    fail("embedding_bag: include_last_offset wants an offset at least");
  const bool has_end = options.include_last_offset && offsets.defined();
  const Tensor begins = has_end ? narrow(offsets, 0, 0, offsets.numel() - 1) : offsets;
  const std::int64_t bags = begins.defined() ? begins.numel() : index.size(0);
  const Tensor flat = reshape(index, {count});
  if (options.max_norm) renormalize(weight, flat, *options.max_norm, options.norm_type);
  if (options.mode == Bag::max) return largest_of_bags(index, weight, begins, padding);

  const TensorOptions like = {.dtype = weight.dtype()};
  Tensor rows = select_rows(weight, flat, -1, options.scale_grad_by_freq);
  Tensor weights = factors.defined() ? reshape(factors, {count}) : Tensor();
  const Tensor counted = padding ? (flat != *padding).to(weight.dtype()) : Tensor();
  if (padding) weights = weights.defined() ? weights * counted : counted;
  if (weights.defined()) rows = rows * unsqueeze(weights, 1);
  const Tensor bag = begins.defined() ? bags_of(begins, count) : Tensor();
  const auto sum_of_bags = [&](const Tensor& x) {  // [count, k] to [bags, k]
    if (bag.defined()) return index_add(zeros({bags, x.size(1)}, like), 0, bag, x);
    return sum(reshape(x, {bags, index.size(1), x.size(1)}), 1);
  };
  const Tensor sums = sum_of_bags(rows);
  if (options.mode == Bag::sum) return sums;
  const Tensor counts = sum_of_bags(unsqueeze(padding ? counted : ones(count, like), 1));
  return sums / clamp_min(counts, 1);
} catch (const Error& error) {
  fail_as("embedding_bag", error);
}

}  // namespace descent
