// Reading and writing at positions: gather, scatter_add, index_select, index_add, masks, and x(...).
#include <cmath>
#include <limits>

#include "ops/counted.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using gradients::check_square;
using gradients::spread;

// 0, 1, 2, ... in row-major order.
const Tensor no_positions = zeros({0}, {.dtype = int64});

}  // namespace

TEST_CASE("a loop over a tensor sees its rows") {
  const Tensor x = arange(6).reshape({3, 2});
  std::vector<Tensor> rows;
  for (auto row : x) rows.push_back(row);
  REQUIRE(rows.size() == 3);
  for (std::int64_t i = 0; i < 3; ++i) CHECK(equal(rows[static_cast<std::size_t>(i)], x[i]));
  // They are views, and pass gradients on.
  for (const Tensor& row : x) row.fill_(7);
  CHECK(equal(x, full({3, 2}, 7)));
  const Tensor leaf = ones({2, 2}, {.requires_grad = true});
  Tensor total = 0;
  for (auto row : leaf * 3) total = total + sum(row);
  total.backward();
  CHECK(equal(leaf.grad(), full({2, 2}, 3.0)));

  for (auto number : tensor({5, 6})) CHECK(number.dim() == 0);
  for ([[maybe_unused]] auto row : zeros({0, 3})) FAIL("there is no row");
  CHECK_THROWS_WITH_AS(tensor(1.0).begin(), "begin: a tensor of rank 0 has no rows to go through", Error);
  CHECK_THROWS_WITH_AS(Tensor().begin(), "begin: the tensor is undefined", Error);
}

TEST_CASE("gather") {
  const Tensor x = tensor({{10, 11, 12}, {20, 21, 22}});
  CHECK(equal(gather(x, 1, tensor({{2, 0}, {1, 1}})), tensor({{12, 10}, {21, 21}})));
  CHECK(equal(gather(x, 0, tensor({{1, 0, 1}})), tensor({{20, 11, 22}})));
  CHECK(equal(gather(x, -1, tensor({{2}})), tensor({{12}})));  // fewer rows than x
  CHECK(equal(gather(x.t(), 0, tensor({{2, 2}})), tensor({{12, 22}})));
  CHECK(equal(gather(x[0].expand({2, 3}), 1, tensor({{1}, {2}})), tensor({{11}, {12}})));
  CHECK(equal(gather(x, 1, tensor({{0, 1}, {2, 0}}).t()), tensor({{10, 12}, {21, 20}})));
  CHECK(gather(x, 1, zeros({2, 0}, {.dtype = int64})).sizes() == Dims{2, 0});
  CHECK(equal(gather(tensor({true, false}), 0, tensor({1, 0})), tensor({false, true})));
  CHECK(gather(Tensor(1.5), 0, zeros({}, {.dtype = int64})).item() == 1.5);
  CHECK_THROWS_WITH_AS(gather(x, 1, tensor({{2, 0}, {1, 3}})),
                       "gather: the index is 3 at [1, 1], which is out of range for dimension 1 of size 3", Error);
  CHECK_THROWS_WITH_AS(gather(x, 0, tensor({{-1}})),
                       "gather: the index is -1 at [0, 0], which is out of range for dimension 0 of size 2", Error);
  CHECK_THROWS_WITH_AS(gather(x, 0, tensor({{1.0}})), "gather: the index must be int64, not float32", Error);
  CHECK_THROWS_WITH_AS(gather(x, 0, tensor({1})),
                       "gather: an index of shape [1] does not fit x of shape [2, 3]: the rank must be the same, and "
                       "no dimension but 0 larger",
                       Error);
  CHECK_THROWS_AS(gather(x, 0, zeros({1, 4}, {.dtype = int64})), Error);
  CHECK_THROWS_WITH_AS(gather(x, 2, tensor({{1}})),
                       "gather: dimension 2 is out of range for a tensor of rank 2 (-2 to 1)", Error);
}

