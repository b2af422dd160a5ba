// Predictions, written as they come.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "descent/train.h"

namespace descent::cli {

/// Where text goes.
using Sink = std::function<void(std::string_view text)>;

/// What a model says of some rows that follow each other.
struct Answers {
  /// Of each row, what tells it apart; empty if nothing does.
  std::vector<std::string> ids = {};
  /// Classification: the classes that are most probable; and a probability a row and class. Else a value a row.
  std::vector<std::int64_t> classes = {};
  std::vector<double> values = {};
  /// As many a row as the model has companions.
  std::vector<double> companions = {};
};

/// What a model says of a quantity beside its value: what heads its column, and its list in JSON.
struct Companion {
  const char* title;
  const char* key;
};
/// The standard deviation of a model trained with gaussian_nll, the bounds of one trained with interval.
std::vector<Companion> companions_of(const data::Target& target);

class PredictionWriter {
 public:
  /// `id` is the name of the column that tells rows apart; "" for none.
  PredictionWriter(const train::TabularModel& model, std::string id, Sink sink)
      : model_(model), id_(std::move(id)), sink_(std::move(sink)), companions_(companions_of(model.target)) {}
  virtual ~PredictionWriter() = default;
  PredictionWriter(const PredictionWriter&) = delete;
  PredictionWriter& operator=(const PredictionWriter&) = delete;

  virtual void begin() = 0;
  virtual void write(const Answers& answers) = 0;
  /// `unseen` and `notes` are of all rows.
  virtual void end(const std::vector<data::UnseenCategory>& unseen, const std::vector<std::string>& notes) = 0;

 protected:
  const train::TabularModel& model() const { return model_; }
  const std::vector<std::string>& classes() const { return model_.target.classes; }
  bool classifies() const { return model_.target.task == data::Task::classification; }
  const std::vector<Companion>& companions() const { return companions_; }
  const std::string& id() const { return id_; }
  void put(std::string_view text) const { sink_(text); }

 private:
  const train::TabularModel& model_;
  std::string id_;
  Sink sink_;
  std::vector<Companion> companions_;
};

/// A header, and a row for each of the table's.
std::unique_ptr<PredictionWriter> csv_prediction_writer(const train::TabularModel& model, std::string id, Sink sink);

/// One object: {"target": ..., "predictions": [...], "rows": ...}, with a list for each of the other things that rows
/// have. It takes no more memory than some rows do; what must wait for its turn is put into temporary files.
std::unique_ptr<PredictionWriter> json_prediction_writer(const train::TabularModel& model, std::string id, Sink sink);

}  // namespace descent::cli
