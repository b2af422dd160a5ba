#include "train/table_training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "descent/atomic_file.h"
#include "descent/create.h"
#include "descent/text.h"
#include "descent/train/best_weights.h"
#include "descent/train/checkpoint.h"
#include "descent/train/finite.h"
#include "descent/train/recorder.h"
#include "io/folder.h"
#include "train/defaults.h"
#include "train/state_copies.h"
#include "train/text_rule.h"
#include "train/training_rule.h"

namespace descent::train {

namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Where a training goes back to when its numbers stop being numbers: the end of the epoch with the least loss or,
/// where none has less than the first step, the beginning.
class GoodState {
 public:
  /// The beginning.
  void keep(const Network& network, const data::Batches& batches) {
    insert_under("network.", copies_of(network.state_dict()), state_);
    insert_under("batches.", copies_of(batches.state_dict()), state_);
    put(0, std::numeric_limits<double>::infinity());
  }
  void begin_with(double loss) {
    if (std::isinf(loss_)) put(0, loss);
  }
  /// The end of that epoch, if its loss is the least.
  void offer(double loss, std::int64_t epoch, const Network& network, const data::Batches& batches) {
    if (!(loss < loss_)) return;
    keep(network, batches);
    put(epoch, loss);
  }

  StateDict network() const { return under("network.", state_); }
  StateDict batches() const { return under("batches.", state_); }
  std::int64_t epoch() const { return epoch_; }

  StateDict state_dict() const { return state_; }
  void load_state_dict(const StateDict& state) {
    StateDict copies = copies_of(state);
    for (const char* name : {"epoch", "loss"}) {
      if (!copies.contains(name) || copies.at(name).numel() != 1) fail("there is no number ", in_quotes(name));
    }
    state_ = std::move(copies);
    epoch_ = state_.at("epoch").item<std::int64_t>();
    loss_ = state_.at("loss").item();
  }

 private:
  void put(std::int64_t epoch, double loss) {
    epoch_ = epoch;
    loss_ = loss;
    state_.insert_or_assign("epoch", full({}, epoch));
    state_.insert_or_assign("loss", full({}, loss, {.dtype = float64}));
  }

