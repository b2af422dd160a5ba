// Joining, splitting, repeating, moving, and triangles.
#include <limits>

#include "ops/counted.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using gradients::check_square;
using gradients::spread;

bool shares_storage(const Tensor& a, const Tensor& b) {
  const NoGrad no_grad;
  const Tensor before = a.clone();
  b.add_(1);
  const bool changed = !equal(a, before);
  b.sub_(1);
  return changed;
}

}  // namespace

TEST_CASE("narrow counts a negative start from the end") {
  const Tensor x = arange(12).reshape({3, 4});
  CHECK(equal(narrow(x, 1, -3, 2), narrow(x, 1, 1, 2)));
  CHECK(equal(narrow(x, 1, -4, 4), x));
  CHECK(equal(narrow(x, -2, -1, 1), x(Slice(2))));
  CHECK(narrow(x, 1, -1, 0).sizes() == Dims{3, 0});
  CHECK(narrow(x, 1, 4, 0).sizes() == Dims{3, 0});
}

TEST_CASE("cat") {
  const Tensor a = tensor({{1, 2}, {3, 4}}), b = tensor({{5, 6}});
  CHECK(equal(cat({a, b}), tensor({{1, 2}, {3, 4}, {5, 6}})));
  CHECK(equal(cat({a, b.t()}, 1), tensor({{1, 2, 5}, {3, 4, 6}})));
  CHECK(equal(cat({a, a.t()}, -1), tensor({{1, 2, 1, 3}, {3, 4, 2, 4}})));
  CHECK(equal(cat({b.expand({2, 2}), a}), tensor({{5, 6}, {5, 6}, {1, 2}, {3, 4}})));
  CHECK(equal(cat({a, zeros({0, 2}, {.dtype = int64})}), a));
  CHECK(!shares_storage(a, cat({a})));
  CHECK(cat({a, b.to(float64), b.to(float32)}).dtype() == float64);
  CHECK(equal(cat({tensor({true}), tensor({2})}), tensor({1, 2})));
  // An empty vector joins with anything, as in PyTorch.
  CHECK(equal(cat({zeros({0}), a, zeros({0})}, 1), a));
  CHECK(cat({zeros({0}), zeros({0})}).sizes() == Dims{0});
  CHECK_THROWS_WITH_AS(cat({}), "cat: there is nothing to join", Error);
  CHECK_THROWS_WITH_AS(cat({a, b}, 1), "cat: shapes [2, 2] and [1, 2] must be the same but for dimension 1", Error);
  CHECK_THROWS_AS(cat({a, a[0]}), Error);
  CHECK_THROWS_WITH_AS(cat({a[0][0]}), "cat: a tensor of rank 0 cannot be joined; stack joins those", Error);
  CHECK_THROWS_AS(cat({a, b}, 2), Error);
  CHECK_THROWS_AS(cat({a, Tensor()}), Error);
}

TEST_CASE("cat of many pieces") {
  // More pieces of different extents than the op can remember at once are joined in groups.
  const auto pieces = [](const Tensor& x) {
    std::vector<Tensor> result;
    for (const std::int64_t extent : {2, 1, 3, 0, 1, 2, 1, 4, 1, 1, 3, 2, 1, 1, 2, 2, 1, 1}) {
      result.push_back(narrow(x, 0, static_cast<std::int64_t>(result.size()), extent));
    }
    return result;
  };
  const Tensor x = spread({20, 2});
  const Tensor leaf = x.clone().requires_grad_();
  CHECK(equal(cat(pieces(leaf)).detach(), cat(pieces(x))));
  check_square("different extents", [&pieces](const std::vector<Tensor>& in) { return cat(pieces(in[0])); }, {x});
  const Tensor constant = spread({2, 2}, -1, 1, 0.2);
  check_square("equal extents, some without gradient",
               [constant](const std::vector<Tensor>& in) {
                 std::vector<Tensor> many;
                 for (int i = 0; i < 20; ++i) many.push_back(i % 3 == 0 ? constant : in[0] * i);
                 return cat(many, 1);
               },
               {spread({2, 2})});
}

