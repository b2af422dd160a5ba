// Define-by-run differentiation: where gradients go, how long graphs live, and what is refused.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "autograd/values.h"

using namespace descent;
using doctest::Contains;

namespace {

// The message of the error that backward ends with.
std::string failure_of(const Tensor& root) {
  try {
    root.backward();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("backward adds to the gradients that are there") {
  const Tensor x = leaf({1, 2});
  sum(x * x).backward();
  CHECK(values_of(x.grad()) == Values{2, 4});
  sum(3 * x).backward();
  CHECK(values_of(x.grad()) == Values{5, 7});
  x.set_grad({});
  CHECK_FALSE(x.grad().defined());
  sum(3 * x).backward();
  CHECK(values_of(x.grad()) == Values{3, 3});
}

TEST_CASE("a gradient does not share memory with what it was made from") {
  const Tensor x = leaf({1, 2}), y = leaf({3, 4});
  const Tensor start = tensor({1.0, 1.0}, {.dtype = float64});
  (x + y).backward(start);
  x.grad().mul_(10);
  CHECK(values_of(x.grad()) == Values{10, 10});
  CHECK(values_of(y.grad()) == Values{1, 1});
  CHECK(values_of(start) == Values{1, 1});
}

TEST_CASE("a gradient of an expanded result is memory of its own") {
  const Tensor x = leaf({1, 2, 3});
  sum(x).backward();
  CHECK(x.grad().is_contiguous());
  sum(2 * x).backward();
  CHECK(values_of(x.grad()) == Values{3, 3, 3});
}

TEST_CASE("gradients reach every leaf along every path") {
  const Tensor x = leaf({2}), y = leaf({3});
  const Tensor product = x * y;
  (product + product * x + y).backward();
  CHECK(values_of(x.grad()) == Values{3 + 2 * 2 * 3});
  CHECK(values_of(y.grad()) == Values{2 + 4 + 1});
}

TEST_CASE("a result that is no scalar needs a gradient to start from") {
  const Tensor x = leaf({1, 2, 3});
  CHECK_THROWS_WITH_AS((x * x).backward(), Contains("shape [3]"), Error);
  (x * x).backward(tensor({1.0, 0.0, -1.0}));
  CHECK(values_of(x.grad()) == Values{2, 0, -6});
  CHECK_THROWS_WITH_AS((x * x).backward(tensor({1.0, 2.0})), Contains("[2]"), Error);
  // One element is scalar enough, whatever the rank.
  x.set_grad({});
  sum(x, 0, true).unsqueeze(0).backward();
  CHECK(values_of(x.grad()) == Values{1, 1, 1});
}

TEST_CASE("what needs no gradient has no graph") {
  const Tensor constant = tensor({1.0, 2.0});
  CHECK_FALSE((constant * 2).requires_grad());
  CHECK_THROWS_WITH_AS(sum(constant).backward(), Contains("does not require gradients"), Error);
  CHECK_THROWS_WITH_AS(tensor({1, 2}).requires_grad_(), Contains("int64"), Error);
  const Tensor x = leaf({1, 2});
  CHECK(x.is_leaf());
  CHECK_FALSE((x * 2).is_leaf());
  CHECK(std::string((x * 2).made_by()) == "mul");
  CHECK(std::string(x.made_by()).empty());
  CHECK_THROWS_WITH_AS((x * 2).requires_grad_(false), Contains("mul"), Error);
}

TEST_CASE("NoGrad stops recording, EnableGrad starts it again, and errors restore it") {
  const Tensor x = leaf({1, 2});
  CHECK(is_grad_enabled());
  {
    const NoGrad no_grad;
    CHECK_FALSE(is_grad_enabled());
    CHECK_FALSE((x * 2).requires_grad());
    {
      const EnableGrad enable;
      CHECK((x * 2).requires_grad());
    }
    CHECK_FALSE((x * 2).requires_grad());
    CHECK_THROWS(x + tensor({1, 2, 3}));
    CHECK(tensor({1.0}, {.requires_grad = true}).requires_grad());
  }
  CHECK((x * 2).requires_grad());
  // Recording is a matter of each thread.
  const NoGrad no_grad;
  bool recorded = false;
  std::thread([&] { recorded = (x * 2).requires_grad(); }).join();
  CHECK(recorded);
}

TEST_CASE("detach shares elements, not history") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * 3;
  const Tensor constant = y.detach();
  CHECK_FALSE(constant.requires_grad());
  sum(y * constant).backward();
  CHECK(values_of(x.grad()) == Values{9, 18});
  constant.fill_(7);
  CHECK(values_of(y) == Values{7, 7});
}

TEST_CASE("a graph serves one backward, unless it is retained") {
  const Tensor x = leaf({1, 2});
  const Tensor total = sum(exp(x) * x);
  total.backward({}, {.retain_graph = true});
  const Values once = values_of(x.grad());
  total.backward();
  CHECK(values_of(x.grad()) == Values{2 * once[0], 2 * once[1]});
  CHECK(failure_of(total) ==
        "backward: the graph behind the result of sum of shape [] was freed by an earlier backward; ask that one for "
        "retain_graph");

  // Also when only a part of it was freed.
  const Tensor shared = exp(x);
  sum(shared).backward();
  CHECK_THROWS_WITH_AS(sum(shared * 2).backward(), Contains("exp"), Error);
  CHECK(values_of(x.grad()).size() == 2);
}

TEST_CASE("hooks see gradients, replace them, and end") {
  const Tensor x = leaf({1, 2});
  Values seen;
  HookHandle look = x.register_hook([&](const Tensor& gradient) {
    seen = values_of(gradient);
    return Tensor();
  });
  sum(x * 3).backward();
  CHECK(seen == Values{3, 3});
  look.remove();
  look.remove();

  seen.clear();
  HookHandle twice = x.register_hook([](const Tensor& gradient) { return gradient * 2; });
  HookHandle plus_one = x.register_hook([](const Tensor& gradient) { return gradient + 1; });
  x.set_grad({});
  sum(x * 3).backward();
  CHECK(seen.empty());
  CHECK(values_of(x.grad()) == Values{7, 7});
  twice.remove();
  x.set_grad({});
  sum(x * 3).backward();
  CHECK(values_of(x.grad()) == Values{4, 4});
  plus_one.remove();

  // On a tensor within the graph, once the gradients of all its uses are together.
  x.set_grad({});
  const Tensor y = x * 5;
  int calls = 0;
  const HookHandle inner = y.register_hook([&](const Tensor& gradient) {
    ++calls;
    return gradient * 10;
  });
  sum(y * 2 + y).backward();
  CHECK(calls == 1);
  CHECK(values_of(x.grad()) == Values{150, 150});

  const HookHandle wrong = x.register_hook([](const Tensor&) { return zeros({3}, {.dtype = float64}); });
  CHECK_THROWS_WITH_AS(sum(x).backward(), Contains("[3]"), Error);
}

TEST_CASE("a hook of a leaf sees its whole gradient once") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  std::vector<Tensor> seen;
  const HookHandle look = x.register_hook([&](const Tensor& gradient) {
    seen.push_back(gradient);
    return gradient * 10;
  });
  sum(x * x + 3 * x).backward();
  REQUIRE(seen.size() == 1);
  CHECK(equal(seen[0], tensor({5.0, 7.0})));
  CHECK(equal(x.grad(), tensor({50.0, 70.0})));
  CHECK(equal(grad({sum(x * x)}, {x})[0], tensor({20.0, 40.0})));
  CHECK(seen.size() == 2);
}

TEST_CASE("a hook that fails leaves the graph and the thread as they were") {
  const Tensor x = leaf({1, 2});
  {
    const Tensor y = x * 5;
    HookHandle failing = y.register_hook([](const Tensor&) -> Tensor { throw Error("from a hook"); });
    const Tensor total = sum(exp(y));
    CHECK_THROWS_WITH_AS(total.backward({}, {.retain_graph = true}), "from a hook", Error);
    CHECK(is_grad_enabled());
    CHECK_FALSE(x.grad().defined());
    failing.remove();
    total.backward();
  }
  CHECK(values_of(x.grad())[0] == doctest::Approx(5 * std::exp(5)));
}

TEST_CASE("a hook takes gradients through nodes that its own backward is passing") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * x;
  const Tensor z = y * 3;
  Values of_hook;
  // By then y has the half of its gradient that does not come through z.
  const HookHandle hook = z.register_hook([&](const Tensor&) {
    of_hook = values_of(grad({y}, {x}, {ones_like(y)}, {.retain_graph = true})[0]);
    return Tensor();
  });
  sum(z + y).backward();
  CHECK(of_hook == Values{2, 4});
  CHECK(values_of(x.grad()) == Values{8, 16});
}