  StateDict state_;
  std::int64_t epoch_ = 0;
  double loss_ = 0;
};

std::string note_on_half_the_rate(const std::string& when) {
  return concat(when,
                ": the numbers were not finite any more; it went on from the best weights before, with half "
                "the learning rate");
}

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

/// All rows count the same where the weights tell nothing: a table of its own need not have their column, and of the
/// latest rows it may hold nothing but 0.
Tensor weights_of_validation(const data::Target& target, const Part& part, const FitOptions& options) {
  if (part.empty()) return {};
  const data::Column* weights = part.table->find(options.columns.weight);
  const auto counts = [&](std::size_t row) { return !weights->numeric || weights->numbers[row] != 0; };
  const bool tells = weights != nullptr && std::ranges::any_of(part.rows, counts);
  return weights_of(target, part, tells ? options.columns.weight : "", options.class_weight);
}

/// The first network has the folder that was named, the others have folders within it.
std::string checkpoint_folder(const FitOptions& options, std::int64_t network) {
  return network == 0 ? options.checkpoint : concat(options.checkpoint, "/network-", network + 1);
}

void check_is_new(const Checkpoint& checkpoint, const std::string& folder) {
  if (checkpoint.has_files())
    fail(folder, ": holds checkpoints already; go on from them (resume), or name another folder");
}

class TableTraining {
 public:
  TableTraining(TabularModel& model, const Parts& parts, const FitOptions& options, EnsemblePlace place)
      : model_(model),
        options_(options),
        place_(place),
        seconds_given_(options.seconds ? *options.seconds / static_cast<double>(place.networks) : 0),
        record_(model.training),
        train_part_(encode(model, parts.train)),
        validation_part_(encode(model, parts.validation)),
        held_out_part_(encode(model, parts.held_out)),
        row_weights_(weights_of(model.target, parts.train, options.columns.weight, options.class_weight)),
        validation_weights_(weights_of_validation(model.target, parts.validation, options)),
        steps_(static_cast<double>(record_.epochs * batch_count())),
        // Of a training by the clock nobody knows how many steps it will take: its schedule counts parts of the time.
        rule_(model, static_cast<std::int64_t>(options.seconds ? std::min(steps_, 10'000.0) : steps_)),
        text_rule_(model.network, train_part_.features.texts, usual_rate(record_.optimizer, record_.rows)),
        weighted_(train_part_, row_weights_, record_.batch_size, make_tabular_loss(record_.loss)) {
    if (!options_.from) model_.network.learn_bins(train_part_.features.inputs);
    good_.keep(model_.network, batches());
    if (!options_.checkpoint.empty()) open_checkpoint(checkpoint_folder(options_, place.network));
    is_over_ = is_over();
    record_weights();
  }

  TrainingEnd run() {
    std::string failure;
    while (!is_over_ && !stopped_) {
      failure = train_epoch();
      if (!failure.empty() && !back_off()) break;
      if (failure.empty() && !stopped_) end_epoch();
    }
    if (stopped_) save();
    rule_.optimizer().eval();
    model_.network.eval();
    // Should the steps since the latest epoch have gone astray.
    if (failure.empty()) failure = check_weights();
    if (!failure.empty()) model_.network.load_state_dict(good_.network());
    best_.restore(model_.network);
    record_.epochs = std::max<std::int64_t>(1, epoch_ + (batches().position() > 0 ? 1 : 0));
    record_.seconds = seconds();
    for (const std::int64_t epoch : rule_.halved_in()) model_.notes.push_back(note_on_half_the_rate(name_of(epoch)));
    return {.stopped = stopped_,
            .failure = std::move(failure),
            .has_good_epoch = good_.epoch() > 0,
            .history = recorder_.history()};
  }

 private:
  std::int64_t batch_count() const {
    return (train_part_.targets.size(0) + record_.batch_size - 1) / record_.batch_size;
  }
  data::Batches& batches() { return weighted_.batches(); }
  /// "epoch 3", or of an ensemble "network 2, epoch 3".
  std::string name_of(std::int64_t epoch) const {
    return concat(place_.networks == 1 ? "" : concat("network ", place_.network + 1, ", "), "epoch ", epoch);
  }
  double seconds() const { return seconds_before_ + stopwatch_.seconds(); }

  /// How much of the training is done at a batch of the epoch under way.
  double progress_at(std::int64_t batch) const {
    const double of_steps = static_cast<double>(epoch_ * batch_count() + batch) / steps_;
    return options_.seconds ? std::max(of_steps, seconds() / seconds_given_) : of_steps;
  }
  bool is_over() const {
    return epoch_ >= record_.epochs || progress_at(0) >= 1 ||
           (options_.early_stop && epochs_since_best_ >= *options_.early_stop);
  }

  /// What is wrong with the weights; empty: nothing.
  std::string check_weights() const {
    try {
      check_finite(concat(name_of(epoch_ + 1), ": the weights are not finite any more, with a learning rate of ", lr_),
                   model_.network.state_dict());
    } catch (const OutOfMemory&) {
      throw;
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  /// The epoch, or what is left of it, until it is over, the time is, or somebody says stop. Returns what is wrong with
  /// the numbers; empty: nothing.
  std::string train_epoch() {
    optim::Optimizer& optimizer = rule_.optimizer();
    recorder_.follow(optimizer);
    optimizer.train();
    model_.network.train();
    for (const data::Batch& batch : batches()) {
      const std::int64_t position = batches().position() - 1;
      const double now = progress_at(position);
      if (now >= 1) break;
      rule_.schedule().advance(now);
      lr_ = optimizer.lr().value();
      const Tensor mean_loss = optimizer.step([&] {
        optimizer.zero_grad();
        const Tensor inputs = index_select(train_part_.features.inputs, 0, batch.inputs);
        const Tensor of_texts = text_rule_.outputs(batch.inputs);
        const Tensor value = weighted_.loss()(model_.network(inputs, of_texts), batch.targets);
        value.backward();
        return value;
      });
      text_rule_.step(lr_);
      recorder_.step(mean_loss);
      try {
        check_step(position, mean_loss, optimizer);
      } catch (const NotFinite& error) {
        return concat(name_of(epoch_ + 1), ": ", error.what());
      }
      good_.begin_with(mean_loss.item());
      const std::int64_t count = batch.inputs.size(0);
      loss_sum_ += mean_loss.item() * static_cast<double>(count);
      rows_ += count;
      stopped_ = options_.should_stop && options_.should_stop();
      if (stopped_) return {};
      if (checkpoint_ && options_.every.seconds) save_if_due();
    }
    optimizer.eval();
    model_.network.eval();
    return check_weights();
  }

  void end_epoch() {
    const double mean_loss = rows_ == 0 ? 0 : loss_sum_ / static_cast<double>(rows_);
    std::optional<Metrics> validation;
    if (!validation_part_.empty()) {
      validation = model_.measure(validation_part_.features, validation_part_.targets, validation_weights_);
      epochs_since_best_ = best_.offer(validation->loss, model_.network) ? 0 : epochs_since_best_ + 1;
    }
    const double watched = validation ? validation->loss : mean_loss;
    rule_.schedule().end_epoch(watched);
    ++epoch_;
    loss_sum_ = 0;
    rows_ = 0;
    good_.offer(watched, epoch_, model_.network, batches());
    is_over_ = is_over();
    EpochReport report;
    if (options_.on_epoch) report = report_of(mean_loss, validation);
    recorder_.epoch(options_.on_epoch ? values_of(report, !held_out_part_.empty() || validation)
                                      : EpochValues{.loss = mean_loss});
    record_weights();
    if (checkpoint_ && (is_over_ || (!options_.every.seconds && epoch_ % options_.every.epochs == 0))) save(watched);
    if (!options_.on_epoch) return;
    report.history = &recorder_.history();
    options_.on_epoch(report);
  }

  void record_weights() {
    if (options_.weight_histograms) recorder_.weights(model_.network);
    if (options_.on_weights && place_.network == 0) options_.on_weights(model_);
  }

  EpochReport report_of(double mean_loss, const std::optional<Metrics>& validation) const {
    EpochReport report;
    report.network = place_.network + 1;
    report.networks = place_.networks;
    report.epoch = epoch_;
    report.epochs = record_.epochs;
    report.loss = mean_loss;
    report.lr = lr_;
    if (!held_out_part_.empty()) {
      report.part = options_.test ? "test" : "held-out";
      report.metrics = model_.measure(held_out_part_.features, held_out_part_.targets);
    } else if (validation) {
      report.part = "validation";
      report.metrics = *validation;
    } else {
      report.part = "training";
      report.metrics = model_.measure(train_part_.features, train_part_.targets);
    }
    const double progress = is_over_ ? 1 : progress_at(0);
    report.seconds = seconds();
    const double of_network = progress < 1 ? report.seconds / std::max(progress, 1e-9) : report.seconds;
    report.seconds_left =
        of_network - report.seconds + static_cast<double>(place_.networks - report.network) * of_network;
    return report;
  }

  /// Back to where the numbers were good, if that may be tried once more.
  bool back_off() {
    if (options_.on_nan == OnNan::stop || rule_.halved_in().size() >= kMostBackOffs) return false;
    model_.network.load_state_dict(good_.network());
    batches().load_state_dict(good_.batches());
    rule_.back_off(epoch_ + 1);
    text_rule_.begin_again();
    if (options_.on_note) options_.on_note(note_on_half_the_rate(name_of(epoch_ + 1)));
    epoch_ = good_.epoch();
    epochs_since_best_ = 0;
    loss_sum_ = 0;
    rows_ = 0;
    return true;
  }

  void open_checkpoint(const std::string& folder) {
    checkpoint_.emplace(folder, CheckpointOptions{.keep_last = options_.keep, .on_problem = options_.on_problem});
    require_the_same();
    checkpoint_->add("network", model_.network).add("rule", rule_).add("texts", text_rule_).add("batches", batches());
    checkpoint_->add("best", best_)
        .add("good", good_)
        .add("epoch", epoch_)
        .add("loss_sum", loss_sum_)
        .add("rows", rows_);
    checkpoint_->add("epochs_since_best", epochs_since_best_).add("seconds", saved_seconds_).add("recorder", recorder_);
    if (!options_.resume) check_is_new(*checkpoint_, folder);
    if (options_.resume && checkpoint_->resume()) {
      seconds_before_ = saved_seconds_;
      return;
    }
    // Whether it can be written is found out before the work is done.
    io::make_folder(folder);
    const AtomicFile probe(folder + "/checkpoint-0.safetensors");
  }

  /// All that the result hangs on but the build.
  void require_the_same() {
    const auto require = [&](const char* name, const auto&... value) { checkpoint_->require(name, concat(value...)); };
    require("training rows", described(model_, train_part_, row_weights_));
    require("validation rows", described(model_, validation_part_, validation_weights_));
    require("held-out rows", described(model_, held_out_part_));
    require("network", describe(model_.shape));
    require("weights to begin with", described(model_.network.state_dict()));
    require("loss", record_.loss);
    require("optimizer", record_.optimizer);
    require("schedule", record_.schedule);
    require("lr", exactly(record_.lr));
    require("weight_decay", exactly(record_.weight_decay));
    require("batch_size", record_.batch_size);
    require("epochs", record_.epochs);
    require("seed", record_.seed);
    require("time", options_.seconds ? exactly(seconds_given_) : "none");
    require("early_stop", options_.early_stop ? std::to_string(*options_.early_stop) : "none");
  }

  void save(std::optional<double> loss = std::nullopt) {
    if (!checkpoint_) return;
    saved_seconds_ = seconds();
    checkpoint_->save(loss);
  }
  void save_if_due() {
    saved_seconds_ = seconds();
    checkpoint_->save_every(*options_.every.seconds);
  }

  const Stopwatch stopwatch_;
  TabularModel& model_;
  const FitOptions& options_;
  const EnsemblePlace place_;
  const double seconds_given_;  // if there is a limit
  TrainingRecord& record_;
  const Examples train_part_, validation_part_, held_out_part_;
  const Tensor row_weights_, validation_weights_;
  const double steps_;
  double seconds_before_ = 0;  // of a training that was stopped
  double lr_ = 0;              // of the latest step
  bool stopped_ = false, is_over_ = false;

  // What a checkpoint holds, beside the network.
  TrainingRule rule_;
  TextRule text_rule_;
  WeightedBatches weighted_;
  BestWeights best_;
  GoodState good_;
  Recorder recorder_;
  std::int64_t epoch_ = 0;  // how many are over
  std::int64_t epochs_since_best_ = 0;
  double loss_sum_ = 0;  // of the epoch under way
  std::int64_t rows_ = 0;
  double saved_seconds_ = 0;

  std::optional<Checkpoint> checkpoint_;
};

}  // namespace

void check_checkpoints(const FitOptions& options, std::int64_t networks) {
  if (options.checkpoint.empty() || options.resume) return;
  for (std::int64_t i = 0; i < networks; ++i) {
    const std::string folder = checkpoint_folder(options, i);
    check_is_new(Checkpoint(folder), folder);
  }
}

TrainingEnd train(TabularModel& model, const Parts& parts, const FitOptions& options, EnsemblePlace place) {
  return TableTraining(model, parts, options, place).run();
}

}  // namespace descent::train
