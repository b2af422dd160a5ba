// Every function of ops.h and create.h can be called by its mere name after `using namespace descent;`, as the README
// writes, whatever of the standard library is included. Not beside `using namespace std;`, whose max, empty, equal and
// others would take braces.
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
  reciprocal(x), square(x), addcmul(x, y, y), lerp(x, y, 0.5), sqrt(x), rsqrt(x), exp(x), exp2(x), expm1(x), log(x);
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
  linspace(0, 1, 3), eye(2), empty_like(x), zeros_like(x), ones_like(x), full_like(x, 1), rand_like(x), randn_like(x);
  manual_seed(0), rand({2, 3}), randn({2, 3}), randint(3, {2, 3}), randint(0, 3, {2, 3}), randperm(3);
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

  const std::set<std::string> called = matches(text_of("tests/ops/names_test.cc"), "(\\w+)\\(");
  std::size_t declared = 0;
  for (const char* header : {"include/descent/ops.h", "include/descent/create.h"}) {
    for (const std::string& name : matches(text_of(header), "\n(?:inline )?[\\w:<>]+ (\\w+)\\(")) {
      CAPTURE(name);
      CHECK(called.contains(name));
      ++declared;
    }
  }
  CHECK(declared >= 150);
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
