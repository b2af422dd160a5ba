// Every optimizer's step runs as a program from its second time on, and inside compiled steps: the same bits as op by
// op, whatever changes between steps.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "optim/every_wrapper.h"
#include "program/native_code.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

enum class Way { as_it_is, by_itself, compiled };

// What parameters and losses come to in 200 steps of the optimizer of that number, on small and large parameters.
std::vector<Tensor> trained(std::size_t kind, Way way) {
  manual_seed(5);
  Tensor x = randn({3, 4}), y = randn({40, 60});
  x.requires_grad_();
  y.requires_grad_();
  const Tensor scale = rand({40, 60}) + 0.5, targets = randn({40, 60});
  TestedOptimizer tested = std::move(every_optimizer_and_wrapper({x, y})[kind]);
  optim::Optimizer& optimizer = *tested.optimizer;
  const bool reads = tested.name == std::string_view("LBFGS");
  const auto whole = [&] {
    return optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor loss = mean(square(x)) + mean(square(y - targets) * scale);
      loss.backward();
      return loss;
    });
  };
  const auto without_x = [&] {
    return optimizer.step([&] {
      optimizer.zero_grad();
      const Tensor loss = mean(square(y) * scale);
      loss.backward();
      return loss;
    });
  };
  auto whole_step = compile(whole);
  auto step_without_x = compile(without_x);
  std::vector<Tensor> seen;
  StateDict kept;
  for (int i = 0; i < 200; ++i) {
    if (i == 40) optimizer.lr() = optimizer.lr().value() * 0.5;
    if (i == 60 && optimizer.momentum()) *optimizer.momentum() = 0;
    if (i == 70 && optimizer.momentum()) *optimizer.momentum() = 0.75;
    if (i == 80) {
      for (const auto& [name, tensor] : optimizer.state_dict()) kept.emplace(name, tensor.clone());
    }
    if (i == 100) optimizer.load_state_dict(kept);
    const bool is_whole = i < 120 || i > 130;
    if (way == Way::as_it_is) {
      const AsItIs as_it_is;
      seen.push_back(is_whole ? whole() : without_x());
    } else if (way == Way::by_itself || reads) {
      seen.push_back(is_whole ? whole() : without_x());
    } else {
      seen.push_back(is_whole ? whole_step() : step_without_x());
    }
  }
  seen.push_back(x);
  seen.push_back(y);
  return seen;
}

std::size_t count_of_optimizers() {
  const Tensor x = ones({2}, {.requires_grad = true}), y = ones({2, 2}, {.requires_grad = true});
  return every_optimizer_and_wrapper({x, y}).size();
}

void check_way(Way way) {
  for (std::size_t kind = 0; kind < count_of_optimizers(); ++kind) {
    const Tensor x = ones({2}, {.requires_grad = true}), y = ones({2, 2}, {.requires_grad = true});
    CAPTURE(std::string(every_optimizer_and_wrapper({x, y})[kind].name));
    const std::vector<Tensor> expected = trained(kind, Way::as_it_is), got = trained(kind, way);
    std::size_t first = 0;
    while (first < expected.size() && same_bits(expected[first], got[first])) ++first;
    CHECK(first == expected.size());
  }
}

}  // namespace

TEST_CASE("every optimizer's step leaves a program, but for LBFGS's") {
  for (std::size_t kind = 0; kind < count_of_optimizers(); ++kind) {
    const Tensor x = ones({2}, {.requires_grad = true}), y = ones({2, 2}, {.requires_grad = true});
    const TestedOptimizer tested = std::move(every_optimizer_and_wrapper({x, y})[kind]);
    CAPTURE(std::string(tested.name));
    for (int i = 0; i < 3; ++i) {
      tested.optimizer->step([&] {
        tested.optimizer->zero_grad();
        const Tensor loss = sum(square(x)) + sum(square(y));
        loss.backward();
        return loss;
      });
    }
    const bool is_wrapper =
        dynamic_cast<optim::Combined*>(tested.optimizer.get()) || dynamic_cast<optim::Wrapper*>(tested.optimizer.get());
    const bool has_program = !is_wrapper && tested.name != std::string_view("LBFGS");
    CHECK(tested.optimizer->program().empty() == !has_program);
  }
}

TEST_CASE("200 steps of every optimizer and wrapper, as programs, have the bits of the steps op by op") {
  check_way(Way::by_itself);
}

TEST_CASE("200 compiled steps of every optimizer and wrapper have the bits of the steps op by op") {
  check_way(Way::compiled);
}

TEST_CASE("200 steps of every optimizer and wrapper as native code have the bits of the steps op by op") {
  const NativeCode native;
  check_way(Way::compiled);
  CHECK(!program::native::gave_up);
}

TEST_CASE("an option that a step asked for its value, -0.5 for a root, is seen when it changes") {
  const auto trained = [](bool as_programs) {
    const Tensor p = tensor({1.0, -2.0, 3.0}, {.requires_grad = true});
    optim::Ftrl optimizer({p}, {.lr = 0.5});
    for (int i = 0; i < 12; ++i) {
      if (i == 4) optimizer.options().learning_rate_power = -0.25;
      if (i == 8) optimizer.options().learning_rate_power = -0.5;
      p.set_grad(2 * p.detach() + 1);
      if (as_programs) {
        optimizer.step();
      } else {
        const AsItIs as_it_is;
        optimizer.step();
      }
    }
    return p.detach();
  };
  CHECK(same_bits(trained(true), trained(false)));
}
