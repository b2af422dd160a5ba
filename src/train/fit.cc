#include "descent/train/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <span>

#include "descent/create.h"
#include "descent/data/batches.h"
#include "descent/generator.h"
#include "descent/grad_mode.h"
#include "descent/ops.h"
#include "descent/text.h"
#include "descent/threads.h"
#include "descent/train/best_weights.h"
#include "descent/train/epoch.h"
#include "descent/train/finite.h"
#include "descent/train/named_optimizer.h"
#include "descent/train/named_schedule.h"
#include "descent/train/recorder.h"
#include "train/division.h"

namespace descent::train {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The options that were not given, by the optimizer and the number of training rows.
TrainingRecord choose(const FitOptions& options, const std::string& loss, std::size_t rows) {
  const NamedOptimizer& optimizer = find_optimizer(options.optimizer);
  const double n = static_cast<double>(rows);
  TrainingRecord record{.loss = loss, .optimizer = options.optimizer, .seed = options.seed, .rows = rows};
  record.schedule = options.schedule.value_or(std::string(optimizer.schedule));
  record.lr = options.lr.value_or(optimizer.lr);
  record.weight_decay = options.weight_decay.value_or(optimizer.decoupled_weight_decay ? std::min(1.0, 1500 / n) : 0);
  const std::int64_t some_rows =
      std::clamp<std::int64_t>(std::int64_t{1} << std::lround(std::log2(std::max(n / 30, 1.0))), 16, 256);
  record.batch_size = options.batch_size.value_or(optimizer.full_batch ? static_cast<std::int64_t>(rows) : some_rows);
  const double steps = std::ceil(n / static_cast<double>(record.batch_size));
  record.epochs = options.epochs.value_or(std::clamp<std::int64_t>(std::llround(std::ceil(4000 / steps)), 20, 200));
  return record;
}

/// Biases are not pulled to 0, and the linear part a tenth as strongly as the rest.
std::unique_ptr<optim::Optimizer> optimizer_for(const Network& network, const TrainingRecord& record) {
  DecayGroup biases, wide{.weight_decay = record.weight_decay / 10}, deep{.weight_decay = record.weight_decay};
  for (const auto& [name, parameter] : network.named_parameters())
    (parameter.dim() == 1 ? biases : name.starts_with("wide") ? wide : deep).parameters.push_back(parameter);
  return make_optimizer(record.optimizer, record.lr, {biases, wide, deep});
}

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Rows as the network sees them.
struct Examples {
  Tensor inputs, targets;
};

/// Rows of a table that need not be the one the model is trained with.
struct Part {
  const data::Table* table;
  data::Rows rows;

  bool empty() const { return rows.empty(); }
};

Examples encode(const TabularModel& model, const Part& part) {
  if (part.empty()) return {};
  return {data::encode_features(model.features, *part.table, part.rows).inputs,
          data::encode_target(model.target, *part.table, part.rows)};
}

/// Which rows serve what.
struct Parts {
  Part train, validation, held_out;
};

void check_weights(const data::Table& table, const data::Column& column, data::Rows rows) {
  std::sort(rows.begin(), rows.end());
  for (const std::size_t row : rows) {
    if (!column.numeric || !(column.numbers[row] >= 0))
      fail(table.source, ':', table.line_of(row), ": column ", in_quotes(column.name),
           ": a weight is a number of at least 0");
  }
}

/// How much each row counts, 1 on average; undefined if all count the same.
Tensor weights_of(const data::Target& target, const Part& part, const FitOptions& options) {
  const data::Table& table = *part.table;
  std::vector<double> weights(part.rows.size(), 1);
  if (!options.columns.weight.empty()) {
    const data::Column& column = data::find_column(table, options.columns.weight);
    check_weights(table, column, part.rows);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = column.numbers[part.rows[i]];
  }
  if (options.class_weight == ClassWeight::balanced) {
    const std::vector<std::int64_t> classes = data::encode_target(target, table, part.rows).to_vector<std::int64_t>();
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] /= static_cast<double>(target.counts[static_cast<std::size_t>(classes[i])]);
  }
  double sum = 0;
  for (const double weight : weights) sum += weight;
  if (!(sum > 0) || !std::isfinite(sum))
    fail(table.source, ": column ", in_quotes(options.columns.weight), ": the sum of the weights is ", sum);
  if (std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end()) return {};
  return (tensor(weights, {.dtype = float64}) * (static_cast<double>(weights.size()) / sum)).to(float32);
}

/// The batches of a training part, and their loss. With weights a batch's targets are positions in the part, for the
/// loss to look up both there.
class WeightedBatches {
 public:
  WeightedBatches(const Examples& part, const Tensor& weights, std::int64_t size, const TabularLoss& loss)
      : batches_(part.inputs, weights.defined() ? arange(part.targets.size(0)) : part.targets, size),
        loss_(loss.function) {
    if (!weights.defined()) return;
    loss_ = [targets = part.targets, weights, per_row = loss.per_row](const Tensor& outputs, const Tensor& positions) {
      return (per_row(outputs, index_select(targets, 0, positions)) * index_select(weights, 0, positions)).mean();
    };
  }
  data::Batches& batches() { return batches_; }
  const auto& loss() const { return loss_; }

