// Whatever changes in a step passes the funnel: a step that was only watched there can be done again from what was
// seen.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/elements.h"
#include "descent/descent.h"
#include "error_of.h"
#include "funnel/recorder.h"
#include "optim/every_wrapper.h"
#include "optim/parameter.h"

using namespace descent;

namespace {

using Tensors = std::map<std::string, Tensor>;

Tensors copies(const Tensors& tensors) {
  Tensors result;
  for (const auto& [name, tensor] : tensors) result.emplace(name, tensor.detach().clone());
  return result;
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.sizes() == b.sizes() && to_string(a) == to_string(b) &&
         (equal(a, b) || allclose(a, b, 0, 0, true));
}

// Runs `step`, then puts `state` back and has the record of it run instead: the same bits. Gives the record.
void check_replay(const std::function<Tensor()>& step, const Tensors& state, std::set<std::string>& reads) {
  const Tensors before = copies(state);
  const Generator::State random = default_generator().state();
  Recorder recorder;
  const Tensor loss = step();
  recorder.stop();
  reads = recorder.reads;
  if (!reads.empty()) return;
  CHECK(recorder.writes == 0);
  Tensors after = copies(state);
  after.emplace("the loss", loss.detach().clone());

  const NoGrad no_grad;
  for (const auto& [name, tensor] : state) tensor.copy_(before.at(name));
  default_generator().set_state(random);
  recorder.replay();
  Tensors again = state;
  again.emplace("the loss", loss);
  for (const auto& named : again) {
    CAPTURE(named.first);
    CHECK(same_bits(named.second.detach(), after.at(named.first)));
  }
}

// The tensors that an optimizer keeps, but not the copies that a state dict makes of plain options.
Tensors state_of(const optim::Optimizer& optimizer) {
  const StateDict state = optimizer.state_dict(), again = optimizer.state_dict();
  Tensors kept;
  for (const auto& [name, tensor] : state) {
    if (tensor.impl() == again.at(name).impl()) kept.emplace(name, tensor);
  }
  return kept;
}

}  // namespace

TEST_CASE("a step of every optimizer and wrapper is what passed the funnel") {
  const std::size_t kinds = every_optimizer_and_wrapper({parameter({1.0}), parameter({1.0})}).size();
  std::set<std::string> readers;
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const Tensor x = parameter({1.5, 2.0}), y = parameter({{0.5, -0.25}, {1.0, 0.125}}), scale = tensor({1.0, 3.0});
    TestedOptimizer tested = std::move(every_optimizer_and_wrapper({x, y})[kind]);
    optim::Optimizer& optimizer = *tested.optimizer;
    CAPTURE(std::string(tested.name));
    const auto step = [&] {
      return optimizer.step([&] {
        optimizer.zero_grad();
        const Tensor loss = sum(square(x) * scale) + sum(square(y - 1));
        loss.backward();
        return loss;
      });
    };
    for (int i = 0; i < 5; ++i) step();
    Tensors state = state_of(optimizer);
    state.emplace("x", x);
    state.emplace("y", y);
    std::set<std::string> reads;
    check_replay(step, state, reads);
    if (!reads.empty()) readers.insert(tested.name);
  }
  // Whose header says that it reads what the step computes.
  CHECK(readers == std::set<std::string>{"LBFGS"});
}

TEST_CASE("a step with dropout, clipping and a schedule is what passed the funnel") {
  struct Net final : nn::Module<Net> {
    nn::Linear first{4, 8};
    nn::Dropout dropout{0.5};
    nn::Linear second{8, 3};
    Tensor forward(const Tensor& x) { return second(dropout(relu(first(x)))); }
  };
  manual_seed(3);
  Net net;
  optim::AdamW optimizer(net.parameters(), {.lr = 0.01});
  optim::lr_scheduler::CosineAnnealingLR schedule(optimizer, {.T_max = 10});
  const Tensor x = randn({6, 4}), classes = tensor({0, 2, 1, 1, 0, 2});
  Tensor total;
  const auto step = [&] {
    optimizer.zero_grad();
    const Tensor loss = cross_entropy(net(x), classes);
    loss.backward();
    total = optim::clip_grad_norm_(net.parameters(), 0.1);
    optimizer.step();
    return loss;
  };
  for (int i = 0; i < 3; ++i) {
    step();
    schedule.step();
  }
  Tensors state = state_of(optimizer);
  for (const auto& [name, parameter] : net.named_parameters()) state.emplace(name, parameter);
  std::set<std::string> reads;
  check_replay(step, state, reads);
  CHECK(reads.empty());
}

