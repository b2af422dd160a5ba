#include "descent/train/fit.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "data/memory_limit.h"
#include "descent/generator.h"
#include "descent/text.h"
#include "descent/threads.h"
#include "train/calibration.h"
#include "train/defaults.h"
#include "train/division.h"
#include "train/fit_split.h"
#include "train/table_training.h"
#include "train/text_rule.h"

namespace descent::train {

namespace {

/// All that is random in a training, while it lives: what divides the rows is a fork, so that how many are held out
/// changes neither the weights to begin with nor the orders drawn after them.
struct Seeded {
  explicit Seeded(std::uint64_t seed) : generator(seed) {}

  Generator generator;
  Generator of_rows = generator.fork();
  WithGenerator with_generator{generator};
};

/// All that is settled before rows are divided.
class Fitting {
 public:
  Fitting(const data::Table& table, const std::string& target, const FitOptions& options)
      : table_(table), target_(target), options_(options) {
    check_options(options);
    data::check_columns(options.columns, target);
    for (const std::string& name : data::named_columns(options.columns)) data::find_column(table, name);
    const data::Column& column = data::find_column(table, target);
    notes_ = table.notes;
    may_smooth_ = !options.loss && (!options.from || options.from->training.loss == kSmoothedLoss);
    if (options.loss)
      loss_name_ = *options.loss;
    else if (options.from)
      loss_name_ = may_smooth_ ? default_tabular_loss(data::Task::classification) : options.from->training.loss;
    else
      loss_name_ = assume_loss(column);
    loss_ = make_tabular_loss(loss_name_);
    if (options.from) check_model(*options.from);
    if (loss_.task == data::Task::regression && options.class_weight == ClassWeight::balanced)
      fail("class_weight = balanced is for classes; ", in_quotes(target), " is learnt as a quantity");
    rows_ = data::rows_with_value(column);
    if (options.from) rows_ = known(table, options.from->target, rows_);
    if (rows_.size() < 2)
      fail(table.source, ": there ", rows_.size() == 1 ? "is " : "are ", counted(rows_.size(), "row"),
           " to learn from; at least 2 are needed");
    data::check_target(table, column, rows_, loss_.task, loss_.link);
    add_notes(data::notes_on_missing(table, column));
    if (loss_.task == data::Task::classification) add_notes(data::notes_on_classes(table, column, rows_));
    division_.emplace(table, column, loss_.task, options.columns);
  }

  const data::Rows& rows() const { return rows_; }
  const Division& division() const { return *division_; }

  /// The rows that are held out and the others.
  data::Split split(Generator& of_rows) const {
    return division_->split(rows_, options_.test ? 0 : options_.holdout, of_rows);
  }

  /// Divides rows of the training part to measure options by. Parts that nothing can be learnt from are left out, and
  /// so are rows of a class that is in a part set aside alone.
  std::vector<data::Split> splits_to_choose_by(const data::Rows& rows, Generator& of_rows) const {
    constexpr double kSetAside = 0.2;
    const std::int64_t folds = std::min<std::int64_t>(3, division_->most_folds(rows));
    std::vector<data::Split> splits;
    // With a part set aside a trial is to have rows enough to choose its best epoch by, as the training of all has.
    if (static_cast<double>(rows.size()) * (1 - kSetAside) >= kValidationRows && division_->can_split(rows))
      splits.push_back(division_->split(rows, kSetAside, of_rows));
    else if (folds >= 2)
      splits = division_->folds(rows, folds, of_rows);
    for (data::Split& split : splits) split.test = learnable_rows(split);
    std::erase_if(splits, [](const data::Split& split) { return split.test.empty(); });
    if (splits.empty()) fail(table_.source, ": the rows cannot be divided to choose options by");
    return splits;
  }

