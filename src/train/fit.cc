#include "descent/train/fit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
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

namespace descent::train {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// An Error unless the value is finite and of [low, high], or of (low, high] where `low` is excluded.
void check_bounds(const char* option, auto value, double low, double high = kInfinity, bool low_excluded = false) {
  const auto x = static_cast<double>(value);
  if (std::isfinite(x) && (low_excluded ? x > low : x >= low) && x <= high) return;
  fail(option, " = ", value, " must be ", low_excluded ? "above " : "at least ", low,
       high < kInfinity ? concat(" and at most ", high) : "");
}

}  // namespace

void check_options(const FitOptions& options) {
  if (options.hidden.size() > 32) fail("hidden has ", options.hidden.size(), " layers; there may be 32");
  for (const std::int64_t width : options.hidden) check_bounds("hidden", width, 1, 65536);
  if (options.lr) check_bounds("lr", *options.lr, 0, kInfinity, true);
  if (options.weight_decay) check_bounds("weight_decay", *options.weight_decay, 0);
  if (options.batch_size) check_bounds("batch_size", *options.batch_size, 1, 1e9);
  if (options.epochs) check_bounds("epochs", *options.epochs, 1, 1e9);
  check_bounds("seed", options.seed, 0, 0x1p63 - 1024);
  check_bounds("holdout", options.holdout, 0, 0.9);
  if (options.seconds) check_bounds("time", *options.seconds, 0, kInfinity, true);
  // One weight tells whether the options are within their bounds.
  make_optimizer(options.optimizer, options.lr.value_or(find_optimizer(options.optimizer).lr),
                 {{.parameters = {zeros({1, 1}, {.requires_grad = true})}}});
  if (options.schedule) check_schedule(*options.schedule);
  if (options.loss) make_tabular_loss(*options.loss);
}