TEST_CASE("stack") {
  const Tensor a = tensor({1, 2}), b = tensor({3, 4});
  CHECK(equal(stack({a, b}), tensor({{1, 2}, {3, 4}})));
  CHECK(equal(stack({a, b}, -1), tensor({{1, 3}, {2, 4}})));
  CHECK(equal(stack({Tensor(1), Tensor(2.5)}), tensor({1.0, 2.5})));
  CHECK_THROWS_WITH_AS(stack({a, tensor({1})}), "stack: shapes [2] and [1] must be the same", Error);
  CHECK_THROWS_WITH_AS(stack({}), "stack: there is nothing to stack", Error);
  CHECK_THROWS_AS(stack({a, b}, 2), Error);
}

TEST_CASE("split and chunk") {
  const Tensor x = counted({5, 2});
  const auto pieces = split(x, 2);
  REQUIRE(pieces.size() == 3);
  CHECK(equal(pieces[1], tensor({{4, 5}, {6, 7}})));
  CHECK(equal(pieces[2], tensor({{8, 9}})));
  CHECK(shares_storage(x, pieces[0]));
  const auto unequal = split(x, {1, 0, 4});
  CHECK(unequal[1].sizes() == Dims{0, 2});
  CHECK(equal(unequal[2], x(Slice(1))));
  CHECK(split(x, 9).size() == 1);
  CHECK(split(x, 1, -1).size() == 2);
  CHECK(split(zeros({0, 2}), 0).size() == 1);
  CHECK(split(zeros({0, 2}), 3).size() == 1);
  CHECK_THROWS_WITH_AS(split(x, {1, 2}), "split: sizes [1, 2] do not add up to the 5 positions of dimension 0", Error);
  CHECK_THROWS_AS(split(x, {6, -1}), Error);
  CHECK_THROWS_WITH_AS(split(x, 0), "split: 0 is no size of a piece", Error);

  CHECK(chunk(x, 2)[0].sizes() == Dims{3, 2});
  CHECK(chunk(x, 2)[1].sizes() == Dims{2, 2});
  CHECK(chunk(x, 4).size() == 3);  // pieces of 2: three are enough
  CHECK(chunk(x, 9).size() == 5);
  CHECK(chunk(zeros({0, 2}), 3).size() == 3);
  CHECK_THROWS_WITH_AS(chunk(x, 0), "chunk: 0 is no number of pieces", Error);
}

TEST_CASE("repeat") {
  const Tensor x = tensor({{1, 2}, {3, 4}});
  CHECK(equal(repeat(x, {2, 1}), tensor({{1, 2}, {3, 4}, {1, 2}, {3, 4}})));
  CHECK(equal(repeat(x.t(), {1, 2}), tensor({{1, 3, 1, 3}, {2, 4, 2, 4}})));
  CHECK(equal(repeat(tensor({1, 2}), {2, 2}), tensor({{1, 2, 1, 2}, {1, 2, 1, 2}})));
  CHECK(equal(repeat(Tensor(5), 3), tensor({5, 5, 5})));
  CHECK(repeat(x, {0, 3}).sizes() == Dims{0, 6});
  CHECK(repeat(zeros({0, 2}), {3, 1}).sizes() == Dims{0, 2});
  CHECK(!shares_storage(x, repeat(x, {1, 1})));
  CHECK(repeat(ones({1}), 3).add_(tensor({0.0, 1.0, 2.0}))[0].item() == 1);  // elements of its own
  CHECK(repeat(ones({1, 1, 1, 1, 1, 1, 1, 2}), {1, 1, 1, 1, 1, 1, 1, 2}).numel() == 4);
  CHECK_THROWS_WITH_AS(repeat(x, 2), "repeat: [2] names fewer dimensions than a tensor of shape [2, 2] has", Error);
  CHECK_THROWS_WITH_AS(repeat(x, {2, -1}), "repeat: [2, -1] has a negative number", Error);
}