  /// Trains on some rows and measures on others, those of the option `test` if there are none.
  FitResult fit(const data::Split& rows, Generator& of_rows) {
    Parts parts{{&table_, rows.train}, {&table_, {}}, {&table_, rows.test}};
    const double part = validation_part(rows.train.size());
    if (!options_.valid && part > 0 && division_->can_split(rows.train)) {
      data::Split inner = division_->split(rows.train, part, of_rows);
      parts.train.rows = std::move(inner.train);
      parts.validation.rows = std::move(inner.test);
    }
    const TabularModel* const from = options_.from;
    data::Target target =
        from ? from->target : data::learn_target(table_, target_, parts.train.rows, loss_.task, loss_.link);
    if (options_.valid) parts.validation = further_part(*options_.valid, target);
    if (options_.test && rows.test.empty()) parts.held_out = further_part(*options_.test, target);
    data::Features features =
        from ? from->features : data::learn_features(table_, parts.train.rows, target_, options_.columns);
    add_notes(from ? data::notes_on_misfits(features, table_) : features.notes);
    plan(counted(parts.train.rows.size(), "row"), " to train",
         parts.validation.empty() ? "" : concat(", ", parts.validation.rows.size(), " to choose the best epoch"),
         parts.held_out.empty() ? "" : concat(", ", parts.held_out.rows.size(), " held out to measure"));
    if (options_.on_note) std::for_each(notes_.begin(), notes_.end(), options_.on_note);

    const NetworkShape shape = choose_network(options_, features, target, parts.train.rows.size());
    check_memory(parts, shape.inputs);
    const bool smooths_labels = may_smooth_ && !shape.hidden.empty() && calibrates_probabilities() &&
                                parts.validation.rows.size() >= kRowsToSmoothBy;
    TrainingRecord record =
        choose_training(options_, smooths_labels ? std::string(kSmoothedLoss) : loss_name_, parts.train.rows.size());
    if (shape.inputs == 0) choose_for_texts(options_, record);
    TabularModel model{.features = std::move(features),
                       .target = std::move(target),
                       .shape = shape,
                       .network = beginning(shape, 0),
                       .training = std::move(record),
                       .missing = table_.missing,
                       .id = options_.columns.id,
                       .notes = notes_,
                       .dialect = table_.dialect,
                       .said = table_.said};
    const std::int64_t networks = options_.ensemble.value_or(from ? 1 + std::ssize(from->others) : 1);
    check_checkpoints(options_, networks);
    const TrainingRecord chosen = model.training;
    TrainingEnd end = train(model, parts, options_, {.networks = networks});
    std::string failure = end.failure;
    for (std::int64_t i = 1; i < networks && !end.stopped && failure.empty(); ++i) {
      const TrainingEnd of_other = train_other(model, chosen, parts, {.network = i, .networks = networks}, of_rows);
      end.stopped = of_other.stopped;
      failure = of_other.failure;
    }
    const bool is_trained = end.failure.empty() || end.has_good_epoch;
    if (is_trained) calibrate(model, parts.validation);
    if (!failure.empty())
      throw FitFailed(failure, is_trained ? std::make_shared<TabularModel>(std::move(model)) : nullptr);

    FitResult result{.model = std::move(model), .stopped = end.stopped, .history = std::move(end.history)};
    if (!parts.held_out.empty()) {
      result.held_out = result.model.evaluate(*parts.held_out.table, parts.held_out.rows);
      result.baseline = result.model.evaluate_baseline(*parts.held_out.table, parts.held_out.rows);
      result.held_out_rows = std::move(parts.held_out.rows);
    }
    return result;
  }

 private:
  template <class... Words>
  void plan(const Words&... words) const {
    if (options_.on_plan) options_.on_plan(concat(words...));
  }
  /// That there is room for the rows as the network sees them, before a machine that promises more than it has ends the
  /// process.
  void check_memory(const Parts& parts, std::int64_t inputs) const {
    const std::size_t rows = parts.train.rows.size() + parts.validation.rows.size() + parts.held_out.rows.size();
    const double wanted = static_cast<double>(rows) * static_cast<double>(inputs) * sizeof(float);
    const double limit = static_cast<double>(data::memory_limit()), held = static_cast<double>(data::memory_held());
    if (wanted + held > limit)
      fail(table_.source, ": ", rows, " rows of ", counted(static_cast<std::size_t>(inputs), "input"), " take ",
           wanted / 1e6, " MB of memory; there are ", limit / 1e6, ", of which ", held / 1e6,
           " are taken already: fewer rows, or fewer columns of categories, would do");
  }
  void add_notes(const std::vector<std::string>& notes) { notes_.insert(notes_.end(), notes.begin(), notes.end()); }

  std::string assume_loss(const data::Column& column) {
    const data::AssumedTask assumed = data::assume_task(column);
    plan(data::to_string(assumed.task), ", since ", assumed.reason);
    // What is written as numbers may be meant either way.
    if (column.numeric && assumed.task == data::Task::classification)
      notes_.push_back(concat(assumed.reason, ", which are taken for classes; --loss mse learns a quantity"));
    return std::string(default_tabular_loss(assumed.task));
  }

  /// Which part of the training rows is set aside to choose the best epoch by.
  double validation_part(std::size_t rows) const {
    if (rows >= kValidationRows) return std::min(0.1, 1e4 / static_cast<double>(rows));
    // How often an interval holds is not told from a handful of rows.
    if (loss_.link == data::Link::interval) return 0.2;
    return options_.early_stop ? 0.1 : 0;
  }

  bool calibrates_probabilities() const {
    return loss_.of_probabilities && options_.class_weight == ClassWeight::equal;
  }

  void calibrate(TabularModel& model, const Part& validation) const {
    if (calibrates_probabilities() && !validation.empty()) calibrate_probabilities(model, encode(model, validation));
    if (loss_.link != data::Link::interval) return;
    const std::string note = calibrate_intervals(model, encode(model, validation));
    if (note.empty()) return;
    model.notes.push_back(note);
    if (options_.on_note) options_.on_note(note);
  }

