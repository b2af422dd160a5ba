#include <iostream>

#include "descent/report.h"
#include "descent/text.h"
#include "interruption.h"
#include "output.h"
#include "progress.h"
#include "training_command.h"

namespace descent::cli {

namespace {

class Train final : public TrainingCommand {
 public:
  CommandLine line() override {
    CommandLine line(
        "train", "DATA.csv --target COLUMN [options]", "learn to predict a column of a CSV file from the others",
        "Learns to predict COLUMN from the other columns of DATA.csv (gzip, zstd, zip too; - is standard\n"
        "input), says how well it does on rows held out, and saves the model.\n"
        "\n"
        "Text, or few different whole numbers, are taken for classes, other numbers for a quantity; --loss\n"
        "decides otherwise: mse for a quantity, cross_entropy for classes. Text columns become categories,\n"
        "sentences their words, dates their parts, missing values are filled in, numbers are standardised;\n"
        "all of it is learnt from the training rows and kept in the model. Notes say what was taken for\n"
        "granted.\n"
        "\n"
        "Ctrl-C (SIGINT), SIGTERM and SIGHUP end the training after its step: the best weights so far are\n"
        "saved, and a checkpoint if there is a folder for such. A second one ends it at once.\n");
    declare_data(line);
    declare_rows(line);
    line.option("folds", "K",
                "measure K models, each on other rows; print means and\nspreads, and save a model of all rows", folds_)
        .elsewhere({"--cv", "--k-fold", "--k-folds", "--cross-validation", "--n-splits"});
    declare_columns(line);
    line.section("training");
    line.option("ensemble", "N", "train N networks and predict by their mean (default: 1)", options_.ensemble)
        .elsewhere({"--n-models", "--num-models", "--bagging", "--members", "--n-estimators"});
    declare_time(line, "train for at most 60s, 5m, 1h");
    declare_training(line);
    declare_runs(line);
    declare_messages(line);
    line.option("log", "DIR", "write what happens to DIR, for TensorBoard and as CSV and\nJSON lines", log_)
        .completes(kFiles)
        .elsewhere({"--log-dir", "--logdir", "--tensorboard", "--history"});
    line.option("report", "FILE.html", "write curves and how the model came about as a page", report_)
        .completes(kFiles)
        .elsewhere({"--html", "--dashboard", "--page"});
    line.flag("plot", "draw the loss over the epochs: on a terminal while the\ntraining runs, and at the end", plot_)
        .elsewhere({"--chart", "--graph", "--curves", "--curve", "--draw"});
    declare_names(line);
    return line;
  }

  void run() override {
    read_model();
    check();
    OutputFile out = output();
    std::optional<OutputFile> page;
    if (!report_.empty()) page.emplace(report_, std::initializer_list<std::string>{data_, valid_, test_, from_});
    if (!log_.empty()) report::Log::check(log_);
    read_tables();
    const Interruption interruption;
    options_.should_stop = Interruption::is_asked;
    options_.on_problem = warn;
    std::optional<train::CrossValidation> folds;
    if (folds_) {
      folds = train::cross_validate(*table_, target_, *folds_, options_);
      if (folds->stopped)
        throw Interrupted(
            concat("in fold ", folds->held_out.size() + 1, " of ", *folds_, "; there is no model yet", how_to_go_on()));
      // The model to keep learns from all rows.
      options_.holdout = 0;
    }
    std::optional<report::Log> log;
    if (!log_.empty()) log.emplace(log_);
    const train::FitResult result = fit(out, log);
    if (log) log->finish(result);
    if (page) write_page(*page, result);
    save(out, result.model);
    if (json_)
      print_json(result_to_json(result, folds, out));
    else
      print_result(out.is_standard_output() ? std::cerr : std::cout, result, folds, out);
    if (result.stopped) {
      std::cout.flush();
      throw Interrupted(
          concat("in epoch ", result.model.training.epochs, "; the best so far is saved", how_to_go_on()));
    }
  }