TEST_CASE("scatter_add") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  const Tensor index = tensor({{0, 0}, {2, 1}});
  CHECK(equal(scatter_add(x, 1, index, tensor({{10, 20}, {30, 40}})), tensor({{31, 2, 3}, {4, 45, 36}})));
  CHECK(equal(scatter_add(x, 1, tensor({{0}}), tensor({{7, 8}, {9, 9}})), tensor({{8, 2, 3}, {4, 5, 6}})));
  CHECK(equal(scatter_add(x.t(), 0, tensor({{2, 0}}), tensor({{10, 20}})), tensor({{1, 24}, {2, 5}, {13, 6}})));
  CHECK(equal(scatter_add(x, 0, zeros({0, 3}, {.dtype = int64}), zeros({0, 3}, {.dtype = int64})), x));
  CHECK(equal(scatter_add(zeros({}).expand({3}), 0, tensor({1, 1}), tensor({0.5, 0.25})), tensor({0.0, 0.75, 0.0})));
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, index, ones({2, 2})),
                       "scatter_add: x is int64 and source float32; they must be the same", Error);
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, index, tensor({{1, 2}})),
                       "scatter_add: a source of shape [1, 2] is too small for an index of shape [2, 2]", Error);
  CHECK_THROWS_WITH_AS(scatter_add(x, 1, index + 2, index),
                       "scatter_add: the index is 4 at [1, 0], which is out of range for dimension 1 of size 3", Error);
}

TEST_CASE("index_select and index_add") {
  const Tensor x = counted({2, 3});
  CHECK(equal(index_select(x, 1, tensor({2, 0, 2})), tensor({{2, 0, 2}, {5, 3, 5}})));
  CHECK(equal(index_select(x.t(), 0, tensor({1})), tensor({{1, 4}})));
  CHECK(equal(index_select(x, 0, Tensor(1)), tensor({{3, 4, 5}})));
  CHECK(index_select(x, 0, no_positions).sizes() == Dims{0, 3});
  CHECK(index_select(x(Slice(), Slice(0, 0)), 0, tensor({1, 1, 1})).sizes() == Dims{3, 0});
  CHECK(index_select(Tensor(3.5), 0, tensor({0})).item() == 3.5);
  CHECK_THROWS_WITH_AS(index_select(x, 1, tensor({0, 3})),
                       "index_select: the index is 3 at [1], which is out of range for dimension 1 of size 3", Error);
  CHECK_THROWS_WITH_AS(index_select(x, 1, tensor({{0}})),
                       "index_select: the index must have one dimension, not shape [1, 1]", Error);
  CHECK_THROWS_WITH_AS(index_select(Tensor(1), 0, tensor({0, 0})),
                       "index_select: one index is needed for a tensor of rank 0, not 2", Error);

  CHECK(equal(index_add(x, 1, tensor({2, 2}), tensor({{10, 20}, {30, 40}})), tensor({{0, 1, 32}, {3, 4, 75}})));
  CHECK(equal(index_add(x, 0, no_positions, zeros({0, 3}, {.dtype = int64})), x));
  CHECK(equal(x, counted({2, 3})));
  CHECK_THROWS_WITH_AS(
      index_add(x, 1, tensor({2, 2}), counted({2, 3})),
      "index_add: 2 indices along dimension 1 of shape [2, 3] want a source of shape [2, 2], not [2, 3]", Error);
  CHECK_THROWS_WITH_AS(index_add(x, 0, tensor({0}), ones({1, 3})),
                       "index_add: x is int64 and source float32; they must be the same", Error);
  CHECK_THROWS_WITH_AS(index_add(x, 0, tensor({-1}), counted({1, 3})),
                       "index_add: the index is -1 at [0], which is out of range for dimension 0 of size 2", Error);
}

