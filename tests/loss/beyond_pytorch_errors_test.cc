// What the losses that PyTorch does not have refuse.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

TEST_CASE("losses of elements name shapes that differ") {
  const Tensor a = zeros({2, 3}), b = zeros(3);
  const std::string differ = ": the prediction has shape [2, 3], but the target has [3]; they must be the same";
  CHECK(error_of([&] { log_cosh_loss(a, b); }) == "log_cosh_loss" + differ);
  CHECK(error_of([&] { quantile_loss(a, b); }) == "quantile_loss" + differ);
  CHECK(error_of([&] { mape_loss(a, b); }) == "mape_loss" + differ);
  CHECK(error_of([&] { msle_loss(a, b); }) == "msle_loss" + differ);
  CHECK(error_of([&] { tweedie_deviance_loss(a, b); }) == "tweedie_deviance_loss" + differ);
  CHECK(error_of([&] { sigmoid_focal_loss(a, b); }) == "sigmoid_focal_loss" + differ);
  CHECK(error_of([&] { hinge_loss(a, b); }) == "hinge_loss" + differ);
  CHECK(error_of([&] { squared_hinge_loss(a, b); }) == "squared_hinge_loss" + differ);
  CHECK(error_of([&] { perceptron_loss(a, b); }) == "perceptron_loss" + differ);
  CHECK(error_of([&] { sparsemax_loss(a, b); }) == "sparsemax_loss" + differ);
  CHECK(error_of([&] { cosine_distance_loss(a, b); }) == "cosine_distance_loss" + differ);
  CHECK(error_of([&] { fenchel_young_loss(a, b); }) == "fenchel_young_loss" + differ);
  CHECK(error_of([&] { generalized_kl_div(a, b); }) == "generalized_kl_div" + differ);
}

TEST_CASE("losses of several classes name what does not fit") {
  const Tensor logits = zeros({2, 3});
  const std::string shape =
      ": logits of shape [2, 3] want a target of shape [2] (int64, classes) or [2, 3] (floating point, "
      "probabilities), not [2] of float32";
  const auto check = [&](const std::string& name, const auto& loss) {
    CHECK(error_of([&] { loss(logits, zeros(2)); }) == name + shape);
    CHECK(error_of([&] {
            loss(logits, tensor({0, 1, 2}));
          }) == name + ": logits of shape [2, 3] want a target of shape [2], not [3]");
    CHECK(error_of([&] { loss(logits, tensor({0, 3})); }) == name + ": target 3 at [1] is no class; wanted 0 to 2");
    CHECK(error_of([&] {
            loss(logits, tensor({{0.5, 0.5, 0.0}, {0.0, 1.5, 0.0}}));
          }) == name + ": target 1.5 at [1, 1] is no probability; wanted 0 to 1");
    CHECK(error_of([&] { loss(tensor(0.0), tensor(0)); }) ==
          name + ": wants logits of shape [C], [N, C] or [N, C, ...], not []");
  };
  check("softmax_focal_loss", [](const Tensor& x, const Tensor& y) { return softmax_focal_loss(x, y); });
  check("generalized_cross_entropy", [](const Tensor& x, const Tensor& y) { return generalized_cross_entropy(x, y); });
  check("poly_cross_entropy", [](const Tensor& x, const Tensor& y) { return poly_cross_entropy(x, y); });
  CHECK(error_of([&] {
          multiclass_hinge_loss(logits, tensor({-1, 0}));
        }) == "multiclass_hinge_loss: target -1 at [0] is no class; wanted 0 to 2");
  CHECK(error_of([&] { multiclass_perceptron_loss(logits, zeros(2)); }) ==
        "multiclass_perceptron_loss: wants classes of int64 as target, not float32");
  CHECK(error_of([&] {
          categorical_hinge_loss(logits, tensor({3, 0}));
        }) == "categorical_hinge_loss: target 3 at [0] is no class; wanted 0 to 2");
  CHECK(error_of([&] {
          multiclass_sparsemax_loss(logits, tensor({3, 0}));
        }) == "multiclass_sparsemax_loss: target 3 at [0] is no class; wanted 0 to 2");
  CHECK(error_of([&] {
          softmax_focal_loss(logits, tensor({0, 1}), {.weight = zeros(2)});
        }) == "softmax_focal_loss: logits of shape [2, 3] want a weight of shape [3], not [2]");
}