TEST_CASE("roll and flip") {
  const Tensor x = counted({2, 3});
  CHECK(equal(roll(x, 1, 1), tensor({{2, 0, 1}, {5, 3, 4}})));
  CHECK(equal(roll(x, -4, -1), tensor({{1, 2, 0}, {4, 5, 3}})));
  CHECK(equal(roll(x, {1, 1}, {0, 1}), tensor({{5, 3, 4}, {2, 0, 1}})));
  CHECK(equal(roll(x, {1, 1}, {1, 1}), roll(x, 2, 1)));
  CHECK(equal(roll(x, 2), tensor({{4, 5, 0}, {1, 2, 3}})));
  CHECK(equal(roll(x.t(), 1), tensor({{5, 0}, {3, 1}, {4, 2}})));
  CHECK(roll(zeros({0, 2}), 1, 0).sizes() == Dims{0, 2});
  CHECK(roll(Tensor(1), 1).item() == 1);
  CHECK(!shares_storage(x, roll(x, 3, 1)));
  CHECK_THROWS_WITH_AS(roll(x, {1, 2}, 0), "roll: shifts [1, 2] and dimensions [0] must be equally many", Error);
  CHECK_THROWS_AS(roll(x, {1, 2}), Error);
  CHECK_THROWS_AS(roll(x, 1, 2), Error);

  CHECK(equal(flip(x, 0), tensor({{3, 4, 5}, {0, 1, 2}})));
  CHECK(equal(flip(x, {0, -1}), tensor({{5, 4, 3}, {2, 1, 0}})));
  CHECK(equal(flip(x.t(), 1), tensor({{3, 0}, {4, 1}, {5, 2}})));
  CHECK(equal(flip(tensor({1, 2}).unsqueeze(1).expand({2, 2}), 0), tensor({{2, 2}, {1, 1}})));
  CHECK(equal(flip(x(Slice(), Slice(0, 3, 2)), 1), tensor({{2, 0}, {5, 3}})));
  CHECK(equal(flip(x, {}), x));
  CHECK(!shares_storage(x, flip(x, {})));
  CHECK(flip(zeros({2, 0}), 0).sizes() == Dims{2, 0});
  CHECK(flip(Tensor(1), 0).item() == 1);
  CHECK_THROWS_AS(flip(x, {0, -2}), Error);
  CHECK_THROWS_AS(flip(x, 2), Error);
}

TEST_CASE("tril and triu") {
  const Tensor x = counted({3, 3}) + 1;
  CHECK(equal(tril(x), tensor({{1, 0, 0}, {4, 5, 0}, {7, 8, 9}})));
  CHECK(equal(tril(x, 1), tensor({{1, 2, 0}, {4, 5, 6}, {7, 8, 9}})));
  CHECK(equal(triu(x), tensor({{1, 2, 3}, {0, 5, 6}, {0, 0, 9}})));
  CHECK(equal(triu(x, -1), tensor({{1, 2, 3}, {4, 5, 6}, {0, 8, 9}})));
  CHECK(equal(triu(x.t(), 2), tensor({{0, 0, 7}, {0, 0, 0}, {0, 0, 0}})));
  const std::int64_t far = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t diagonal : {std::int64_t{9}, far}) {
    CHECK(equal(tril(x, diagonal), x));
    CHECK(equal(tril(x, -diagonal), zeros_like(x)));
    CHECK(equal(triu(x, diagonal), zeros_like(x)));
    CHECK(equal(triu(x, -diagonal), x));
  }
  CHECK(equal(triu(counted({2, 2, 3}), 1), tensor({{{0, 1, 2}, {0, 0, 5}}, {{0, 7, 8}, {0, 0, 11}}})));
  CHECK(
      equal(tril(ones({4, 2}, {.dtype = boolean})), tensor({{true, false}, {true, true}, {true, true}, {true, true}})));
  CHECK(equal(tril(full({2, 2}, std::numeric_limits<double>::quiet_NaN()), -5), zeros({2, 2})));
  CHECK(tril(zeros({0, 3})).sizes() == Dims{0, 3});
  CHECK(tril(zeros({2, 0})).sizes() == Dims{2, 0});
  CHECK_THROWS_WITH_AS(tril(x[0]), "tril: a tensor of shape [3] has no triangle; at least 2 dimensions are needed",
                       Error);
}

TEST_CASE("gradients of joins of the same tensor") {
  check_square("cat", [](const std::vector<Tensor>& in) { return cat({in[0], in[0].t()}, 1); }, {spread({2, 2})});
  check_square("stack", [](const std::vector<Tensor>& in) { return stack({in[0], in[0]}, 1); }, {spread({2})});
  check_square("repeat of an expanded",
               [](const std::vector<Tensor>& in) {
                 return repeat(in[0], {2, 2});
               },
               {spread({1, 2}).expand({3, 2})});
  check_square("repeat of a zero-dim",
               [](const std::vector<Tensor>& in) {
                 return repeat(in[0], {2, 2});
               },
               {spread({})});
  check_square("tril of a transposed", [](const std::vector<Tensor>& in) { return tril(in[0], -1); },
               {spread({3, 2}).t()});
}

}  // namespace descent
