#include "ops/gradients.h"

namespace descent {
namespace {

using gradients::spread;

}  // namespace

TEST_CASE("einsum of one operand") {
  const Tensor x = tensor({{1, 2, 3}, {4, 5, 6}});
  const Tensor square = tensor({{1, 2}, {3, 4}});
  CHECK(equal(einsum("ij->ji", {x}), x.t()));
  CHECK(equal(einsum("ba", {x}), x.t()));  // an implicit output is in alphabetical order
  CHECK(equal(einsum("ij->", {x}), Tensor(21)));
  CHECK(equal(einsum("ij->j", {x}), tensor({5, 7, 9})));
  CHECK(equal(einsum("ii", {square}), Tensor(5)));
  CHECK(equal(einsum("ii->i", {square}), tensor({1, 4})));
  CHECK(equal(einsum("i...->...", {x}), tensor({5, 7, 9})));
  CHECK(equal(einsum("...i->...", {x}), tensor({6, 15})));
  CHECK(equal(einsum("...ij->...ji", {x}), x.t()));
  CHECK(equal(einsum("...", {x}), x));
  CHECK(equal(einsum("i...->i", {x}), tensor({6, 15})));  // an ellipsis that the output leaves out is summed
  CHECK(equal(einsum("", {Tensor(3)}), Tensor(3)));
  CHECK(equal(einsum("->", {Tensor(3)}), Tensor(3)));
  const Tensor cube = arange(27).reshape({3, 3, 3});
  CHECK(equal(einsum("iii->i", {cube}), tensor({0, 13, 26})));
  CHECK(equal(einsum("iij->ji", {cube}), stack({cube[0][0], cube[1][1], cube[2][2]}, 1)));
  CHECK(equal(einsum("iji->j", {cube}), tensor({0 + 10 + 20, 3 + 13 + 23, 6 + 16 + 26})));
}

TEST_CASE("einsum of several operands") {
  const Tensor a = tensor({{1, 2, 3}, {4, 5, 6}}), b = tensor({{1, 0}, {0, 1}, {2, 2}});
  const Tensor product = tensor({{7, 8}, {16, 17}});
  CHECK(equal(einsum("ij,jk->ik", {a, b}), product));
  CHECK(equal(einsum(" i j , j k -> i k ", {a, b}), product));
  CHECK(equal(einsum("ij,jk", {a, b}), product));
  CHECK(equal(einsum("ij,jk->ki", {a, b}), product.t()));
  CHECK(equal(einsum("ij,jk->", {a, b}), Tensor(48)));
  CHECK(equal(einsum("ij,jk->j", {a, b}), tensor({5, 7, 36})));
  CHECK(equal(einsum("ij,ji->i", {a, b}), tensor({7, 17})));
  CHECK(equal(einsum("i,j->ij", {tensor({1, 2}), tensor({3, 4, 5})}), tensor({{3, 4, 5}, {6, 8, 10}})));
  CHECK(equal(einsum("i,i->i", {tensor({1, 2}), tensor({3, 4})}), tensor({3, 8})));
  CHECK(equal(einsum("i,i", {tensor({1, 2}), tensor({3, 4})}), Tensor(11)));
  CHECK(equal(einsum("aB,Bc", {a, b}), einsum("aB,Bc->ac", {a, b})));
  CHECK(equal(einsum("bA,A", {b, tensor({1, 10})}), tensor({1, 10, 22})));
  CHECK(equal(einsum("i,,", {tensor({1, 2}), Tensor(3), Tensor(4)}), tensor({12, 24})));
  CHECK(equal(einsum("ij,jk,kl->il", {a, b, b.t()}), matmul(product, b.t())));
  CHECK(equal(einsum("ij,kj,kl->ikl", {a, a, b(Slice(0, 2))}),
              matmul(a, a.t()).unsqueeze(2) * b(Slice(0, 2)).unsqueeze(0)));
}

TEST_CASE("einsum broadcasts sizes of one and ellipses") {
  const Tensor a = spread({2, 3}), row = spread({1, 4}), batch = spread({5, 1, 2, 3}), matrices = spread({4, 3, 2});
  CHECK(allclose(einsum("ij,jk->ik", {a, row}), sum(a, 1, true) * row));
  CHECK(allclose(einsum("ij,ij->ij", {a, a[0].unsqueeze(0)}), a * a[0]));
  CHECK(allclose(einsum("ij,ij->j", {a[0].unsqueeze(0), a}), a[0] * sum(a, 0)));
  CHECK(allclose(einsum("...ij,...jk->...ik", {batch, matrices}), matmul(batch, matrices)));
  CHECK(allclose(einsum("...ij,jk", {batch, matrices[0]}), matmul(batch, matrices[0])));
  CHECK(allclose(einsum("i...,j...->ij...", {a, a}), a.unsqueeze(1) * a.unsqueeze(0)));
  CHECK(allclose(einsum("b...i,...i->b...", {batch[0], a}), sum(batch[0] * a, -1)));
  CHECK(einsum("ij,jk->ik", {zeros({2, 0}), zeros({0, 3})}).sizes() == Dims{2, 3});
  CHECK(sum(einsum("ij,jk->ik", {zeros({2, 0}), zeros({0, 3})})).item() == 0);
  CHECK(einsum("bij,bjk->bik", {zeros({0, 2, 3}), zeros({0, 3, 2})}).sizes() == Dims{0, 2, 2});
  CHECK(allclose(einsum("bhqd,bhkd->bhqk", {spread({2, 3, 4, 5}), spread({2, 3, 6, 5})}),
                 matmul(spread({2, 3, 4, 5}), spread({2, 3, 6, 5}).transpose(-1, -2))));
}

TEST_CASE("what einsum refuses") {
  const Tensor x = ones({2, 3});
  CHECK_THROWS_WITH_AS(einsum("ij->ik", {x}), "einsum: k of the output of 'ij->ik' names no input", Error);
  CHECK_THROWS_WITH_AS(einsum("ij->ii", {x}), "einsum: i is repeated in the output of 'ij->ii'", Error);
  CHECK_THROWS_WITH_AS(einsum("ijk", {x}), "einsum: 'ijk' names 3 dimensions of operand 0, whose shape is [2, 3]",
                       Error);
  CHECK_THROWS_WITH_AS(einsum("i", {x}), "einsum: 'i' names 1 dimensions of operand 0, whose shape is [2, 3]", Error);
  CHECK_THROWS_WITH_AS(einsum("ij,jk", {x}), "einsum: 'ij,jk' names 2 operands, but 1 were given", Error);
  CHECK_THROWS_WITH_AS(einsum("ij,jk", {x, x}), "einsum: j has size 2 in operand 1, of shape [2, 3], but 3 before",
                       Error);
  CHECK_THROWS_WITH_AS(einsum("...,...", {x, x.t()}),
                       "einsum: ... has size 3 in operand 1, of shape [3, 2], but 2 before", Error);
  CHECK_THROWS_WITH_AS(einsum("ii", {x}),
                       "einsum: i is repeated in operand 0, of shape [2, 3], but the sizes 2 and 3 differ", Error);
  CHECK_THROWS_WITH_AS(einsum("i1", {x}), "einsum: 'i1' has '1' where a letter or one ellipsis was wanted", Error);
  CHECK_THROWS_AS(einsum("i..", {x}), Error);
  CHECK_THROWS_AS(einsum("...i...", {x}), Error);
  CHECK_THROWS_AS(einsum("ij->i->j", {x}), Error);
  CHECK_THROWS_AS(einsum("ij->i,j", {x}), Error);
  CHECK_THROWS_AS(einsum("", {}), Error);
  CHECK_THROWS_WITH_AS(einsum("ij,ij", {x, x.to(int64)}),
                       "einsum: operand 1 is int64 and operand 0 float32; they must be the same", Error);
  CHECK_THROWS_AS(einsum("ij", {Tensor()}), Error);
}

TEST_CASE("gradients of einsum through broadcasting and repeated letters") {
  const std::pair<const char*, std::vector<Dims>> equations[] = {{"...ij,...jk->...ik", {{2, 1, 2, 2}, {3, 2, 2}}},
                                                                 {"iij,j->i", {{2, 2, 3}, {3}}},
                                                                 {"ij,ij->j", {{1, 3}, {2, 3}}},
                                                                 {"i,i,i->", {{3}, {3}, {3}}},
                                                                 {",i->i", {{}, {2}}},
                                                                 {"bij,bjk->bik", {{0, 2, 3}, {0, 3, 2}}}};
  for (const auto& [equation, shapes] : equations) {
    std::vector<Tensor> inputs;
    for (const Dims& shape : shapes)
      inputs.push_back(spread(shape, -1, 1, 0.1 + 0.2 * static_cast<double>(inputs.size())));
    gradients::check_square(
        equation, [equation = equation](const std::vector<Tensor>& in) { return einsum(equation, in); }, inputs);
  }
}

}  // namespace descent
