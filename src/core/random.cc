#include "core/random.h"

#include <algorithm>

#include "core/copy.h"
#include "core/random_fill.h"
#include "descent/create.h"

namespace descent {
namespace {

double number(Inputs inputs, std::size_t i) { return *elements_of<double>(*inputs[i]); }

std::span<std::int64_t> integers(const TensorImpl& target) {
  return {elements_of<std::int64_t>(target), static_cast<std::size_t>(target.numel)};
}

// Draws into a tensor of the shape and dtype of `other`, in the order in which those elements lie in memory.
template <class Draw>
Tensor draw_like(const char* name, const Tensor& other, TensorOptions options, const Draw& draw) {
  const TensorImpl& impl = impl_of(other, name);
  Dims order, back, sizes;
  for (int d = 0; d < impl.sizes.size(); ++d) order.push_back(d);
  // An expanded dimension has no place of its own in that order.
  const bool expanded = std::find(impl.strides.begin(), impl.strides.end(), 0) != impl.strides.end();
  if (!impl.is_contiguous && !expanded) {
    std::stable_sort(order.begin(), order.end(), [&impl](std::int64_t a, std::int64_t b) {
      return impl.strides[static_cast<int>(a)] > impl.strides[static_cast<int>(b)];
    });
  }
  back = order;
  for (int d = 0; d < order.size(); ++d) {
    sizes.push_back(impl.sizes[static_cast<int>(order[d])]);
    back[static_cast<int>(order[d])] = d;
  }
  options.dtype = options.dtype.value_or(impl.dtype);
  const Tensor drawn = draw(sizes, TensorOptions{.dtype = options.dtype});
  return with_options(impl.is_contiguous ? drawn : drawn.permute(back), options);
}

}  // namespace

namespace random {

void check_real(const char* name, const Tensor& target) {
  if (!is_floating_point(impl_of(target, name).dtype)) {
    fail(name, ": wants a floating point tensor, not ", target.dtype());
  }
}

void uniform_(const char* name, const Tensor& target, double from, double to, Generator& generator) {
  static constexpr Op op = {
      .name = "uniform", .kind = Kind::write, .write = [](Inputs in, const Attributes& a, const TensorImpl& target) {
        fill_reals(target, [&](auto out) { fill_uniform(*a.generator, out, number(in, 0), number(in, 1)); });
      }};
  check_real(name, target);
  const Tensor low = from, high = to;
  apply_in_place<op>(name, target, {&low, &high}, drawing_from(generator));
}

void normal_(const char* name, const Tensor& target, double mean, double std, Generator& generator) {
  static constexpr Op op = {
      .name = "normal", .kind = Kind::write, .write = [](Inputs in, const Attributes& a, const TensorImpl& target) {
        fill_reals(target, [&](auto out) { fill_normal(*a.generator, out, number(in, 0), number(in, 1)); });
      }};
  check_real(name, target);
  const Tensor center = mean, spread = std;
  apply_in_place<op>(name, target, {&center, &spread}, drawing_from(generator));
}

void bernoulli_(const char* name, const Tensor& target, double p, Generator& generator) {
  static constexpr Op op = {
      .name = "bernoulli", .kind = Kind::write, .write = [](Inputs in, const Attributes& a, const TensorImpl& target) {
        fill_reals(target, [&](auto out) { fill_bernoulli(*a.generator, out, number(in, 0)); });
      }};
  check_real(name, target);
  const Tensor probability = p;
  apply_in_place<op>(name, target, {&probability}, drawing_from(generator));
}

void exponential_(const char* name, const Tensor& target, double lambda, Generator& generator) {
  static constexpr Op op = {.name = "exponential",
                            .kind = Kind::write,
                            .write = [](Inputs in, const Attributes& a, const TensorImpl& target) {
                              fill_reals(target, [&](auto out) { fill_exponential(*a.generator, out, number(in, 0)); });
                            }};
  check_real(name, target);
  const Tensor rate = lambda;
  apply_in_place<op>(name, target, {&rate}, drawing_from(generator));
}

}  // namespace random

Tensor rand(const Dims& shape, TensorOptions options, Generator& generator) {
  const Tensor result = empty(shape, {.dtype = options.dtype});
  random::uniform_("rand", result, 0, 1, generator);
  return with_options(result, options);
}

Tensor randn(const Dims& shape, TensorOptions options, Generator& generator) {
  const Tensor result = empty(shape, {.dtype = options.dtype});
  random::normal_("randn", result, 0, 1, generator);
  return with_options(result, options);
}

Tensor rand_like(const Tensor& other, TensorOptions options, Generator& generator) {
  return draw_like("rand_like", other, options,
                   [&](const Dims& sizes, TensorOptions drawn) { return rand(sizes, drawn, generator); });
}

Tensor randn_like(const Tensor& other, TensorOptions options, Generator& generator) {
  return draw_like("randn_like", other, options,
                   [&](const Dims& sizes, TensorOptions drawn) { return randn(sizes, drawn, generator); });
}

Tensor randint(std::int64_t low, std::int64_t high, const Dims& shape, TensorOptions options, Generator& generator) {
  // dims: the bounds.
  static constexpr Op op = {
      .name = "randint", .kind = Kind::write, .write = [](Inputs, const Attributes& a, const TensorImpl& target) {
        random::fill_integers(*a.generator, integers(target), a.dims[0], a.dims[1]);
      }};
  Attributes attributes = random::drawing_from(generator);
  attributes.dims = {low, high};
  const Tensor result = empty(shape, {.dtype = int64});
  write_new<op>(result, {}, attributes);
  return with_options(result, options);
}

Tensor randperm(std::int64_t n, TensorOptions options, Generator& generator) {
  static constexpr Op op = {
      .name = "randperm", .kind = Kind::write, .write = [](Inputs, const Attributes& a, const TensorImpl& target) {
        random::fill_permutation(*a.generator, integers(target));
      }};
  if (n < 0) fail("randperm: n = ", n, " must not be negative");
  const Tensor result = empty(n, {.dtype = int64});
  write_new<op>(result, {}, random::drawing_from(generator));
  return with_options(result, options);
}

}  // namespace descent
