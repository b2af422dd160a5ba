#include <doctest/doctest.h>

#include <cmath>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

TEST_CASE("the tutorial's cat and dog") {
  const Tensor probabilities = tensor({0.6, 0.4});
  const Tensor cat = tensor({1.0, 0.0});
  CHECK(cross_entropy(log(probabilities), cat).item() == doctest::Approx(-std::log(0.6)));
  CHECK(std::round(cross_entropy(log(probabilities), cat).item() * 100) == 51);
  CHECK(cross_entropy(log(probabilities), tensor(0)).item() == doctest::Approx(-std::log(0.6)));
}

TEST_CASE("the tutorial's mean squared error") {
  const Tensor prediction = tensor({1.0, 2.0, 5.0}), target = tensor({1.0, 4.0, 4.0});
  CHECK(mse_loss(prediction, target).item() == doctest::Approx(5.0 / 3));
  CHECK(equal(mse_loss(prediction, target, {.reduction = Reduction::none}), tensor({0.0, 4.0, 1.0})));
}

TEST_CASE("losses are modules too") {
  const Tensor prediction = tensor({1.0, 2.0}), target = tensor({0.0, 4.0});
  const nn::MSELoss criterion;
  CHECK(criterion(prediction, target).item() == 2.5);
  nn::MSELoss summed({.reduction = Reduction::sum});
  CHECK(summed(prediction, target).item() == 5);
  CHECK(summed.parameters().empty());
  summed.options.reduction = Reduction::none;
  CHECK(equal(summed(prediction, target), tensor({1.0, 4.0})));
  const nn::CrossEntropyLoss classes({.label_smoothing = 0.5});
  CHECK(classes(tensor({{0.0, 0.0}}), tensor({1})).item() == doctest::Approx(std::log(2)));
}

TEST_CASE("mse_loss names shapes that differ") {
  CHECK(error_of([] {
          mse_loss(zeros({15, 1}), zeros({15}));
        }) == "mse_loss: the prediction has shape [15, 1], but the target has [15]; they must be the same");
  CHECK(error_of([] { mse_loss(zeros({2}), zeros({2}), {.weight = zeros(1)}); }) ==
        "mse_loss: the prediction has shape [2], but the weight has [1]; they must be the same");
}

TEST_CASE("cross_entropy names what does not fit") {
  const Tensor logits = zeros({2, 3});
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 3}));
        }) == "cross_entropy: target 3 at [1] is no class; wanted 0 to 2, or ignore_index -100");
  CHECK(error_of([&] {
          cross_entropy(zeros({2, 3, 2}), tensor({{0, 2}, {-1, 1}}), {.ignore_index = 9});
        }) == "cross_entropy: target -1 at [1, 0] is no class; wanted 0 to 2, or ignore_index 9");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1, 2}));
        }) ==
        "cross_entropy: logits of shape [2, 3] want a target of shape [2] (int64, classes) or [2, 3] (floating "
        "point, probabilities), not [3] of int64");
  CHECK(error_of([&] { cross_entropy(logits, zeros({2})); }) ==
        "cross_entropy: logits of shape [2, 3] want a target of shape [2] (int64, classes) or [2, 3] (floating "
        "point, probabilities), not [2] of float32");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1}), {.weight = zeros(2)});
        }) == "cross_entropy: logits of shape [2, 3] want a weight of shape [3], not [2]");
  CHECK(error_of([&] {
          cross_entropy(logits, tensor({0, 1}), {.label_smoothing = 1.5});
        }) == "cross_entropy: label_smoothing = 1.5 must be at least 0 and at most 1");
  CHECK(error_of([&] { cross_entropy(tensor(1.0), tensor(0)); }) ==
        "cross_entropy: wants logits of shape [C], [N, C] or [N, C, ...], not []");
}

TEST_CASE("cross_entropy of logits of 1e4 is exact") {
  const Tensor logits = tensor({{1e4, -1e4}, {-1e4, 1e4}}, {.requires_grad = true});
  const Tensor losses = cross_entropy(logits, tensor({0, 0}), {.reduction = Reduction::none});
  CHECK(equal(losses.detach(), tensor({0.0, 2e4})));
  losses.sum().backward();
  CHECK(equal(logits.grad(), tensor({{0.0, 0.0}, {-1.0, 1.0}})));
}

TEST_CASE("the mean of no samples is NaN, their sum is 0") {
  const Tensor ignored = tensor({-100, -100});
  CHECK(std::isnan(cross_entropy(zeros({2, 3}), ignored).item()));
  CHECK(cross_entropy(zeros({2, 3}), ignored, {.reduction = Reduction::sum}).item() == 0);
  CHECK(std::isnan(cross_entropy(zeros({0, 3}), zeros(0, {.dtype = int64})).item()));
  CHECK(std::isnan(cross_entropy(zeros({0, 3}), zeros({0, 3})).item()));
  CHECK(std::isnan(mse_loss(zeros({0, 2}), zeros({0, 2})).item()));
}

