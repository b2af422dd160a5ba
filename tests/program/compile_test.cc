// compile(): what is captured, when it is captured anew, what it hands out, and what it refuses.
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

struct Net final : nn::Module<Net> {
  nn::Linear first{4, 8};
  nn::Dropout dropout{0.5};
  nn::Linear second{8, 3};
  Tensor forward(const Tensor& x) { return second(dropout(relu(first(x)))); }
};

void check_same_bits(const std::vector<Tensor>& expected, const std::vector<Tensor>& got) {
  REQUIRE(expected.size() == got.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(same_bits(expected[i], got[i]));
  }
}

}  // namespace

TEST_CASE("the tutorial's step, compiled, is the loop by hand") {
  const Tensor x = arange(1, 16).to(float32).reshape({15, 1}), y = 1.04 * x - 0.1;
  const auto train = [&](bool compiled) {
    const Tensor weight = zeros(1, {.requires_grad = true}), bias = zeros(1, {.requires_grad = true});
    optim::SGD optimizer({weight, bias}, {.lr = 0.01});
    const auto function = [&](const Tensor& rows, const Tensor& targets) {
      const Tensor cost = mean(pow(rows * weight + bias - targets, 2));
      optimizer.zero_grad();
      cost.backward();
      optimizer.step();
      return cost;
    };
    auto step = compile(function);
    std::vector<Tensor> seen;
    for (int i = 0; i < 200; ++i) {
      if (i == 100) optimizer.lr() = 0.005;
      if (compiled) {
        seen.push_back(step(x, y));
      } else {
        const AsItIs as_it_is;
        seen.push_back(function(x, y));
      }
    }
    seen.insert(seen.end(), {weight, bias, weight.grad(), bias.grad()});
    return seen;
  };
  const std::vector<Tensor> as_it_is = train(false), compiled = train(true);
  check_same_bits(as_it_is, compiled);
}

TEST_CASE("a function is compiled by its name, and a lambda of any kind") {
  static const auto plain = [](const Tensor& x) noexcept { return x * 2; };
  Tensor (*const by_name)(const Tensor&, const Tensor&) = mul;
  auto product = compile(by_name);
  auto twice = compile(plain);
  int calls = 0;
  auto counting = compile([calls](const Tensor& x) mutable { return x * ++calls; });
  for (int i = 0; i < 3; ++i) {
    CHECK(product(ones(1) * 3, ones(1) * i).item() == 3 * i);
    CHECK(twice(ones(1) * i).item() == 2 * i);
  }
  CHECK(counting(ones(1)).item() == 1);
}

TEST_CASE("a compiled step with dropout, clipping and a schedule") {
  const Tensor x = randn({6, 4}), classes = tensor({0, 2, 1, 1, 0, 2});
  const auto train = [&](bool compiled) {
    manual_seed(3);
    Net net;
    optim::AdamW optimizer(net.parameters(), {.lr = 0.01});
    optim::lr_scheduler::CosineAnnealingLR schedule(optimizer, {.T_max = 10});
    const auto function = [&](const Tensor& rows, const Tensor& targets) {
      const Tensor cost = cross_entropy(net(rows), targets);
      optimizer.zero_grad();
      cost.backward();
      const Tensor norm = optim::clip_grad_norm_(net.parameters(), 0.1);
      optimizer.step();
      return std::pair(cost, norm);
    };
    auto step = compile(function);
    std::vector<Tensor> seen;
    for (int i = 0; i < 40; ++i) {
      if (i == 20) net.eval();  // a Flag: captured anew
      if (i == 30) net.train();
      const auto [cost, norm] = compiled ? step(x, classes) : function(x, classes);
      seen.insert(seen.end(), {cost, norm});
      schedule.step();
    }
    for (const auto& [name, parameter] : net.named_parameters()) seen.push_back(parameter);
    return seen;
  };
  const std::vector<Tensor> as_it_is = train(false), compiled = train(true);
  check_same_bits(as_it_is, compiled);
}

TEST_CASE("random numbers come from the generator that is the default in each call") {
  auto draw = compile([] { return rand({3}); });
  manual_seed(1);
  const Tensor first = draw(), second = draw();
  Generator own(2);
  Tensor third;
  {
    const WithGenerator with(own);
    third = draw();
  }
  manual_seed(1);
  CHECK(same_bits(first, rand({3})));
  CHECK(same_bits(second, rand({3})));
  Generator again(2);
  CHECK(same_bits(third, rand({3}, {}, again)));
}