 private:
  void declare_runs(CommandLine& line) {
    line.section("long trainings");
    line.option("checkpoint", "FOLDER", "keep there what it takes to go on after whatever happens", checkpoint_)
        .completes(kFiles)
        .elsewhere({"--checkpoints", "--checkpoint-dir", "--ckpt", "--save-dir"});
    line.option("every", "N", "save it after N epochs, or a time such as 30s, 5m, 2h\n(default: 1 epoch)", every_)
        .elsewhere({"--save-every", "--checkpoint-every", "--save-freq", "--save-steps", "--checkpoint-interval"});
    line.option("keep", "N", "how many checkpoints stay beside the best one (default: 2)", options_.keep)
        .elsewhere({"--keep-last", "--save-total-limit", "--max-to-keep"});
    line.option("resume", "FOLDER",
                "the same, and go on from the latest checkpoint there, if\nthere is one: to the model of a training "
                "that was never\nstopped; data and options must be the same",
                resume_)
        .completes(kFiles)
        .elsewhere({"--continue", "--restore", "--resume-from", "--resume-from-checkpoint", "--restart"});
    declare_from(line);
  }

  /// What no table can make right.
  void check() {
    if (time_) options_.seconds = time_->seconds;
    if (!checkpoint_.empty() && !resume_.empty())
      throw UsageError("train: --resume FOLDER saves checkpoints there too; --checkpoint is one folder too many");
    options_.resume = !resume_.empty();
    options_.checkpoint = options_.resume ? resume_ : checkpoint_;
    options_.every = {.epochs = every_.count, .seconds = every_.seconds};
    check_training("train");
    if (folds_ && *folds_ < 2) throw UsageError(concat("folds = ", *folds_, " must be at least 2"));
    if (folds_ && !test_.empty())
      throw UsageError("train: --folds and --test are two ways to measure; one can be followed");
    if (is_standard_output(report_)) throw UsageError("train: --report wants a file, not standard output");
    if (json_ && plot_) throw UsageError("train: --json and --plot both want standard output");
  }

  train::FitResult fit(OutputFile& out, std::optional<report::Log>& log) {
    try {
      return fit(log);
    } catch (const train::FitFailed& error) {
      if (!error.model()) throw;
      save(out, *error.model());
      fail(error.what(), "; the weights of before are saved in ", out.path());
    }
  }

  std::string how_to_go_on() const {
    return options_.checkpoint.empty() ? "" : concat("; --resume ", options_.checkpoint, " goes on");
  }

  train::FitResult fit(std::optional<report::Log>& log) {
    Progress progress(plot_);
    const auto beside = [&](void (*say)(const std::string&)) {
      return [&progress, say](const std::string& text) {
        progress.make_way();
        say(text);
      };
    };
    options_.on_note = beside(note);
    options_.on_problem = beside(warn);
    if (!quiet_) {
      options_.on_plan = print_plan;
    }
    options_.weight_histograms = log || !report_.empty();
    if (!quiet_ || log || plot_ || !report_.empty()) {
      options_.on_epoch = [&](const train::EpochReport& report) {
        if (!quiet_) progress.show(report);
        // The history to keep is that of the first network.
        if (log && report.network == 1) log->epoch(report.history->epochs.back());
      };
    }
    return train::fit_table(*table_, target_, options_);
  }

  void write_page(OutputFile& page, const train::FitResult& result) const {
    std::optional<train::Diagnosis> diagnosis;
    if (result.held_out)
      diagnosis = train::diagnose(result.model, options_.test ? *options_.test : *table_, result.held_out_rows);
    page.write_file([&](const std::string& path) {
      report::write_page(
          path, result, {.title = page_title(), .diagnosis = diagnosis ? &*diagnosis : nullptr, .command = as_typed()});
    });
  }

  std::string page_title() const { return concat("Learning ", in_quotes(target_), " from ", data_); }

  void print_result(std::ostream& stream, const train::FitResult& result,
                    const std::optional<train::CrossValidation>& folds, const OutputFile& out) const {
    if (folds) {
      stream << counted(folds->held_out.size(), "fold") << ":\n";
      print_folds(stream, *folds, result.model.target);
    } else {
      print_held_out(stream, result);
    }
    if (plot_) stream << report::plot(result.history, {.width = plot_width()});
    print_saved(stream, out);
  }

  static JsonObject result_to_json(const train::FitResult& result, const std::optional<train::CrossValidation>& folds,
                                   const OutputFile& out) {
    JsonObject object = training_to_json(result, out);
    if (folds)
      object.add("cross_validation", to_json(*folds));
    else if (result.held_out)
      object.add(to_json(*result.held_out, *result.baseline, result.model.target));
    return object;
  }

  std::string checkpoint_, resume_, log_, report_;
  std::optional<std::int64_t> folds_;
  Interval every_;
  bool plot_ = false;
};

}  // namespace

std::unique_ptr<Command> train_command() { return std::make_unique<Train>(); }

}  // namespace descent::cli