TEST_CASE("losses and their gradients are what passed the funnel") {
  const Tensor scores = parameter({{0.5, -1.0, 2.0}, {0.25, 1.5, -0.75}}), classes = tensor({2, 0});
  const Tensor real = parameter({0.5, -1.5, 2.0, 0.25}), target = tensor({1.0, 0.5, 2.5, 0.125});
  const Tensor yes = tensor({1.0, 0.0, 1.0, 0.0}), sign = tensor({1.0, -1.0, 1.0, -1.0});
  const Tensor frames = parameter({{{0.5, -1.0, 2.0}}, {{0.25, 1.5, -0.75}}, {{1.0, 0.0, 0.5}}, {{0.1, 0.2, 0.3}}});
  const Tensor labels = tensor({{1, 2}}), frame_counts = tensor({4}), label_counts = tensor({2});
  const std::map<std::string, std::function<Tensor()>> losses = {
      {"cross_entropy", [&] { return cross_entropy(scores, classes); }},
      {"nll_loss", [&] { return nll_loss(log_softmax(scores, 1), classes); }},
      {"multi_margin_loss", [&] { return multi_margin_loss(scores, classes); }},
      {"focal", [&] { return sigmoid_focal_loss(real, yes); }},
      {"mse_loss", [&] { return mse_loss(real, target); }},
      {"huber_loss", [&] { return huber_loss(real, target); }},
      {"smooth", [&] { return smooth_l1_loss(real, target); }},
      {"msle_loss", [&] { return msle_loss(real, target); }},
      {"binary_cross_entropy", [&] { return binary_cross_entropy(sigmoid(real), yes); }},
      {"binary_cross_entropy_with_logits", [&] { return binary_cross_entropy_with_logits(real, yes); }},
      {"soft_margin_loss", [&] { return soft_margin_loss(real, sign); }},
      {"kl_div", [&] { return kl_div(log_softmax(real, 0), softmax(target, 0)); }},
      {"poisson_nll_loss", [&] { return poisson_nll_loss(real, target); }},
      {"gaussian_nll_loss", [&] { return gaussian_nll_loss(real, target, target); }},
      {"ctc_loss", [&] { return ctc_loss(log_softmax(frames, 2), labels, frame_counts, label_counts); }},
  };
  for (const auto& named : losses) {
    CAPTURE(named.first);
    Tensors state;
    std::set<std::string> reads;
    std::vector<Tensor> gradients;
    const auto step = [&] {
      const Tensor value = named.second();
      gradients = grad({value}, {scores, real, frames}, {}, {.allow_unused = true});
      Tensor sums = value.detach();
      for (const Tensor& gradient : gradients) {
        if (gradient.defined()) sums = sums + sum(gradient * gradient) * 1e-3;
      }
      return sums;
    };
    check_replay(step, state, reads);
    CHECK(reads.empty());
  }
}

TEST_CASE("a repeated step holds elements to what is allowed") {
  const Tensor scores = parameter({{0.5, -1.0, 2.0}, {0.25, 1.5, -0.75}}), classes = tensor({2, 0});
  Recorder recorder;
  cross_entropy(scores, classes);
  recorder.stop();
  recorder.replay();
  classes.copy_(tensor({2, 3}));
  CHECK(error_of([&] { recorder.replay(); }) ==
        "cross_entropy: target 3 at [1] is no class; wanted 0 to 2, or ignore_index -100");
  const Tensor numbers = tensor({7, 8}), divisors = tensor({2, 3});
  Recorder division;
  const Tensor quotient = floor_divide(numbers, divisors);
  division.stop();
  divisors.zero_();
  CHECK(error_of([&] { division.replay(); }) == "floor_divide: integer division by zero");
}

TEST_CASE("what the host reads, and what it asks, is seen") {
  const Tensor x = tensor({1.0, 2.0});
  const auto reads_of = [&](const auto& f) {
    Recorder recorder;
    f();
    return recorder.reads;
  };
  using Names = std::set<std::string>;
  CHECK(reads_of([&] { sum(x).item(); }) == Names{"item"});
  CHECK(reads_of([&] { x.to_vector<float>(); }) == Names{"copy_to"});
  CHECK(reads_of([&] { x.to_vector<bool>(); }) == Names{"to_vector"});
  CHECK(reads_of([&] { x.data<float>(); }) == Names{"data"});
  CHECK(reads_of([&] { to_string(x); }) == Names{"to_string"});
  CHECK(reads_of([&] { nonzero(x); }) == Names{"nonzero"});
  CHECK(reads_of([&] { pow(x, 2) + 3; }).empty());
  CHECK(reads_of([&] { arange(5); }).empty());

  Recorder recorder;
  const optim::Scalar momentum = 0.5;
  CHECK(static_cast<bool>(momentum));
  CHECK(recorder.questions == 1);
}

TEST_CASE("an op that applies another while it computes is refused where someone watches") {
  static constexpr Op nested = {.name = "nested", .compute = [](Inputs inputs, const Attributes&, Output& out) {
                                  const Tensor result = exp(*inputs[0]);
                                  clone_elements(*result.impl(), out);
                                }};
  const Tensor x = tensor({1.0});
  const Tensor* const inputs[] = {&x};
  CHECK(equal(apply(nested, inputs, kNoAttributes), exp(x)));
  const Recorder recorder;
  CHECK(error_of([&] { apply(nested, inputs, kNoAttributes); }) == "nested: applies exp while it computes");
}