TEST_CASE("masks") {
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}});
  const Tensor mask = tensor({{true, false}, {false, true}});
  CHECK(equal(masked_fill(x, mask, -1), tensor({{-1.0, 2.0}, {3.0, -1.0}})));
  CHECK(equal(masked_fill(x, tensor({true, false}), 0), tensor({{0.0, 2.0}, {0.0, 4.0}})));
  CHECK(equal(masked_fill(tensor({1.0, 2.0}), mask, 0), tensor({{0.0, 2.0}, {1.0, 0.0}})));  // x broadcasts too
  CHECK(masked_fill(x, mask, tensor({1.5}, {.dtype = float64})[0]).dtype() == float32);
  CHECK(equal(masked_fill(counted({2}), tensor({true, false}), 1.5), tensor({1, 1})));  // x keeps its dtype
  CHECK_THROWS_WITH_AS(masked_fill(x, mask, ones({1})), "masked_fill: one value is needed, not shape [1]", Error);
  CHECK_THROWS_WITH_AS(masked_fill(x, x, 0), "masked_fill: the mask must be bool, not float32", Error);

  CHECK(equal(masked_select(x, mask), tensor({1.0, 4.0})));
  CHECK(equal(masked_select(x.t(), tensor({false, true})), tensor({3.0, 4.0})));
  CHECK(equal(masked_select(Tensor(2.5), mask), tensor({2.5, 2.5})));
  CHECK(masked_select(x, x > 9).sizes() == Dims{0});
  CHECK_THROWS_AS(masked_select(x, tensor({true, true, true})), Error);

  CHECK(equal(nonzero(x - 2), tensor({{0, 0}, {1, 0}, {1, 1}})));
  CHECK(equal(nonzero(mask.t()), tensor({{0, 0}, {1, 1}})));
  CHECK(equal(nonzero(tensor({std::nan(""), -0.0})), tensor({{0}})));
  CHECK(nonzero(zeros({2, 3})).sizes() == Dims{0, 2});
  CHECK(nonzero(Tensor(3)).sizes() == Dims{1, 0});
  CHECK(nonzero(Tensor(0)).sizes() == Dims{0, 0});
}

TEST_CASE("one_hot") {
  CHECK(equal(one_hot(tensor({1, 0, 2})), eye(3).to(int64)(tensor({1, 0, 2}))));
  CHECK(equal(one_hot(tensor({{1}, {0}}), 2), tensor({{{0, 1}}, {{1, 0}}})));
  CHECK(equal(one_hot(Tensor(1), 3), tensor({0, 1, 0})));
  CHECK(one_hot(no_positions, 3).sizes() == Dims{0, 3});
  CHECK(one_hot(tensor({0})).dtype() == int64);
  CHECK_THROWS_WITH_AS(one_hot(tensor({0, 3}), 3),
                       "one_hot: class 3 at position 1 is not one of 3 classes, counted from 0", Error);
  CHECK_THROWS_AS(one_hot(tensor({-1})), Error);
  CHECK_THROWS_WITH_AS(one_hot(tensor({0.0})), "one_hot: classes must be int64, not float32", Error);
  CHECK_THROWS_WITH_AS(one_hot(no_positions),
                       "one_hot: the number of classes must be given where there is no class to see", Error);
  CHECK_THROWS_WITH_AS(one_hot(tensor({0}), -2), "one_hot: -2 is no number of classes", Error);
}

