// What does not fit is refused with one line that names the function, what it got and what it wanted.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <string>

using namespace descent;

namespace {

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const Tensor x = zeros({2, 3}), cube = zeros({2, 3, 4}), line = zeros({3}), nothing = zeros({2, 0});

}  // namespace

TEST_CASE("errors name the function and what it got") {
  struct Mistake {
    std::function<void()> f;
    std::vector<std::string> named;
  };
  const Mistake mistakes[] = {
      {[] { x + zeros({2}); }, {"add", "[2, 3]", "[2]"}},
      {[] {
         lt(x, zeros({3, 3}));
       },
       {"lt", "[2, 3]", "[3, 3]"}},
      {[] { where(x > 0, zeros({4}), 1); }, {"where", "[4]"}},
      {[] { sum(x, 2); }, {"sum", "2", "rank 2"}},
      {[] {
         sum(x, {0, -2});
       },
       {"sum", "twice"}},
      {[] { mean(x, -3); }, {"-3"}},
      {[] { amax(nothing); }, {"max", "[2, 0]"}},
      {[] { max(nothing, 1); }, {"max", "[2, 0]"}},
      {[] { argmax(zeros({0})); }, {"argmax"}},
      {[] { cumsum(x, 5); }, {"cumsum", "5"}},
      {[] { norm(x, std::numeric_limits<double>::quiet_NaN()); }, {"norm", "nan"}},
      {[] { clamp(x, {}, {}); }, {"clamp"}},
      {[] { matmul(x, x); }, {"matmul", "[2, 3]"}},
      {[] {
         matmul(zeros({2, 2, 3}), zeros({3, 3, 2}));
       },
       {"matmul", "2", "3"}},
      {[] { matmul(x, zeros({})); }, {"matmul", "[]"}},
      {[] {
         linear(x, zeros({4, 2}));
       },
       {"[2, 3]"}},
      {[] {
         reshape(x, {4, 2});
       },
       {"reshape", "[2, 3]", "[4, 2]"}},
      {[] {
         reshape(x, {-1, -1});
       },
       {"reshape", "-1"}},
      {[] {
         reshape(x, {4, -1});
       },
       {"reshape", "[2, 3]"}},
      {[] {
         reshape(nothing, {0, -1});
       },
       {"reshape"}},
      {[] {
         reshape(x, {-2, -3});
       },
       {"reshape"}},
      {[] { transpose(x, 0, 2); }, {"transpose", "2"}},
      {[] {
         permute(x, {0, 0});
       },
       {"permute", "0"}},
      {[] { permute(x, {0}); }, {"permute", "[0]"}},
      {[] { permute(x, {}); }, {"permute"}},
      {[] {
         expand(x, {2, 4});
       },
       {"expand", "[2, 3]", "[2, 4]"}},
      {[] { expand(x, {3}); }, {"expand"}},
      {[] {
         expand(x, {-1, 2, 3});
       },
       {"expand", "[-1, 2, 3]"}},
      {[] {
         expand(x, {2, -2});
       },
       {"expand"}},
      {[] { squeeze(x, 2); }, {"squeeze"}},
      {[] { unsqueeze(x, 3); }, {"unsqueeze", "3"}},
      {[] { flatten(x, 1, 0); }, {"flatten"}},
      {[] { diagonal(line); }, {"diagonal", "rank 1"}},
      {[] { diagonal(x, 0, 1, -1); }, {"diagonal"}},
      {[] { select(x, 0, 2); }, {"select", "2", "[2, 3]"}},
      {[] { select(x, 0, -3); }, {"select", "-3"}},
      {[] { select(zeros({}), 0, 0); }, {"select", "rank 0"}},
      {[] { slice(x, 0, 0, 1, 0); }, {"slice", "step = 0"}},
      {[] { slice(x, 0, 0, 1, -1); }, {"slice", "-1"}},
      {[] { narrow(x, 1, 2, 2); }, {"narrow", "[2, 3]"}},
      {[] { narrow(x, 1, -1, 2); }, {"narrow", "2 positions from -1", "[2, 3]"}},
      {[] { narrow(x, 1, -4, 1); }, {"narrow", "-4"}},
      {[] { narrow(x, 1, 0, -1); }, {"narrow", "-1"}},
      {[] { split(x, 0); }, {"split"}},
      {[] {
         split(x, {1, 2}, 0);
       },
       {"split", "[1, 2]"}},
      {[] { chunk(x, 0); }, {"chunk"}},
      {[] { cat({}); }, {"cat"}},
      {[] {
         cat({x, line});
       },
       {"cat", "[2, 3]", "[3]"}},
      {[] {
         cat({x, zeros({2, 4})});
       },
       {"cat", "[2, 4]"}},
      {[] {
         cat({x, x}, 2);
       },
       {"cat", "2"}},
      {[] {
         cat({zeros({}), zeros({})});
       },
       {"cat"}},
      {[] {
         stack({x, line});
       },
       {"stack", "[2, 3]", "[3]"}},
      {[] { stack({}); }, {"stack"}},
      {[] { repeat(x, 2); }, {"repeat"}},
      {[] {
         repeat(x, {2, -1});
       },
       {"repeat", "-1"}},
      {[] {
         roll(x, {1, 2}, 0);
       },
       {"roll"}},
      {[] { flip(x, 2); }, {"flip"}},
      {[] { tril(line); }, {"tril", "[3]"}},
      {[] { gather(x, 1, line); }, {"gather", "int64"}},
      {[] { gather(x, 1, tensor({0})); }, {"gather", "[1]", "[2, 3]"}},
      {[] { gather(x, 1, tensor({{3}})); }, {"gather", "3", "out of range"}},
      {[] { gather(x, 1, tensor({{-1}})); }, {"gather", "-1"}},
      {[] {
         scatter_add(x, 1, tensor({{0}}), zeros({1, 1}, {.dtype = float64}));
       },
       {"scatter_add", "float64"}},
      {[] {
         scatter_add(x, 1, tensor({{0, 1}}), zeros({1, 1}));
       },
       {"scatter_add", "[1, 1]"}},
      {[] {
         scatter_add(x, 0, tensor({{2}}), zeros({1, 1}));
       },
       {"scatter_add", "2"}},
      {[] { index_select(x, 0, tensor({{0}})); }, {"index_select", "[1, 1]"}},
      {[] { index_select(x, 0, tensor({2})); }, {"index_select", "2"}},
      {[] { index_add(x, 0, tensor({0}), line); }, {"index_add", "[3]"}},
      {[] { masked_fill(x, x, 1); }, {"masked_fill", "float32"}},
      {[] { masked_fill(x, x > 0, line); }, {"masked_fill", "[3]"}},
      {[] {
         masked_select(x, tensor({true, false}));
       },
       {"masked_select", "[2]"}},
      {[] { one_hot(tensor({3}), 3); }, {"one_hot", "3"}},
      {[] { one_hot(tensor({-1})); }, {"one_hot", "-1"}},
      {[] { one_hot(line); }, {"one_hot", "float32"}},
      {[] { topk(x, 4); }, {"topk", "4", "[2, 3]"}},
      {[] { topk(x, -1); }, {"topk", "-1"}},
      {[] { sort(x, 2); }, {"sort", "2"}},
      {[] { softmax(x, 2); }, {"2"}},
      {[] {
         einsum("ij,jk->ik", {x, zeros({4, 2})});
       },
       {"einsum", "j"}},
      {[] { einsum("ijk->i", {x}); }, {"einsum", "ijk"}},
      {[] { einsum("ij->ii", {x}); }, {"einsum", "i"}},
      {[] { einsum("ij->ik", {x}); }, {"einsum", "k"}},
      {[] { einsum("ij,jk->ik", {x}); }, {"einsum"}},
      {[] { einsum("i1->i", {x}); }, {"einsum"}},
      {[] { einsum("ij-i", {x}); }, {"einsum"}},
      {[] { x(0, 0, 0); }, {"[2, 3]"}},
      {[] { x(Ellipsis, Ellipsis); }, {"Ellipsis"}},
      {[] { x(tensor({2})); }, {"2"}},
      {[] {
         x(tensor({0, 1}), tensor({0, 1, 2}));
       },
       {"[2]", "[3]"}},
      {[] {
         x(tensor({true, false, true}));
       },
       {"[3]", "[2, 3]"}},
      {[] { x(line); }, {"float32"}},
      {[] { cube.t(); }, {"t:", "rank 3"}},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string message = message_of(mistake.f);
    CAPTURE(message);
    CHECK(message.find('\n') == std::string::npos);
    for (const std::string& part : mistake.named) {
      CAPTURE(part);
      CHECK(message.find(part) != std::string::npos);
    }
  }
}
