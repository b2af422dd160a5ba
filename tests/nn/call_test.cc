// Who looks on while modules are called, who changes them all, and copies of them.
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

struct Two final : nn::Module<Two> {
  nn::Linear first{2, 2};
  nn::Linear second{2, 2};
  Tensor forward(const Tensor& x) { return second(first(x)); }
};

struct Split final : nn::Module<Split> {
  std::pair<Tensor, std::vector<Tensor>> forward(const Tensor& x, std::optional<Tensor> y) const {
    return {x, {y.value_or(x), x}};
  }
};

}  // namespace

TEST_CASE("hooks see what comes and goes, in order, until they are removed") {
  Two net;
  std::vector<int> seen;
  Tensor came, went;
  nn::ForwardPreHook before = [&](const std::vector<Tensor>& inputs) {
    seen.push_back(1);
    came = inputs.at(0);
  };
  HookHandle first = net.first.register_forward_pre_hook(before);
  HookHandle second = net.first.register_forward_hook([&](const auto& inputs, const auto& outputs) {
    seen.push_back(2);
    CHECK(inputs.size() == 1);
    went = outputs.at(0);
    return Tensor();
  });
  HookHandle third = net.register_forward_hook([&](const auto&, const auto&) {
    seen.push_back(3);
    return Tensor();
  });
  const Tensor x = ones({1, 2}), y = net(x);
  CHECK(seen == std::vector<int>{1, 2, 3});
  CHECK(equal(came, x));
  CHECK(equal(net.second(went), y));
  first.remove();
  second.remove();
  third.remove();
  third.remove();
  net(x);
  CHECK(seen.size() == 3);
  CHECK(nn::detail::who_look_on == 0);
}

TEST_CASE("what a hook returns takes the place of the result, and gradients pass through it") {
  Two net;
  HookHandle handle = net.first.register_forward_hook([](const auto&, const auto& outputs) { return outputs[0] * 3; });
  const Tensor x = ones({1, 2}), y = net(x);
  CHECK(equal(y, net.second(linear(x, net.first.weight, net.first.bias) * 3)));
  y.sum().backward();
  const Tensor with = net.first.bias.grad().clone();
  net.zero_grad();
  handle.remove();
  net(x).sum().backward();
  CHECK(allclose(with, net.first.bias.grad() * 3));
}

TEST_CASE("hooks see the tensors of any arguments and results, which they cannot replace") {
  Split split;
  std::size_t inputs_seen = 0, outputs_seen = 0;
  HookHandle handle = split.register_forward_hook([&](const auto& inputs, const auto& outputs) {
    inputs_seen = inputs.size();
    outputs_seen = outputs.size();
    return Tensor();
  });
  split(ones(1), std::nullopt);
  CHECK(inputs_seen == 1);
  CHECK(outputs_seen == 3);
  split(ones(1), ones(2));
  CHECK(inputs_seen == 2);
  handle.remove();
  handle = split.register_forward_hook([](const auto& inputs, const auto&) { return inputs[0]; });
  CHECK(error_of([&] { split(ones(1), ones(2)); }) ==
        "a hook returned a tensor to take the place of the result of Split, which is not one tensor");
  handle.remove();
}

TEST_CASE("a hook ends with its module") {
  auto net = std::make_unique<Two>();
  int calls = 0;
  const auto count = [&](const auto&, const auto&) {
    ++calls;
    return Tensor();
  };
  net->register_forward_hook(count);
  HookHandle late = net->first.register_forward_hook(count);
  Two copy = *net;
  copy(ones({1, 2}));
  CHECK(calls == 0);
  (*net)(ones({1, 2}));
  CHECK(calls == 2);
  net.reset();
  late.remove();
  CHECK(nn::detail::who_look_on == 0);
}

TEST_CASE("hooks may remove themselves, and errors pass them by") {
  Two net;
  int calls = 0;
  HookHandle once([] {});
  once = net.first.register_forward_hook([&](const auto&, const auto&) {
    ++calls;
    once.remove();
    return Tensor();
  });
  net(ones({1, 2}));
  net(ones({1, 2}));
  CHECK(calls == 1);
  HookHandle after = net.first.register_forward_hook([&](const auto&, const auto&) {
    ++calls;
    return Tensor();
  });
  CHECK_THROWS_AS(net(ones({1, 3})), Error);
  CHECK(calls == 1);
  after.remove();
}

TEST_CASE("apply meets every module of a type, those inside first") {
  struct Net final : nn::Module<Net> {
    nn::Linear own{1, 2};
    nn::Sequential rest{nn::Linear(2, 3), relu, nn::Sequential{nn::Linear(3, 4)}};
    std::shared_ptr<nn::Linear> shared = std::make_shared<nn::Linear>(4, 5);
    Tensor forward(const Tensor& x) { return (*shared)(rest(own(x))); }
  } net;
  std::vector<std::int64_t> widths;
  Net& same = net.apply([&](nn::Linear& layer) {
    nn::init::zeros_(layer.weight);
    widths.push_back(layer.weight.size(0));
  });
  CHECK(&same == &net);
  CHECK(widths == std::vector<std::int64_t>{2, 3, 4, 5});
  CHECK(net.rest.at<nn::Linear>(0).weight.sum().item() == 0);
  int depth = 0;
  std::vector<int> sizes;
  net.apply([&](nn::Sequential& layers) { sizes.push_back(static_cast<int>(layers.size()) + depth++); });
  CHECK(sizes == std::vector<int>{1, 4});
}

TEST_CASE("a clone has numbers of its own") {
  struct Net final : nn::Module<Net> {
    nn::Linear own{2, 2};
    nn::Linear tied = own;
    nn::Sequential rest{nn::Linear(2, 2), relu};
    std::shared_ptr<nn::Linear> shared = std::make_shared<nn::Linear>(2, 2);
    std::shared_ptr<nn::Linear> again = shared;
    nn::Buffer mean{zeros(2)};
    Flag training = true;
    Tensor forward(const Tensor& x) { return (*again)((*shared)(rest(tied(own(x))))) + mean; }
  } net;
  net.own.requires_grad_(false);
  const Tensor x = ones({1, 2}), y = net(x).detach();
  Net copy = net.clone();
  CHECK(equal(copy(x), y));
  CHECK(copy.state_dict().size() == net.state_dict().size());
  CHECK(copy.parameters().size() == net.parameters().size());
  CHECK(copy.own.weight.impl() == copy.tied.weight.impl());
  CHECK(copy.shared == copy.again);
  CHECK_FALSE(copy.own.weight.requires_grad());
  CHECK(copy.shared->weight.requires_grad());
  {
    const NoGrad no_grad;
    for (const nn::Parameter& parameter : copy.parameters()) parameter.zero_();
    copy.mean.fill_(1);
  }
  copy.eval();
  CHECK(equal(net(x), y));
  CHECK(net.training);
  CHECK_FALSE(equal(copy(x), y));
}