TEST_CASE("PyTorch's losses are modules too") {
  const Tensor x = tensor({{0.2, 0.7}, {0.9, 0.4}}), y = tensor({{0.6, 0.3}, {0.5, 1.0}});
  const Tensor signs = tensor({{1, -1}, {-1, 1}}), classes = tensor({1, 0});
  const auto same = [](const Tensor& a, const Tensor& b) { return a.sizes() == b.sizes() && equal(a, b); };
  CHECK(same(nn::L1Loss()(x, y), l1_loss(x, y)));
  CHECK(same(nn::HuberLoss({.delta = 0.1})(x, y), huber_loss(x, y, {.delta = 0.1})));
  CHECK(same(nn::SmoothL1Loss({.beta = 0.1})(x, y), smooth_l1_loss(x, y, {.beta = 0.1})));
  CHECK(same(nn::NLLLoss({.reduction = Reduction::none})(x, classes), -tensor({0.7, 0.9})));
  CHECK(same(nn::PoissonNLLLoss({.full = true})(x, y), poisson_nll_loss(x, y, {.full = true})));
  CHECK(same(nn::GaussianNLLLoss()(x, y, 0.5), gaussian_nll_loss(x, y, 0.5)));
  CHECK(same(nn::KLDivLoss({.reduction = KLDivReduction::batchmean})(x, y), sum(kl_div(x, y)) * 2));
  CHECK(same(nn::BCELoss()(x, y), binary_cross_entropy(x, y)));
  CHECK(same(nn::BCEWithLogitsLoss({.pos_weight = tensor(2.0)})(x, y),
             binary_cross_entropy_with_logits(x, y, {.pos_weight = tensor(2.0)})));
  CHECK(same(nn::MarginRankingLoss({.margin = 1})(x, y, signs), margin_ranking_loss(x, y, signs, {.margin = 1})));
  CHECK(same(nn::HingeEmbeddingLoss()(x, signs), hinge_embedding_loss(x, signs)));
  CHECK(same(nn::CosineEmbeddingLoss()(x, y, signs[0]), cosine_embedding_loss(x, y, signs[0])));
  CHECK(same(nn::MultiMarginLoss({.p = 2})(x, classes), multi_margin_loss(x, classes, {.p = 2})));
  CHECK(same(nn::MultiLabelMarginLoss()(x, signs), multilabel_margin_loss(x, signs)));
  CHECK(same(nn::SoftMarginLoss()(x, signs), soft_margin_loss(x, signs)));
  CHECK(same(nn::MultiLabelSoftMarginLoss()(x, y), multilabel_soft_margin_loss(x, y)));
  CHECK(same(nn::TripletMarginLoss({.p = 1})(x, y, x + 1), triplet_margin_loss(x, y, x + 1, {.p = 1})));
  CHECK(same(nn::TripletMarginWithDistanceLoss()(x, y, x + 1), triplet_margin_loss(x, y, x + 1)));
  CHECK(same(nn::CTCLoss()(x, tensor({1}), tensor(2), tensor(1)), ctc_loss(x, tensor({1}), tensor(2), tensor(1))));
}

TEST_CASE("what PyTorch's losses get wrong") {
  // Its soft_margin_loss is infinite here.
  CHECK(equal(soft_margin_loss(tensor({1e4, -1e4, 0.0}), tensor({-1, -1, 1}), {.reduction = Reduction::none}),
              tensor({1e4, 0.0, std::log(2)})));
  // Its multi_margin_loss and multilabel_margin_loss give 0.
  const Tensor unknown = tensor({NAN, 0.0, 1.0});
  CHECK(std::isnan(multi_margin_loss(unknown, tensor(0)).item()));
  CHECK(std::isnan(multilabel_margin_loss(unknown, tensor({0, -1, 0})).item()));
  // They read memory that nobody wrote.
  const Tensor none = zeros({0, 3});
  const Tensor no_classes = zeros(0, {.dtype = int64}), no_labels = zeros({0, 3}, {.dtype = int64});
  CHECK(std::isnan(multi_margin_loss(none, no_classes).item()));
  CHECK(std::isnan(multilabel_margin_loss(none, no_labels).item()));
  CHECK(multi_margin_loss(none, no_classes, {.reduction = Reduction::sum}).item() == 0);
  CHECK(multilabel_margin_loss(none, no_labels, {.reduction = Reduction::sum}).item() == 0);
}
