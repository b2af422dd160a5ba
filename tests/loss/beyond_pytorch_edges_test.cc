// Losses that PyTorch does not have where numbers are large, vectors are zero, or there is nothing.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "descent/descent.h"

using namespace descent;

namespace {

constexpr Reduction kNone = Reduction::none;

// The losses and the gradient of their sum are exactly these.
void check_exactly(const std::function<Tensor(const Tensor&)>& loss, const Tensor& prediction, const Tensor& losses,
                   const Tensor& gradient) {
  const Tensor leaf = prediction.clone().requires_grad_();
  const Tensor got = loss(leaf);
  CAPTURE(to_string(got));
  CHECK(equal(got.detach(), losses));
  got.sum().backward();
  CAPTURE(to_string(leaf.grad()));
  CHECK(equal(leaf.grad(), gradient));
}

}  // namespace

TEST_CASE("logits of 1e4 of two classes are exact") {
  const Tensor scores = tensor({1e4, -1e4, 1e4, -1e4}), target = tensor({1.0, 0.0, 0.0, 1.0});
  for (const double gamma : {0.0, 0.5, 1.0, 2.0}) {
    check_exactly(
        [&](const Tensor& x) {
          return sigmoid_focal_loss(x, target, {.alpha = std::nullopt, .gamma = gamma, .reduction = kNone});
        },
        scores, tensor({0.0, 0.0, 1e4, 1e4}), tensor({0.0, 0.0, 1.0, -1.0}));
  }
  check_exactly([&](const Tensor& x) { return hinge_loss(x, target, {.reduction = kNone}); }, scores,
                tensor({0.0, 0.0, 10001.0, 10001.0}), tensor({0.0, 0.0, 1.0, -1.0}));
  check_exactly([&](const Tensor& x) { return perceptron_loss(x, target, {.reduction = kNone}); }, scores,
                tensor({0.0, 0.0, 1e4, 1e4}), tensor({0.0, 0.0, 1.0, -1.0}));
  check_exactly([&](const Tensor& x) { return sparsemax_loss(x, target, {.reduction = kNone}); }, scores,
                tensor({0.0, 0.0, 1e4, 1e4}), tensor({0.0, 0.0, 1.0, -1.0}));
}

TEST_CASE("logits of 1e4 of several classes are exact") {
  const Tensor logits = tensor({{1e4, 0.0, -1e4}, {1e4, 0.0, -1e4}}), target = tensor({0, 2});
  const Tensor difference = tensor({{0.0, 0.0, 0.0}, {1.0, 0.0, -1.0}});
  for (const double gamma : {0.0, 0.5, 1.0, 2.0}) {
    check_exactly([&](const Tensor& x) { return softmax_focal_loss(x, target, {.gamma = gamma, .reduction = kNone}); },
                  logits, tensor({0.0, 2e4}), difference);
  }
  check_exactly([&](const Tensor& x) { return generalized_cross_entropy(x, target, {.q = 0.5, .reduction = kNone}); },
                logits, tensor({0.0, 2.0}), zeros({2, 3}));
  check_exactly([&](const Tensor& x) { return poly_cross_entropy(x, target, {.reduction = kNone}); }, logits,
                tensor({0.0, 20002.0}), difference);
  check_exactly(
      [&](const Tensor& x) { return cross_entropy_with_z_loss(x, target, {.coefficient = 0.25, .reduction = kNone}); },
      logits, tensor({0.25e8, 0.25e8 + 2e4}), difference + tensor({{5e3, 0.0, 0.0}, {5e3, 0.0, 0.0}}));
  check_exactly([&](const Tensor& x) { return multiclass_sparsemax_loss(x, target, {.reduction = kNone}); }, logits,
                tensor({0.0, 2e4}), difference);
  check_exactly([&](const Tensor& x) { return multiclass_hinge_loss(x, target, {.reduction = kNone}); }, logits,
                tensor({0.0, 20001.0}), difference);
  check_exactly([&](const Tensor& x) { return multiclass_perceptron_loss(x, target, {.reduction = kNone}); }, logits,
                tensor({0.0, 2e4}), difference);
  CHECK(equal(sparsemax(logits, 1), tensor({{1.0, 0.0, 0.0}, {1.0, 0.0, 0.0}})));
}

