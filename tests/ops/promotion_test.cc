// Which type a result has: https://pytorch.org/docs/stable/tensor_attributes.html#torch.dtype. The values are compared
// with PyTorch's in golden_test.cc; this is the table itself, for what has dimensions, what has none, and numbers.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace descent;
using doctest::Contains;

namespace {

constexpr DType types[] = {boolean, int64, float32, float64};

std::ptrdiff_t place(DType type) { return std::find(std::begin(types), std::end(types), type) - std::begin(types); }

Tensor with_dims(DType type) { return ones({2}, {.dtype = type}); }
Tensor without_dims(DType type) { return ones({}, {.dtype = type}); }

}  // namespace

TEST_CASE("the common type of two tensors is the later one") {
  for (const DType a : types) {
    for (const DType b : types) {
      CAPTURE(a);
      CAPTURE(b);
      CHECK((with_dims(a) * with_dims(b)).dtype() == std::max(a, b));
      CHECK((without_dims(a) * without_dims(b)).dtype() == std::max(a, b));
    }
  }
}

TEST_CASE("a tensor without dimensions counts only where it is of a higher kind") {
  const DType expected[4][4] = {// by the type with dimensions, then the one without
                                {boolean, int64, float32, float64},
                                {int64, int64, float32, float64},
                                {float32, float32, float32, float32},
                                {float64, float64, float64, float64}};
  for (const DType a : types) {
    for (const DType b : types) {
      CAPTURE(a);
      CAPTURE(b);
      CHECK((with_dims(a) * without_dims(b)).dtype() == expected[place(a)][place(b)]);
      CHECK((without_dims(b) * with_dims(a)).dtype() == expected[place(a)][place(b)]);
    }
  }
}

TEST_CASE("a number counts only where it is of a higher kind, and is float32 then") {
  const DType expected[4][3] = {// by the type of the tensor, then true, 2 and 1.5
                                {boolean, int64, float32},
                                {int64, int64, float32},
                                {float32, float32, float32},
                                {float64, float64, float64}};
  for (const DType type : types) {
    CAPTURE(type);
    for (const Tensor& x : {with_dims(type), without_dims(type)}) {
      const DType* row = expected[place(type)];
      CHECK((x * true).dtype() == row[0]);
      CHECK((x * 2).dtype() == row[1]);
      CHECK((x * 1.5).dtype() == row[2]);
      CHECK((1.5 * x).dtype() == row[2]);
      CHECK(where(with_dims(boolean), x, 1.5).dtype() == row[2]);
      CHECK(maximum(x, 2).dtype() == row[1]);
    }
  }
  CHECK((Tensor(1.5) * Tensor(2.5)).dtype() == float32);
  CHECK((Tensor(1.5F) * Tensor(2)).dtype() == float32);
  CHECK((Tensor(true) + Tensor(2)).dtype() == int64);
}

TEST_CASE("true division and real functions of integers are float32") {
  for (const DType type : {boolean, int64}) {
    const Tensor x = with_dims(type);
    CHECK((x / x).dtype() == float32);
    CHECK((x / 2).dtype() == float32);
    for (Tensor (*const f)(const Tensor&) :
         std::initializer_list<Tensor (*)(const Tensor&)>{exp, log, sqrt, sin, tanh, sigmoid, reciprocal, erf}) {
      CHECK(f(x).dtype() == float32);
    }
    CHECK(atan2(x, x).dtype() == float32);
  }
  CHECK((with_dims(int64) / with_dims(float64)).dtype() == float64);
}

TEST_CASE("what keeps integers") {
  const Tensor x = tensor({-7, 7});
  for (const Tensor& result : {-x,
                               abs(x),
                               sign(x),
                               square(x),
                               x % 3,
                               floor_divide(x, 2),
                               fmod(x, 3),
                               pow(x, 2),
                               relu(x),
                               floor(x),
                               round(x),
                               clamp(x, -1, 1),
                               sum(x),
                               prod(x),
                               cumsum(x, 0),
                               amax(x),
                               argmax(x),
                               max(x, 0).values,
                               sort(x).values,
                               matmul(x, x),
                               tril(x.reshape({1, 2}))}) {
    CHECK(result.dtype() == int64);
  }
  CHECK(sum(with_dims(boolean)).dtype() == int64);
  CHECK(prod(with_dims(boolean)).dtype() == int64);
  CHECK(cumsum(with_dims(boolean), 0).dtype() == int64);
  CHECK(any(x).dtype() == boolean);
  CHECK((x < 3).dtype() == boolean);
}

TEST_CASE("integers are exact beyond the 53 bits of a double") {
  const std::int64_t large = (std::int64_t{1} << 62) + 1;
  const Tensor x = tensor(std::vector<std::int64_t>{large, -large});
  CHECK((x + 0)[0].item<std::int64_t>() == large);
  CHECK((x - 1)[0].item<std::int64_t>() == large - 1);
  CHECK((x % 1000)[1].item<std::int64_t>() == 1000 - large % 1000);
  CHECK(sum(x).item<std::int64_t>() == 0);
  CHECK(max(x).item<std::int64_t>() == large);
  CHECK((x == large).to_vector<bool>() == std::vector<bool>{true, false});
  CHECK((x == large - 1).to_vector<bool>() == std::vector<bool>{false, false});
  CHECK(abs(x)[1].item<std::int64_t>() == large);
}

TEST_CASE("what no type allows is refused") {
  const Tensor truth = with_dims(boolean);
  CHECK_THROWS_WITH_AS(-truth, Contains("bool"), Error);
  CHECK_THROWS_WITH_AS(truth - truth, Contains("bool"), Error);
  CHECK_THROWS_WITH_AS(mean(tensor({1, 2})), Contains("int64"), Error);
  CHECK_THROWS_WITH_AS(var(tensor({1, 2})), Contains("int64"), Error);
  CHECK_THROWS_WITH_AS(norm(tensor({1, 2})), Contains("int64"), Error);
  CHECK_THROWS_WITH_AS(pow(tensor({1, 2}), -1), Contains("negative"), Error);
  CHECK_THROWS_WITH_AS(floor_divide(tensor({1, 2}), 0), Contains("zero"), Error);
  CHECK_THROWS_WITH_AS(tensor({1, 2}) % tensor({1, 0}), Contains("zero"), Error);
  CHECK_THROWS_WITH_AS(where(tensor({1, 0}), 1, 2), Contains("bool"), Error);
  CHECK_THROWS_WITH_AS(matmul(with_dims(float32), with_dims(float64)), Contains("float32 and float64"), Error);
}