  /// Trains another network of the model's ensemble, from random numbers of its own and as the record says. If it fails
  /// or is stopped nothing of it is kept.
  TrainingEnd train_other(TabularModel& model, const TrainingRecord& record, const Parts& parts, EnsemblePlace place,
                          Generator& of_rows) const {
    Generator generator = of_rows.fork();
    const WithGenerator with_generator(generator);
    TabularModel other = model;
    other.others.clear();
    other.network = beginning(model.shape, place.network);
    other.training = record;
    TrainingEnd end = train(other, parts, options_, place);
    if (!end.failure.empty() || end.stopped) return end;
    model.others.push_back(std::move(other.network));
    model.notes = std::move(other.notes);
    model.training.seconds += other.training.seconds;
    return end;
  }

  /// Of the rows set aside those that can be measured by what the others tell of the target.
  data::Rows learnable_rows(const data::Split& split) const {
    if (options_.from) return split.test;
    try {
      const data::Target target = data::learn_target(table_, target_, split.train, loss_.task, loss_.link);
      return data::known_rows(target, table_, split.test).rows;
    } catch (const OutOfMemory&) {
      throw;
    } catch (const Error&) {
      return {};
    }
  }

  /// The `place`-th network as it is before the training.
  Network beginning(const NetworkShape& shape, std::int64_t place) const {
    Network network(shape);
    if (!options_.from) return network;
    const auto of_from = static_cast<std::size_t>(place) % (1 + options_.from->others.size());
    const Network& first = of_from == 0 ? options_.from->network : options_.from->others[of_from - 1];
    network.load_state_dict(first.state_dict());
    return network;
  }

  /// The rows of another table that can be measured.
  Part further_part(const data::Table& table, const data::Target& target) {
    const data::Column& column = data::find_column(table, target_);
    data::Rows rows = known(table, target, data::rows_with_value(column));
    if (rows.empty()) fail(table.source, ": there are no rows to measure the model with");
    data::check_target(table, column, rows, loss_.task, loss_.link);
    return {&table, std::move(rows)};
  }

  /// Those of a class the target has.
  data::Rows known(const data::Table& table, const data::Target& target, const data::Rows& rows) {
    data::KnownRows known = data::known_rows(target, table, rows);
    if (!known.unknown.empty()) notes_.push_back(data::note_on_unknown(table, target, known.unknown));
    return std::move(known.rows);
  }

  /// That a training can begin with it.
  void check_model(const TabularModel& model) const {
    if (model.target.name != target_)
      fail("the model to begin with predicts ", in_quotes(model.target.name), ", not ", in_quotes(target_));
    if (model.target.task != loss_.task || model.target.link != loss_.link)
      fail("the model to begin with was trained by ", in_quotes(model.training.loss), "; the loss ",
           in_quotes(loss_name_), " wants a target of another kind");
    data::encode_features(model.features, table_, {});
  }

  const data::Table& table_;
  const std::string& target_;
  const FitOptions& options_;
  std::string loss_name_;
  /// Whether the loss is that of classes by default, which may have the labels smoothed.
  bool may_smooth_ = false;
  TabularLoss loss_;
  data::Rows rows_;
  std::optional<Division> division_;
  std::vector<std::string> notes_;
};

}  // namespace

FitResult fit_table(const data::Table& table, const std::string& target, const FitOptions& options) {
  num_threads();  // an Error if DESCENT_THREADS is not one, however small the table
  Fitting fitting(table, target, options);
  Seeded seeded(options.seed);
  return fitting.fit(fitting.split(seeded.of_rows), seeded.of_rows);
}

FitResult fit_split(const data::Table& table, const std::string& target, const FitOptions& options,
                    const data::Split& rows) {
  Fitting fitting(table, target, options);
  Seeded seeded(options.seed);
  return fitting.fit(rows, seeded.of_rows);
}

std::vector<data::Split> splits_to_choose_by(const data::Table& table, const std::string& target,
                                             const FitOptions& options) {
  const Fitting fitting(table, target, options);
  Seeded seeded(options.seed);
  const data::Rows training = fitting.split(seeded.of_rows).train;
  return fitting.splits_to_choose_by(training, seeded.of_rows);
}

CrossValidation cross_validate(const data::Table& table, const std::string& target, std::int64_t folds,
                               const FitOptions& options) {
  CrossValidation result;
  const std::vector<data::Split> splits = [&] {
    const Fitting fitting(table, target, options);
    Seeded seeded(options.seed);
    return fitting.division().folds(fitting.rows(), folds, seeded.of_rows);
  }();
  FitOptions of_fold = options;
  for (std::size_t i = 0; i < splits.size(); ++i) {
    if (!options.checkpoint.empty()) of_fold.checkpoint = concat(options.checkpoint, "/fold-", i + 1);
    const FitResult fold = fit_split(table, target, of_fold, splits[i]);
    result.stopped = fold.stopped;
    if (fold.stopped) break;
    result.held_out.push_back(*fold.held_out);
    result.baseline.push_back(*fold.baseline);
  }
  return result;
}

}  // namespace descent::train
