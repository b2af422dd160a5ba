#include <descent/descent.h>
#include <doctest/doctest.h>

#include <memory>

#include "autograd/values.h"
#include "ops/gradients.h"
#include "program/when_compiled.h"

namespace descent {
namespace {

using doctest::Contains;
using Tensors = std::vector<Tensor>;

// More than 512 bytes, so that elements are kept apart from their nodes.
Tensor large(double start = 0.31) { return gradients::spread({12, 12}, -1, 1, start); }

// Rules that read their inputs, their result, both, views and reductions.
Tensor layer(const Tensor& x, const Tensor& w) {
  return softmax(tanh(matmul(x, w)) * exp(x.t()) + sigmoid(x) / sum(square(x)), -1);
}

// The gradients of three layers with respect to the input and the weights, by way of `call`.
template <class Call>
Tensors gradients_by(const Call& call, bool create_graph = false) {
  const Tensor x = large().requires_grad_();
  Tensors leaves = {x};
  Tensor y = x;
  for (const double start : {0.1, 0.2, 0.4}) {
    const Tensor w = leaves.emplace_back(large(start).requires_grad_());
    y = call([w](const Tensor& z) { return layer(z, w); }, y);
  }
  Tensors result = grad({sum(pow(y, 3))}, leaves, {}, {.create_graph = create_graph});
  if (!create_graph) return result;
  Tensor total = zeros({}, {.dtype = float64});
  for (const Tensor& gradient : result) total = total + sum(square(gradient));
  return grad({total}, leaves);
}

const auto plainly = [](const auto& f, const Tensor& x) { return f(x); };
const auto checkpointed = [](const auto& f, const Tensor& x) { return checkpoint(f, x); };
const auto nested = [](const auto& f, const Tensor& x) {
  return checkpoint(
      [f](const Tensor& y) {
        const Tensor z = checkpoint([f](const Tensor& in) { return tanh(f(in)) + in; }, sin(y));
        return exp(checkpoint([](const Tensor& a, const Tensor& b) { return a * b; }, z, y));
      },
      x);
};
const auto like_nested = [](const auto& f, const Tensor& x) {
  const Tensor in = sin(x);
  return exp((tanh(f(in)) + in) * x);
};

bool same(const Tensors& a, const Tensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Tensor& x, const Tensor& y) { return equal(x, y); });
}

}  // namespace

TEST_CASE("checkpoints change no bit of a gradient") {
  CHECK(same(gradients_by(checkpointed), gradients_by(plainly)));
  CHECK(same(gradients_by(checkpointed, true), gradients_by(plainly, true)));
  CHECK(same(gradients_by(nested), gradients_by(like_nested)));
  CHECK(same(gradients_by(nested, true), gradients_by(like_nested, true)));
}

TEST_CASE("gradients of checkpoints") {
  const auto f = [](const Tensors& in) { return checkpoint(layer, checkpoint(layer, in[0], in[1]), in[1]); };
  gradients::check("checkpoint", f, {gradients::spread({9, 9}), gradients::spread({9, 9}, -1, 1, 0.7)});
}

TEST_CASE("backward through checkpoints, once and again") {
  const Tensor x = large().requires_grad_(), w = large(0.7).requires_grad_();
  sum(square(layer(x, w))).backward();
  const Tensor of_x = x.grad(), of_w = w.grad();
  x.set_grad({});
  w.set_grad({});

  int calls = 0;
  const Tensor y = sum(square(checkpoint(
      [&calls, w](const Tensor& z) {
        ++calls;
        return layer(z, w);
      },
      x)));
  CHECK(calls == 1);
  y.backward({}, {.retain_graph = true});
  CHECK(calls == 2);
  CHECK(equal(x.grad(), of_x));
  CHECK(equal(w.grad(), of_w));
  y.backward();  // what was brought back is still there
  CHECK(calls == 2);
  CHECK(equal(w.grad(), of_w + of_w));
  CHECK_THROWS_WITH_AS(y.backward(), Contains("freed by an earlier backward"), Error);
}

TEST_CASE("nothing is recorded, nothing computed again") {
  int calls = 0;
  const auto f = [&calls](const Tensor& z) {
    ++calls;
    return z * z;
  };
  const Tensor x = leaf({1, 2});
  {
    const NoGrad no_grad;
    CHECK(values_of(checkpoint(f, x)) == Values{1, 4});
  }
  CHECK(values_of(checkpoint(f, tensor({3.0}))) == Values{9});
  CHECK(calls == 2);
  // Nor where no gradient comes.
  const Tensor y = checkpoint(f, x), z = 2 * x;
  sum(z).backward();
  CHECK(calls == 3);
  CHECK(values_of(x.grad()) == Values{2, 2});
}

TEST_CASE("checkpoints draw the same random numbers again") {
  const auto step = [](bool checkpoints, Generator& generator) {
    const WithGenerator with_generator(generator);
    const nn::Dropout dropout(0.5);
    const Tensor x = large().requires_grad_();
    const auto f = [dropout](const Tensor& z) { return square(dropout(exp(z))) * randn_like(z); };
    const Tensor y = checkpoints ? checkpoint(f, x) : f(x);
    const Tensor after = rand(3);
    sum(y * y).backward();
    return Tensors{y.detach(), x.grad(), after, rand(3)};
  };
  Generator one(5), other(5);
  CHECK(same(step(true, one), step(false, other)));
  CHECK(one.state() == other.state());
}