namespace {

/// Which rows serve what.
struct Parts {
  data::Rows train, validation, held_out;
};

Parts divide(const data::Column& column, const data::Rows& rows, data::Task task, double holdout,
             Generator& generator) {
  const auto set_aside = [&](const data::Rows& from, double fraction) {
    if (task == data::Task::regression) return data::split(from, fraction, generator);
    return data::stratified_split(from, data::distinct_values(column, from), fraction, generator);
  };
  const data::Split outer = set_aside(rows, holdout);
  Parts parts{outer.train, {}, outer.test};
  if (outer.train.size() >= kValidationRows) {
    const double tenth = std::min(0.1, 1e4 / static_cast<double>(outer.train.size()));
    data::Split inner = set_aside(outer.train, tenth);
    parts.train = std::move(inner.train);
    parts.validation = std::move(inner.test);
  }
  return parts;
}

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

Examples encode(const TabularModel& model, const data::Table& table, const data::Rows& rows) {
  if (rows.empty()) return {};
  return {data::encode_features(model.features, table, rows).inputs, data::encode_target(model.target, table, rows)};
}

void train(TabularModel& model, const data::Table& table, const Parts& parts, const FitOptions& options) {
  const Stopwatch stopwatch;
  TrainingRecord& record = model.training;
  const std::unique_ptr<optim::Optimizer> optimizer = optimizer_for(model.network, record);
  const Examples train_part = encode(model, table, parts.train);
  const Examples validation_part = encode(model, table, parts.validation);
  const Examples held_out_part = encode(model, table, parts.held_out);
  data::Batches batches(train_part.inputs, train_part.targets, record.batch_size);
  const TabularLoss loss = make_tabular_loss(record.loss);

  const double steps = static_cast<double>(record.epochs * batches.count());
  // Of a training by the clock nobody knows how many steps it will take: its schedule counts parts of the time.
  const auto schedule_steps = static_cast<std::int64_t>(options.seconds ? std::min(steps, 10'000.0) : steps);
  NamedSchedule schedule(record.schedule, *optimizer, schedule_steps);
  const auto progress_at = [&](std::int64_t epoch, std::int64_t batch) {
    const double of_steps = static_cast<double>((epoch - 1) * batches.count() + batch) / steps;
    return options.seconds ? std::max(of_steps, stopwatch.seconds() / *options.seconds) : of_steps;
  };

  BestWeights best;
  double progress = 0;
  std::int64_t epoch = 0;
  while (epoch < record.epochs && progress < 1) {
    ++epoch;
    optimizer->train();
    double lr = 0;
    double mean_loss = 0;
    try {
      mean_loss = train_epoch(model.network, loss.function, *optimizer, batches, [&](std::int64_t batch) {
        const double now = progress_at(epoch, batch);
        if (now >= 1) return false;
        schedule.advance(now);
        lr = optimizer->lr().value();
        return true;
      });
    } catch (const NotFinite& error) {
      fail("epoch ", epoch, ": ", error.what());
    }
    progress = progress_at(epoch, batches.count());
    optimizer->eval();

    std::optional<Metrics> validation;
    if (validation_part.inputs.defined()) {
      validation = model.measure(validation_part.inputs, validation_part.targets);
      best.offer(validation->loss, model.network);
    }
    schedule.end_epoch(validation ? validation->loss : mean_loss);
    if (!options.on_epoch) continue;
    EpochReport report;
    report.epoch = epoch;
    report.epochs = record.epochs;
    report.loss = mean_loss;
    report.lr = lr;
    if (held_out_part.inputs.defined()) {
      report.part = "held-out";
      report.metrics = model.measure(held_out_part.inputs, held_out_part.targets);
    } else if (validation) {
      report.part = "validation";
      report.metrics = *validation;
    } else {
      report.part = "training";
      report.metrics = model.measure(train_part.inputs, train_part.targets);
    }
    report.seconds = stopwatch.seconds();
    report.seconds_left = progress < 1 ? report.seconds * (1 - progress) / std::max(progress, 1e-9) : 0;
    options.on_epoch(report);
  }
  best.restore(model.network);
  check_finite("the trained network is of no use", model.network.state_dict());
  record.epochs = epoch;
  record.seconds = stopwatch.seconds();
}

}  // namespace

FitResult fit_table(const data::Table& table, const std::string& target, const FitOptions& options) {
  check_options(options);
  num_threads();  // an Error if DESCENT_THREADS is not one, however small the table
  const auto note = [&](const auto&... parts) {
    if (options.on_note) options.on_note(concat(parts...));
  };
  const data::Column& column = data::find_column(table, target);
  std::string loss_name;
  if (options.loss) {
    loss_name = *options.loss;
  } else {
    const data::AssumedTask assumed = data::assume_task(column);
    loss_name = default_tabular_loss(assumed.task);
    note(data::to_string(assumed.task), ", since ", assumed.reason);
  }
  const TabularLoss loss = make_tabular_loss(loss_name);

  const data::Rows rows = data::rows_with_value(column);
  if (rows.size() < table.rows) note(data::rows_left_out(table.rows - rows.size(), target));
  if (rows.size() < 2)
    fail(table.source, ": there ", rows.size() == 1 ? "is " : "are ", counted(rows.size(), "row"),
         " to learn from; at least 2 are needed");
  data::check_target(table, column, rows, loss.task, loss.link);

  // All that is random here comes from this one; the rows' part from a fork, so that how many are held out changes
  // neither the weights to begin with nor the orders drawn after them.
  Generator generator(options.seed);
  Generator of_rows = generator.fork();
  const WithGenerator with_generator(generator);
  const Parts parts = divide(column, rows, loss.task, options.holdout, of_rows);
  data::Target learnt = data::learn_target(table, target, parts.train, loss.task, loss.link);
  data::Features features = data::learn_features(table, parts.train, target);
  for (const auto& [name, reason] : features.ignored) note("column ", in_quotes(name), " is left out: it ", reason);
  note(counted(parts.train.size(), "row"), " to train",
       parts.validation.empty() ? "" : concat(", ", parts.validation.size(), " to choose the best epoch"),
       parts.held_out.empty() ? "" : concat(", ", parts.held_out.size(), " held out to measure"));

  const NetworkShape shape{features.width(), learnt.width(), options.hidden};
  TabularModel model{std::move(features), std::move(learnt), shape, Network(shape),
                     choose(options, loss_name, parts.train.size())};
  train(model, table, parts, options);

  FitResult result{std::move(model), std::nullopt, std::nullopt};
  if (!parts.held_out.empty()) {
    result.held_out = result.model.evaluate(table, parts.held_out);
    result.baseline = result.model.evaluate_baseline(table, parts.held_out);
  }
  return result;
}

}  // namespace descent::train
