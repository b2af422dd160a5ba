// The gradients of PyTorch's losses against difference quotients, away from their kinks, to second order.
#include <doctest/doctest.h>

#include <limits>

#include "descent/descent.h"

using namespace descent;

namespace {

constexpr TensorOptions kDouble{.dtype = float64};

Tensor draw(const Dims& shape) { return randn(shape, kDouble); }
Tensor probabilities(const Dims& shape) { return rand(shape, kDouble) * 0.9 + 0.05; }
Tensor above_zero(const Dims& shape) { return rand(shape, kDouble) + 0.5; }
Tensor signs(const Dims& shape) { return randint(2, shape) * 2 - 1; }

using Inputs = std::vector<Tensor>;

}  // namespace

TEST_CASE("gradients of losses of errors") {
  manual_seed(0);
  const Inputs two = {draw({3, 2}), draw({3, 2})}, three = {draw({3, 2}), draw({3, 2}), above_zero({3, 2})};
  check_grads([](const Inputs& in) { return mse_loss(in[0], in[1], {.weight = in[2]}); }, three);
  check_grads([](const Inputs& in) { return l1_loss(in[0], in[1], {.weight = in[2]}); }, three);
  check_grads([](const Inputs& in) { return huber_loss(in[0], in[1], {.delta = 0.7, .weight = in[2]}); }, three);
  check_grads([](const Inputs& in) { return smooth_l1_loss(in[0], in[1], {.beta = 0.7}); }, two);
  check_grads([](const Inputs& in) { return smooth_l1_loss(in[0], in[1], {.beta = 0}); }, two);
  // Where the error is 0, the squared part still has its curvature.
  check_grads([](const Inputs& in) { return huber_loss(in[0], in[1], {.reduction = Reduction::none}); },
              {zeros(2, kDouble), zeros(2, kDouble)});
}

TEST_CASE("gradients of losses of classes") {
  manual_seed(0);
  const Tensor weight = above_zero(3), classes = tensor({0, -100, 2, 1});
  check_grads([&](const Inputs& in) { return nll_loss(in[0], classes, {.weight = in[1]}); }, {draw({4, 3}), weight});
  check_grads(
      [&](const Inputs& in) {
        return nll_loss(in[0], tensor({{0, 2}, {1, 1}}), {.weight = in[1]});
      },
      {draw({2, 3, 2}), weight});
  check_grads([&](const Inputs& in) { return cross_entropy(in[0], classes, {.weight = in[1]}); },
              {draw({4, 3}), weight});
  check_grads(
      [&](const Inputs& in) { return cross_entropy(in[0], classes, {.weight = in[1], .label_smoothing = 0.1}); },
      {draw({4, 3}), weight});
  check_grads([&](const Inputs& in) { return cross_entropy(in[0], in[1], {.weight = weight, .label_smoothing = 0.1}); },
              {draw({4, 3}), softmax(draw({4, 3}), 1)});
  for (const int p : {1, 2}) {
    check_grads(
        [&](const Inputs& in) {
          return multi_margin_loss(in[0], tensor({0, 2, 2, 1}), {.p = p, .margin = 1.5, .weight = in[1]});
        },
        {draw({4, 3}), weight});
  }
  check_grads(
      [](const Inputs& in) {
        return multilabel_margin_loss(in[0], tensor({{2, 0, -1}, {1, -1, 0}, {-1, 1, 2}}));
      },
      {draw({3, 3})});
}

TEST_CASE("gradients of losses of distributions") {
  manual_seed(0);
  const Inputs counts = {draw({3, 2}), above_zero({3, 2}) * 3};
  check_grads([](const Inputs& in) { return poisson_nll_loss(in[0], in[1], {.full = true}); }, counts);
  check_grads([](const Inputs& in) { return poisson_nll_loss(in[0], in[1], {.log_input = false, .full = true}); },
              {above_zero({3, 2}), above_zero({3, 2}) * 3});
  for (const Dims& shape : {Dims{3, 2}, Dims{3, 1}, Dims{3}, Dims{}}) {
    check_grads([](const Inputs& in) { return gaussian_nll_loss(in[0], in[1], in[2]); },
                {draw({3, 2}), draw({3, 2}), above_zero(shape)});
  }
  check_grads([](const Inputs& in) { return kl_div(in[0], in[1], {.reduction = KLDivReduction::batchmean}); },
              {draw({3, 2}), probabilities({3, 2})});
  check_grads([](const Inputs& in) { return kl_div(in[0], in[1], {.log_target = true}); },
              {draw({3, 2}), draw({3, 2})});
}

TEST_CASE("gradients of losses of yes and no") {
  manual_seed(0);
  check_grads([](const Inputs& in) { return binary_cross_entropy(in[0], in[1], {.weight = in[2]}); },
              {probabilities({3, 2}), probabilities({3, 2}), above_zero(2)});
  check_grads(
      [](const Inputs& in) {
        return binary_cross_entropy_with_logits(in[0], in[1], {.weight = in[2], .pos_weight = in[3]});
      },
      {draw({3, 2}), probabilities({3, 2}), above_zero({3, 1}), above_zero(2)});
  check_grads([](const Inputs& in) { return binary_cross_entropy_with_logits(in[0], in[1]); },
              {tensor({40.0, -40.0, 0.0}, kDouble), tensor({0.3, 0.6, 0.5}, kDouble)});
  check_grads([](const Inputs& in) { return multilabel_soft_margin_loss(in[0], in[1], {.weight = in[2]}); },
              {draw({3, 2}), probabilities({3, 2}), above_zero(2)});
  check_grads([](const Inputs& in) { return soft_margin_loss(in[0], in[1]); }, {draw({3, 2}), signs({3, 2})});
  check_grads(
      [](const Inputs& in) {
        return soft_margin_loss(in[0], tensor({1, -1}));
      },
      {tensor({-500.0, -500.0}, kDouble)});
}

TEST_CASE("gradients of losses of pairs and triplets") {
  manual_seed(0);
  const Tensor target = signs(4);
  check_grads([&](const Inputs& in) { return margin_ranking_loss(in[0], in[1], target, {.margin = 0.5}); },
              {draw(4), draw(4)});
  check_grads([&](const Inputs& in) { return hinge_embedding_loss(in[0], target); }, {above_zero(4)});
  check_grads([&](const Inputs& in) { return cosine_embedding_loss(in[0], in[1], target, {.margin = -0.9}); },
              {draw({4, 3}), draw({4, 3})});
  const Inputs triplet = {draw({4, 3}), draw({4, 3}), draw({4, 3})};
  for (const double p : {1.0, 2.0, 3.0, std::numeric_limits<double>::infinity()}) {
    for (const bool swap : {false, true}) {
      check_grads(
          [&](const Inputs& in) {
            return triplet_margin_loss(in[0], in[1], in[2], {.margin = 2, .p = p, .swap = swap});
          },
          triplet);
    }
  }
  const auto distance = [](const Tensor& x, const Tensor& y) { return mean(square(x - y), -1); };
  check_grads(
      [&](const Inputs& in) {
        return triplet_margin_with_distance_loss(in[0], in[1], in[2], {.distance_function = distance, .swap = true});
      },
      triplet);
}