TEST_CASE("indexing by integers, slices, Ellipsis and NewAxis gives views") {
  const Tensor x = counted({2, 3, 4});
  CHECK(equal(x[1], counted({3, 4}) + 12));
  CHECK(equal(x[-1][0], tensor({12, 13, 14, 15})));
  CHECK(x(1, -2, 3).item<int>() == 19);
  CHECK(equal(x(0, Slice(1), Slice(0, 4, 2)), tensor({{4, 6}, {8, 10}})));
  CHECK(equal(x(Ellipsis, 0), tensor({{0, 4, 8}, {12, 16, 20}})));
  CHECK(equal(x(1, Ellipsis, Slice(-2)), tensor({{14, 15}, {18, 19}, {22, 23}})));
  CHECK(x(NewAxis, Ellipsis, NewAxis, 0).sizes() == Dims{1, 2, 3, 1});
  CHECK(x(Slice(), NewAxis).sizes() == Dims{2, 1, 3, 4});
  CHECK(x(Slice(5)).sizes() == Dims{0, 3, 4});
  CHECK(equal(x(), x));
  CHECK(x(1, Ellipsis, 1, 1).item<int>() == 17);  // an Ellipsis that stands for nothing
  CHECK(equal(x(0, tensor(1), 2), Tensor(6)));    // a number in a tensor is an integer
  const Tensor view = x(0, Slice(1, 2));
  view.fill_(-1);
  CHECK(equal(x[0][1], tensor({-1, -1, -1, -1})));
  CHECK_THROWS_WITH_AS(x[2], "select: index 2 is out of range for dimension 0 of shape [2, 3, 4]", Error);
  CHECK_THROWS_WITH_AS(x(0, 0, 0, 0), "index: 4 dimensions are indexed, but shape [2, 3, 4] has 3", Error);
  CHECK_THROWS_WITH_AS(x(Ellipsis, Ellipsis), "index: Ellipsis can stand only once", Error);
  CHECK_THROWS_AS(x(Slice(0, 2, -1)), Error);
  CHECK_THROWS_AS(Tensor(1)[0], Error);
}

TEST_CASE("indexing by positions and masks") {
  const Tensor x = counted({2, 3, 4});
  const Tensor rows = tensor({1, 0, -1}), columns = tensor({0, 2, -3});
  CHECK(equal(x(rows), stack({x[1], x[0], x[1]})));
  CHECK(equal(x(rows, columns), stack({x[1][0], x[0][2], x[1][0]})));
  CHECK(equal(x(Slice(), columns, 1), tensor({{1, 9, 1}, {13, 21, 13}})));
  CHECK(equal(x(Ellipsis, tensor({3, 0})), stack({x(Ellipsis, 3), x(Ellipsis, 0)}, -1)));
  CHECK(equal(x(tensor({{0}, {1}}), tensor({0, 2})), stack({stack({x[0][0], x[0][2]}), stack({x[1][0], x[1][2]})})));
  CHECK(equal(x(1, tensor({{0, 2}, {1, 1}})), stack({stack({x[1][0], x[1][2]}), stack({x[1][1], x[1][1]})})));
  // Positions that do not stand side by side: their dimensions come first.
  CHECK(equal(x(tensor({1, 0}), Slice(), tensor({3, 0})), stack({x[1](Slice(), 3), x[0](Slice(), 0)})));
  CHECK(x(tensor({1, 0}), NewAxis, tensor({2, 0})).sizes() == Dims{2, 1, 4});
  // An integer between positions does not part them, unlike in NumPy.
  CHECK(equal(x(tensor({1, 0}), 0, tensor({1, 0})), tensor({13, 0})));
  CHECK(x(no_positions).sizes() == Dims{0, 3, 4});
  CHECK(equal(x.transpose(0, 2)(tensor({3}), tensor({1})), tensor({{7, 19}})));
  CHECK(equal(tensor({1.5}).expand({4})(tensor({3, 0})), tensor({1.5, 1.5})));

  CHECK(equal(x(x % 5 == 0), tensor({0, 5, 10, 15, 20})));
  CHECK(equal(x(tensor({false, true})), x(Slice(1))));
  CHECK(equal(x(Slice(), tensor({true, false, true})), x(Slice(), Slice(0, 3, 2))));
  CHECK(equal(x(tensor({{true, false, false}, {false, false, true}})), stack({x[0][0], x[1][2]})));
  CHECK(equal(x(0, tensor({true, false, true}), tensor({1, 0})), tensor({1, 8})));
  CHECK(x(Tensor(true)).sizes() == Dims{1, 2, 3, 4});
  CHECK(x(Tensor(false)).sizes() == Dims{0, 2, 3, 4});
  CHECK(x(Slice(), tensor({false, false, false})).sizes() == Dims{2, 0, 4});

  CHECK_THROWS_WITH_AS(x(Slice(), tensor({0, 3})), "index: 3 is out of range for dimension 1 of size 3", Error);
  CHECK_THROWS_WITH_AS(x(tensor({-3})), "index: -3 is out of range for dimension 0 of size 2", Error);
  CHECK_THROWS_WITH_AS(x(tensor({1.0})), "index: a tensor of positions must be int64, or bool for a mask, not float32",
                       Error);
  CHECK_THROWS_WITH_AS(x(Slice(), tensor({true, false})),
                       "index: a mask of shape [2] does not fit dimension 1 of shape [2, 3, 4]", Error);
  CHECK_THROWS_AS(x(tensor({0, 1}), tensor({0, 1, 2})), Error);
  CHECK_THROWS_AS(x(Tensor()), Error);
}

