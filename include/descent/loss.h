// Losses.
//
// They go by PyTorch's names. What Optax and Keras have under another name, or as another form of one of these:
//
//   squared_error; l2_loss                          mse_loss; half of it
//   sigmoid_binary_cross_entropy                    binary_cross_entropy_with_logits
//   softmax_cross_entropy, with integer labels too  cross_entropy
//   safe_softmax_cross_entropy                      cross_entropy, of classes
//   smooth_labels                                   cross_entropy's label_smoothing
//   BinaryFocalCrossentropy                         sigmoid_focal_loss
//   CategoricalFocalCrossentropy                    softmax_focal_loss
//   kl_divergence, KLDivergence                     kl_div, whose prediction is a logarithm
//   convex_kl_divergence                            generalized_kl_div
//   Poisson                                         poisson_nll_loss, with log_input = false and eps = 1e-7
//   CosineSimilarity                                cosine_distance_loss, minus 1
//   MeanAbsolutePercentageError                     mape_loss
//   MeanSquaredLogarithmicError                     msle_loss
//   binary_dice_loss                                dice_loss, of probabilities
//   multiclass_generalized_dice_loss                generalized_dice_loss, which weights within the fraction
#pragma once

#include "descent/loss/adaptive_log_softmax.h"
#include "descent/loss/angular_margin.h"
#include "descent/loss/binary_cross_entropy.h"
#include "descent/loss/contrastive.h"
#include "descent/loss/cox.h"
#include "descent/loss/cross_entropy.h"
#include "descent/loss/ctc.h"
#include "descent/loss/divergence.h"
#include "descent/loss/embedding.h"
#include "descent/loss/fenchel_young.h"
#include "descent/loss/focal.h"
#include "descent/loss/gaussian_nll.h"
#include "descent/loss/generalized_cross_entropy.h"
#include "descent/loss/hinge.h"
#include "descent/loss/huber.h"
#include "descent/loss/kl_div.h"
#include "descent/loss/l1.h"
#include "descent/loss/linear_cross_entropy.h"
#include "descent/loss/log_cosh.h"
#include "descent/loss/loss.h"
#include "descent/loss/margin_ranking.h"
#include "descent/loss/mse.h"
#include "descent/loss/multi_margin.h"
#include "descent/loss/nll.h"
#include "descent/loss/overlap.h"
#include "descent/loss/penalty.h"
#include "descent/loss/poisson_nll.h"
#include "descent/loss/poly.h"
#include "descent/loss/quantile.h"
#include "descent/loss/ranking.h"
#include "descent/loss/relative_error.h"
#include "descent/loss/similarity.h"
#include "descent/loss/soft_margin.h"
#include "descent/loss/sparsemax.h"
#include "descent/loss/triplet_margin.h"
#include "descent/loss/tweedie.h"
#include "descent/loss/z_loss.h"
