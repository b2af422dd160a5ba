// Changes in place.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cmath>

using namespace descent;
using doctest::Contains;
using Values = std::vector<double>;

TEST_CASE("arithmetic in place") {
  Tensor x = tensor({1.0, 2.0, 3.0});
  const Tensor same = x;
  x += 1;
  x *= tensor({2.0, 3.0, 4.0});
  x -= tensor({1.0});
  x /= 2;
  CHECK(same.to_vector<double>() == Values{1.5, 4, 7.5});
  CHECK(x.add_(1).mul_(2).to_vector<double>() == Values{5, 10, 17});
  // One rounding: 1 - (1 + 2^-12)(1 - 2^-12) is 2^-24 exactly.
  const float small = std::ldexp(1.0F, -12);
  CHECK(tensor({-1.0}).addcmul_(tensor({1 + small}), tensor({1 - small})).item() == -std::ldexp(1.0, -24));
}

TEST_CASE("in place on views, broadcast and overlapping") {
  const Tensor x = arange(6).to(float32).reshape({2, 3});
  x.t().add_(tensor({10.0, 20.0}));
  CHECK(x.to_vector<double>() == Values{10, 11, 12, 23, 24, 25});
  x(Ellipsis, Slice(0, 3, 2)).mul_(0);
  CHECK(x.to_vector<double>() == Values{0, 11, 0, 0, 24, 0});
  // The source overlaps the target: as if it had been copied first.
  const Tensor line = arange(5).to(float32);
  line(Slice(1)).copy_(line(Slice(0, 4)));
  CHECK(line.to_vector<double>() == Values{0, 0, 1, 2, 3});
  line(Slice(1)).add_(line(Slice(0, 4)));
  CHECK(line.to_vector<double>() == Values{0, 0, 1, 3, 5});
  const Tensor matrix = arange(4).to(float32).reshape({2, 2});
  matrix.add_(matrix.t());
  CHECK(matrix.to_vector<double>() == Values{0, 3, 3, 6});
  matrix.sub_(matrix[0]);
  CHECK(matrix.to_vector<double>() == Values{0, 0, 3, 3});
  matrix.mul_(matrix);
  CHECK(matrix.to_vector<double>() == Values{0, 0, 9, 9});
}

TEST_CASE("copy_, fill_ and zero_ convert and broadcast") {
  const Tensor x = zeros({2, 2}, {.dtype = int64});
  x.copy_(tensor({1.9, -2.9}));
  CHECK(x.to_vector<int>() == std::vector<int>{1, -2, 1, -2});
  x.fill_(2.7);
  CHECK(x.to_vector<int>() == std::vector<int>{2, 2, 2, 2});
  x.t()[0].zero_();
  CHECK(x.to_vector<int>() == std::vector<int>{0, 2, 0, 2});
  CHECK_THROWS_WITH_AS(x.copy_(zeros({3})), Contains("[3]"), Error);
  CHECK_THROWS_WITH_AS(x.copy_(zeros({1, 2, 2})), Contains("[1, 2, 2]"), Error);
  CHECK_THROWS_AS(x.fill_(zeros({2})), Error);
  zeros({0, 3}).fill_(1);
}

TEST_CASE("what does not fit into the target is refused, and the target left alone") {
  const Tensor x = tensor({1.0, 2.0});
  CHECK_THROWS_WITH_AS(x.add_(zeros({2, 2})), Contains("[2, 2]"), Error);
  CHECK_THROWS_WITH_AS(x.add_(zeros({3})), Contains("[3]"), Error);
  const Tensor integers = tensor({1, 2});
  CHECK_THROWS_WITH_AS(integers.add_(0.5), Contains("int64"), Error);
  CHECK_THROWS_WITH_AS(integers.div_(2), Contains("int64"), Error);
  CHECK_THROWS_AS(tensor({true}).add_(1), Error);
  CHECK(integers.mul_(3).to_vector<int>() == std::vector<int>{3, 6});
  CHECK(x.add_(tensor({1, 1})).to_vector<double>() == Values{2, 3});
  // float64 into float32 fits, as in PyTorch.
  CHECK(x.mul_(tensor({0.5, 2.0}, {.dtype = float64})).to_vector<double>() == Values{1, 6});
  CHECK(x.dtype() == float32);
  CHECK_THROWS_WITH_AS(zeros({1}).expand({3}).add_(1), Contains("clone"), Error);
  CHECK_THROWS_AS(zeros({1}).expand({3}).fill_(1), Error);
}

TEST_CASE("parameters change inside NoGrad, and stay leaves") {
  const Tensor weight = tensor({1.0, 2.0}, {.requires_grad = true});
  sum(square(weight)).backward();
  {
    const NoGrad no_grad;
    weight.sub_(0.5 * weight.grad());
    weight.add_(1).mul_(3);
  }
  CHECK(weight.to_vector<double>() == Values{3, 3});
  CHECK(weight.is_leaf());
  CHECK(weight.requires_grad());
  CHECK(weight.grad().to_vector<double>() == Values{2, 4});
}
