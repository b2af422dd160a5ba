#include "descent/functional/padding.h"

#include "core/apply.h"
#include "core/elements.h"
#include "descent/create.h"
#include "descent/ops.h"
#include "kernels/pad.h"

namespace descent {
namespace {

struct Ends {
  std::int64_t before, after;
};

// What `padding` asks for at dimension `dim` of `rank`.
Ends ends_of(const Dims& padding, int dim, int rank) {
  const int first = 2 * (rank - 1 - dim);
  return first < padding.size() ? Ends{padding[first], padding[first + 1]} : Ends{0, 0};
}

inline namespace compute {

// dims: how much stands before each dimension; sizes: those of the result.
void compute_pad(Inputs inputs, const Attributes& attributes, Output& out) {
  const Tensor source = row_major(*inputs[0]);
  const TensorImpl& x = *source.impl();
  const TensorImpl& result = out.make(attributes.sizes, x.dtype);
  const Tensor value = convert_elements(*inputs[1]->impl(), x.dtype);
  kernels::PadDim dims[kMaxRank];
  for (int d = 0; d < x.sizes.size(); ++d) dims[d] = {x.sizes[d], result.sizes[d], attributes.dims[d]};
  kernels::pad(size_of(x.dtype), x.data, std::span(dims, static_cast<std::size_t>(x.sizes.size())), value.impl()->data,
               result.data);
}

}  // namespace compute

// The adjoint of padding is padding by as much less.
Tensor pad_constant(const Tensor& x, const Dims& before, const Dims& sizes, double value) {
  static constexpr Op op = {.name = "pad", .compute = compute_pad, .gradients = {{[](const Tensor& g, const Call& c) {
                                                                     Dims before = c.attributes().dims;
                                                                     for (std::int64_t& positions : before)
                                                                       positions = -positions;
                                                                     return pad_constant(g, before, c.shape(0), 0);
                                                                   }}}};
  Attributes attributes;
  attributes.dims = before;
  attributes.sizes = sizes;
  const Tensor number(value);
  return apply<op>({&x, &number}, attributes);
}

// How many of n positions padding leaves.
std::int64_t kept_positions(std::int64_t n, const Ends& ends) {
  return n + std::min<std::int64_t>(ends.before, 0) + std::min<std::int64_t>(ends.after, 0);
}

// For each position of a padded dimension of n, the one whose element it shows.
Tensor shown_positions(PadMode mode, std::int64_t n, const Ends& ends) {
  const Tensor positions = arange(-ends.before, n + ends.after);
  if (mode == PadMode::reflect) return n - 1 - abs(n - 1 - abs(positions));
  if (mode == PadMode::replicate) return clamp(positions, 0, n - 1);
  const std::int64_t first = std::max<std::int64_t>(-ends.before, 0);
  return first + remainder(positions - first, kept_positions(n, ends));
}

}  // namespace

Tensor pad(const Tensor& x, const Dims& padding, PadOptions options) try {
  const Dims& sizes = impl_of(x, "pad").sizes;
  const int rank = sizes.size();
  if (padding.size() % 2 != 0) fail("pad: padding ", padding, " must have two numbers for each dimension");
  if (padding.size() > 2 * rank) fail("pad: padding ", padding, " is for more dimensions than shape ", sizes, " has");
  if (options.mode != PadMode::constant && options.value != 0) {
    fail("pad: value = ", options.value, " is of no use but in mode constant");
  }
  Dims before, padded;
  for (int d = 0; d < rank; ++d) {
    const std::int64_t n = sizes[d];
    const Ends ends = ends_of(padding, d, rank);
    const auto refuse = [&](const char* reason) {
      fail("pad: padding by ", ends.before, " and ", ends.after, " ", reason, " dimension ", d, " of shape ", sizes);
    };
    const std::int64_t kept = kept_positions(n, ends);
    if (kept < 0) refuse("takes more than there is of");
    const std::int64_t larger = std::max(ends.before, ends.after);
    if (options.mode != PadMode::constant && larger > 0) {
      if (n == 0) refuse("needs elements, but there are none in");
      if (options.mode == PadMode::reflect && larger >= n) refuse("wants to reflect more than there is of");
      if (options.mode == PadMode::circular && larger > kept) refuse("wants more than one turn of");
    }
    before.push_back(ends.before);
    padded.push_back(n + ends.before + ends.after);
  }
  if (options.mode == PadMode::constant) return pad_constant(x, before, padded, options.value);
  Tensor result = x;
  for (int d = 0; d < rank; ++d) {
    const Ends ends = ends_of(padding, d, rank);
    if (ends.before != 0 || ends.after != 0) {
      result = index_select(result, d, shown_positions(options.mode, sizes[d], ends));
    }
  }
  return result.impl() == x.impl() ? x.clone() : result;
} catch (const Error& error) {
  fail_as("pad", error);
}

}  // namespace descent