TEST_CASE("impossible classes cost what their definition says") {
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor logits = tensor({{0.0, -inf, 0.0}}), target = tensor({0});
  const double even = 0.5;
  CHECK(softmax_focal_loss(logits, target).item() == doctest::Approx(-even * even * std::log(even)));
  CHECK(generalized_cross_entropy(logits, target, {.q = 1}).item() == doctest::Approx(even));
  CHECK(poly_cross_entropy(logits, target).item() == doctest::Approx(-std::log(even) + 2 * even));
}

TEST_CASE("impossible classes have no gradient") {
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor logits = tensor({{0.0, -inf, 0.0}, {-inf, -inf, 3.0}}), target = tensor({0, 2});
  const auto check = [&](const auto& loss) {
    const Tensor leaf = logits.clone().requires_grad_();
    loss(leaf).sum().backward();
    CAPTURE(to_string(leaf.grad()));
    CHECK(leaf.grad()[0][0].item() == -leaf.grad()[0][2].item());
    CHECK(leaf.grad()[0][0].item() < 0);
    CHECK(leaf.grad()[0][1].item() == 0);
    CHECK(equal(leaf.grad()[1], zeros(3)));
  };
  for (const double gamma : {0.0, 0.5, 2.0}) {
    check([&](const Tensor& x) { return softmax_focal_loss(x, target, {.gamma = gamma}); });
  }
  check([&](const Tensor& x) { return generalized_cross_entropy(x, target); });
  check([&](const Tensor& x) { return poly_cross_entropy(x, target); });
  check([&](const Tensor& x) { return cross_entropy_with_z_loss(x, target, {.coefficient = 0}); });
}

TEST_CASE("one class alone is certain") {
  const Tensor logits = tensor({{3.0}, {-2.0}}), target = tensor({0, 0});
  check_exactly([&](const Tensor& x) { return softmax_focal_loss(x, target, {.gamma = 0.5, .reduction = kNone}); },
                logits, zeros(2), zeros({2, 1}));
  check_exactly([&](const Tensor& x) { return multiclass_sparsemax_loss(x, target, {.reduction = kNone}); }, logits,
                zeros(2), zeros({2, 1}));
}

TEST_CASE("the log-cosh loss of small errors keeps its digits") {
  const double error = 1e-6, half_of_square = error * error / 2;
  const Tensor prediction = tensor(std::vector<double>{error}), target = zeros(1, {.dtype = float64});
  CHECK(std::abs(log_cosh_loss(prediction, target).item() / half_of_square - 1) < 1e-12);
}

TEST_CASE("a prediction below eps has no gradient of its logarithmic error") {
  check_exactly(
      [](const Tensor& x) {
        return msle_loss(x, tensor({0.0, 0.0}), {.eps = 0, .reduction = kNone});
      },
      tensor({-3.0, -0.5}), zeros(2), zeros(2));
}

TEST_CASE("the Tweedie deviance of a target of 0 falls to 0 with the mean") {
  check_exactly([](const Tensor& x) { return tweedie_deviance_loss(x, tensor({0.0}), {.reduction = kNone}); },
                tensor({-1e4}), tensor({0.0}), tensor({0.0}));
}

TEST_CASE("a perfect overlap has no gradient, and no region at all is a perfect overlap") {
  const Tensor nothing = zeros({1, 2, 3}), one = ones({1, 1, 3});
  for (const double gamma : {0.75, 1.0, 2.0}) {
    check_exactly([&](const Tensor& x) { return tversky_loss(x, one, {.gamma = gamma, .reduction = kNone}); }, one,
                  tensor({{0.0}}), gamma == 1 ? zeros({1, 1, 3}) - 0.125 : zeros({1, 1, 3}));
    CHECK(equal(tversky_loss(nothing, nothing, {.gamma = gamma, .reduction = kNone}), zeros({1, 2})));
  }
  CHECK(equal(dice_loss(nothing, nothing, {.reduction = kNone}), zeros({1, 2})));
  CHECK(generalized_dice_loss(nothing, nothing).item() == 0);
  CHECK(std::isnan(dice_loss(nothing, nothing, {.smooth = 0}).item()));
}

TEST_CASE("vectors count by their direction, however long or short; zeros have none") {
  const Tensor target = tensor({{1.0, 0.0}, {1.0, 0.0}, {1.0, 0.0}, {0.0, 0.0}});
  check_exactly([&](const Tensor& x) { return cosine_distance_loss(x, target, {.reduction = kNone}); },
                tensor({{1e30, 0.0}, {-1e-30, 0.0}, {0.0, 0.0}, {2.0, 3.0}}), tensor({0.0, 2.0, 1.0, 1.0}),
                zeros({4, 2}));
}

