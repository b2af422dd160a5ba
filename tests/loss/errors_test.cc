// What PyTorch's losses refuse, and how they say so.
#include <doctest/doctest.h>

#include <limits>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("losses refuse shapes that do not belong together") {
  const Tensor column = zeros({3, 1}), row = zeros(3);
  const auto differ = [](const char* loss, const char* role = "prediction", const char* other = "target") {
    return concat(loss, ": the ", role, " has shape [3, 1], but the ", other, " has [3]; they must be the same");
  };
  CHECK(error_of([&] { mse_loss(column, row); }) == differ("mse_loss"));
  CHECK(error_of([&] { l1_loss(column, row); }) == differ("l1_loss"));
  CHECK(error_of([&] { huber_loss(column, row); }) == differ("huber_loss"));
  CHECK(error_of([&] { smooth_l1_loss(column, row); }) == differ("smooth_l1_loss"));
  CHECK(error_of([&] { smooth_l1_loss(column, row, {.beta = 0}); }) == differ("smooth_l1_loss"));
  CHECK(error_of([&] { poisson_nll_loss(column, row); }) == differ("poisson_nll_loss"));
  CHECK(error_of([&] { gaussian_nll_loss(column, row, 1); }) == differ("gaussian_nll_loss"));
  CHECK(error_of([&] { kl_div(column, row); }) == differ("kl_div"));
  CHECK(error_of([&] { binary_cross_entropy(column, row); }) == differ("binary_cross_entropy"));
  CHECK(error_of([&] { binary_cross_entropy_with_logits(column, row); }) == differ("binary_cross_entropy_with_logits"));
  CHECK(error_of([&] { hinge_embedding_loss(column, row); }) == differ("hinge_embedding_loss"));
  CHECK(error_of([&] { multilabel_margin_loss(column, row); }) == differ("multilabel_margin_loss"));
  CHECK(error_of([&] { soft_margin_loss(column, row); }) == differ("soft_margin_loss"));
  CHECK(error_of([&] { multilabel_soft_margin_loss(column, row); }) == differ("multilabel_soft_margin_loss"));
  CHECK(error_of([&] { margin_ranking_loss(column, row, column); }) ==
        differ("margin_ranking_loss", "first", "second"));
  CHECK(error_of([&] { margin_ranking_loss(column, column, row); }) == differ("margin_ranking_loss", "first"));
  CHECK(error_of([&] { cosine_embedding_loss(column, row, row); }) ==
        differ("cosine_embedding_loss", "first", "second"));
  CHECK(error_of([&] { triplet_margin_loss(column, row, column); }) ==
        differ("triplet_margin_loss", "anchor", "positive"));
  CHECK(error_of([&] { triplet_margin_with_distance_loss(column, column, row); }) ==
        differ("triplet_margin_with_distance_loss", "anchor", "negative"));
}

TEST_CASE("losses refuse targets of another shape than the samples'") {
  const Tensor vectors = zeros({2, 3});
  CHECK(error_of([&] {
          nll_loss(vectors, tensor({0, 1, 2}));
        }) == "nll_loss: log probabilities of shape [2, 3] want a target of shape [2], not [3]");
  CHECK(error_of([&] { multi_margin_loss(vectors, tensor(1)); }) ==
        "multi_margin_loss: scores of shape [2, 3] want a target of shape [2], not []");
  CHECK(error_of([&] { cosine_embedding_loss(vectors, vectors, ones(3)); }) ==
        "cosine_embedding_loss: vectors of shape [2, 3] want a target of shape [2], not [3]");
  CHECK(error_of([&] { cosine_embedding_loss(zeros({}), zeros({}), ones({})); }) ==
        "cosine_embedding_loss: wants vectors of shape [D] or [N, D], not []");
  CHECK(error_of([&] { nll_loss(zeros({}), tensor(0)); }) ==
        "nll_loss: wants log probabilities of shape [C], [N, C] or [N, C, ...], not []");
  CHECK(error_of([&] {
          multi_margin_loss(zeros({2, 3, 4}), zeros({2, 4}));
        }) == "multi_margin_loss: wants scores of shape [C] or [N, C], not [2, 3, 4]");
  CHECK(error_of([&] { multilabel_margin_loss(zeros({}), tensor(0)); }) ==
        "multilabel_margin_loss: wants scores of shape [C] or [N, C], not []");
  CHECK(error_of([&] { multilabel_soft_margin_loss(zeros({}), zeros({})); }) ==
        "multilabel_soft_margin_loss: wants logits of shape [..., C], not []");
  CHECK(error_of([&] { triplet_margin_loss(zeros({}), zeros({}), zeros({})); }) ==
        "triplet_margin_loss: wants vectors of shape [D] or [..., D], not []");
}

