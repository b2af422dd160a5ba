// Gradients of the losses that PyTorch does not have, to second order, against difference quotients: away from kinks,
// and at the values where a formula of its own takes over.
#include <doctest/doctest.h>

#include "descent/descent.h"

using namespace descent;

namespace {

Tensor random(const Dims& shape) { return randn(shape, {.dtype = float64}); }
Tensor numbers(const std::vector<double>& values) { return tensor(values); }

using Inputs = std::vector<Tensor>;

}  // namespace

TEST_CASE("losses of regression are differentiable twice") {
  manual_seed(1);
  const Tensor prediction = random({3, 2}), target = random({3, 2});
  // Of a difference the second derivatives by both would cancel.
  const Tensor edges = numbers({0.0, 1e-6, -0.99999, 0.99, 1.01, 40, -800});
  check_grads([](const Inputs& in) { return log_cosh_loss(in[0], zeros_like(in[0])); }, {edges});
  check_grads([](const Inputs& in) { return log_cosh_loss(zeros_like(in[0]), in[0]); }, {edges});
  check_grads([&](const Inputs& in) { return quantile_loss(in[0], target, {.quantile = 0.3}); }, {prediction});
  check_grads([&](const Inputs& in) { return quantile_loss(prediction, in[0], {.quantile = 0.3}); }, {target});
  check_grads([](const Inputs& in) { return mape_loss(in[0], in[1]); }, {prediction, target});
  check_grads([](const Inputs& in) { return msle_loss(in[0], in[1]); }, {exp(prediction), exp(target)});
  check_grads([](const Inputs& in) { return tweedie_deviance_loss(in[0], in[1], {.power = 1.3}); },
              {prediction, exp(target)});
  check_grads([](const Inputs& in) { return tweedie_deviance_loss(in[0], in[1], {.log_input = false}); },
              {exp(prediction), exp(target)});
}

TEST_CASE("losses of two classes are differentiable twice") {
  manual_seed(2);
  const Tensor logits = random({3, 2}), classes = tensor({{0, 1}, {1, 1}, {0, 0}});
  for (const double gamma : {0.0, 0.5, 1.0, 2.0, 3.5}) {
    const auto focal = [&](const Tensor& target) {
      return [=](const Inputs& in) { return sigmoid_focal_loss(in[0], target, {.gamma = gamma}); };
    };
    check_grads(focal(classes.to(float64)), {logits});
    check_grads(focal(tensor({{0.25, 1.0}, {0.5, 0.875}, {0.0, 0.125}})), {logits});
    check_grads(focal(zeros(5, {.dtype = float64})), {numbers({40, -40, 800, -800, 0})});
  }
  check_grads([&](const Inputs& in) { return hinge_loss(in[0], classes); }, {logits});
  check_grads([&](const Inputs& in) { return squared_hinge_loss(in[0], classes); }, {logits});
  check_grads([&](const Inputs& in) { return perceptron_loss(in[0], classes); }, {logits});
  check_grads([&](const Inputs& in) { return sparsemax_loss(in[0], classes); }, {logits * 0.4});
}

TEST_CASE("losses of several classes are differentiable twice") {
  manual_seed(3);
  const Tensor classes = tensor({2, 0, 1, 1}), positions = tensor({{0, 2}, {1, 1}});
  const Tensor probabilities = softmax(random({4, 3}), 1);
  const auto check = [&](const auto& loss) {
    check_grads([&](const Inputs& in) { return loss(in[0], classes); }, {random({4, 3})});
    check_grads([&](const Inputs& in) { return loss(in[0], positions); }, {random({2, 3, 2})});
    check_grads([&](const Inputs& in) { return loss(in[0], tensor(1)); }, {random(3)});
  };
  const auto check_soft = [&](const auto& loss) {
    check(loss);
    check_grads([&](const Inputs& in) { return loss(in[0], in[1]); }, {random({4, 3}), probabilities});
  };
  for (const double gamma : {0.0, 0.5, 2.0}) {
    const auto focal = [=](const Tensor& logits, const Tensor& target) {
      return softmax_focal_loss(logits, target,
                                {.weight = numbers({0.5, 1, 2}), .gamma = gamma, .reduction = Reduction::none});
    };
    check_soft(focal);
    check_grads(
        [&](const Inputs& in) {
          return focal(in[0], tensor({0, 1}));
        },
        {tensor({{40.0, 0.0, -3.0}, {800.0, 0.0, 2.0}}, {.dtype = float64})});
  }
  check_soft([](const Tensor& x, const Tensor& y) { return generalized_cross_entropy(x, y, {.q = 0.4}); });
  check_soft([](const Tensor& x, const Tensor& y) { return poly_cross_entropy(x, y); });
  check_soft([](const Tensor& x, const Tensor& y) { return cross_entropy_with_z_loss(x, y, {.coefficient = 0.1}); });
  check_soft([](const Tensor& x, const Tensor& y) { return multiclass_sparsemax_loss(x * 0.4, y); });
  check_soft([](const Tensor& x, const Tensor& y) { return categorical_hinge_loss(x, y); });
  check([](const Tensor& x, const Tensor& y) { return multiclass_hinge_loss(x, y); });
  check_grads([](const Inputs& in) { return fenchel_young_loss(in[0], in[1]); }, {random({4, 3}), probabilities});
  check([](const Tensor& x, const Tensor& y) { return multiclass_perceptron_loss(x, y); });
  check_grads([](const Inputs& in) { return sparsemax(in[0], 1); }, {random({4, 3})});
  check_grads([](const Inputs& in) { return sparsemax(in[0], 0); }, {random({4, 3, 2})});
}

