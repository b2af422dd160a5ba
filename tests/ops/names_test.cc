// Every function of ops.h, create.h and the headers of tensor functions beside them can be called by its mere name
// after `using namespace descent;`, as the README writes, whatever of the standard library is included. Not beside
// `using namespace std;`, whose max, empty, equal and others would take braces.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <any>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <numeric>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace descent;

namespace {

void call_elementwise(const Tensor& x, const Tensor& y) {
  add(x, y), sub(x, y), mul(x, y), div(x, y), floor_divide(x, y), remainder(x, y), fmod(x, y), pow(x, 2), neg(x);
  reciprocal(x), square(x), addcmul(x, y, y), lerp(x, y, 0.5), sqrt(x), rsqrt(x), cbrt(x), exp(x), exp2(x), expm1(x),
      log(x);
  log2(x), log10(x), log1p(x), logaddexp(x, y), sin(x), cos(x), tan(x), asin(x), acos(x), atan(x), atan2(x, y);
  hypot(x, y), sinh(x), cosh(x), tanh(x), asinh(x), acosh(x), atanh(x), relu(x), sigmoid(x), log_sigmoid(x), silu(x);
  gelu(x), softplus(x), leaky_relu(x), elu(x), erf(x), erfc(x), erfinv(x), lgamma(x), digamma(x), softmax(x, 0);
  log_softmax(x, 0), abs(x), sign(x), copysign(x, y), floor(x), ceil(x), round(x), trunc(x), frac(x), minimum(x, y);
  maximum(x, y), clamp(x, 0, 1), clamp_min(x, 0), clamp_max(x, 1), eq(x, y), ne(x, y), lt(x, y), le(x, y), gt(x, y);
  ge(x, y), isnan(x), isinf(x), isfinite(x), logical_not(x), logical_and(x, y), logical_or(x, y), logical_xor(x, y);
  where(x > y, x, y), equal(x, y), allclose(x, y);
}

void call_reductions(const Tensor& x) {
  sum(x), sum(x, 0), mean(x), mean(x, {0, 1}), var(x), var(x, 0), standard_deviation(x), standard_deviation(x, 0);
  prod(x), prod(x, 0), logsumexp(x, 0), norm(x), norm(x, 1, 0), any(x), any(x, 0), all(x), all(x, 0), max(x), min(x);
  max(x, 0), min(x, 0), amax(x), amin(x, 0), argmax(x), argmax(x, 0), argmin(x), argmin(x, 0), cumsum(x, 0);
  cumprod(x, 0);
}

void call_rearrangements(const Tensor& x) {
  matmul(x, x), linear(x, x), einsum("ij,jk->ik", {x, x}), reshape(x, {4}), transpose(x, 0, 1), permute(x, {1, 0});
  expand(x, {3, 2, 2}), squeeze(x), squeeze(x, 0), unsqueeze(x, 0), flatten(x), diagonal(x), select(x, 0, 1);
  slice(x, 0, 0, 1), narrow(x, 0, 0, 1), split(x, 1), split(x, {1, 1}), chunk(x, 2), cat({x, x}), stack({x, x});
  repeat(x, {2, 2}), roll(x, 1), flip(x, 0), tril(x), triu(x);
  const Tensor rows = tensor({0, 1});
  gather(x, 0, tensor({{0, 1}})), scatter_add(x, 0, tensor({{0, 1}}), x), index_select(x, 0, rows);
  index_add(x, 0, rows, x), masked_fill(x, x > 0, 1), masked_select(x, x > 0), nonzero(x), one_hot(rows), sort(x);
  argsort(x), topk(x, 1);
}

void call_makers(const Tensor& x) {
  tensor({1, 2}), tensor(std::vector<double>{1, 2}), empty({2, 3}), zeros({2, 3}), ones(2), full({2, 3}, 1), arange(3);
  linspace(0, 1, 3), logspace(0, 1, 3), eye(2), empty_like(x), zeros_like(x), ones_like(x), full_like(x, 1),
      rand_like(x), randn_like(x);
  manual_seed(0), rand({2, 3}), randn({2, 3}), randint(3, {2, 3}), randint(0, 3, {2, 3}), randperm(3);
}

void call_pointwise(const Tensor& x) {
  addcdiv(x, x, x), clip(x, 0, 1), positive(x), sgn(x), signbit(x), float_power(x, 2), ldexp(x, 2), rad2deg(x);
  deg2rad(x), expit(x), logit(x), sinc(x), xlogy(x, x), heaviside(x, x), nan_to_num(x), isclose(x, x), isposinf(x);
  isneginf(x), isreal(x);
}

void call_more_rearrangements(const Tensor& x) {
  unbind(x), unflatten(x, 0, {2, 1}), movedim(x, 0, 1), moveaxis(x, 0, 1), swapaxes(x, 0, 1), swapdims(x, 0, 1);
  atleast_1d(x), atleast_2d(x), atleast_3d(x), broadcast_to(x, {2, 2}), broadcast_tensors({x, x}), hstack({x, x});
  vstack({x, x}), dstack({x, x}), column_stack({x, x}), block_diag({x, x}), tile(x, 2), repeat_interleave(x, 2);
  repeat_interleave(tensor({1, 2})), fliplr(x), flipud(x), rot90(x), diag(x), diag_embed(x), diagflat(x);
  meshgrid({x[0], x[1]}), cartesian_prod({x[0], x[1]}), combinations(x[0]), tril_indices(2, 2), triu_indices(2, 2);
  vander(x[0]);
}

void call_indexing(const Tensor& x) {
  const Tensor at = tensor({{0, 1}}), one = tensor({0});
  take(x, at), take_along_dim(x, at, 0), put(x, one, ones({1})), scatter(x, 0, at, 1),
      index_copy(x, 0, one, x.slice(0, 0, 1));
  index_fill(x, 0, one, 1), masked_scatter(x, x > 0, x), scatter_reduce(x, 0, at, x, ScatterReduction::mean);
  index_reduce(x, 0, one, x.slice(0, 0, 1), ScatterReduction::amax);
}

void call_products(const Tensor& x) {
  const Tensor batch = x.unsqueeze(0);
  dot(x[0], x[1]), vdot(x[0], x[1]), inner(x, x), outer(x[0], x[1]), mv(x, x[0]), mm(x, x), bmm(batch, batch);
  addr(x, x[0], x[1]), addmv(x[0], x, x[1]), addmm(x, x, x), baddbmm(x, batch, batch), addbmm(x, batch, batch),
      trace(x);
  kron(x, x), tensordot(x, x), cross(ones({3}), ones({3})), cdist(x, x);
}

void call_statistics(const Tensor& x) {
  msort(x), kthvalue(x, 1), mode(x), cummax(x, 0), cummin(x, 0), aminmax(x), searchsorted(x, x), bucketize(x, x[0]);
  isin(x, x), unique(x), unique_consecutive(x), median(x), median(x, 0), nanmedian(x), quantile(x, 0.5), nansum(x);
  nanquantile(x, 0.5), nanmean(x), count_nonzero(x), var_mean(x), std_mean(x), cov(x), corrcoef(x), histc(x);
  bincount(tensor({0, 1})), renorm(x, 2, 0, 1), diff(x), gradient(x), trapezoid(x), cumulative_trapezoid(x);
  logcumsumexp(x, 0), bernoulli(x), bernoulli(x, 0.5), multinomial(x, 1), normal(x, 1), normal(0, 1, {2});
}

std::string text_of(const std::string& path) {
  std::ifstream file(DESCENT_SOURCE_DIR "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What `pattern` captures first, wherever it matches.
std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

}  // namespace

TEST_CASE("every function can be called by its mere name") {
  const Tensor x = tensor({{0.5, 0.25}, {0.75, 0.125}});
  call_elementwise(x, x + 1);
  call_reductions(x);
  call_rearrangements(x);
  call_makers(x);
  call_pointwise(x);
  call_more_rearrangements(x);
  call_indexing(x);
  call_products(x);
  call_statistics(x);

  const std::set<std::string> called = matches(text_of("tests/ops/names_test.cc"), "(\\w+)\\(");
  std::size_t declared = 0;
  for (const char* header : {"ops", "create", "pointwise", "rearrangement", "grids", "indexing", "products", "ordering",
                             "statistics", "sequences", "sampling"}) {
    for (const std::string& name :
         matches(text_of(concat("include/descent/", header, ".h")), "\n(?:inline )?[\\w:<>]+ (\\w+)\\(")) {
      CAPTURE(name);
      CHECK(called.contains(name));
      ++declared;
    }
  }
  CHECK(declared >= 250);
}

TEST_CASE("the standard deviation, as a function and under PyTorch's name") {
  const Tensor x = tensor({{1.0, 3.0}, {2.0, 6.0}});
  CHECK(standard_deviation(x).item() == doctest::Approx(std::sqrt(14.0 / 3)));
  CHECK(equal(x.std(), standard_deviation(x)));
  CHECK(equal(x.std(1, 0), tensor({1.0, 2.0})));
  CHECK(equal(x.std(0, 1, true), standard_deviation(x, 0, 1, true)));
  CHECK(equal(x.var(), var(x)));
  CHECK(equal(x.var(1, 0), tensor({1.0, 4.0})));
}
