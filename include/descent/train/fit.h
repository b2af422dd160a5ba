// fit_table: from a table to a model of one of its columns, by defaults that serve most tables.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "descent/error.h"
#include "descent/train/history.h"
#include "descent/train/tabular_model.h"

namespace descent {
namespace DESCENT_EXPORT train {

/// How far a training is.
struct EpochReport {
  /// Which network of an ensemble it is, from 1.
  std::int64_t network = 1;
  std::int64_t networks = 1;
  std::int64_t epoch = 0;  // from 1
  std::int64_t epochs = 0;
  double loss = 0;  // the mean over the epoch's batches
  /// Of the part named by `part`: "held-out", "test", "validation" or "training".
  Metrics metrics;
  const char* part = "";
  double lr = 0;
  double seconds = 0;       // since the start of this network
  double seconds_left = 0;  // estimated, for all networks
  /// All that happened, this epoch included; for the time of the call.
  const History* history = nullptr;
};

/// How much the rows of a class count in training: each as any other, or so that all classes count the same
/// (scikit-learn's "balanced").
enum class ClassWeight : std::uint8_t { equal, balanced };

/// What follows a loss, or a weight, that is not finite: the training ends (FitFailed), or it goes on from the end of
/// the last epoch with half the rate, kMostBackOffs times at most; a note of the model says so.
enum class OnNan : std::uint8_t { stop, back_off };
inline constexpr int kMostBackOffs = 8;

/// When a checkpoint is saved: after so many epochs or, if `seconds` is there, after the first step that ends so many
/// seconds after the latest checkpoint.
struct CheckpointInterval {
  std::int64_t epochs = 1;
  std::optional<double> seconds = std::nullopt;
};

/// As the only hidden layer: as many, and as wide ones, as suit the number of training rows.
inline constexpr std::int64_t kByRows = std::numeric_limits<std::int64_t>::min();

struct FitOptions {
  /// The widths of the hidden layers; none for a linear model. Default, {kByRows}: two, of 64 units below 500 rows,
  /// of 128 below 10,000, of 256 from there on.
  std::vector<std::int64_t> hidden = {kByRows};
  /// How many ramps (of [0, 256]) and waves (of [0, 256]) each number becomes beside itself, see NumberEncoding.
  /// Default: none below 500 rows; else 16 ramps and 4 waves, fewer where more than 64 columns are numbers. None for a
  /// linear model.
  std::optional<std::int64_t> bins = std::nullopt;
  std::optional<std::int64_t> frequencies = std::nullopt;
  /// The part of the hidden units that each step leaves out; of [0, 0.9]. Default: none below 500 rows, 0.3 below
  /// 10,000, else 0.2.
  std::optional<double> dropout = std::nullopt;
  /// One of tabular_loss_names, with options as make_tabular_loss takes them. Default: "mse" or "cross_entropy", by the
  /// target, see data::assume_task; where there are hidden layers and probabilities are calibrated, labels are smoothed
  /// by 0.1. It decides between regression and classification.
  std::optional<std::string> loss = std::nullopt;
  /// One of optimizer_names(), with options as make_optimizer takes them; "sgd" has Nesterov momentum 0.9.
  std::string optimizer = "adamw";
  /// One of schedule_names(), with options as NamedSchedule takes them; with `seconds` their lengths count parts, ten
  /// thousandths at the most, of the time. Default: that of find_optimizer, most often "warmup_cosine".
  std::optional<std::string> schedule = std::nullopt;
  /// The highest rate of the schedule. Default: that of find_optimizer, for adamw twice that from 10,000 rows on. Texts
  /// have a rule of their own, AdaGrad, whose rate it scales and the schedule too.
  std::optional<double> lr = std::nullopt;
  /// Of the weights, those of the linear part a tenth of it, of biases and texts none. Default: for adamw 1,500 / rows,
  /// at most 1; none for the others, where it means something else.
  std::optional<double> weight_decay = std::nullopt;
  /// Default: the power of two nearest to rows / 30, with texts alone rows / 120, of [16, 256]; all rows for an
  /// optimizer that wants them.
  std::optional<std::int64_t> batch_size = std::nullopt;
  /// Default: what makes 4,000 steps, of [10, 200]; with texts alone 10.
  std::optional<std::int64_t> epochs = std::nullopt;
  /// At most 2^63 - 1.
  std::uint64_t seed = 0;
  /// How many networks are trained one after the other, each from random numbers of its own, whose mean is what the
  /// model predicts; of [1, 64]. Default: 1, or as many as the model has that it begins with.
  std::optional<std::int64_t> ensemble = std::nullopt;
  /// The part of the rows set aside to measure the model with; of [0, 0.9].
  double holdout = 0.2;
  /// Stop after this many seconds, the schedule shortened to fit; the networks of an ensemble share them.
  std::optional<double> seconds = std::nullopt;
  /// Stop after so many epochs in a row without a lower loss on the validation part; of [1, 1e9]. A table of any size
  /// has such a part then. Default: never.
  std::optional<std::int64_t> early_stop = std::nullopt;
  /// Of classes; a weight column multiplies it.
  ClassWeight class_weight = ClassWeight::equal;
  /// What the columns are for.
  data::ColumnOptions columns = {};
  /// Further tables, which must outlive the call: one to be the validation part, and one to measure the model with
  /// instead of a part of the rows.
  const data::Table* valid = nullptr;
  const data::Table* test = nullptr;
  /// A model, which must outlive the call, to begin with instead of a new one: its weights (those of its networks in
  /// turn, for more networks than it has from the first on again), its network (`hidden`,
  /// `bins`, `frequencies` and `dropout` do not count), its loss if none is given, and what its columns mean. The table
  /// must have them; rows of a class it does not know are left out, and of `columns` only weight, group, order and id
  /// may be there.
  const TabularModel* from = nullptr;
  OnNan on_nan = OnNan::stop;
  /// The folder of a Checkpoint, from which a training that was stopped goes on to the bit; empty: none. An Error if it
  /// cannot be made, or holds checkpoints and `resume` is not set. What cannot be saved later ends nothing: on_problem
  /// is told. The networks of an ensemble behind the first, and the folds of cross_validate, have folders within it.
  std::string checkpoint = {};
  /// Go on from the latest checkpoint, if there is one. An Error that says what is another if the table or an option is
  /// that the result hangs on; on_nan, and when checkpoints are saved, may change.
  bool resume = false;
  CheckpointInterval every = {};
  /// How many checkpoints stay, the latest ones, beside that with the least loss.
  std::int64_t keep = 2;
  /// Keep in the history how the weights are distributed, at a handful of epochs. It changes nothing in the training.
  bool weight_histograms = false;
  /// Asked after each step. Once it returns true the training saves a checkpoint, if it has a folder, and ends with the
  /// best weights so far. It may be called a last time after that.
  std::function<bool()> should_stop = nullptr;
  /// Called with what will be done, before the training: the task, and what the rows serve; a line without its end.
  std::function<void(const std::string&)> on_plan = nullptr;
  /// Called with each of the notes that the model keeps, before the training.
  std::function<void(const std::string&)> on_note = nullptr;
  /// Called with the model as it is, before the training and after each epoch; of an ensemble while the first network
  /// is trained.
  std::function<void(const TabularModel&)> on_weights = nullptr;
  /// Called after each epoch.
  std::function<void(const EpochReport&)> on_epoch = nullptr;
  /// Told, in one line, what could not be saved, and why. Default: it goes to the standard error.
  std::function<void(const std::string&)> on_problem = nullptr;
};

/// An Error unless all options are within their bounds, and the loss, optimizer and schedule ones there are.
void check_options(const FitOptions& options);

struct FitResult {
  TabularModel model;
  /// Of the held-out part, or the table `test`; none with holdout = 0.
  std::optional<Evaluation> held_out = std::nullopt;
  std::optional<Evaluation> baseline = std::nullopt;
  /// Whether should_stop() ended the training.
  bool stopped = false;
  /// The rows of the held-out part in the table, or in the table `test`: for diagnose().
  data::Rows held_out_rows = {};
  /// With `on_epoch`, each epoch has the loss of the held-out or the validation part, and of classes the metrics
  /// "accuracy" and "f1_macro", of quantities "rmse", "mae" and "r2"; without, none is measured. Of an ensemble that of
  /// the first network.
  History history = {};
};

/// A training whose numbers stopped being numbers: the message says epoch, step, learning rate and the likely cause.
class FitFailed : public Error {
 public:
  FitFailed(const std::string& message, std::shared_ptr<const TabularModel> model)
      : Error(message), model_(std::move(model)) {}

