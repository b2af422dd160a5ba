// A trained model of a table: what turns columns into inputs, the network, and what its outputs mean.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "descent/data/csv.h"
#include "descent/data/features.h"
#include "descent/data/target.h"
#include "descent/train/metrics.h"
#include "descent/train/network.h"
#include "descent/train/tabular_loss.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// How a model came about: for people, prediction does not depend on it.
struct TrainingRecord {
  std::string loss = {};
  std::string optimizer = {};
  std::string schedule = {};
  double lr = 0;
  double weight_decay = 0;
  std::int64_t batch_size = 0;
  std::int64_t epochs = 0;
  std::uint64_t seed = 0;
  std::size_t rows = 0;
  /// What the outputs of the networks were divided by so that probabilities are what they say, see fit_table; 1: they
  /// were not.
  double temperature = 1;
  double seconds = 0;  // not saved: the same data, options and seed give the same file
};

/// What a model says of some rows.
struct Predictions {
  /// Classification: the probability of each class, [rows, classes]. Regression: the values, [rows]. float64.
  Tensor values;
  /// Of a model trained with gaussian_nll: the standard deviation of each value, [rows], float64; else undefined.
  Tensor deviations = {};
  /// Of a model trained with interval: its lower and upper bound, [rows, 2], float64; else undefined.
  Tensor intervals = {};
  std::vector<data::UnseenCategory> unseen = {};
};

struct TabularModel {
  data::Features features;
  data::Target target;
  NetworkShape shape;
  Network network;
  /// Further networks of that shape, which were trained with other random numbers (FitOptions::ensemble): what the
  /// model predicts is the mean of what all of them do.
  std::vector<Network> others = {};
  TrainingRecord training;
  /// The values that stood for none in the table it was trained with; empty: those CsvOptions has.
  std::vector<std::string> missing = {};
  /// The column that told the rows apart; "" for none.
  std::string id = {};
  /// What was taken for granted about the table, and may be wrong: for people, a line each.
  std::vector<std::string> notes = {};
  /// How the table was read that it was trained on, and what of that options said (Table::dialect and said): what they
  /// said holds for further tables, the rest where these leave a choice.
  data::Dialect dialect = {};
  data::Dialect said = {};

  /// The options to read a table with for this model: its columns alone, those of numbers and of text as
  /// such.
  data::CsvOptions csv_options(bool with_target = true) const;
  /// What the networks together say of encoded rows, for decode_outputs or softmax: [rows], or [rows, target.width()]
  /// of more than one output.
  Tensor outputs(const Tensor& inputs, const data::SparseRows& texts = {}) const;
  Predictions predict(const data::Table& table, const data::Rows& rows) const;
  /// Of rows where the target has a value.
  Evaluation evaluate(const data::Table& table, const data::Rows& rows,
                      std::vector<data::UnseenCategory>* unseen = nullptr) const;
  /// What predicting the mean, or the frequencies of the classes, of the training part would reach.
  Evaluation evaluate_baseline(const data::Table& table, const data::Rows& rows) const;
  /// Of rows that are encoded already, and no more than is cheap. The loss is a weighted mean where weights are given,
  /// [rows].
  Metrics measure(const data::EncodedFeatures& rows, const Tensor& targets, const Tensor& weights = {}) const;

  /// One safetensors file, atomically; its metadata holds all that is not a tensor as JSON, each of "features",
  /// "target", "network", "training", "reading", "dialect" and "notes" for itself, beside "format". An Error for
  /// weights, means and scales that are not finite, and for scales that are not above 0.
  void save(const std::string& path) const;
  /// Believes nothing: an Error says in what the file, its metadata or its tensors do not hold together.
  static TabularModel load(const std::string& path);
};

}  // namespace train
}  // namespace descent