TEST_CASE("losses refuse weights and variances that do not fit") {
  const Tensor x = zeros({2, 3});
  const auto differ = [](const char* loss) {
    return concat(loss, ": the prediction has shape [2, 3], but the weight has [3]; they must be the same");
  };
  CHECK(error_of([&] { mse_loss(x, x, {.weight = ones(3)}); }) == differ("mse_loss"));
  CHECK(error_of([&] { l1_loss(x, x, {.weight = ones(3)}); }) == differ("l1_loss"));
  CHECK(error_of([&] { huber_loss(x, x, {.weight = ones(3)}); }) == differ("huber_loss"));
  const auto no_broadcast = [](const char* loss, const char* role) {
    return concat(loss, ": the prediction has shape [2, 3], but the ", role,
                  " has [2], which does not broadcast to it");
  };
  CHECK(error_of([&] { binary_cross_entropy(x, x, {.weight = ones(2)}); }) ==
        no_broadcast("binary_cross_entropy", "weight"));
  CHECK(error_of([&] { binary_cross_entropy_with_logits(x, x, {.weight = ones(2)}); }) ==
        no_broadcast("binary_cross_entropy_with_logits", "weight"));
  CHECK(error_of([&] { binary_cross_entropy_with_logits(x, x, {.pos_weight = ones(2)}); }) ==
        no_broadcast("binary_cross_entropy_with_logits", "pos_weight"));
  CHECK(error_of([&] { multilabel_soft_margin_loss(x, x, {.weight = ones(2)}); }) ==
        no_broadcast("multilabel_soft_margin_loss", "weight"));
  CHECK(
      error_of([&] {
        binary_cross_entropy(zeros(3), zeros(3), {.weight = ones({1, 3})});
      }) ==
      "binary_cross_entropy: the prediction has shape [3], but the weight has [1, 3], which does not broadcast to it");
  CHECK(error_of([&] {
          nll_loss(x, tensor({0, 1}), {.weight = ones(2)});
        }) == "nll_loss: log probabilities of shape [2, 3] want a weight of shape [3], not [2]");
  CHECK(error_of([&] {
          multi_margin_loss(x, tensor({0, 1}), {.weight = ones({1, 3})});
        }) == "multi_margin_loss: scores of shape [2, 3] want a weight of shape [3], not [1, 3]");
  for (const Dims& shape : {Dims{3}, Dims{1}, Dims{2, 2}, Dims{2, 3, 1}}) {
    CHECK(error_of([&] { gaussian_nll_loss(x, x, ones(shape)); }) ==
          concat("gaussian_nll_loss: a prediction of shape [2, 3] wants a var of that shape, without its last "
                 "dimension, or with sizes of 1 in it, not ",
                 shape));
  }
}

