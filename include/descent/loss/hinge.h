#pragma once

#include "descent/loss/loss.h"

namespace DESCENT_EXPORT descent {

struct HingeLossOptions {
  double margin = 1;  // above 0: the score, with the target's sign, from which on nothing is lost
  Reduction reduction = Reduction::mean;
};

/// The hinge loss of a classifier of two classes (Cortes and Vapnik 1995).
///
///   y = 1 where target > 0, else -1
///   l = max(0, margin - y score)
///
/// `target` has the shape of `score`, and is 1 for one class and -1 or 0 for the other, of any dtype; anything else is
/// an Error. The losses, unreduced, have that shape too. At the kink there is no gradient.
///
/// Choose it for a maximum-margin classifier, of which only the samples within the margin shape the result; where you
/// want probabilities, binary_cross_entropy_with_logits.
///
/// Source: Cortes, Vapnik 1995, "Support-Vector Networks", doi:10.1007/BF00994018; keras.losses.hinge,
/// optax.hinge_loss.
Tensor hinge_loss(const Tensor& score, const Tensor& target, const HingeLossOptions& options = {});

/// The squared hinge loss of a classifier of two classes.
///
///   y = 1 where target > 0, else -1
///   l = max(0, margin - y score)^2
///
/// Shapes, targets and errors are those of hinge_loss.
///
/// Choose it rather than hinge_loss for a gradient without jumps; it punishes outliers harder.
///
/// Source: keras.losses.squared_hinge.
Tensor squared_hinge_loss(const Tensor& score, const Tensor& target, const HingeLossOptions& options = {});

struct PerceptronLossOptions {
  Reduction reduction = Reduction::mean;
};

/// The perceptron's loss (Rosenblatt 1958): the hinge loss without a margin.
///
///   y = 1 where target > 0, else -1
///   l = max(0, -y score)
///
/// Shapes, targets and errors are those of hinge_loss.
///
/// Choose it to get the perceptron's algorithm, with SGD; hinge_loss generalises better. It is 0 for the model that
/// always says 0, so that penalties can lead there.
///
/// Source: Rosenblatt 1958, "The Perceptron", doi:10.1037/h0042519; optax.perceptron_loss.
Tensor perceptron_loss(const Tensor& score, const Tensor& target, const PerceptronLossOptions& options = {});

struct MulticlassHingeLossOptions {
  double margin = 1;  // above 0: how far the score of the right class should be above all others
  Reduction reduction = Reduction::mean;
};

/// The hinge loss of a classifier of several classes (Crammer and Singer 2001).
///
///   l = max(0, margin - scores_y + max of scores_c over the classes c other than the target y)
///
/// `scores`: [C], [N, C] or [N, C, d1, ...]; `target`: the class of each sample (int64; the shape of `scores` without
/// C). The losses, unreduced, have the shape of `target`. An Error names the first target that is no class. Equal
/// scores share the gradient.
///
/// Choose it for a maximum-margin classifier of several classes. multi_margin_loss sums over the other classes, where
/// this takes the worst of them; categorical_hinge_loss is Keras' variant.
///
/// Source: Crammer, Singer 2001, "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines", JMLR
/// 2; optax.multiclass_hinge_loss.
Tensor multiclass_hinge_loss(const Tensor& scores, const Tensor& target,
                             const MulticlassHingeLossOptions& options = {});

/// The perceptron's loss of a classifier of several classes (Collins 2002).
///
///   l = max of scores_c over all classes c - scores_y
///
/// Shapes, targets and errors are those of multiclass_hinge_loss.
///
/// Choose it to get the structured perceptron's algorithm, with SGD; otherwise multiclass_hinge_loss.
///
/// Source: Collins 2002, "Discriminative Training Methods for Hidden Markov Models", doi:10.3115/1118693.1118694;
/// optax.multiclass_perceptron_loss.
Tensor multiclass_perceptron_loss(const Tensor& scores, const Tensor& target,
                                  const PerceptronLossOptions& options = {});

struct CategoricalHingeLossOptions {
  Reduction reduction = Reduction::mean;
};

/// Keras' hinge loss of a classifier of several classes.
///
///   t = target, one-hot
///   l = max(0, 1 + max over c of (1 - t_c) scores_c - sum over c of t_c scores_c)
///
/// The first maximum never falls below 0, which is what the right class gives; in that it differs from
/// multiclass_hinge_loss. `scores`: [C], [N, C] or [N, C, d1, ...]; `target`: the class of each sample (int64; the
/// shape of `scores` without C), or the share of each class (floating point; the shape of `scores`). The losses,
/// unreduced, have the shape of `scores` without C.
///
/// Choose it to reproduce a model of Keras; otherwise multiclass_hinge_loss.
///
/// Source: keras.losses.categorical_hinge.
Tensor categorical_hinge_loss(const Tensor& scores, const Tensor& target,
                              const CategoricalHingeLossOptions& options = {});

namespace nn {
using HingeLoss = Loss<hinge_loss, HingeLossOptions>;
using SquaredHingeLoss = Loss<squared_hinge_loss, HingeLossOptions>;
using PerceptronLoss = Loss<perceptron_loss, PerceptronLossOptions>;
using MulticlassHingeLoss = Loss<multiclass_hinge_loss, MulticlassHingeLossOptions>;
using MulticlassPerceptronLoss = Loss<multiclass_perceptron_loss, PerceptronLossOptions>;
using CategoricalHingeLoss = Loss<categorical_hinge_loss, CategoricalHingeLossOptions>;
}  // namespace nn

}  // namespace descent