TEST_CASE("assignment writes through views") {
  const Tensor x = zeros({2, 3});
  x[0] = tensor({1, 2, 3});
  x(1, Slice(1)) = 7;
  x(Ellipsis, 0) = x(Ellipsis, 1).clone();
  CHECK(equal(x, tensor({{2.0, 2.0, 3.0}, {7.0, 7.0, 7.0}})));
  x() = 1;
  CHECK(equal(x, ones({2, 3})));
  x[0] = x[1] * 4;
  CHECK(equal(x[0], tensor({4.0, 4.0, 4.0})));
  x(Slice(), Slice(0, 2)) = x(Slice(), Slice(1, 3));  // overlapping parts of one storage
  CHECK(equal(x[0], tensor({4.0, 4.0, 4.0})));
  Tensor y = x;
  y = zeros({1});  // a name refers to another tensor; nothing is written
  CHECK(equal(x[1], ones({3})));
  CHECK_THROWS_WITH_AS((x(tensor({0})) = 1),
                       "assignment: the left side is a copy of shape [1, 3], which nobody would see change; index_put_ "
                       "writes at positions given by tensors",
                       Error);
  CHECK_THROWS_AS((x[0] = ones({4})), Error);
  CHECK_THROWS_AS((Tensor() = x), Error);
  const Tensor leaf = ones({2}, {.requires_grad = true});
  CHECK_THROWS_AS((leaf[0] = 2), Error);
  {
    const NoGrad no_grad;
    leaf[0] = 2;
  }
  CHECK(equal(leaf.detach(), tensor({2.0, 1.0})));
}

