#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

// The probability of each sequence of labels: that of all paths (a class for each frame) that mean it.
std::map<std::vector<std::int64_t>, double> sequences(const Tensor& probabilities, std::int64_t blank) {
  const std::int64_t frames = probabilities.size(0), classes = probabilities.size(1);
  std::map<std::vector<std::int64_t>, double> found;
  for (std::int64_t number = 0; number < std::pow(classes, frames); ++number) {
    std::vector<std::int64_t> labels;
    std::int64_t rest = number, before = blank;
    double probability = 1;
    for (std::int64_t t = 0; t < frames; ++t, rest /= classes) {
      const std::int64_t now = rest % classes;
      probability *= probabilities[t][now].item();
      if (now != blank && now != before) labels.push_back(now);
      before = now;
    }
    found[labels] += probability;
  }
  return found;
}

}  // namespace

TEST_CASE("ctc_loss is the sum over all paths") {
  manual_seed(0);
  const Tensor logits = randn({5, 3}, {.dtype = float64});
  for (const std::int64_t blank : {0, 2}) {
    double total = 0;
    for (const auto& [labels, probability] : sequences(softmax(logits, 1), blank)) {
      const auto length = static_cast<std::int64_t>(labels.size());
      const Tensor loss = ctc_loss(log_softmax(logits, 1), tensor(labels), tensor(5), tensor(length),
                                   {.blank = blank, .reduction = Reduction::sum});
      CHECK(loss.item() == doctest::Approx(-std::log(probability)).epsilon(1e-12));
      total += std::exp(-loss.item());
    }
    CHECK(total == doctest::Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("ctc_loss in float32 is that of float64, rounded") {
  manual_seed(0);
  const Tensor logits = randn({100, 4, 30}, {.requires_grad = true});
  const Tensor wide = logits.detach().to(float64).requires_grad_();
  const Tensor targets = randint(1, 30, {4, 20}), frames = tensor({100, 90, 80, 41}), lengths = tensor({20, 20, 1, 0});
  const auto loss_of = [&](const Tensor& x) {
    return ctc_loss(log_softmax(x, 2), targets, frames, lengths, {.reduction = Reduction::sum});
  };
  const Tensor loss = loss_of(logits), wide_loss = loss_of(wide);
  CHECK(loss.dtype() == float32);
  CHECK(std::abs(loss.item() - wide_loss.item()) < 1e-6 * wide_loss.item());
  loss.backward();
  wide_loss.backward();
  CHECK(allclose(logits.grad().to(float64), wide.grad(), 0, 2e-6));
}

TEST_CASE("the gradient of ctc_loss is that of the formula") {
  manual_seed(0);
  const Tensor log_probs = randn({6, 3, 4}, {.dtype = float64});
  const Tensor targets = tensor({{1, 1, 2}, {3, 0, 0}, {2, 3, 2}}), frames = tensor({6, 4, 5}),
               lengths = tensor({3, 1, 3});
  const auto loss = [&](const std::vector<Tensor>& in) {
    return ctc_loss(in[0], targets, frames, lengths, {.reduction = Reduction::none});
  };
  check_grads(loss, {log_probs}, {.order = 1});
  check_grads([&](const std::vector<Tensor>& in) { return loss({log_softmax(in[0], 2)}); }, {log_probs}, {.order = 1});

  const Tensor x = log_probs.detach().requires_grad_();
  const Tensor gradient = grad({sum(loss({x}))}, {x}, {}, {.create_graph = true})[0];
  // Each frame is in some state: the posteriors of its classes add up to 1, and are 0 after the last frame.
  CHECK(allclose(-sum(gradient.detach(), 2).t(), (arange(6) < frames.unsqueeze(1)).to(float64), 1e-12));
  CHECK(error_of([&] { sum(gradient).backward(); }) == "ctc_loss can be differentiated only once");
}

TEST_CASE("ctc_loss where no path or no probability is left") {
  const Tensor frames = tensor({3, 3}), lengths = tensor({2, 1});
  const auto run = [&](const Tensor& x, bool zero_infinity) {
    const Tensor losses = ctc_loss(log_softmax(x, 2), tensor({{1, 1}, {1, 0}}), frames - tensor({1, 0}), lengths,
                                   {.zero_infinity = zero_infinity, .reduction = Reduction::none});
    sum(losses).backward();
    return losses.detach();
  };
  // Two equal labels do not fit into two frames.
  Tensor x = zeros({3, 2, 2}, {.dtype = float64, .requires_grad = true});
  const double possible = -std::log(6.0 / 8);  // all of the 8 paths but 000 and 101
  CHECK(allclose(run(x, true), tensor({0.0, possible}, {.dtype = float64})));
  CHECK(equal(x.grad()(Slice(), 0), zeros({3, 2}, {.dtype = float64})));
  x = x.detach().requires_grad_();
  const Tensor losses = run(x, false);
  CHECK(losses[0].item() == INFINITY);
  CHECK(losses[1].item() == doctest::Approx(possible));
  CHECK(all(isnan(x.grad()(Slice(0, 2), 0))).item<bool>());
  CHECK(all(isfinite(x.grad()(Slice(), 1))).item<bool>());

  // Classes of probability 0 leave the other paths alone.
  const Tensor certain = tensor({{0.0, -INFINITY}, {-INFINITY, 0.0}, {0.0, -INFINITY}}, {.requires_grad = true});
  const Tensor loss = ctc_loss(certain, tensor({1}), tensor(3), tensor(1));
  CHECK(loss.item() == 0);
  loss.backward();
  CHECK(equal(certain.grad(), tensor({{-1.0, 0.0}, {0.0, -1.0}, {-1.0, 0.0}})));
}

TEST_CASE("ctc_loss keeps NaN") {
  const Tensor log_probs = zeros({3, 1, 2}, {.dtype = float64});
  for (std::int64_t t = 0; t < 3; ++t) {
    for (std::int64_t c = 0; c < 2; ++c) {
      const Tensor broken = log_probs.clone();
      broken(t, 0, c) = NAN;
      CHECK(std::isnan(ctc_loss(broken, tensor({{1}}), tensor({3}), tensor({1})).item()));
    }
  }
}

TEST_CASE("ctc_loss of no samples, and of no frames") {
  const Tensor none = zeros(0, {.dtype = int64});
  CHECK(std::isnan(ctc_loss(zeros({4, 0, 3}), zeros({0, 2}, {.dtype = int64}), none, none).item()));
  const Tensor lengths = tensor({0, 1});
  CHECK(equal(ctc_loss(zeros({0, 2, 3}), tensor({{1}, {1}}), tensor({0, 0}), lengths, {.reduction = Reduction::none}),
              tensor({0.0, INFINITY})));
}

TEST_CASE("ctc_loss refuses labels and lengths out of bounds, and says where") {
  const Tensor log_probs = zeros({5, 2, 4}), targets = tensor({{1, 2, 9}, {3, 1, 1}});
  const Tensor frames = tensor({5, 5}), lengths = tensor({2, 3});
  const auto refused = [&](const Tensor& x, const Tensor& y, const Tensor& input_lengths, const Tensor& target_lengths,
                           std::int64_t blank = 0) {
    return error_of([&] { ctc_loss(x, y, input_lengths, target_lengths, {.blank = blank}); });
  };
  CHECK(refused(log_probs, targets, frames, lengths) == "");  // 9 is padding
  CHECK(refused(log_probs, targets, frames, tensor({3, 3})) ==
        "ctc_loss: target 9 at [0, 2] is no label; wanted 0 to 3, but not the blank, 0");
  CHECK(refused(log_probs, targets, frames, lengths, 1) ==
        "ctc_loss: target 1 at [0, 0] is no label; wanted 0 to 3, but not the blank, 1");
  CHECK(refused(log_probs, tensor({1, 2, 3, -1}), frames, tensor({1, 3})) ==
        "ctc_loss: target -1 at [3] is no label; wanted 0 to 3, but not the blank, 0");
  CHECK(refused(log_probs, targets, tensor({5, 6}), lengths) ==
        "ctc_loss: input length 6 at [1] is out of bounds; wanted 0 to 5");
  CHECK(refused(log_probs, targets, frames, tensor({-1, 2})) ==
        "ctc_loss: target length -1 at [0] is out of bounds; wanted 0 to 3");
  CHECK(refused(log_probs, targets, frames, tensor({2, 4})) ==
        "ctc_loss: target length 4 at [1] is out of bounds; wanted 0 to 3");
  CHECK(refused(log_probs, targets, frames, lengths, 4) == "ctc_loss: blank = 4 must be a class, 0 to 3");
  CHECK(refused(log_probs, targets, tensor({5}), lengths) ==
        "ctc_loss: wants input lengths of shape [2] of int64, not [1] of int64");
  CHECK(refused(log_probs, targets, frames, tensor({2.0, 3.0})) ==
        "ctc_loss: wants target lengths of shape [2] of int64, not [2] of float32");
  CHECK(refused(log_probs, tensor({1, 2, 3}), frames, tensor({2, 2})) ==
        "ctc_loss: wants targets of shape [2, S], or [4], the sum of target_lengths, not [3]");
  CHECK(refused(log_probs, zeros({2, 3}), frames, lengths) == "ctc_loss: wants targets of int64, not float32");
  CHECK(refused(zeros({5, 4}), targets, frames, lengths) ==
        "ctc_loss: wants log_probs of shape [T, N, C], or [T, C] with targets [S] and lengths [], not [5, 4] of "
        "float32");
}
