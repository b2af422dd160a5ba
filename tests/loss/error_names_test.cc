#include "error_names.h"

using namespace descent;

TEST_CASE("errors of losses are in their names") {
  DESCENT_OF_TWO(binary_cross_entropy);
  DESCENT_OF_TWO(binary_cross_entropy_with_logits);
  DESCENT_OF_TWO(info_nce_loss);
  DESCENT_OF_TWO(nt_xent_loss);
  DESCENT_OF_TWO(circle_loss);
  DESCENT_OF_TWO(cross_entropy);
  DESCENT_OF_TWO(generalized_kl_div);
  DESCENT_OF_TWO(hinge_embedding_loss);
  DESCENT_OF_TWO(fenchel_young_loss);
  DESCENT_OF_TWO(sigmoid_focal_loss);
  DESCENT_OF_TWO(softmax_focal_loss);
  DESCENT_OF_TWO(generalized_cross_entropy);
  DESCENT_OF_TWO(hinge_loss);
  DESCENT_OF_TWO(squared_hinge_loss);
  DESCENT_OF_TWO(perceptron_loss);
  DESCENT_OF_TWO(multiclass_hinge_loss);
  DESCENT_OF_TWO(multiclass_perceptron_loss);
  DESCENT_OF_TWO(categorical_hinge_loss);
  DESCENT_OF_TWO(huber_loss);
  DESCENT_OF_TWO(smooth_l1_loss);
  DESCENT_OF_TWO(kl_div);
  DESCENT_OF_TWO(l1_loss);
  DESCENT_OF_TWO(log_cosh_loss);
  DESCENT_OF_TWO(mse_loss);
  DESCENT_OF_TWO(multi_margin_loss);
  DESCENT_OF_TWO(multilabel_margin_loss);
  DESCENT_OF_TWO(nll_loss);
  DESCENT_OF_TWO(dice_loss);
  DESCENT_OF_TWO(tversky_loss);
  DESCENT_OF_TWO(generalized_dice_loss);
  DESCENT_OF_TWO(poisson_nll_loss);
  DESCENT_OF_TWO(poly_cross_entropy);
  DESCENT_OF_TWO(quantile_loss);
  DESCENT_OF_TWO(ranking_softmax_loss);
  DESCENT_OF_TWO(list_net_loss);
  DESCENT_OF_TWO(lambda_rank_loss);
  DESCENT_OF_TWO(mape_loss);
  DESCENT_OF_TWO(msle_loss);
  DESCENT_OF_TWO(cosine_distance_loss);
  DESCENT_OF_TWO(soft_margin_loss);
  DESCENT_OF_TWO(multilabel_soft_margin_loss);
  DESCENT_OF_TWO(multiclass_sparsemax_loss);
  DESCENT_OF_TWO(tweedie_deviance_loss);
  DESCENT_OF_TWO(cross_entropy_with_z_loss);
  check_names_of_two("angular_margin_loss", [](const Tensor& a, const Tensor& b) { angular_margin_loss(a, a, b); });
  check_names_of_two("cox_loss", [](const Tensor& a, const Tensor& b) { cox_loss(a, b, b); });
  check_names_of_two("ctc_loss", [](const Tensor& a, const Tensor& b) { ctc_loss(a, b, b, b); });
  check_names_of_two("cosine_embedding_loss", [](const Tensor& a, const Tensor& b) { cosine_embedding_loss(a, a, b); });
  check_names_of_two("cosine_embedding_loss",
                     [](const Tensor& a, const Tensor& b) { cosine_embedding_loss(a, b, ones(2)); });
  check_names_of_two("gaussian_nll_loss", [](const Tensor& a, const Tensor& b) { gaussian_nll_loss(a, b, 1); });
  check_names_of_two("gaussian_nll_loss", [](const Tensor& a, const Tensor& b) { gaussian_nll_loss(a, a, b); });
  check_names_of_two("margin_ranking_loss", [](const Tensor& a, const Tensor& b) { margin_ranking_loss(a, b, 1); });
  check_names_of_two("margin_ranking_loss", [](const Tensor& a, const Tensor& b) { margin_ranking_loss(a, a, b); });
  check_names_of_two("triplet_margin_loss", [](const Tensor& a, const Tensor& b) { triplet_margin_loss(a, b, a); });
  check_names_of_two("triplet_margin_loss", [](const Tensor& a, const Tensor& b) { triplet_margin_loss(a, a, b); });
  check_names_of_two("triplet_margin_with_distance_loss",
                     [](const Tensor& a, const Tensor& b) { triplet_margin_with_distance_loss(a, b, a); });
}
