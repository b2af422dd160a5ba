// What stands around optimizers, in compiled steps: clipping, averages of weights, projections, schedules.
#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"
#include "program/when_compiled.h"

using namespace descent;

namespace {

// Parameters and gradients after 20 steps with `around` before the update.
std::vector<Tensor> trained(const std::function<void(const std::vector<Tensor>&)>& around, bool compiled) {
  manual_seed(4);
  const Tensor x = randn({6, 5}).requires_grad_(), y = randn({5}).requires_grad_(), target = randn({6, 5});
  const std::vector<Tensor> parameters = {x, y};
  optim::SGD optimizer(parameters, {.lr = 0.1, .momentum = 0.5});
  const auto function = [&] {
    const Tensor cost = sum(square(x * y - target));
    optimizer.zero_grad();
    cost.backward();
    around(parameters);
    optimizer.step();
    return cost;
  };
  auto step = compile(function);
  for (int i = 0; i < 20; ++i) {
    if (compiled) {
      step();
    } else {
      const AsItIs as_it_is;
      function();
    }
  }
  return {x, y, x.grad(), y.grad()};
}

}  // namespace

TEST_CASE("compiled steps with clipped gradients") {
  using Parameters = std::vector<Tensor>;
  const std::map<std::string, std::function<void(const Parameters&)>> clips = {
      {"clip_grad_norm_", [](const Parameters& p) { optim::clip_grad_norm_(p, 0.5); }},
      {"clip_grad_norm_ by the largest",
       [](const Parameters& p) {
         optim::clip_grad_norm_(p, 0.5, {.norm_type = std::numeric_limits<double>::infinity()});
       }},
      {"clip_grad_value_", [](const Parameters& p) { optim::clip_grad_value_(p, 0.25); }},
      {"clip_grad_block_rms_", [](const Parameters& p) { optim::clip_grad_block_rms_(p, 0.25); }},
      {"clip_grad_adaptive_", [](const Parameters& p) { optim::clip_grad_adaptive_(p); }},
  };
  for (const auto& clip : clips) {
    CAPTURE(clip.first);
    const std::vector<Tensor> expected = trained(clip.second, false), got = trained(clip.second, true);
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(same_bits(got[i], expected[i]));
  }
  // It looks at the norm, to say so.
  CHECK(error_of([] {
          trained([](const Parameters& p) { optim::clip_grad_norm_(p, 0.5, {.error_if_nonfinite = true}); }, true);
        }).find("within a step that is to be repeated") != std::string::npos);
}

TEST_CASE("averages of weights that a compiled step keeps") {
  const auto averaged = [](bool compiled) {
    manual_seed(4);
    const Tensor x = randn({6, 5}).requires_grad_();
    optim::SGD optimizer({x}, {.lr = 0.1});
    optim::ExponentialMovingAverage moving({x}, {.decay = 0.9});
    optim::StochasticWeightAveraging mean({x});
    const auto function = [&] {
      optimizer.zero_grad();
      sum(square(x - 1)).backward();
      optimizer.step();
      moving.update();
      mean.update();
    };
    auto step = compile(function);
    for (int i = 0; i < 20; ++i) compiled ? step() : function();
    std::vector<Tensor> result = {x};
    for (const auto& [name, tensor] : moving.state_dict()) result.push_back(tensor);
    for (const auto& [name, tensor] : mean.state_dict()) result.push_back(tensor);
    return result;
  };
  const std::vector<Tensor> expected = averaged(false), got = averaged(true);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(same_bits(got[i], expected[i]));
}

TEST_CASE("compiled projections") {
  const std::map<std::string, std::function<Tensor(const Tensor&)>> projections = {
      {"project_non_negative", optim::project_non_negative},
      {"project_simplex", [](const Tensor& x) { return optim::project_simplex(x); }},
      {"project_l1_ball", [](const Tensor& x) { return optim::project_l1_ball(x); }},
      {"project_l2_ball", [](const Tensor& x) { return optim::project_l2_ball(x); }},
  };
  for (const auto& projection : projections) {
    CAPTURE(projection.first);
    CHECK(difference_when_compiled(
              [&](const std::vector<Tensor>& given) { return std::vector<Tensor>{projection.second(given[0])}; },
              {tensor({0.5, -1.5, 2.0, 0.25})}) == "");
  }
  CHECK(is_refusal(difference_when_compiled(
      [](const std::vector<Tensor>& given) { return std::vector<Tensor>{optim::project_box(given[0], -1, given[1])}; },
      {tensor({0.5, -1.5}), tensor({0.25, 0.5})})));
}

TEST_CASE("a schedule, and layers that look at elements, within a step are refused") {
  const Tensor x = tensor({1.0, 2.0}, {.requires_grad = true});
  optim::SGD optimizer({x}, {.lr = 0.1});
  optim::lr_scheduler::StepLR schedule(optimizer, {.step_size = 1});
  auto step = compile([&] { schedule.step(); });
  CHECK(is_refusal(error_of([&] { step(); })));
  nn::AdaptiveLogSoftmaxWithLoss adaptive(8, 12, {4, 7});
  auto loss = compile([&](const Tensor& input, const Tensor& target) { return adaptive(input, target).loss; });
  CHECK(is_refusal(error_of([&] { loss(randn({3, 8}), tensor({1, 5, 9})); })));
}