TEST_CASE("losses name options out of bounds") {
  const Tensor x = zeros(3), y = ones(3), logits = zeros({3, 2}), classes = tensor({0, 1, 1});
  CHECK(error_of([&] { quantile_loss(x, y, {.quantile = 1}); }) ==
        "quantile_loss: quantile = 1 must be above 0 and below 1");
  CHECK(error_of([&] { quantile_loss(x, y, {.quantile = 0}); }) ==
        "quantile_loss: quantile = 0 must be above 0 and below 1");
  CHECK(error_of([&] { mape_loss(x, y, {.eps = 0}); }) == "mape_loss: eps = 0 must be above 0");
  CHECK(error_of([&] { msle_loss(x, y, {.eps = -1}); }) == "msle_loss: eps = -1 must be at least 0");
  CHECK(error_of([&] { tweedie_deviance_loss(x, y, {.power = 2}); }) ==
        "tweedie_deviance_loss: power = 2 must be above 1 and below 2");
  CHECK(error_of([&] { tweedie_deviance_loss(x, y, {.power = 1}); }) ==
        "tweedie_deviance_loss: power = 1 must be above 1 and below 2");
  CHECK(error_of([&] { sigmoid_focal_loss(x, y, {.gamma = -1}); }) ==
        "sigmoid_focal_loss: gamma = -1 must be at least 0");
  CHECK(error_of([&] { sigmoid_focal_loss(x, y, {.alpha = -1}); }) ==
        "sigmoid_focal_loss: alpha = -1 must be at least 0 and at most 1, or nullopt");
  CHECK(error_of([&] { softmax_focal_loss(logits, classes, {.gamma = -0.5}); }) ==
        "softmax_focal_loss: gamma = -0.5 must be at least 0");
  CHECK(error_of([&] { generalized_cross_entropy(logits, classes, {.q = 0}); }) ==
        "generalized_cross_entropy: q = 0 must be above 0 and at most 1");
  CHECK(error_of([&] { poly_cross_entropy(logits, classes, {.epsilon = -2}); }) ==
        "poly_cross_entropy: epsilon = -2 must be at least -1");
  CHECK(error_of([&] { cross_entropy_with_z_loss(logits, classes, {.coefficient = -1}); }) ==
        "cross_entropy_with_z_loss: coefficient = -1 must be at least 0");
  CHECK(error_of([&] { hinge_loss(x, y, {.margin = 0}); }) == "hinge_loss: margin = 0 must be above 0");
  CHECK(error_of([&] { squared_hinge_loss(x, y, {.margin = 0}); }) == "squared_hinge_loss: margin = 0 must be above 0");
  CHECK(error_of([&] { multiclass_hinge_loss(logits, classes, {.margin = -1}); }) ==
        "multiclass_hinge_loss: margin = -1 must be above 0");
  CHECK(error_of([&] { cosine_distance_loss(x, y, {.dim = 1}); }) ==
        "cosine_distance_loss: dim = 1 is no dimension of shape [3]");
  CHECK(error_of([&] { info_nce_loss(logits, logits, {.temperature = 0}); }) ==
        "info_nce_loss: temperature = 0 must be above 0");
  CHECK(error_of([&] { nt_xent_loss(logits, classes, {.temperature = -1}); }) ==
        "nt_xent_loss: temperature = -1 must be above 0");
  CHECK(error_of([&] { circle_loss(logits, classes, {.gamma = 0}); }) == "circle_loss: gamma = 0 must be above 0");
  CHECK(error_of([&] { circle_loss(logits, classes, {.margin = 1}); }) ==
        "circle_loss: margin = 1 must be at least 0 and below 1");
  const Tensor weight = zeros({2, 2});
  CHECK(error_of([&] { angular_margin_loss(logits, weight, classes, {.margin = 4}); }) ==
        "angular_margin_loss: margin = 4 must be at least 0 and below pi");
  CHECK(error_of([&] { angular_margin_loss(logits, weight, classes, {.cosine_margin = -1}); }) ==
        "angular_margin_loss: cosine_margin = -1 must be at least 0");
  CHECK(error_of([&] { angular_margin_loss(logits, weight, classes, {.scale = 0}); }) ==
        "angular_margin_loss: scale = 0 must be above 0");
  CHECK(error_of([&] { angular_margin_loss(logits, weight, classes, {.label_smoothing = 2}); }) ==
        "angular_margin_loss: label_smoothing = 2 must be at least 0 and at most 1");
  CHECK(error_of([&] { fenchel_young_loss(logits, logits, {.max_function = {}}); }) ==
        "fenchel_young_loss: wants a max_function");
  CHECK(error_of([&] {
          fenchel_young_loss(logits, logits, {.max_function = [](const Tensor& scores) { return amax(scores); }});
        }) == "fenchel_young_loss: of scores of shape [3, 2] max_function gives []; wanted [3]");
  CHECK(error_of([&] { lambda_rank_loss(x, y, {.sigma = 0}); }) == "lambda_rank_loss: sigma = 0 must be above 0");
  CHECK(error_of([&] { lambda_rank_loss(x, y, {.sigma = std::numeric_limits<double>::infinity()}); }) ==
        "lambda_rank_loss: sigma = inf must be finite");
  CHECK(error_of([&] { lambda_rank_loss(x, y, {.k = 0}); }) == "lambda_rank_loss: k = 0 must be above 0");
}

