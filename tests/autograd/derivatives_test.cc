// Derivatives of functions against PyTorch's: tests/golden/derivatives.py.
#include "golden/golden_table.h"
#include "ops/gradients.h"

namespace descent {
namespace {

using doctest::Contains;
using golden::Outputs;
using Tensors = std::vector<Tensor>;

// The functions of derivatives.py.
Tensor one(const Tensor& x) { return sin(x) * sum(x); }
Tensor two(const Tensor& x, const Tensor& y) { return tanh(matmul(x, y)); }
Tensor scalar(const Tensor& x) { return sum(exp(x) * flip(x, 0)); }
Tensor scalar_of_two(const Tensor& x, const Tensor& y) { return sum(tanh(matmul(x, y))) * y[0]; }
std::pair<Tensor, Tensor> several(const Tensor& x) { return {sum(sin(x)), x * x[0]}; }

Tensors flat(const Tensor& tensor) { return {tensor}; }
template <class T>
Tensors flat(const std::vector<T>& list) {
  Tensors result;
  for (const T& part : list) {
    for (const Tensor& tensor : flat(part)) result.push_back(tensor);
  }
  return result;
}
template <class Value, class Product>
Tensors flat(const ValueAndProduct<Value, Product>& both) {
  return flat(std::vector{flat(both.value), flat(both.product)});
}

constexpr DerivativeOptions recorded = {.create_graph = true};
constexpr JacobianOptions columns = {.create_graph = true, .strategy = Strategy::forward_mode};

golden::Family derivatives() {
  return {
      .stem = "derivatives",
      .expressions = {
#define ONE "lambda x: x.sin() * x.sum()"
#define TWO "lambda x, y: (x @ y).tanh()"
#define SCALAR "lambda x: (x.exp() * x.flip(0)).sum()"
#define SCALAR_OF_TWO "lambda x, y: (x @ y).tanh().sum() * y[0]"
#define SEVERAL "lambda x: (x.sin().sum(), x * x[0])"
#define RECORDED ", create_graph=True"
          DESCENT_EXPRESSION("A.vjp(" ONE ", a, b)", flat(vjp(one, a, b))),
          DESCENT_EXPRESSION("(lambda r: (r[0], *r[1]))(A.vjp(" TWO ", (a, b), c))", flat(vjp(two, {a, b}, c))),
          DESCENT_EXPRESSION("A.jvp(" ONE ", a, b)", flat(jvp(one, a, b))),
          DESCENT_EXPRESSION("A.jvp(" TWO ", (a, b), (c, d))", flat(jvp(two, {a, b}, {c, d}))),
          DESCENT_EXPRESSION("A.hvp(" SCALAR ", a, b)", flat(hvp(scalar, a, b))),
          DESCENT_EXPRESSION("(lambda r: (r[0], *r[1]))(A.vhp(" SCALAR_OF_TWO ", (a, b), (c, d)))",
                             flat(vhp(scalar_of_two, {a, b}, {c, d}))),
          DESCENT_EXPRESSION("A.vjp(" ONE ", a, b" RECORDED ")", flat(vjp(one, a, b, recorded))),
          DESCENT_EXPRESSION("(lambda r: (r[0], *r[1]))(A.vjp(" TWO ", (a, b), c" RECORDED "))",
                             flat(vjp(two, {a, b}, c, recorded))),
          DESCENT_EXPRESSION("A.jvp(" ONE ", a, b" RECORDED ")", flat(jvp(one, a, b, recorded))),
          DESCENT_EXPRESSION("A.jvp(" TWO ", (a, b), (c, d)" RECORDED ")", flat(jvp(two, {a, b}, {c, d}, recorded))),
          DESCENT_EXPRESSION("A.hvp(" SCALAR ", a, b" RECORDED ")", flat(hvp(scalar, a, b, recorded))),
          DESCENT_EXPRESSION("(lambda r: (r[0], *r[1]))(A.vhp(" SCALAR_OF_TWO ", (a, b), (c, d)" RECORDED "))",
                             flat(vhp(scalar_of_two, {a, b}, {c, d}, recorded))),
          DESCENT_EXPRESSION("(lambda r: (*r[0], r[1]))(A.vjp(" SEVERAL ", a, (b, c)))", flat(vjp(several, a, {b, c}))),
          DESCENT_EXPRESSION("(lambda r: (*r[0], *r[1]))(A.jvp(" SEVERAL ", a, b))", flat(jvp(several, a, b))),
          DESCENT_EXPRESSION("A.vjp(" SCALAR ", a)", flat(vjp(scalar, a))),
          DESCENT_EXPRESSION("A.jacobian(" ONE ", a)", jacobian(one, a)),
          DESCENT_EXPRESSION("A.jacobian(" TWO ", (a, b))", jacobian(two, {a, b})),
          DESCENT_EXPRESSION("A.hessian(" SCALAR ", a)", hessian(scalar, a)),
          DESCENT_EXPRESSION("(lambda r: (*r[0], *r[1]))(A.hessian(" SCALAR_OF_TWO ", (a, b)))",
                             flat(hessian(scalar_of_two, {a, b}))),
          DESCENT_EXPRESSION("A.jacobian(" ONE ", a" RECORDED ")", jacobian(one, a, {.create_graph = true})),
          DESCENT_EXPRESSION("A.jacobian(" TWO ", (a, b)" RECORDED ")", jacobian(two, {a, b}, {.create_graph = true})),
          DESCENT_EXPRESSION("A.hessian(" SCALAR ", a" RECORDED ")", hessian(scalar, a, recorded)),
          DESCENT_EXPRESSION("(lambda r: (*r[0], *r[1]))(A.hessian(" SCALAR_OF_TWO ", (a, b)" RECORDED "))",
                             flat(hessian(scalar_of_two, {a, b}, recorded))),
          DESCENT_EXPRESSION("A.jacobian(" SEVERAL ", a)", jacobian(several, a)),
          DESCENT_EXPRESSION("A.jacobian(" ONE ", a.t())", jacobian(one, a.t())),
          DESCENT_EXPRESSION("A.jacobian(" ONE ", a, strategy='forward-mode', vectorize=True)",
                             jacobian(one, a, columns)),
          DESCENT_EXPRESSION("A.jacobian(" TWO ", (a, b), strategy='forward-mode', vectorize=True)",
                             jacobian(two, {a, b}, columns)),
          DESCENT_EXPRESSION("func.vmap(func.jacrev(" ONE "))(a)",
                             batch_jacobian([](const Tensor& x) { return sin(x) * sum(x, -1, true); }, a, recorded)),
          DESCENT_EXPRESSION("func.grad(" SCALAR ")(a)", grad(scalar)(a)),
          DESCENT_EXPRESSION("func.grad(func.grad(lambda x: x.sin() * x**2))(a)",
                             grad(grad([](const Tensor& x) { return sin(x) * pow(x, 2); }))(a)),
          DESCENT_EXPRESSION("func.grad(" SCALAR_OF_TWO ", 1)(a, b)", grad(scalar_of_two, 1)(a, b)),
          DESCENT_EXPRESSION("func.grad(" SCALAR_OF_TWO ", (1, 0))(a, b)", grad(scalar_of_two, {1, 0})(a, b)),
          DESCENT_EXPRESSION("func.grad_and_value(" SCALAR ")(a)",
                             [&] {
                               auto [gradient, value] = grad_and_value(scalar)(a);
                               return Tensors{gradient, value};
                             }()),
#undef ONE
#undef TWO
#undef SCALAR
#undef SCALAR_OF_TWO
#undef SEVERAL
#undef RECORDED
      }};
}

Tensor numbers(const Dims& shape, double start = 0.31) { return gradients::spread(shape, -1.5, 1.5, start); }

}  // namespace

TEST_CASE("derivatives are what PyTorch gives") { golden::check_golden(derivatives()); }

TEST_CASE("derivatives, of inputs of any kind") { golden::check_golden_with_any_inputs(derivatives()); }

TEST_CASE("derivatives, compiled") {
  CHECK(golden::check_golden_compiled(derivatives(), {.native = false}).empty());
  CHECK(golden::check_golden_native(derivatives()).empty());
  // Their function flips its input.
  CHECK(golden::check_golden_exported(derivatives()) == std::set<std::string>{"grad_and_value", "hvp"});
}

TEST_CASE("gradients of derivatives") {
  using gradients::check;
  const Tensor x = numbers({3}), v = numbers({3}, 0.7);
  check("vjp", [](const auto& in) { return vjp(one, in[0], in[1], recorded).product; }, {x, v});
  check("jvp", [](const auto& in) { return jvp(one, in[0], in[1], recorded).product; }, {x, v});
  check("hvp", [](const auto& in) { return hvp(scalar, in[0], in[1], recorded).product; }, {x, v});
  check("jacobian", [](const auto& in) { return jacobian(one, in[0], {.create_graph = true}); }, {x});
  check("jacobian by columns", [](const auto& in) { return jacobian(one, in[0], columns); }, {x});
  check("hessian", [](const auto& in) { return hessian(scalar, in[0], recorded); }, {x});
  check("batch_jacobian",
        [](const auto& in) { return batch_jacobian([](const Tensor& y) { return sin(y) * y; }, in[0], recorded); },
        {numbers({2, 3})});
  check("grad", [](const auto& in) { return grad(scalar)(in[0]); }, {x});
  // With respect to what a function captures.
  check(
      "captured",
      [](const auto& in) { return hessian([&](const Tensor& y) { return sum(pow(y, 3) * in[0]); }, in[0], recorded); },
      {x}, 1);
}

TEST_CASE("a function of a list, and one of a list of results") {
  const Tensor x = numbers({2, 3}), y = numbers({3});
  const auto of_list = [](const Tensors& in) { return two(in[0], in[1]); };
  CHECK(equal(jacobian(of_list, {x, y})[1], jacobian(two, {x, y})[1]));
  const auto to_list = [](const Tensors& in) { return Tensors{two(in[0], in[1]), in[0]}; };
  const std::vector<Tensors> table = jacobian(to_list, {x, y});
  CHECK(equal(table[0][1], jacobian(two, {x, y})[1]));
  CHECK(equal(table[1][0].reshape({6, 6}), eye(6, {.dtype = float64})));
  CHECK(equal(table[1][1], zeros({2, 3, 3}, {.dtype = float64})));
  const std::vector<Tensors> same = jacobian(to_list, {x, y}, {.strategy = Strategy::forward_mode});
  for (std::size_t i = 0; i < 4; ++i) CHECK(allclose(same[i / 2][i % 2], table[i / 2][i % 2], 1e-14, 1e-14));
}

TEST_CASE("derivatives leave their inputs and parameters alone") {
  const Tensor w = numbers({3}, 0.7).requires_grad_(), x = numbers({3}).requires_grad_();
  const auto f = [&](const Tensor& y) { return sum(square(y) * w); };
  const auto [value, product] = vjp(f, x);
  CHECK_FALSE(value.requires_grad());
  CHECK_FALSE(product.requires_grad());
  CHECK_FALSE(hessian(f, x).requires_grad());
  CHECK_FALSE(w.grad().defined());
  CHECK_FALSE(x.grad().defined());
  // What it captures counts for nothing, x itself included.
  CHECK(equal(grad([&](const Tensor& y) { return sum(y * x); })(x.detach()), x.detach()));
  const NoGrad no_grad;
  CHECK(allclose(vjp(f, x).product, 2 * x * w));
  CHECK_FALSE(grad(f)(x).requires_grad());
}

TEST_CASE("what does not depend on an input has a derivative of zeros, or is refused") {
  const Tensor x = numbers({2}), y = numbers({3});
  const auto f = [](const Tensor& a, const Tensor&) { return sum(3 * a); };
  const auto constant = [](const Tensor&) { return ones(2); };
  CHECK(equal(jacobian(f, {x, y})[1], zeros(3, {.dtype = float64})));
  CHECK(equal(hvp(f, {x, y}, {x, y}).product[0], zeros(2, {.dtype = float64})));
  CHECK(equal(hessian(f, {x, y})[0][1], zeros({2, 3}, {.dtype = float64})));
  CHECK(equal(vjp(constant, x, ones(2)).product, zeros(2, {.dtype = float64})));
  CHECK(equal(jvp(constant, x, x).product, zeros(2)));
  const auto count = [](const Tensor& a) { return std::pair(sum(a), argmax(a)); };
  CHECK(equal(jvp(count, x, x).product[1], tensor(0)));

  CHECK_THROWS_WITH_AS(jacobian(f, {x, y}, {.strict = true}),
                       "jacobian: the outputs do not depend on input 1 of shape [3]", Error);
  CHECK_THROWS_WITH_AS(jacobian(f, {x, y}, {.strict = true, .strategy = Strategy::forward_mode}),
                       "jacobian: the outputs do not depend on input 1 of shape [3]", Error);
  CHECK_THROWS_WITH_AS(vjp(constant, x, ones(2), {.strict = true}),
                       "vjp: output 0 of shape [2] does not depend on the inputs", Error);
  CHECK_THROWS_WITH_AS(hessian([](const Tensor& a) { return sum(a); }, x, {.strict = true}),
                       "hessian: output 0 of shape [2] does not depend on the inputs", Error);
}

TEST_CASE("errors of derivatives are in their names") {
  const Tensor x = numbers({3});
  CHECK_THROWS_WITH_AS(vjp(one, x), "vjp: wants 1 tensors v, one for each output, not 0", Error);
  CHECK_THROWS_WITH_AS(vjp(one, x, ones(2)), "vjp: v has shape [2], output 0 has [3]", Error);
  CHECK_THROWS_WITH_AS(jvp(one, x, ones(2)), "jvp: v has shape [2], input 0 has [3]", Error);
  CHECK_THROWS_WITH_AS(vhp(one, x, x), "vhp: the function gives a tensor of shape [3]; wanted one number", Error);
  CHECK_THROWS_WITH_AS(hessian(several, x), "hessian: the function gives 2 tensors; wanted one number", Error);
  CHECK_THROWS_WITH_AS(jacobian(two, {x}), "jacobian: the function takes 2 tensors, not 1", Error);
  CHECK_THROWS_WITH_AS(jacobian(one, tensor({1, 2})), Contains("jacobian: only floating point"), Error);
  CHECK_THROWS_WITH_AS(grad(scalar, 1)(x), "grad: there is no argument 1 among 1", Error);
  CHECK_THROWS_WITH_AS(batch_jacobian([](const Tensor& a) { return sum(a); }, x),
                       "batch_jacobian: wants a batch, and as many samples of f(x) as of x; the shapes are [3] and []",
                       Error);
}

TEST_CASE("the Jacobians of a batch are those of its samples") {
  const Tensor x = numbers({4, 2, 3}), w = numbers({3, 2});
  const auto f = [&](const Tensor& a) { return tanh(matmul(a, w)); };
  const Tensor found = batch_jacobian(f, x);
  CHECK(found.sizes() == Dims{4, 2, 2, 2, 3});
  for (std::int64_t b = 0; b < 4; ++b) CHECK(allclose(found[b], jacobian(f, x[b]), 1e-14, 1e-14));
  CHECK(batch_jacobian(f, zeros({0, 2, 3}, {.dtype = float64})).sizes() == Dims{0, 2, 2, 2, 3});
}

}  // namespace descent
