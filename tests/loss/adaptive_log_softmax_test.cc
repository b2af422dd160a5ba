// The adaptive softmax against PyTorch's: tests/golden/adaptive_log_softmax.py.
#include <doctest/doctest.h>

#include "descent/descent.h"
#include "error_of.h"
#include "golden/golden.h"

using namespace descent;
using nn::AdaptiveLogSoftmaxWithLoss;

namespace {

AdaptiveLogSoftmaxWithLoss make(const std::string& id, DType dtype) {
  if (id.starts_with("two_clusters")) {
    manual_seed(0);
    return {8, 12, {4, 7}, {.div_value = 2, .dtype = dtype}};
  }
  if (id.starts_with("default")) {
    manual_seed(1);
    return {16, 20, {5, 15}, {.dtype = dtype}};
  }
  if (id.starts_with("head_bias")) {
    manual_seed(2);
    return {6, 9, {3}, {.div_value = 1.5, .head_bias = true, .dtype = dtype}};
  }
  if (id.starts_with("one_class_clusters")) {
    manual_seed(3);
    return {4, 4, {1, 2, 3}, {.div_value = 1, .dtype = dtype}};
  }
  REQUIRE(id.starts_with("one_sample"));
  manual_seed(4);
  return {5, 8, {2, 5}, {.div_value = 1.5, .dtype = dtype}};
}

void check_close(const Tensor& got, const Tensor& wanted) {
  REQUIRE(got.dtype() == wanted.dtype());
  const double tolerance = wanted.dtype() == float32 ? 1e-6 : 1e-13;
  CHECK(allclose(got, wanted, tolerance, tolerance * max(abs(wanted)).item()));
}

}  // namespace

TEST_CASE("the adaptive softmax and its gradients are PyTorch's") {
  const Golden golden("adaptive_log_softmax");
  CHECK(golden.cases().size() == 10);
  for (const auto& golden_case : golden.cases()) {
    const std::string& id = golden_case.first;
    CAPTURE(id);
    const Tensor x = golden[id + "/input"].clone().requires_grad_();
    const AdaptiveLogSoftmaxWithLoss module = make(id, x.dtype());
    const auto parameters = module.named_parameters();
    CHECK(parameters.size() == golden.under(id + "/parameters/").size());
    for (const auto& named : parameters) {
      CAPTURE(named.first);
      CHECK(equal(named.second.detach(), golden[concat(id, "/parameters/", named.first)]));
    }

    const AdaptiveLogSoftmaxWithLoss::Result result = module(x, golden[id + "/target"]);
    check_close(result.output, golden[id + "/output"]);
    check_close(result.loss, golden[id + "/loss"]);
    const Tensor rows = x.detach().reshape({-1, x.size(-1)});
    check_close(module.log_prob(rows), golden[id + "/log_prob"]);
    CHECK(equal(module.predict(rows), golden[id + "/predict"]));

    const Tensor weight = (arange(result.output.numel()) + 1).to(x.dtype()).reshape(result.output.sizes()) * 0.1;
    (result.loss + sum(result.output * weight)).backward();
    std::size_t gradients = 1;
    check_close(x.grad(), golden[id + "/gradients/input"]);
    for (const auto& named : parameters) {
      CAPTURE(named.first);
      if (!named.second.grad().defined()) continue;
      check_close(named.second.grad(), golden[concat(id, "/gradients/", named.first)]);
      ++gradients;
    }
    CHECK(gradients == golden.under(id + "/gradients/").size());
  }
}

TEST_CASE("the adaptive softmax is a distribution, and forward reads it at the targets") {
  manual_seed(0);
  const AdaptiveLogSoftmaxWithLoss module(8, 30, {5, 11}, {.div_value = 2, .dtype = float64});
  const Tensor x = randn({30, 8}, {.dtype = float64}) * 3, target = randperm(30);
  const Tensor log_prob = module.log_prob(x);
  CHECK(allclose(sum(exp(log_prob), 1), ones(30, {.dtype = float64}), 1e-12));
  CHECK(allclose(module(x, target).output, -nll_loss(log_prob, target, {.reduction = Reduction::none}), 1e-12));
  CHECK(equal(module.predict(x), argmax(log_prob, 1)));
  check_grads([&](const std::vector<Tensor>& in) { return module(in[0], target(Slice(0, 4))).loss; },
              {x(Slice(0, 4)).contiguous()});
}

TEST_CASE("the adaptive softmax refuses cutoffs, inputs and targets that do not fit") {
  const auto cutoffs = [](std::vector<std::int64_t> cutoffs, double div_value = 4) {
    return error_of([&] { AdaptiveLogSoftmaxWithLoss(8, 20, cutoffs, {.div_value = div_value}); });
  };
  CHECK(cutoffs({5, 19}) == "");
  CHECK(cutoffs({}) == "AdaptiveLogSoftmaxWithLoss: wants at least one cutoff");
  CHECK(cutoffs({0, 5}) == "AdaptiveLogSoftmaxWithLoss: cutoff 0 must be at least 1 and below n_classes = 20");
  CHECK(cutoffs({5, 5}) == "AdaptiveLogSoftmaxWithLoss: cutoff 5 must be at least 6 and below n_classes = 20");
  CHECK(cutoffs({5, 20}) == "AdaptiveLogSoftmaxWithLoss: cutoff 20 must be at least 6 and below n_classes = 20");
  CHECK(cutoffs({5}, 0) == "AdaptiveLogSoftmaxWithLoss: div_value = 0 must be above 0");
  const AdaptiveLogSoftmaxWithLoss module(8, 20, {5});
  CHECK(error_of([&] {
          module(zeros({2, 8}), tensor({0, 20}));
        }) == "AdaptiveLogSoftmaxWithLoss: target 20 at [1] is no class; wanted 0 to 19");
  CHECK(error_of([&] {
          module(zeros({2, 8}), tensor({0, 1, 2}));
        }) == "AdaptiveLogSoftmaxWithLoss: an input of shape [2, 8] wants a target of shape [2], not [3]");
  CHECK(error_of([&] {
          module(zeros({2, 7}), tensor({0, 1}));
        }) == "AdaptiveLogSoftmaxWithLoss: wants an input of shape [N, 8], not [2, 7]");
  CHECK(error_of([&] { module.log_prob(zeros(8)); }) ==
        "AdaptiveLogSoftmaxWithLoss: wants an input of shape [N, 8], not [8]");
}