TEST_CASE("an angle of 0 or pi has a loss and a gradient") {
  const Tensor weight = tensor({{2.0, 0.0}, {-1.0, 0.0}});
  const Tensor embeddings = tensor({{1.0, 0.0}, {3.0, 0.0}}, {.requires_grad = true});
  const Tensor losses =
      angular_margin_loss(embeddings, weight, tensor({0, 1}), {.margin = 0.5, .scale = 1, .reduction = kNone});
  CHECK(losses[0].item() == doctest::Approx(std::log1p(std::exp(-1 - std::cos(0.5)))));
  const double continued = -1 - 0.5 * std::sin(0.5);
  CHECK(losses[1].item() == doctest::Approx(std::log1p(std::exp(1 - continued))));
  losses.sum().backward();
  CHECK(equal(embeddings.grad(), zeros({2, 2})));
}

TEST_CASE("embeddings without partners or without others lose nothing") {
  const Tensor embeddings = tensor({{1.0, 2.0}, {-1.0, 0.5}, {0.5, 0.25}});
  const Tensor all_alike = tensor({4, 4, 4}), all_different = tensor({0, 1, 2});
  check_exactly([&](const Tensor& x) { return nt_xent_loss(x, all_alike, {.reduction = kNone}); }, embeddings, zeros(6),
                zeros({3, 2}));
  CHECK(std::isnan(nt_xent_loss(embeddings, all_different).item()));
  CHECK(nt_xent_loss(embeddings, all_different, {.reduction = Reduction::sum}).item() == 0);
  for (const Tensor& labels : {all_alike, all_different}) {
    check_exactly([&](const Tensor& x) { return circle_loss(x, labels, {.reduction = kNone}); }, embeddings, zeros(3),
                  zeros({3, 2}));
  }
}

TEST_CASE("info_nce_loss wants each query next to its key") {
  const Tensor units = eye(4);
  const double temperature = 0.01;
  CHECK(info_nce_loss(units, units, {.temperature = temperature}).item() == doctest::Approx(0));
  CHECK(info_nce_loss(units, flip(units, 0), {.temperature = temperature}).item() == doctest::Approx(100));
}

TEST_CASE("divergences take 0 log(0) for 0") {
  const Tensor target = tensor({{0.0, 1.0}, {1.0, 0.0}});
  check_exactly([&](const Tensor& x) { return generalized_kl_div(x, target, {.reduction = kNone}); },
                tensor({{-1e4, 0.0}, {-1e4, -1e4}}), tensor({0.0, 9999.0}), tensor({{0.0, 0.0}, {-1.0, 0.0}}));
}

TEST_CASE("rankings of scores of 1e4 are exact") {
  const Tensor scores = tensor({{1e4, -1e4, 0.0}}), last = tensor({{0, 1, 0}});
  check_exactly([&](const Tensor& x) { return ranking_softmax_loss(x, last, {.reduction = kNone}); }, scores,
                tensor({2e4}), tensor({{1.0, -1.0, 0.0}}));
  // Two pairs, with the item of rank 3 whose place is 1: (1 - 1/2) 2e4 and (1 / log2(3) - 1/2) 1e4.
  CHECK(lambda_rank_loss(scores, last).item() == doctest::Approx(1e4 + (1 / std::log2(3.0) - 0.5) * 1e4));
}

TEST_CASE("lists of equal relevance and lists of padding lose nothing, and do not count") {
  const Tensor scores = tensor({{1.0, 2.0, 0.5}, {3.0, 0.0, 1.0}}), equal_grades = ones({2, 3});
  check_exactly([&](const Tensor& x) { return lambda_rank_loss(x, equal_grades, {.reduction = kNone}); }, scores,
                zeros(2), zeros({2, 3}));
  const Tensor first_only = tensor({{true, true, true}, {false, false, false}});
  const double mean = list_net_loss(scores, equal_grades, {.mask = first_only}).item();
  CHECK(mean == doctest::Approx(list_net_loss(scores[0], equal_grades[0]).item()));
}