TEST_CASE("losses name elements that cannot be") {
  const Tensor x = tensor({1.0, 2.0});
  CHECK(error_of([&] { msle_loss(x, tensor({0.0, -1.0})); }) == "msle_loss: target -1 at [1] must be at least 0");
  CHECK(error_of([&] {
          tweedie_deviance_loss(x, tensor({0.0, -1.0}));
        }) == "tweedie_deviance_loss: target -1 at [1] must be at least 0");
  CHECK(error_of([&] {
          tweedie_deviance_loss(tensor({1.0, 0.0}), x, {.log_input = false});
        }) == "tweedie_deviance_loss: prediction 0 at [1] must be above 0");
  CHECK(error_of([&] {
          sigmoid_focal_loss(x, tensor({0.0, 2.0}));
        }) == "sigmoid_focal_loss: target 2 at [1] is no probability; wanted 0 to 1");
  CHECK(error_of([&] { hinge_loss(x, tensor({1, 2})); }) == "hinge_loss: target 2 at [1] must be 1, or -1 or 0");
  CHECK(error_of([&] { sparsemax_loss(x, tensor({-1, 1})); }) == "sparsemax_loss: target -1 at [0] must be 0 or 1");
  CHECK(error_of([&] {
          generalized_kl_div(x, tensor({0.5, -0.5}));
        }) == "generalized_kl_div: target -0.5 at [1] must be at least 0");
  CHECK(error_of([&] {
          ranking_softmax_loss(x, tensor({1.0, -1.0}));
        }) == "ranking_softmax_loss: relevance -1 at [1] must be at least 0");
}

TEST_CASE("losses of segmentation name what is no region") {
  const Tensor prediction = full({2, 3, 4}, 0.5), target = zeros({2, 4}, {.dtype = int64});
  CHECK(error_of([&] { dice_loss(prediction * 3, target); }) ==
        "dice_loss: prediction 1.5 at [0, 0, 0] is no probability; wanted 0 to 1");
  CHECK(error_of([&] { dice_loss(prediction, target + 3); }) ==
        "dice_loss: target 3 at [0, 0] is no class; wanted 0 to 2");
  CHECK(error_of([&] { dice_loss(prediction[0][0], target[0]); }) ==
        "dice_loss: wants a prediction of shape [N, C] or [N, C, ...], not [4]");
  CHECK(error_of([&] { dice_loss(prediction, target, {.smooth = -1}); }) ==
        "dice_loss: smooth = -1 must be at least 0");
  CHECK(error_of([&] {
          tversky_loss(prediction, zeros({2, 3}));
        }) ==
        "tversky_loss: predictions of shape [2, 3, 4] want a target of shape [2, 4] (int64, classes) or [2, 3, 4] "
        "(floating point, probabilities), not [2, 3] of float32");
  CHECK(error_of([&] { tversky_loss(prediction, target, {.alpha = -1}); }) ==
        "tversky_loss: alpha = -1 must be at least 0");
  CHECK(error_of([&] { tversky_loss(prediction, target, {.beta = -1}); }) ==
        "tversky_loss: beta = -1 must be at least 0");
  CHECK(error_of([&] { tversky_loss(prediction, target, {.gamma = 0}); }) == "tversky_loss: gamma = 0 must be above 0");
  CHECK(error_of([&] { generalized_dice_loss(prediction - 1, target); }) ==
        "generalized_dice_loss: prediction -0.5 at [0, 0, 0] is no probability; wanted 0 to 1");
}

