// Creation. Values that PyTorch prints are in the golden files (tests/ops, tests/core/generator_test.cc); here is what
// C++ adds, and what is refused.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace descent;
using doctest::Contains;
using Values = std::vector<double>;

TEST_CASE("nested braces") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  CHECK(x.sizes() == Dims{2, 3});
  CHECK(x.dtype() == int64);
  CHECK(tensor({{{1.0}}, {{2.0}}}).sizes() == Dims{2, 1, 1});
  CHECK(tensor(3).sizes() == Dims{});
  CHECK(tensor({}).sizes() == Dims{0});
  CHECK(tensor({{}, {}}).sizes() == Dims{2, 0});
  CHECK(tensor({}).dtype() == float32);
  CHECK(tensor({true, false}).dtype() == boolean);
  CHECK(tensor({true, 2}).dtype() == int64);
  CHECK(tensor({1, 2.5}).dtype() == float32);
  CHECK(tensor({1.0F, 2.5}).dtype() == float32);
  CHECK(tensor({1, 2}, {.dtype = float64}).dtype() == float64);
  CHECK(tensor({0.1}, {.dtype = float64}).item() == 0.1);
  CHECK(tensor({(std::int64_t{1} << 53) + 1}).item<std::int64_t>() == (std::int64_t{1} << 53) + 1);
  CHECK(tensor({1.0}, {.requires_grad = true}).requires_grad());
  CHECK_THROWS_WITH_AS(tensor({{1, 2}, {3}}), Contains("tensor"), Error);
  CHECK_THROWS_AS(tensor({{1}, 2}), Error);
  CHECK_THROWS_AS(tensor({1, {2}}), Error);
  CHECK_THROWS_AS(tensor({1, 2}, {.requires_grad = true}), Error);
}

TEST_CASE("from vectors and spans") {
  CHECK(tensor(std::vector<float>{1, 2}).dtype() == float32);
  CHECK(tensor(std::vector<double>{1, 2}).dtype() == float64);
  CHECK(tensor(std::vector<int>{1, 2}).dtype() == int64);
  CHECK(tensor(std::vector<std::int64_t>{1, 2}).dtype() == int64);
  CHECK(tensor(std::vector<bool>{true, false}).dtype() == boolean);
  CHECK(tensor(std::vector<bool>{true, false}, {.dtype = float32}).to_vector<double>() == Values{1, 0});
  std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const Tensor x = tensor(std::span<const float>(values), {2, 3}, {.dtype = float64, .requires_grad = true});
  values[0] = 9;
  CHECK(x.to_vector<double>() == Values{1, 2, 3, 4, 5, 6});
  CHECK(x.requires_grad());
  CHECK(x.is_leaf());
  CHECK(tensor(std::vector<int>{1, 2}, {.dtype = float32, .requires_grad = true}).requires_grad());
  CHECK_THROWS_WITH_AS(tensor(std::span<const float>(values), {4}), Contains("6 values do not fill shape [4]"), Error);
  CHECK(tensor(std::span<const float>(), {0, 2}).sizes() == Dims{0, 2});
}

TEST_CASE("filled tensors") {
  CHECK(zeros(3).sizes() == Dims{3});
  CHECK(ones({2}).to_vector<double>() == Values{1, 1});
  CHECK(ones({2}, {.dtype = boolean}).dtype() == boolean);
  CHECK(full({2}, 3).dtype() == int64);
  CHECK(full({2}, 1.5).dtype() == float32);
  CHECK(full({2}, true).dtype() == boolean);
  CHECK(full({}, 2.5, {.dtype = float64}).item() == 2.5);
  const Tensor like = zeros({2, 3}, {.dtype = int64});
  CHECK(ones_like(like).dtype() == int64);
  CHECK(full_like(like.t(), 3.7).to_vector<int>() == std::vector<int>(6, 3));
  CHECK(zeros_like(like, {.dtype = float32}).dtype() == float32);
  CHECK(empty_like(like.t()).sizes() == Dims{3, 2});
  CHECK(randn_like(zeros({2}, {.dtype = float64})).dtype() == float64);
  CHECK_FALSE(zeros_like(tensor({1.0}, {.requires_grad = true})).requires_grad());
}

TEST_CASE("ranges refuse what leads nowhere") {
  CHECK_THROWS_WITH_AS(arange(0, 3, 0), Contains("step = 0"), Error);
  CHECK_THROWS_AS(arange(3, 0), Error);
  CHECK_THROWS_AS(arange(-1), Error);
  CHECK_THROWS_AS(arange(0, std::numeric_limits<double>::infinity()), Error);
  CHECK_THROWS_AS(arange(0, std::numeric_limits<double>::quiet_NaN()), Error);
  CHECK_THROWS_AS(arange(0, 1, 1e-300), Error);
  CHECK_THROWS_AS(linspace(0, 1, -1), Error);
  CHECK_THROWS_AS(eye(-1), Error);
  CHECK(arange(0, 3, 1, {.dtype = float64, .requires_grad = true}).requires_grad());
}

TEST_CASE("random tensors") {
  manual_seed(5);
  const Tensor x = rand({1000});
  manual_seed(5);
  CHECK(equal(x, rand({1000})));
  CHECK_FALSE(equal(x, rand({1000})));
  CHECK(min(x).item() >= 0);
  CHECK(max(x).item() < 1);
  CHECK(equal(sort(randperm(100)).values, arange(100)));
  const Tensor dice = randint(1, 7, {10'000});
  CHECK(min(dice).item() == 1);
  CHECK(max(dice).item() == 6);
  CHECK(std::abs(mean(randn({10'000})).item()) < 0.05);
  CHECK(rand({2}, {.dtype = float64}).dtype() == float64);
  CHECK(randn({2}, {.requires_grad = true}).requires_grad());
  CHECK_THROWS_WITH_AS(rand({2}, {.dtype = int64}), Contains("int64"), Error);
  CHECK_THROWS_AS(randint(3, 3, {1}), Error);
  CHECK_THROWS_AS(randperm(-1), Error);
}
