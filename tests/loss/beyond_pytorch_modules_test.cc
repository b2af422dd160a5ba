// The losses that PyTorch does not have as modules.
#include <doctest/doctest.h>

#include "descent/descent.h"

using namespace descent;

TEST_CASE("modules compute the losses with the options they keep") {
  manual_seed(0);
  const Tensor x = randn({4, 3}), y = rand({4, 3}), signs = tensor({{0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {0, 0, 1}});
  const Tensor classes = tensor({0, 2, 1, 2}), labels = tensor({0, 0, 1, 1}), z = randn({5, 3});
  const auto check = [](const Tensor& of_module, const Tensor& of_function) { CHECK(equal(of_module, of_function)); };
  check(nn::LogCoshLoss({.reduction = Reduction::sum})(x, y), log_cosh_loss(x, y, {.reduction = Reduction::sum}));
  check(nn::QuantileLoss({.quantile = 0.1})(x, y), quantile_loss(x, y, {.quantile = 0.1}));
  check(nn::MAPELoss({.eps = 0.1})(x, y), mape_loss(x, y, {.eps = 0.1}));
  check(nn::MSLELoss({.eps = 0.1})(x, y), msle_loss(x, y, {.eps = 0.1}));
  check(nn::TweedieDevianceLoss({.power = 1.2})(x, y), tweedie_deviance_loss(x, y, {.power = 1.2}));
  check(nn::SigmoidFocalLoss({.alpha = 0.5})(x, y), sigmoid_focal_loss(x, y, {.alpha = 0.5}));
  check(nn::SoftmaxFocalLoss({.gamma = 3})(x, classes), softmax_focal_loss(x, classes, {.gamma = 3}));
  check(nn::GeneralizedCrossEntropyLoss({.q = 0.5})(x, classes), generalized_cross_entropy(x, classes, {.q = 0.5}));
  check(nn::PolyCrossEntropyLoss({.epsilon = 1})(x, classes), poly_cross_entropy(x, classes, {.epsilon = 1}));
  check(nn::CrossEntropyWithZLoss({.coefficient = 1})(x, classes),
        cross_entropy_with_z_loss(x, classes, {.coefficient = 1}));
  check(nn::HingeLoss({.margin = 0.5})(x, signs), hinge_loss(x, signs, {.margin = 0.5}));
  check(nn::SquaredHingeLoss({.margin = 0.5})(x, signs), squared_hinge_loss(x, signs, {.margin = 0.5}));
  check(nn::PerceptronLoss()(x, signs), perceptron_loss(x, signs));
  check(nn::MulticlassHingeLoss({.margin = 0.5})(x, classes), multiclass_hinge_loss(x, classes, {.margin = 0.5}));
  check(nn::MulticlassPerceptronLoss()(x, classes), multiclass_perceptron_loss(x, classes));
  check(nn::CategoricalHingeLoss()(x, classes), categorical_hinge_loss(x, classes));
  check(nn::SparsemaxLoss()(x, signs), sparsemax_loss(x, signs));
  check(nn::MulticlassSparsemaxLoss()(x, classes), multiclass_sparsemax_loss(x, classes));
  check(nn::DiceLoss({.smooth = 2})(y, classes), dice_loss(y, classes, {.smooth = 2}));
  check(nn::TverskyLoss({.alpha = 0.3})(y, classes), tversky_loss(y, classes, {.alpha = 0.3}));
  check(nn::GeneralizedDiceLoss({.smooth = 2})(y, classes), generalized_dice_loss(y, classes, {.smooth = 2}));
  check(nn::CosineDistanceLoss({.dim = 0})(x, y), cosine_distance_loss(x, y, {.dim = 0}));
  check(nn::InfoNCELoss({.negatives = z})(x, y), info_nce_loss(x, y, {.negatives = z}));
  check(nn::NTXentLoss({.temperature = 0.5})(x, labels), nt_xent_loss(x, labels, {.temperature = 0.5}));
  check(nn::CircleLoss({.gamma = 4})(x, labels), circle_loss(x, labels, {.gamma = 4}));
  check(nn::AngularMarginLoss({.margin = 0.25})(x, z, classes), angular_margin_loss(x, z, classes, {.margin = 0.25}));
  check(nn::FenchelYoungLoss()(x, y), fenchel_young_loss(x, y));
  check(nn::GeneralizedKLDivLoss({.log_target = true})(x, y), generalized_kl_div(x, y, {.log_target = true}));
  check(nn::RankingSoftmaxLoss({.weight = y})(x, y), ranking_softmax_loss(x, y, {.weight = y}));
  check(nn::ListNetLoss({.reduction = Reduction::sum})(x, y), list_net_loss(x, y, {.reduction = Reduction::sum}));
  check(nn::LambdaRankLoss({.k = 2})(x, y), lambda_rank_loss(x, y, {.k = 2}));
  const Tensor hazard = randn(4), time = tensor({1, 1, 2, 2});
  check(nn::CoxLoss({.ties = Ties::efron})(hazard, time, labels),
        cox_loss(hazard, time, labels, {.ties = Ties::efron}));
}
