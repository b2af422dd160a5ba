// Graphs that are deep, wide or full of diamonds: no recursion, no path counted twice, no memory kept.
#include <descent/descent.h>
#include <doctest/doctest.h>

using namespace descent;

namespace {

constexpr int kMillion = 1'000'000;

}  // namespace

TEST_CASE("a chain of a million nodes") {
  const Tensor x = tensor({1.0, 2.0}, {.dtype = float64, .requires_grad = true});
  SUBCASE("there and back") {
    Tensor y = x;
    for (int i = 0; i < kMillion; ++i) y = y + x;
    sum(y).backward();
    CHECK(x.grad().to_vector<double>() == std::vector<double>{kMillion + 1, kMillion + 1});
  }
  SUBCASE("whose rules save inputs, dropped without a backward") {
    Tensor y = x;
    for (int i = 0; i < kMillion; ++i) y = y * 1.0;
    CHECK(y.to_vector<double>() == std::vector<double>{1, 2});
  }
  SUBCASE("whose rules save results") {
    Tensor y = x;
    for (int i = 0; i < kMillion / 4; ++i) y = relu(y);
    sum(y).backward();
    CHECK(x.grad().to_vector<double>() == std::vector<double>{1, 1});
  }
  SUBCASE("of views") {
    Tensor y = x;
    for (int i = 0; i < kMillion / 4; ++i) y = y.unsqueeze(0).squeeze(0);
    sum(y).backward();
    CHECK(x.grad().to_vector<double>() == std::vector<double>{1, 1});
  }
}

TEST_CASE("a long chain, differentiated twice") {
  const Tensor x = tensor({1.0}, {.dtype = float64, .requires_grad = true});
  Tensor y = x;
  for (int i = 0; i < kMillion / 10; ++i) y = y + x;
  const Tensor slope = grad({y * y}, {x}, {}, {.create_graph = true})[0];
  const double n = kMillion / 10 + 1;
  CHECK(slope.item() == 2 * n * n);
  CHECK(grad({slope}, {x})[0].item() == 2 * n * n);
}

TEST_CASE("diamonds are walked once: 2^200 paths") {
  const Tensor x = tensor(1.0, {.dtype = float64, .requires_grad = true});
  Tensor y = x;
  for (int i = 0; i < 200; ++i) y = 0.5 * y + 0.5 * y;
  y.backward();
  CHECK(x.grad().item() == 1);
}

TEST_CASE("a leaf with a hundred thousand uses, and a sum of as many parts") {
  const Tensor x = tensor(1.0, {.dtype = float64, .requires_grad = true});
  Tensor total = zeros({}, {.dtype = float64});
  for (int i = 0; i < 100'000; ++i) total = total + x * 2;
  total.backward();
  CHECK(x.grad().item() == 200'000);

  x.set_grad({});
  std::vector<Tensor> parts;
  for (int i = 0; i < 10'000; ++i) parts.push_back(x * 3);
  sum(stack(parts)).backward();
  CHECK(x.grad().item() == 30'000);
}