TEST_CASE("checkpoints of several inputs and results, and of custom functions") {
  const auto cube = [](const Tensor& z) {
    return custom_function(
        "cube",
        [](Context& context, const Tensors& in) {
          context.save({in[0]});
          return pow(in[0], 3);
        },
        [](const Context& context, const Tensor& g) -> Tensors { return {g * 3 * square(context.saved()[0])}; })({z});
  };
  const Tensor x = large().requires_grad_(), y = large(0.7).requires_grad_();
  int power = 2;
  const auto f = [cube, power](const Tensor& a, const Tensor& b) {
    return std::pair(cube(sin(a)) * b, pow(a, power) + b.detach());
  };
  const auto [first, second] = checkpoint(f, x, y);
  const auto [plain_first, plain_second] = f(x, y);
  CHECK(same(grad({first, second}, {x, y}, {x, y}), grad({plain_first, plain_second}, {x, y}, {x, y})));
  CHECK(equal(first, plain_first));
}

TEST_CASE("recorded gradients lead back by what a checkpoint gave") {
  const Tensor x = large().requires_grad_();
  const auto slope = [&](const auto& call) {
    const auto [h, y] = call([](const Tensor& z) {
      const Tensor inner = exp(z);
      return std::pair(inner, sin(inner) * inner);
    });
    const Tensor of_h = grad({sum(y)}, {h}, {}, {.create_graph = true})[0];
    return grad({sum(of_h)}, {h, x});
  };
  CHECK(same(slope([&](const auto& f) { return checkpoint(f, x); }), slope([&](const auto& f) { return f(x); })));
}

TEST_CASE("a checkpointed function that differentiates") {
  const Tensor x = large().requires_grad_(), w = large(0.7).requires_grad_();
  const auto f = [w](const Tensor& z) {
    const Tensor inner = checkpoint([w](const Tensor& in) { return tanh(in * w); }, z);
    return grad({sum(exp(inner))}, {z}, {}, {.create_graph = true})[0] * z;
  };
  CHECK(same(grad({sum(checkpoint(f, x))}, {x, w}), grad({sum(f(x))}, {x, w})));
}

TEST_CASE("what checkpoints refuse") {
  const Tensor x = large().requires_grad_(), w = large(0.7).requires_grad_();
  int calls = 0;
  const auto other = [&calls](const Tensor& z) { return ++calls == 1 ? exp(z) : sin(z); };
  CHECK_THROWS_WITH_AS(sum(checkpoint(other, x)).backward(),
                       "checkpoint: the function did something else when it was computed again: operation 0 is sin of "
                       "shape [12, 12], and was exp of shape [12, 12]",
                       Error);
  const auto more = [&calls](const Tensor& z) { return ++calls == 3 ? exp(z) : sin(exp(z)); };
  CHECK_THROWS_WITH_AS(sum(checkpoint(more, x)).backward(), Contains("it recorded 2 operations, not 1"), Error);

  const Tensor plain = large();
  const auto product = [w](const Tensor& z) { return matmul(exp(z), w); };
  const Tensor y = sum(checkpoint(product, plain));
  plain.mul_(2);
  CHECK_THROWS_WITH_AS(y.backward(),
                       "checkpoint: input 0 of shape [12, 12] was changed in place by mul_, but the gradient needs it",
                       Error);
  const Tensor later = sum(square(checkpoint(product, plain)));
  {
    const NoGrad no_grad;
    w.mul_(2);
  }
  CHECK_THROWS_WITH_AS(later.backward(), Contains("a tensor of shape [12, 12] that the function reads was changed"),
                       Error);

  const auto fails = [&calls](const Tensor& z) {
    if (++calls > 10) fail("no more");
    return exp(z);
  };
  calls = 9;
  const Tensor last = sum(checkpoint(fails, x));
  CHECK_THROWS_WITH_AS(last.backward({}, {.retain_graph = true}), "no more", Error);
  calls = 9;
  CHECK(equal(grad({last}, {x})[0], exp(x)));  // an error leaves all as it was
}

TEST_CASE("a checkpoint's function lives as long as the graph does") {
  const auto token = std::make_shared<int>(1);
  const Tensor x = large().requires_grad_();
  {
    const Tensor y = checkpoint([token](const Tensor& z) { return exp(z); }, x);
    CHECK(token.use_count() == 2);
  }
  CHECK(token.use_count() == 1);
  const Tensor y = checkpoint([token](const Tensor& z) { return exp(z); }, x);
  sum(y).backward();
  CHECK(token.use_count() == 1);
}

TEST_CASE("checkpoints within compiled functions") {
  const auto f = [](const Tensors& in) { return Tensors{checkpoint(layer, in[0], in[1])}; };
  CHECK(difference_when_compiled(with_gradients(f), {large().requires_grad_(), large(0.7).requires_grad_()}, {}) == "");
  // Dropout draws anew at each call, and once.
  const nn::Dropout dropout(0.5);
  auto step = compile([dropout](const Tensor& x) {
    const Tensor at = x.detach().requires_grad_();
    const Tensor y = checkpoint([dropout](const Tensor& z) { return dropout(exp(z)); }, at);
    return std::pair(y, grad({sum(y)}, {at})[0]);
  });
  Generator generator(3);
  const WithGenerator with_generator(generator);
  const Tensor x = large();
  const auto first = step(x), second = step(x), third = step(x);
  CHECK(equal(second.first, second.second));
  CHECK(equal(third.first, third.second));
  CHECK_FALSE(equal(third.first, second.first));
}

}  // namespace descent