TEST_CASE("losses of segmentation are differentiable twice") {
  manual_seed(4);
  const Tensor prediction = sigmoid(random({2, 3, 4})), target = sigmoid(random({2, 3, 4}));
  const Tensor classes = tensor({{0, 1, 1, 0}, {2, 0, 1, 1}});  // class 2 is not in the first
  for (const bool over_batch : {false, true}) {
    check_grads([=](const Inputs& in) { return dice_loss(in[0], in[1], {.over_batch = over_batch}); },
                {prediction, target});
    check_grads([=](const Inputs& in) { return dice_loss(in[0], classes, {.over_batch = over_batch}); }, {prediction});
    check_grads([=](const Inputs& in) { return tversky_loss(in[0], in[1], {.gamma = 1.5, .over_batch = over_batch}); },
                {prediction, target});
    check_grads([=](const Inputs& in) { return generalized_dice_loss(in[0], in[1], {.over_batch = over_batch}); },
                {prediction, target});
    check_grads([=](const Inputs& in) { return generalized_dice_loss(in[0], classes, {.over_batch = over_batch}); },
                {prediction});
  }
}

TEST_CASE("losses of embeddings are differentiable twice") {
  manual_seed(5);
  const Tensor a = random({5, 3}), b = random({5, 3}), labels = tensor({0, 1, 0, 1, 2});
  check_grads([](const Inputs& in) { return cosine_distance_loss(in[0], in[1]); }, {a, b});
  check_grads([](const Inputs& in) { return cosine_distance_loss(in[0], in[1], {.dim = 0}); }, {a, b});
  check_grads([](const Inputs& in) { return info_nce_loss(in[0], in[1], {.temperature = 0.5}); }, {a, b});
  check_grads([](const Inputs& in) { return info_nce_loss(in[0], in[1], {.negatives = in[2]}); },
              {a, b, random({4, 3})});
  check_grads([&](const Inputs& in) { return nt_xent_loss(in[0], labels, {.temperature = 0.5}); }, {a});
  check_grads([&](const Inputs& in) { return circle_loss(in[0], labels, {.gamma = 4, .detach_weights = false}); }, {a});
  for (const Tensor& lonely : {tensor({4, 4, 4, 4, 4}), tensor({0, 1, 2, 3, 4}), tensor({0, 0, 1, 2, 3})}) {
    check_grads([&](const Inputs& in) { return nt_xent_loss(in[0], lonely, {.reduction = Reduction::none}); }, {a});
    check_grads([&](const Inputs& in) { return circle_loss(in[0], lonely, {.gamma = 4, .detach_weights = false}); },
                {a});
  }
  for (const double margin : {0.0, 0.5, 2.5}) {
    check_grads(
        [&](const Inputs& in) { return angular_margin_loss(in[0], in[1], labels, {.margin = margin, .scale = 4}); },
        {a, b});
  }
}

TEST_CASE("losses of distributions, rankings and survival are differentiable twice") {
  manual_seed(6);
  const Tensor x = random({3, 4}), y = random({3, 4});
  check_grads([](const Inputs& in) { return generalized_kl_div(in[0], in[1]); }, {x, exp(y)});
  check_grads([](const Inputs& in) { return generalized_kl_div(in[0], in[1], {.log_target = true}); }, {x, y});

  const Tensor grades = tensor({{0, 2, 1, 0}, {1, 1, 0, 3}, {0, 0, 0, 0}});
  const Tensor mask = tensor({{true, true, true, false}, {true, true, true, true}, {false, false, false, false}});
  check_grads(
      [&](const Inputs& in) {
        return ranking_softmax_loss(in[0], in[1], {.mask = mask, .reduction = Reduction::none});
      },
      {x, exp(y)});
  check_grads(
      [&](const Inputs& in) { return list_net_loss(in[0], in[1], {.mask = mask, .reduction = Reduction::none}); },
      {x, exp(y)});
  check_grads(
      [&](const Inputs& in) { return lambda_rank_loss(in[0], grades, {.mask = mask, .reduction = Reduction::none}); },
      {x});

  const Tensor time = tensor({2, 1, 2, 3, 2, 1, 3}), event = tensor({true, true, true, false, false, true, true});
  for (const Ties ties : {Ties::breslow, Ties::efron}) {
    check_grads(
        [&](const Inputs& in) { return cox_loss(in[0], time, event, {.ties = ties, .reduction = Reduction::none}); },
        {random(7)});
  }
}

TEST_CASE("penalties are differentiable twice") {
  manual_seed(7);
  check_grads([](const Inputs& in) { return l1_penalty(in); }, {random({2, 3}), random(2)});
  check_grads([](const Inputs& in) { return l2_penalty(in); }, {random({2, 3}), random(2)});
  check_grads([](const Inputs& in) { return elastic_net_penalty(in, {.l1_ratio = 0.3}); }, {random({2, 3}), random(2)});
}