TEST_CASE("losses of embeddings name what does not fit") {
  const Tensor a = ones({4, 3}), labels = tensor({0, 0, 1, 1});
  CHECK(error_of([&] { info_nce_loss(a[0], a[0]); }) == "info_nce_loss: wants queries of shape [N, D], not [3]");
  CHECK(error_of([&] {
          info_nce_loss(a, ones({3, 3}));
        }) == "info_nce_loss: the query has shape [4, 3], but the key has [3, 3]; they must be the same");
  CHECK(error_of([&] {
          info_nce_loss(a, a, {.negatives = ones({5, 2})});
        }) == "info_nce_loss: queries of shape [4, 3] want negatives of shape [M, 3], not [5, 2]");
  CHECK(error_of([&] { nt_xent_loss(a, ones(4)); }) ==
        "nt_xent_loss: embeddings of shape [4, 3] want int64 labels of shape [4], not [4] of float32");
  CHECK(error_of([&] { circle_loss(a, labels[0]); }) ==
        "circle_loss: embeddings of shape [4, 3] want int64 labels of shape [4], not [] of int64");
  CHECK(error_of([&] {
          angular_margin_loss(a, ones({2, 4}), labels);
        }) == "angular_margin_loss: embeddings of shape [4, 3] want a weight of shape [C, 3], not [2, 4]");
  CHECK(error_of([&] {
          angular_margin_loss(a, ones({1, 3}), labels);
        }) == "angular_margin_loss: target 1 at [2] is no class; wanted 0 to 0");
}

TEST_CASE("losses of rankings name what does not fit") {
  const Tensor scores = zeros({2, 3}), grades = zeros({2, 3});
  CHECK(error_of([&] {
          list_net_loss(scores, zeros({2, 2}));
        }) == "list_net_loss: the prediction has shape [2, 3], but the relevance has [2, 2]; they must be the same");
  CHECK(error_of([&] {
          list_net_loss(scores, grades, {.mask = zeros({2, 3})});
        }) == "list_net_loss: the mask must be bool, not float32");
  CHECK(error_of([&] { lambda_rank_loss(scores, grades, {.mask = zeros(3)}); }) ==
        "lambda_rank_loss: the prediction has shape [2, 3], but the mask has [3]; they must be the same");
  CHECK(error_of([&] { ranking_softmax_loss(scores, grades, {.weight = zeros(3)}); }) ==
        "ranking_softmax_loss: the prediction has shape [2, 3], but the weight has [3]; they must be the same");
  CHECK(error_of([&] { list_net_loss(tensor(0.0), tensor(0.0)); }) ==
        "list_net_loss: wants scores of shape [..., L], not []");
}

TEST_CASE("cox_loss names what is no survival") {
  const Tensor hazards = zeros(3), time = tensor({1.0, 2.0, 3.0});
  CHECK(error_of([&] {
          cox_loss(hazards, time, tensor({false, false, false}));
        }) == "cox_loss: there is no event among 3 samples; wanted one or more");
  CHECK(error_of([&] { cox_loss(hazards, time, tensor({0, 1, 2})); }) == "cox_loss: event 2 at [2] must be 0 or 1");
  CHECK(error_of([&] {
          cox_loss(hazards, time * std::numeric_limits<double>::quiet_NaN(), tensor({0, 1, 1}));
        }) == "cox_loss: time nan at [0] is no time");
  CHECK(error_of([&] { cox_loss(hazards, ones(2), ones(3)); }) ==
        "cox_loss: the prediction has shape [3], but the time has [2]; they must be the same");
  CHECK(error_of([&] {
          cox_loss(zeros({3, 1}), ones(3), ones(3));
        }) == "cox_loss: wants log hazards of shape [N], not [3, 1]");
}