  /// With the weights of the epoch that had the least loss; null: none had less than the training began with.
  const std::shared_ptr<const TabularModel>& model() const { return model_; }

 private:
  std::shared_ptr<const TabularModel> model_;
};

/// Trains a Network to predict column `target` from the other columns.
///
/// The held-out part is set aside first (stratified by class, by groups, or the latest rows) and used for nothing but
/// measuring. From kValidationRows rows on a tenth of the training part (at most 10,000 rows) is set aside as well, in
/// the same way; the weights kept are those of the epoch with the least loss there. Smaller tables spend all their rows
/// on training, and the weight decay sees to the rest. Losses are weighted in training and where the best epoch is
/// chosen, metrics are not.
///
/// Where there is a validation part the probabilities of classes are calibrated by it as well
/// (TrainingRecord::temperature), unless classes were balanced or the loss knows no probabilities. The loss "interval"
/// has one of smaller tables too, a fifth, by which its intervals are made as wide as to hold as often as they should.
///
/// All random numbers come from a Generator of its own, started from `options.seed` (the default one, while it runs):
/// the same options and table give the same model, whatever other threads do. An Error says what is wrong with a table,
/// the target or an option; a FitFailed that the loss or a weight stopped being finite.
FitResult fit_table(const data::Table& table, const std::string& target, const FitOptions& options = {});

/// How a model does on each of some parts of a table, when it is trained on the others; in the same order.
struct CrossValidation {
  std::vector<Evaluation> held_out;
  std::vector<Evaluation> baseline;
  /// Whether should_stop() ended it: folds are missing then.
  bool stopped = false;
};

/// Trains `folds` models as fit_table does, each of which holds out other rows (stratified by class, by groups, or,
/// with an order, the part behind those it is trained on; data/split.h). `holdout` and `test` do not count.
CrossValidation cross_validate(const data::Table& table, const std::string& target, std::int64_t folds,
                               const FitOptions& options = {});

inline constexpr std::size_t kValidationRows = 2000;

}  // namespace train
}  // namespace descent