TEST_CASE("a generator that the step itself chooses stays its own") {
  Generator own(3);
  auto draw = compile([&] {
    const WithGenerator with(own);
    return rand({2});
  });
  manual_seed(1);
  std::vector<Tensor> drawn;
  for (int i = 0; i < 3; ++i) drawn.push_back(draw());
  Generator again(3);
  for (const Tensor& numbers : drawn) CHECK(same_bits(numbers, rand({2}, {}, again)));
}

TEST_CASE("a hook that is added or removed is seen") {
  const Tensor p = tensor({1.0, 2.0}, {.requires_grad = true});
  auto step = compile([&](const Tensor& x) {
    p.set_grad({});
    sum(p * x).backward();
  });
  const Tensor x = tensor({3.0, 5.0});
  for (int i = 0; i < 2; ++i) step(x);
  HookHandle hook = p.register_hook([](const Tensor& g) { return g * 2; });
  for (int i = 0; i < 2; ++i) {
    step(x);
    CHECK(equal(p.grad(), x * 2));
  }
  hook.remove();
  step(x);
  CHECK(equal(p.grad(), x));
}

TEST_CASE("an argument is another one than a tensor that the function knows, or than another argument") {
  const Tensor x = tensor({3.0, 5.0}), y = tensor({1.0, 2.0});
  auto product = compile([](const Tensor& a, const Tensor& b) { return a * b; });
  CHECK(equal(product(x, x), tensor({9.0, 25.0})));
  CHECK(equal(product(x, y), tensor({3.0, 10.0})));
  auto times_x = compile([&](const Tensor& a) { return a * x; });
  CHECK(equal(times_x(x), tensor({9.0, 25.0})));
  CHECK(equal(times_x(y), tensor({3.0, 10.0})));
}

TEST_CASE("other shapes, dtypes and grad modes are captured beside each other") {
  int runs = 0;
  const Tensor weight = tensor({2.0, 3.0}, {.requires_grad = true});
  auto step = compile([&](const Tensor& x) {
    ++runs;
    return sum(x * weight, -1);
  });
  const auto check = [&](const Tensor& x) { CHECK(same_bits(step(x), sum(x * weight.detach(), -1))); };
  const Tensor a = tensor({{1.0, 2.0}}), b = tensor({{1.0, 2.0}, {3.0, 4.0}});
  for (int i = 0; i < 3; ++i) {
    check(a);
    check(b);
    check(b.t());
    check(b.to(float64));
  }
  CHECK(runs == 4);
  {
    const NoGrad no_grad;
    for (int i = 0; i < 3; ++i) check(a);
  }
  CHECK(runs == 5);
  weight.requires_grad_(false);
  for (int i = 0; i < 3; ++i) check(a);
  CHECK(runs == 6);
}

TEST_CASE("what a compiled function returns is the caller's own, and without history") {
  const Tensor weight = tensor({2.0, 3.0}, {.requires_grad = true});
  auto twice = compile([&](const Tensor& x) { return std::vector<Tensor>{x * weight, x + 1, x}; });
  std::vector<std::vector<Tensor>> kept;
  for (int i = 0; i < 4; ++i) {
    const std::vector<Tensor> results = twice(tensor({1.0 * i, 2.0}));
    CHECK(!results[0].requires_grad());
    kept.push_back(results);
  }
  for (int i = 0; i < 4; ++i) {
    const std::vector<Tensor>& results = kept[static_cast<std::size_t>(i)];
    CHECK(equal(results[0], tensor({2.0 * i, 6.0})));
    CHECK(equal(results[1], tensor({1.0 + i, 3.0})));
    CHECK(equal(results[2], tensor({1.0 * i, 2.0})));
  }
  kept[1][1].fill_(7);
  CHECK(equal(kept[2][1], tensor({3.0, 3.0})));
}