 private:
  data::Batches batches_;
  decltype(TabularLoss::function) loss_;
};

/// What a history keeps of an epoch.
EpochValues values_of(const EpochReport& report, bool is_held_out) {
  EpochValues values{.loss = report.loss};
  if (!is_held_out) return values;
  values.held_out_loss = report.metrics.loss;
  if (const auto* counts = std::get_if<metrics::ClassCounts>(&report.metrics.of_task)) {
    values.metrics = {{"accuracy", counts->accuracy()}, {"f1_macro", counts->f1({.average = metrics::Average::macro})}};
  } else {
    const auto& moments = std::get<metrics::RegressionMoments>(report.metrics.of_task);
    values.metrics = {
        {"rmse", moments.root_mean_squared_error()}, {"mae", moments.mean_absolute_error()}, {"r2", moments.r2()}};
  }
  return values;
}

History train(TabularModel& model, const Parts& parts, const FitOptions& options) {
  const Stopwatch stopwatch;
  TrainingRecord& record = model.training;
  const std::unique_ptr<optim::Optimizer> optimizer = optimizer_for(model.network, record);
  const Examples train_part = encode(model, parts.train);
  const Examples validation_part = encode(model, parts.validation);
  const Examples held_out_part = encode(model, parts.held_out);
  WeightedBatches weighted(train_part, weights_of(model.target, parts.train, options), record.batch_size,
                           make_tabular_loss(record.loss));
  data::Batches& batches = weighted.batches();

  const double steps = static_cast<double>(record.epochs * batches.count());
  // Of a training by the clock nobody knows how many steps it will take: its schedule counts parts of the time.
  const auto schedule_steps = static_cast<std::int64_t>(options.seconds ? std::min(steps, 10'000.0) : steps);
  NamedSchedule schedule(record.schedule, *optimizer, schedule_steps);
  const auto progress_at = [&](std::int64_t epoch, std::int64_t batch) {
    const double of_steps = static_cast<double>((epoch - 1) * batches.count() + batch) / steps;
    return options.seconds ? std::max(of_steps, stopwatch.seconds() / *options.seconds) : of_steps;
  };

  Recorder recorder(*optimizer);
  BestWeights best;
  std::int64_t epochs_since_best = 0;
  double progress = 0;
  std::int64_t epoch = 0;
  while (epoch < record.epochs && progress < 1) {
    ++epoch;
    optimizer->train();
    double lr = 0;
    double mean_loss = 0;
    try {
      mean_loss = train_epoch(
          model.network, weighted.loss(), *optimizer, batches,
          [&](std::int64_t batch) {
            const double now = progress_at(epoch, batch);
            if (now >= 1) return false;
            schedule.advance(now);
            lr = optimizer->lr().value();
            return true;
          },
          &recorder);
    } catch (const NotFinite& error) {
      fail("epoch ", epoch, ": ", error.what());
    }
    progress = progress_at(epoch, batches.count());
    optimizer->eval();

    std::optional<Metrics> validation;
    if (validation_part.inputs.defined()) {
      validation = model.measure(validation_part.inputs, validation_part.targets);
      epochs_since_best = best.offer(validation->loss, model.network) ? 0 : epochs_since_best + 1;
      if (options.early_stop && epochs_since_best >= *options.early_stop) progress = 1;
    }
    schedule.end_epoch(validation ? validation->loss : mean_loss);
    if (!options.on_epoch) {
      recorder.epoch({.loss = mean_loss});
      continue;
    }
    EpochReport report;
    report.epoch = epoch;
    report.epochs = record.epochs;
    report.loss = mean_loss;
    report.lr = lr;
    if (held_out_part.inputs.defined()) {
      report.part = options.test ? "test" : "held-out";
      report.metrics = model.measure(held_out_part.inputs, held_out_part.targets);
    } else if (validation) {
      report.part = "validation";
      report.metrics = *validation;
    } else {
      report.part = "training";
      report.metrics = model.measure(train_part.inputs, train_part.targets);
    }
    recorder.epoch(values_of(report, held_out_part.inputs.defined() || validation));
    report.history = &recorder.history();
    report.seconds = stopwatch.seconds();
    report.seconds_left = progress < 1 ? report.seconds * (1 - progress) / std::max(progress, 1e-9) : 0;
    options.on_epoch(report);
  }
  best.restore(model.network);
  check_finite("the trained network is of no use", model.network.state_dict());
  record.epochs = epoch;
  record.seconds = stopwatch.seconds();
  return recorder.history();
}

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
    loss_name_ = options.loss ? *options.loss : assume_loss(column);
    loss_ = make_tabular_loss(loss_name_);
    if (loss_.task == data::Task::regression && options.class_weight == ClassWeight::balanced)
      fail("class_weight = balanced is for classes; ", in_quotes(target), " is learnt as a quantity");
    rows_ = data::rows_with_value(column);
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

  /// Trains on some rows and measures on others, those of the option `test` if there are none.
  FitResult fit(const data::Split& rows, Generator& of_rows) {
    Parts parts{{&table_, rows.train}, {&table_, {}}, {&table_, rows.test}};
    if (!options_.valid && (rows.train.size() >= kValidationRows || options_.early_stop) &&
        division_->can_split(rows.train)) {
      const double tenth = std::min(0.1, 1e4 / static_cast<double>(rows.train.size()));
      data::Split inner = division_->split(rows.train, tenth, of_rows);
      parts.train.rows = std::move(inner.train);
      parts.validation.rows = std::move(inner.test);
    }
    data::Target target = data::learn_target(table_, target_, parts.train.rows, loss_.task, loss_.link);
    if (options_.valid) parts.validation = further_part(*options_.valid, target);
    if (options_.test && rows.test.empty()) parts.held_out = further_part(*options_.test, target);
    data::Features features = data::learn_features(table_, parts.train.rows, target_, options_.columns);
    add_notes(features.notes);
    plan(counted(parts.train.rows.size(), "row"), " to train",
         parts.validation.empty() ? "" : concat(", ", parts.validation.rows.size(), " to choose the best epoch"),
         parts.held_out.empty() ? "" : concat(", ", parts.held_out.rows.size(), " held out to measure"));
    if (options_.on_note) std::for_each(notes_.begin(), notes_.end(), options_.on_note);

    const NetworkShape shape{features.width(), target.width(), options_.hidden};
    TabularModel model{std::move(features),
                       std::move(target),
                       shape,
                       Network(shape),
                       choose(options_, loss_name_, parts.train.rows.size()),
                       table_.missing,
                       options_.columns.id,
                       notes_,
                       table_.dialect,
                       table_.said};
    History history = train(model, parts, options_);

    FitResult result{std::move(model), std::nullopt, std::nullopt, std::move(history)};
    if (!parts.held_out.empty()) {
      result.held_out = result.model.evaluate(*parts.held_out.table, parts.held_out.rows);
      result.baseline = result.model.evaluate_baseline(*parts.held_out.table, parts.held_out.rows);
    }
    return result;
  }

 private:
  template <class... Words>
  void plan(const Words&... words) const {
    if (options_.on_plan) options_.on_plan(concat(words...));
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

  /// The rows of another table that can be measured.
  Part further_part(const data::Table& table, const data::Target& target) {
    const data::Column& column = data::find_column(table, target_);
    data::KnownRows known = data::known_rows(target, table, data::rows_with_value(column));
    if (!known.unknown.empty()) notes_.push_back(data::note_on_unknown(table, target, known.unknown));
    if (known.rows.empty()) fail(table.source, ": there are no rows to measure the model with");
    data::check_target(table, column, known.rows, loss_.task, loss_.link);
    return {&table, std::move(known.rows)};
  }

  const data::Table& table_;
  const std::string& target_;
  const FitOptions& options_;
  std::string loss_name_;
  TabularLoss loss_;
  data::Rows rows_;
  std::optional<Division> division_;
  std::vector<std::string> notes_;
};

}  // namespace

FitResult fit_table(const data::Table& table, const std::string& target, const FitOptions& options) {
  num_threads();  // an Error if DESCENT_THREADS is not one, however small the table
  Fitting fitting(table, target, options);
  // All that is random here comes from this one; the rows' part from a fork, so that how many are held out changes
  // neither the weights to begin with nor the orders drawn after them.
  Generator generator(options.seed);
  Generator of_rows = generator.fork();
  const WithGenerator with_generator(generator);
  const double holdout = options.test ? 0 : options.holdout;
  return fitting.fit(fitting.division().split(fitting.rows(), holdout, of_rows), of_rows);
}

CrossValidation cross_validate(const data::Table& table, const std::string& target, std::int64_t folds,
                               const FitOptions& options) {
  CrossValidation result;
  Generator of_folds = Generator(options.seed).fork();
  const std::vector<data::Split> splits = [&] {
    const Fitting fitting(table, target, options);
    return fitting.division().folds(fitting.rows(), folds, of_folds);
  }();
  for (const data::Split& split : splits) {
    Fitting fitting(table, target, options);
    Generator generator(options.seed);
    Generator of_rows = generator.fork();
    const WithGenerator with_generator(generator);
    const FitResult fold = fitting.fit(split, of_rows);
    result.held_out.push_back(*fold.held_out);
    result.baseline.push_back(*fold.baseline);
  }
  return result;
}

}  // namespace descent::train