TEST_CASE("retain_grad keeps the gradient of a result") {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * 3;
  y.retain_grad();
  const Tensor z = y * y;
  sum(z).backward();
  CHECK(values_of(y.grad()) == Values{6, 12});
  CHECK_FALSE(z.grad().defined());
  CHECK(values_of(x.grad()) == Values{18, 36});
  CHECK_THROWS_AS(tensor({1.0}).retain_grad(), Error);
}

TEST_CASE("a root may be a leaf") {
  const Tensor x = leaf({4});
  x.backward();
  CHECK(values_of(x.grad()) == Values{1});
}

TEST_CASE("set_grad refuses what does not fit") {
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_WITH_AS(x.set_grad(zeros({3}, {.dtype = float64})), Contains("[3]"), Error);
  CHECK_THROWS_WITH_AS(x.set_grad(zeros({2})), Contains("float32"), Error);
}

TEST_CASE("changes in place that would make a gradient wrong name both ops") {
  const Tensor x = leaf({1, 2});
  // A saved input.
  Tensor y = tensor({3.0, 4.0}, {.dtype = float64});
  Tensor total = sum(x * y);
  y.add_(1);
  CHECK(failure_of(total) ==
        "backward of mul: its input 1 of shape [2] was changed in place by add_ after mul had saved it");
  // A saved result.
  const Tensor e = exp(x);
  total = sum(e);
  e.detach().zero_();
  CHECK(failure_of(total) ==
        "backward of exp: its result of shape [2] was changed in place by zero_, but the gradient needs it");
  // Through a view of what was saved.
  y = tensor({{1.0, 2.0}, {3.0, 4.0}}, {.dtype = float64});
  total = sum(x * y[0]);
  y.t()[0].fill_(7);
  CHECK_THROWS_WITH_AS(total.backward(), Contains("fill_"), Error);
  // A parameter changed between forward and backward.
  total = sum(square(x));
  {
    const NoGrad no_grad;
    x.sub_(0.5);
  }
  CHECK_THROWS_WITH_AS(total.backward(), Contains("sub_"), Error);
  CHECK_FALSE(x.grad().defined());
  // What no rule reads may change.
  total = sum(x + y[0]);
  y.zero_();
  total.backward();
  CHECK(values_of(x.grad()) == Values{1, 1});
}