TEST_CASE("what is padding is never looked at") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor grades = tensor({{1.0, 0.0, nan}, {nan, nan, nan}});
  const Tensor mask = tensor({{true, true, false}, {false, false, false}});
  const auto check = [&](const auto& loss) {
    const Tensor padded = tensor({{2.0, 1.0, nan}, {nan, nan, nan}}).requires_grad_();
    const Tensor alone = tensor({{2.0, 1.0}}).requires_grad_();
    loss(padded, grades, mask).backward();
    loss(alone, tensor({{1.0, 0.0}}), Tensor()).backward();
    CHECK(allclose(padded.grad()(Slice(0, 1), Slice(0, 2)), alone.grad()));
    CHECK(padded.grad()[0][2].item() == 0);
    CHECK(equal(padded.grad()[1], zeros(3)));
  };
  check([](const Tensor& x, const Tensor& y, const Tensor& m) { return ranking_softmax_loss(x, y, {.mask = m}); });
  check([](const Tensor& x, const Tensor& y, const Tensor& m) { return list_net_loss(x, y, {.mask = m}); });
  check([](const Tensor& x, const Tensor& y, const Tensor& m) { return lambda_rank_loss(x, y, {.mask = m}); });
}

TEST_CASE("a Fenchel-Young loss is that of the prediction its function belongs to") {
  manual_seed(0);
  const Tensor scores = randn({4, 3}, {.dtype = float64}), classes = tensor({0, 2, 1, 1});
  const Tensor target = one_hot(classes, 3).to(float64);
  CHECK(allclose(fenchel_young_loss(scores, target), cross_entropy(scores, classes)));
  const auto of_sparsemax = [](const Tensor& x) {
    const Tensor p = sparsemax(x, -1);
    return sum(p * (x - p / 2), -1);
  };
  const Tensor loss = fenchel_young_loss(scores, target, {.max_function = of_sparsemax, .reduction = kNone});
  CHECK(allclose(loss + 0.5, multiclass_sparsemax_loss(scores, classes, {.reduction = kNone})));
}

TEST_CASE("log hazards of 1e4 are exact") {
  const Tensor hazards = tensor({1e4, -1e4, 0.0}), times = tensor({1, 2, 3}), events = tensor({true, true, true});
  check_exactly([&](const Tensor& x) { return cox_loss(x, times, events, {.reduction = kNone}); }, hazards,
                tensor({0.0, 1e4, 0.0}), tensor({0.0, -1.0, 1.0}));
  const Tensor at_once = cox_loss(tensor({1e4, -1e4}), tensor({1, 1}), tensor({1, 1}), {.ties = Ties::efron});
  CHECK(at_once.item() == doctest::Approx((2e4 - std::numbers::ln2) / 2));
}

TEST_CASE("of no samples the mean is NaN and the sum is 0") {
  const auto check = [](const auto& loss) {
    CHECK(std::isnan(loss(Reduction::mean).item()));
    CHECK(loss(Reduction::sum).item() == 0);
    CHECK(loss(Reduction::none).numel() == 0);
  };
  const Tensor none = zeros({0, 3}), no_classes = zeros(0, {.dtype = int64});
  check([&](Reduction r) { return log_cosh_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return quantile_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return mape_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return msle_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return tweedie_deviance_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return sigmoid_focal_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return hinge_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return squared_hinge_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return perceptron_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return sparsemax_loss(none, none, {.reduction = r}); });
  for (const Tensor& target : {no_classes, none}) {
    check([&](Reduction r) { return softmax_focal_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return generalized_cross_entropy(none, target, {.reduction = r}); });
    check([&](Reduction r) { return poly_cross_entropy(none, target, {.reduction = r}); });
    check([&](Reduction r) { return cross_entropy_with_z_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return categorical_hinge_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return multiclass_sparsemax_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return dice_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return tversky_loss(none, target, {.reduction = r}); });
    check([&](Reduction r) { return generalized_dice_loss(none, target, {.reduction = r}); });
  }
  check([&](Reduction r) { return multiclass_hinge_loss(none, no_classes, {.reduction = r}); });
  check([&](Reduction r) { return multiclass_perceptron_loss(none, no_classes, {.reduction = r}); });
  check([&](Reduction r) { return cosine_distance_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return info_nce_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return nt_xent_loss(none, no_classes, {.reduction = r}); });
  check([&](Reduction r) { return circle_loss(none, no_classes, {.reduction = r}); });
  check([&](Reduction r) { return angular_margin_loss(none, ones({2, 3}), no_classes, {.reduction = r}); });
  check([&](Reduction r) { return fenchel_young_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return generalized_kl_div(none, none, {.reduction = r}); });
  check([&](Reduction r) { return ranking_softmax_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return list_net_loss(none, none, {.reduction = r}); });
  check([&](Reduction r) { return lambda_rank_loss(none, none, {.reduction = r}); });
  CHECK(sparsemax(none, 1).numel() == 0);
}