TEST_CASE("losses refuse targets that are no classes, signs or probabilities, and say where") {
  CHECK(error_of([] {
          nll_loss(zeros({2, 3, 2}), tensor({{0, 2}, {3, 1}}), {.ignore_index = 7});
        }) == "nll_loss: target 3 at [1, 0] is no class; wanted 0 to 2, or ignore_index 7");
  CHECK(error_of([] {
          nll_loss(zeros({2, 3}), tensor({0.0, 1.0}));
        }) == "nll_loss: wants classes of int64 as target, not float32");
  CHECK(error_of([] {
          multi_margin_loss(zeros({2, 3}), tensor({0, -1}));
        }) == "multi_margin_loss: target -1 at [1] is no class; wanted 0 to 2");
  CHECK(error_of([] {
          multilabel_margin_loss(zeros({2, 3}), tensor({{0, -1, 5}, {1, -2, 0}}));
        }) == "multilabel_margin_loss: target 5 at [0, 2] is no class; wanted 0 to 2, or -1 after the last");
  const auto no_sign = [](const char* loss, const char* value) {
    return concat(loss, ": target ", value, " at [1] is neither 1 nor -1");
  };
  const Tensor x = zeros(2), yes_no = tensor({1, 0}), half = tensor({-1.0, 0.5});
  CHECK(error_of([&] { margin_ranking_loss(x, x, yes_no); }) == no_sign("margin_ranking_loss", "0"));
  CHECK(error_of([&] { hinge_embedding_loss(x, half); }) == no_sign("hinge_embedding_loss", "0.5"));
  CHECK(error_of([&] { soft_margin_loss(x, yes_no); }) == no_sign("soft_margin_loss", "0"));
  CHECK(error_of([&] {
          cosine_embedding_loss(zeros({2, 3}), zeros({2, 3}), yes_no);
        }) == no_sign("cosine_embedding_loss", "0"));
  CHECK(error_of([&] {
          binary_cross_entropy(tensor({0.5, -0.1}), x);
        }) == "binary_cross_entropy: prediction -0.1 at [1] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          binary_cross_entropy(tensor({{0.5, 1.0}, {1.0000001, 0.0}}), zeros({2, 2}));
        }) == "binary_cross_entropy: prediction 1.0000001 at [1, 0] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          binary_cross_entropy(tensor({kNaN, 0.1}), x);
        }) == "binary_cross_entropy: prediction nan at [0] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          binary_cross_entropy(x, tensor({1, 2}));
        }) == "binary_cross_entropy: target 2 at [1] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          binary_cross_entropy_with_logits(x, tensor({1.0, -1.0}));
        }) == "binary_cross_entropy_with_logits: target -1 at [1] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          multilabel_soft_margin_loss(x, tensor({1.0, 1.5}));
        }) == "multilabel_soft_margin_loss: target 1.5 at [1] is no probability; wanted 0 to 1");
  CHECK(error_of([&] {
          kl_div(x, tensor({0.5, -0.5}));
        }) == "kl_div: target -0.5 at [1] is no probability; wanted 0 or more");
  CHECK(kl_div(x, tensor({-0.5, -0.5}), {.log_target = true}).item() < 0);
  CHECK(error_of([&] {
          gaussian_nll_loss(x, x, tensor({0.5, -0.5}));
        }) == "gaussian_nll_loss: var -0.5 at [1] is below 0");
  CHECK(error_of([&] { gaussian_nll_loss(x, x, -2); }) == "gaussian_nll_loss: var -2 at [] is below 0");
}

TEST_CASE("losses refuse options out of bounds") {
  const Tensor x = zeros({2, 3}), one = ones({2, 3}), classes = tensor({0, 1});
  CHECK(error_of([&] { huber_loss(x, x, {.delta = -1}); }) == "huber_loss: delta = -1 must be above 0");
  CHECK(error_of([&] { huber_loss(x, x, {.delta = 0}); }) == "huber_loss: delta = 0 must be above 0");
  CHECK(error_of([&] { huber_loss(x, x, {.delta = kNaN}); }) == "huber_loss: delta = nan must be above 0");
  CHECK(error_of([&] { smooth_l1_loss(x, x, {.beta = -0.5}); }) == "smooth_l1_loss: beta = -0.5 must be at least 0");
  CHECK(error_of([&] { poisson_nll_loss(x, x, {.eps = -1}); }) == "poisson_nll_loss: eps = -1 must be at least 0");
  CHECK(error_of([&] { gaussian_nll_loss(x, x, 1, {.eps = 0}); }) == "gaussian_nll_loss: eps = 0 must be above 0");
  CHECK(error_of([&] { margin_ranking_loss(x, x, one, {.margin = kInfinity}); }) ==
        "margin_ranking_loss: margin = inf must be finite");
  CHECK(error_of([&] { hinge_embedding_loss(x, one, {.margin = kNaN}); }) ==
        "hinge_embedding_loss: margin = nan must be finite");
  CHECK(error_of([&] { cosine_embedding_loss(x, x, ones(2), {.margin = 1.5}); }) ==
        "cosine_embedding_loss: margin = 1.5 must be at least -1 and at most 1");
  CHECK(error_of([&] { multi_margin_loss(x, classes, {.p = 3}); }) == "multi_margin_loss: p = 3 must be 1 or 2");
  CHECK(error_of([&] { multi_margin_loss(x, classes, {.margin = kNaN}); }) ==
        "multi_margin_loss: margin = nan must be finite");
  CHECK(error_of([&] { triplet_margin_loss(x, x, x, {.margin = 0}); }) ==
        "triplet_margin_loss: margin = 0 must be above 0");
  CHECK(error_of([&] { triplet_margin_loss(x, x, x, {.p = 0}); }) == "triplet_margin_loss: p = 0 must be above 0");
  CHECK(error_of([&] { triplet_margin_loss(x, x, x, {.eps = kNaN}); }) ==
        "triplet_margin_loss: eps = nan must be finite");
  CHECK(error_of([&] { triplet_margin_with_distance_loss(x, x, x, {.margin = -1}); }) ==
        "triplet_margin_with_distance_loss: margin = -1 must be above 0");
}