TEST_CASE("changes in place of what has history are refused at once") {
  const Tensor x = leaf({1, 2});
  CHECK_THROWS_WITH_AS(x.add_(1), Contains("NoGrad"), Error);
  CHECK_THROWS_WITH_AS((x * 2).add_(1), Contains("mul"), Error);
  CHECK_THROWS_WITH_AS(tensor({1.0, 2.0}, {.dtype = float64}).add_(x), Contains("requires gradients"), Error);
  CHECK_THROWS_WITH_AS(tensor({1.0, 2.0}, {.dtype = float64}).copy_(x), Contains("requires gradients"), Error);
  CHECK(values_of(x) == Values{1, 2});
}

TEST_CASE("two threads differentiate at once, and share what they only read") {
  const Tensor shared = tensor({0.5, -0.25, 0.125}, {.dtype = float64});
  const auto train = [&shared](double start) {
    const Tensor weight = tensor(std::vector<double>{start, start, start}, {.requires_grad = true});
    for (int step = 0; step < 200; ++step) {
      weight.set_grad({});
      sum(square(tanh(weight * shared) - shared)).backward();
      const NoGrad no_grad;
      weight.sub_(0.1 * weight.grad());
    }
    return values_of(weight);
  };
  const Values first = train(0.1), second = train(0.9);
  Values first_again, second_again;
  std::thread other([&] { first_again = train(0.1); });
  second_again = train(0.9);
  other.join();
  CHECK(first == first_again);
  CHECK(second == second_again);
}

TEST_CASE("threads differentiate graphs of their own with respect to leaves they share") {
  const Tensor weight = tensor({{0.5, -1.0}, {2.0, 0.25}}, {.requires_grad = true});
  const Tensor x = tensor({{1.0, 2.0}, {3.0, -1.0}});
  const auto f = [&](double factor) { return sum(square(matmul(factor * x, weight))); };
  const Values wanted = values_of(grad({f(1)}, {weight})[0]);
  constexpr int kSteps = 300;
  std::vector<int> wrong(3);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < kSteps; ++i) {
        if (values_of(grad({f(1)}, {weight})[0]) != wanted) ++count;
        f(2).backward();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector{0, 0, 0});
  CHECK(values_of(weight.grad()) == values_of(3 * kSteps * 4 * tensor(wanted).reshape({2, 2})));
}

TEST_CASE("hooks may add and remove hooks, themselves included") {
  const Tensor x = leaf({1, 1});
  std::vector<HookHandle> handles;
  handles.push_back(x.register_hook([&](const Tensor& gradient) {
    handles[0].remove();
    for (int i = 0; i < 10; ++i) x.register_hook([](const Tensor& later) { return later + 1; });
    return gradient * 2;
  }));
  handles.push_back(x.register_hook([](const Tensor& gradient) { return gradient * 3; }));
  sum(x).backward();
  CHECK(values_of(x.grad()) == Values{6, 6});
  x.set_grad({});
  sum(x).backward();
  CHECK(values_of(x.grad()) == Values{13, 13});
}

TEST_CASE("a handle removes its own hook only") {
  const Tensor x = leaf({1});
  HookHandle first = x.register_hook([](const Tensor& gradient) { return gradient * 3; });
  HookHandle copy = first;
  first.remove();
  x.register_hook([](const Tensor& gradient) { return gradient * 5; });
  copy.remove();
  sum(x).backward();
  CHECK(values_of(x.grad()) == Values{5});
}

TEST_CASE("a change in place that fails leaves the graph as it was") {
  const Tensor x = leaf({1, 2}), y = x * 2;
  const Tensor z = sum(y * y);
  {
    const NoGrad no_grad;
    CHECK_THROWS_AS(y.add_(ones({5})), Error);
    CHECK_THROWS_AS(y.copy_(ones({5})), Error);
    CHECK_THROWS_AS(y.index_put_({tensor({7})}, 1), Error);
  }
  z.backward();
  CHECK(values_of(x.grad()) == Values{8, 16});
}

TEST_CASE("gradients that are kept are dense") {
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}}, {.requires_grad = true});
  CHECK(grad({mean(x)}, {x})[0].is_contiguous());
  sum(x).backward({}, {.create_graph = true});
  CHECK(x.grad().is_contiguous());
}
