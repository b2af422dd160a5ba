// The loop of fit_table: epochs until they are done, the time is over or somebody says stop, kept in checkpoints.
#pragma once

#include <string>

#include "descent/train/fit.h"
#include "train/training_data.h"

namespace descent::train {

/// How a training ended.
struct TrainingEnd {
  bool stopped = false;
  /// Why the numbers stopped being numbers; empty: they did not.
  std::string failure = {};
  /// Whether an epoch ended with less loss than the training began with.
  bool has_good_epoch = true;
  History history = {};
};

/// Which of the networks of a model is trained, from 0.
struct EnsemblePlace {
  std::int64_t network = 0;
  std::int64_t networks = 1;
};

/// An Error if `options` name a folder for checkpoints, are not to go on from such, and there are some already, of
/// whichever of so many networks.
void check_checkpoints(const FitOptions& options, std::int64_t networks);

/// Trains the network of `model`, whose record says how, and adds notes of what happened to it. It ends with the best
/// weights there were.
TrainingEnd train(TabularModel& model, const Parts& parts, const FitOptions& options, EnsemblePlace place = {});

}  // namespace descent::train
