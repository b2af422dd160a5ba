#include <cmath>
#include <limits>

#include "ops/gradients.h"

namespace descent {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("sort and argsort") {
  const Tensor x = tensor({{3.0, 1.0, 2.0}, {0.5, 2.5, 1.5}});
  const auto [values, indices] = sort(x);
  CHECK(equal(values, tensor({{1.0, 2.0, 3.0}, {0.5, 1.5, 2.5}})));
  CHECK(equal(indices, tensor({{1, 2, 0}, {0, 2, 1}})));
  CHECK(indices.dtype() == int64);
  CHECK(equal(sort(x, 0).values, tensor({{0.5, 1.0, 1.5}, {3.0, 2.5, 2.0}})));
  CHECK(equal(sort(x, 0).indices, tensor({{1, 0, 1}, {0, 1, 0}})));
  CHECK(equal(sort(x.t(), 0, true).values, tensor({{3.0, 2.5}, {2.0, 1.5}, {1.0, 0.5}})));
  CHECK(equal(argsort(x, -1, true), tensor({{0, 2, 1}, {1, 2, 0}})));
  CHECK(argsort(x, 0).is_contiguous());
  CHECK(equal(x, tensor({{3.0, 1.0, 2.0}, {0.5, 2.5, 1.5}})));
}

TEST_CASE("equal elements keep their order, in both directions") {
  const Tensor x = tensor({2, 1, 2, 1, 2});
  CHECK(equal(argsort(x), tensor({1, 3, 0, 2, 4})));
  CHECK(equal(argsort(x, 0, true), tensor({0, 2, 4, 1, 3})));
  CHECK(equal(argsort(tensor({true, false, true, false})), tensor({1, 3, 0, 2})));
  CHECK(equal(argsort(tensor({0.0, -0.0, 0.0})), tensor({0, 1, 2})));
}

TEST_CASE("a NaN is larger than all") {
  const Tensor x = tensor({1.0, std::nan(""), -kInfinity, kInfinity});
  CHECK(equal(argsort(x), tensor({2, 0, 3, 1})));
  CHECK(equal(argsort(x, 0, true), tensor({1, 3, 0, 2})));
  CHECK(equal(topk(x, 2).indices, tensor({1, 3})));
  CHECK(equal(topk(x, 4, 0, false).indices, tensor({2, 0, 3, 1})));
}

TEST_CASE("sorting what has no or one element") {
  CHECK(sort(zeros({2, 0})).values.sizes() == Dims{2, 0});
  CHECK(sort(zeros({0, 2})).indices.sizes() == Dims{0, 2});
  CHECK(sort(Tensor(2.5)).values.item() == 2.5);
  CHECK(sort(Tensor(2.5)).indices.item<int>() == 0);
  CHECK(sort(Tensor(2.5)).indices.sizes() == Dims{});
  CHECK_THROWS_WITH_AS(argsort(zeros({2}), 1), "argsort: dimension 1 is out of range for a tensor of rank 1 (-1 to 0)",
                       Error);
}

TEST_CASE("topk") {
  const Tensor x = tensor({{3, 1, 4}, {1, 5, 9}});
  CHECK(equal(topk(x, 2).values, tensor({{4, 3}, {9, 5}})));
  CHECK(equal(topk(x, 2).indices, tensor({{2, 0}, {2, 1}})));
  CHECK(equal(topk(x, 1, 0).values, tensor({{3, 5, 9}})));
  CHECK(equal(topk(x, 2, -1, false).values, tensor({{1, 3}, {1, 5}})));
  CHECK(equal(topk(x.t(), 1, 0, false).values, tensor({{1, 1}})));
  CHECK(topk(x, 0).values.sizes() == Dims{2, 0});
  CHECK(topk(zeros({0, 3}), 2).values.sizes() == Dims{0, 2});
  CHECK(topk(Tensor(7), 1).values.item<int>() == 7);
  CHECK_THROWS_WITH_AS(topk(x, 4), "topk: k = 4 is out of range for the 3 positions of dimension 1 of shape [2, 3]",
                       Error);
  CHECK_THROWS_AS(topk(x, -1), Error);
  CHECK_THROWS_AS(topk(Tensor(7), 0), Error);
}

TEST_CASE("gradients pass to where the values came from") {
  const Tensor x = tensor({3.0, 1.0, 2.0}, {.requires_grad = true});
  sum(sort(x).values * tensor({10.0, 20.0, 30.0})).backward();
  CHECK(equal(x.grad(), tensor({30.0, 10.0, 20.0})));
  CHECK(!sort(x).indices.requires_grad());
  gradients::check_square("a sum of sorted ones",
                          [](const std::vector<Tensor>& in) { return sort(in[0]).values + topk(in[0], 3, 0).values; },
                          {gradients::spread({3, 3})});
}

}  // namespace descent