TEST_CASE("index_put_") {
  const Tensor x = zeros({3, 4});
  x.index_put_({tensor({2, 0})}, tensor({{1, 2, 3, 4}, {5, 6, 7, 8}}));
  CHECK(equal(x, tensor({{5.0, 6.0, 7.0, 8.0}, {0.0, 0.0, 0.0, 0.0}, {1.0, 2.0, 3.0, 4.0}})));
  x.index_put_({x > 5}, -1);
  CHECK(equal(x[0], tensor({5.0, -1.0, -1.0, -1.0})));
  x.index_put_({Slice(), tensor({-1, 1})}, tensor({{0.5}, {1.5}, {2.5}}));
  CHECK(equal(x(Slice(), 3), tensor({0.5, 1.5, 2.5})));
  CHECK(equal(x(Slice(), 1), tensor({0.5, 1.5, 2.5})));
  x.index_put_({1}, 9);
  CHECK(equal(x[1], tensor({9.0, 9.0, 9.0, 9.0})));

  const Tensor sums = zeros({3}, {.dtype = int64});
  sums.index_put_({tensor({0, 2, 0, -1})}, tensor({1, 2, 3, 4}), true);
  CHECK(equal(sums, tensor({4, 0, 6})));
  sums.index_put_({Slice(0, 2)}, 1, true);
  CHECK(equal(sums, tensor({5, 1, 6})));
  const Tensor flags = tensor({true, false, false});
  flags.index_put_({tensor({0, 1})}, tensor({false, true}), true);
  CHECK(equal(flags, tensor({true, true, false})));

  const Tensor cube = zeros({2, 3, 2});
  cube.index_put_({tensor({0, 1}), Slice(), tensor({1, 0})}, tensor({{1, 2, 3}, {4, 5, 6}}));  // apart
  CHECK(equal(cube(0, Ellipsis, 1), tensor({1.0, 2.0, 3.0})));
  CHECK(equal(cube(1, Ellipsis, 0), tensor({4.0, 5.0, 6.0})));
  CHECK(sum(cube).item() == 21);
  const Tensor transposed = zeros({2, 3});
  transposed.t().index_put_({tensor({2, 0}), tensor({1, 0})}, tensor({5, 6}));
  CHECK(equal(transposed, tensor({{6.0, 0.0, 0.0}, {0.0, 0.0, 5.0}})));
  const Tensor reversed = counted({4});
  reversed.index_put_({tensor({3, 2, 1, 0})}, reversed);  // values that are written over
  CHECK(equal(reversed, tensor({3, 2, 1, 0})));

  CHECK_THROWS_WITH_AS(x.index_put_({tensor({0, 1})}, ones({3, 2, 4})),
                       "index_put_: values of shape [3, 2, 4] do not fit the indexed shape [2, 4]", Error);
  CHECK_THROWS_WITH_AS(x.index_put_({tensor({3})}, 0), "index: 3 is out of range for dimension 0 of size 3", Error);
  CHECK_THROWS_AS(x.expand({2, 3, 4}).index_put_({tensor({0})}, 1), Error);
  const Tensor leaf = ones({2}, {.requires_grad = true});
  CHECK_THROWS_AS(leaf.index_put_({tensor({0})}, 2), Error);
  CHECK_THROWS_WITH_AS(x.index_put_({tensor({0}), tensor({0})}, leaf[0]),
                       "index_put_: values of shape [] require gradients, which a change in place does not record",
                       Error);
  const Tensor square_of_two = square(x.clone().requires_grad_());
  CHECK_THROWS_AS(square_of_two.index_put_({tensor({0})}, 1), Error);
}

TEST_CASE("a change in place of what a gradient needs is noticed") {
  const Tensor index = tensor({0, 1});
  const Tensor x = ones({2}, {.requires_grad = true});
  const Tensor y = index_select(x, 0, index);
  index.index_put_({tensor({0})}, 1);
  CHECK_THROWS_WITH_AS(
      sum(y).backward(),
      "backward of index_select: its input 1 of shape [2] was changed in place by index_put_ after index_select had "
      "saved it",
      Error);
}

TEST_CASE("gradients of scattering into part of a tensor") {
  const Tensor index = tensor({{0, 2}});
  check_square("scatter_add", [index](const std::vector<Tensor>& in) { return scatter_add(in[0], 1, index, in[1]); },
               {spread({2, 3}), spread({2, 3}, -1, 1, 0.2)});
  check_square("the same twice", [index](const std::vector<Tensor>& in) { return scatter_add(in[0], 1, index, in[0]); },
               {spread({2, 3})});
  check_square("index_add, the same twice",
               [](const std::vector<Tensor>& in) {
                 return index_add(in[0], 0, tensor({1, 1}), in[0]);
               },
               {spread({2, 3})});
  check_square("zero-dim gather",
               [](const std::vector<Tensor>& in) { return gather(in[0], 0, zeros({}, {.dtype = int64})); },
               {spread({})});
  check_square("zero-dim index_select",
               [](const std::vector<Tensor>& in) { return index_select(in[0], 0, zeros({1}, {.dtype = int64})); },
               {spread({})});
  check_square("zero-dim masked_select",
               [](const std::vector<Tensor>& in) {
                 return masked_select(in[0], tensor({true, true}));
               },
               {spread({})});
}

}  // namespace descent
