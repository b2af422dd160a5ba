// How the weights of texts are trained: those of the terms that a batch has, and no others.
#pragma once

#include <vector>

#include "descent/state_dict.h"
#include "descent/train/fit.h"

namespace descent::train {

/// The options that were not given of a table that has columns of texts alone, whose rule learns faster than others.
void choose_for_texts(const FitOptions& options, TrainingRecord& record);

/// AdaGrad (Duchi, Hazan and Singer, 2011) for the rows of Network::texts that a batch touches:
///
///   v <- v + g^2
///   w <- w - rate g / (sqrt(v) + eps)
///
/// Rare terms, which have had few gradients, take longer steps. Nothing else of the table is read or written, so that a
/// step costs what its texts have words.
class TextRule {
 public:
  /// For the network's texts, if it has such, beside an optimizer whose usual rate is `usual_lr`. Both must outlive it.
  TextRule(Network& network, const data::SparseRows& rows, double usual_lr);

  /// What the texts of rows `positions` add to the outputs, to be followed by backward() and step(); undefined without
  /// texts.
  Tensor outputs(const Tensor& positions);
  /// At as many times its own rate as `lr` is the usual one of the optimizer.
  void step(double lr);
  /// Forgets all gradients, as after a setback.
  void begin_again();

  StateDict state_dict() const;
  /// An Error leaves everything as it was.
  void load_state_dict(const StateDict& state);

 private:
  Network& network_;
  const data::SparseRows& rows_;
  double usual_lr_;
  Tensor squares_;
  /// Of the batch at hand: which terms it has, and their weights.
  Tensor terms_, weights_;
  /// The place of each term in those, -1 of the others.
  std::vector<std::int64_t> places_;
};

}  // namespace descent::train