TEST_CASE("gradients are left as the function leaves them") {
  const Tensor p = tensor({1.0, 2.0}, {.requires_grad = true});
  auto add_up = compile([&](const Tensor& x) { sum(p * x).backward(); });  // adds to what is there
  const Tensor x = tensor({3.0, 5.0});
  for (int i = 1; i <= 4; ++i) {
    add_up(x);
    CHECK(equal(p.grad(), x * i));
  }
  p.set_grad({});  // as in the first call
  add_up(x);
  CHECK(equal(p.grad(), x));
  const Tensor first = p.grad();
  add_up(x);
  CHECK(equal(first, x * 2));  // in place, as backward adds

  auto leave = compile([&](const Tensor& x) {
    p.set_grad({});
    sum(p * x).backward();
  });
  leave(x);
  const Tensor kept = p.grad();
  leave(x * 2);
  CHECK(equal(kept, x));
  CHECK(equal(p.grad(), x * 2));
  auto drop = compile([&] { p.set_grad({}); });
  for (int i = 0; i < 3; ++i) {
    leave(x);
    drop();
    CHECK(!p.grad().defined());
  }
}

TEST_CASE("a compiled function within another, and a function in each of two threads") {
  auto inner = compile([](const Tensor& x) { return exp(x) + 1; });
  auto outer = compile([&](const Tensor& x) { return inner(x) * 2; });
  const Tensor x = randn({100});
  for (int i = 0; i < 3; ++i) CHECK(same_bits(outer(x), (exp(x) + 1) * 2));
  for (int i = 0; i < 3; ++i) CHECK(same_bits(inner(x), exp(x) + 1));

  std::vector<Tensor> results(2);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      auto step = compile([](const Tensor& y) { return sigmoid(y) * y; });
      for (int i = 0; i < 20; ++i) results[t] = step(x * static_cast<double>(t + 1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < 2; ++t) {
    const Tensor y = x * static_cast<double>(t + 1);
    CHECK(same_bits(results[t], sigmoid(y) * y));
  }
}

TEST_CASE("changes in place, of arguments and of what shares memory with them") {
  const Tensor total = zeros({4});
  auto add = compile([&](const Tensor& x) {
    x.mul_(2);
    total.add_(x);
    narrow(total, 0, 1, 2).sub_(1);
  });
  Tensor expected = zeros({4});
  for (int i = 0; i < 3; ++i) {
    const Tensor x = full({4}, i);
    add(x);
    CHECK(equal(x, full({4}, 2 * i)));
    expected = expected + x - tensor({0.0, 1.0, 1.0, 0.0});
    CHECK(equal(total, expected));
  }
  // As many elements, but one is changed while the other is read.
  const Tensor both = tensor({1.0, 2.0, 3.0, 4.0});
  auto shift = compile([](const Tensor& x, const Tensor& y) { return x.add_(y) + y; });
  CHECK(equal(shift(tensor({1.0, 1.0, 1.0}), tensor({1.0, 2.0, 3.0})), tensor({3.0, 5.0, 7.0})));
  const char* const shares = "the step changes an argument in place that shares memory with another tensor of the step";
  CHECK(error_of([&] { shift(narrow(both, 0, 0, 3), narrow(both, 0, 1, 3)); }) == shares);
  const Tensor one = tensor({1.0, 1.0, 1.0});
  CHECK(error_of([&] { shift(one, one); }) == shares);
}

TEST_CASE(
    "an argument that shares memory with another tensor of the step, when neither is changed, takes the program") {
  const Tensor row = tensor({1.0, 2.0, 3.0}), column = row.reshape({3, 1});
  int captures = 0;
  auto outer_sum = compile([&](const Tensor& x) {
    ++captures;
    return x + column;
  });
  for (int i = 0; i < 3; ++i) CHECK(equal(outer_sum(row), row + column));
  CHECK(captures == 1);
  // If one is changed, no program can do what the step would.
  auto add = compile([&](const Tensor& x) {
    ++captures;
    column.add_(1);
    return x * 2;
  });
  const Tensor other = tensor({1.0, 2.0, 3.0});
  CHECK(equal(add(other), other * 2));
  CHECK(equal(row, other + 1));
  CHECK(error_of([&] { add(row); }) ==
        "the step changes an argument in place that shares memory with another tensor of the step");
  CHECK(captures == 3);
}

TEST_CASE("changed parameters make gradients that were recorded before an error") {
  const Tensor p = tensor({1.0, 2.0}, {.requires_grad = true});
  auto change = compile([&] {
    const NoGrad no_grad;
    p.mul_(2);
  });
  change();
  const Tensor cost = sum(square(p));
  change();
  CHECK(error_of([&] { cost.backward(); }) ==
        "backward of square: its input 0 of shape [2] was changed in place by mul_ after square had saved it");
}

TEST_CASE("an element that is not allowed is an error in each call") {
  auto cost = compile([](const Tensor& scores, const Tensor& classes) { return cross_entropy(scores, classes); });
  const Tensor scores = tensor({{0.5, -1.0, 2.0}, {0.25, 1.5, -0.75}});
  const Tensor first = cost(scores, tensor({2, 0}));
  CHECK(same_bits(cost(scores, tensor({2, 0})), first));
  CHECK(error_of([&] {
          cost(scores, tensor({2, 3}));
        }) == "cross_entropy: target 3 at [1] is no class; wanted 0 to 2, or ignore_index -100");
  CHECK(same_bits(cost(scores, tensor({2, 0})), first));
}

TEST_CASE("what cannot be repeated is refused where it happens") {
  const auto refusal = [](const auto& function) { return error_of([&] { compile(function)(tensor({1.0, 2.0})); }); };
  CHECK(refusal([](const Tensor& x) { return sum(x).item() > 2 ? x : -x; }) ==
        "item: reads a tensor of shape [] within a step that is to be repeated, which would go by the first step's "
        "elements");
  CHECK(refusal([](const Tensor& x) {
          return x * tensor({1.0, 2.0});
        }) ==
        "the host writes a tensor of shape [2] within a step that is to be repeated, which would not see it; do it "
        "before "
        "or after the step");
  Tensor kept;
  CHECK(refusal([&](const Tensor& x) {
          kept = x * 2;
          return x;
        }) ==
        "a tensor of shape [2] that mul made within a step that is to be repeated is kept by other means than as a "
        "result "
        "or a gradient; return it");
  const Tensor weight = tensor({1.0, 2.0}, {.requires_grad = true}), product = weight * 2;
  CHECK(refusal([&](const Tensor& x) { return x * product; }) ==
        "a tensor of shape [2] that was made by mul before the step has a history, which a repeated step does not "
        "follow; "
        "detach() it");
  CHECK(
      error_of([&] { compile([](const Tensor& x) { return x; })(product); }) ==
      "compile: argument 0 of shape [2] was made by mul, of which a gradient would have to know; detach() it, or make "
      "it within the function");
  CHECK(error_of([&] { compile([](const Tensor& x) { sum(x).backward(); })(weight); }) ==
        "an argument of shape [2] is asked for its gradient, or given one; use grad()");
  optim::SGD optimizer({weight}, {.lr = 0.1});
  CHECK(
      refusal([&](const Tensor& x) {
        optimizer.lr() = 0.2;
        return x;
      }) ==
      "the host writes a tensor of shape [] within a step that is to be repeated, which would not see it; do it before "
      "or after the step");
  // After a refusal, and after an error of the function's own, all is as before.
  auto step = compile([](const Tensor& x) {
    if (x.dim() > 1) fail("too many dimensions");
    return x + 1;
  });
  CHECK(error_of([&] { step(ones({1, 1})); }) == "too many dimensions");
  CHECK(equal(step(ones({2})), full({2}, 2)));
  CHECK(equal(step(ones({2})), full({2}, 2)));
}

TEST_CASE("a program can be read, and holds nothing that is not needed") {
  auto step = compile([](const Tensor& x) {
    const Tensor unused = exp(x);
    const Tensor a = x * 3.0, b = x * 3.0;
    const Tensor total = sum(x);
    const Tensor quotient = (a + b) / total;
    return quotient - (Tensor(1.0) + 2.0);
  });
  CHECK(step.program().empty());
  step(ones({4}));
  CHECK(step.program() ==
        "  %6:float32[] = sum(%0:float32[4])\n"
        "for 4 elements, 4 at a time:\n"
        "    %2:float32[4] = mul(%0:float32[4], 3)\n"
        "    %7:float32[4] = add(%2:float32[4], %2:float32[4])\n"
        "    %8:float32[4] = div(%7:float32[4], %6:float32[])\n"
        "    %12:float32[4] = sub(%8:float32[4], 3)\n"
        "  return %12:float32[4]\n"
        "%0: argument 0, 16 bytes\n"
        "%2: block, 16 bytes, block 0\n"
        "%6: temporary, 4 bytes, at 0\n"
        "%7: block, 16 bytes, block 0\n"
        "%8: block, 16 bytes, block 0\n"
        "%12: result 0, 16 bytes\n"
        "arena: 64 bytes\n");
}
