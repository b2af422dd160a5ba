#include <filesystem>
#include <iostream>

#include "commands.h"
#include "csv_arguments.h"
#include "descent/report.h"
#include "descent/text.h"
#include "interruption.h"
#include "model_input.h"
#include "output.h"
#include "output_file.h"
#include "progress.h"

namespace descent::cli {

namespace {

/// "tables/iris.csv.gz" gives "iris.safetensors", in the folder one is in.
std::string default_output(const std::string& data) {
  if (data == "-") return "model.safetensors";
  std::filesystem::path name = std::filesystem::path(data).filename();
  for (const char* packed : {".gz", ".zst", ".zip"})
    if (name.extension() == packed) name = name.stem();
  return name.stem().string() + ".safetensors";
}

Completion completion_of(std::initializer_list<std::vector<std::string_view>> lists) {
  Completion completion;
  for (const auto& names : lists) completion.words.insert(completion.words.end(), names.begin(), names.end());
  return completion;
}

/// What reads another table as the first was read.
data::CsvOptions options_like(const data::Table& table, const data::CsvOptions& of_first) {
  data::CsvOptions options = of_first;
  // Of rows to measure with, fit_table says what they lack.
  options.needed.clear();
  options.text_columns.clear();
  options.number_columns.clear();
  options.usual = table.dialect;
  for (const data::Column& column : table.columns)
    (column.numeric ? options.number_columns : options.text_columns).push_back(column.name);
  return options;
}

class Train final : public Command {
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
    line.argument("DATA.csv", data_);
    line.option("target", "COLUMN", "the column to predict", target_)
        .elsewhere({"--label", "--label-column", "--response", "--outcome", "--y", "-t", "-y"});
    line.option("out", "FILE", "where to save the model, - for standard output\n(default: DATA.safetensors, here)",
                out_)
        .completes(kFiles)
        .elsewhere({"--output", "--save", "--model", "--output-file", "-o"});
    declare_rows(line);
    declare_columns(line);
    declare_training(line);
    declare_runs(line);
    line.section("messages");
    line.flag("json", "print one JSON object instead", json_);
    line.flag("quiet", "no progress; notes and warnings are shown", quiet_).elsewhere({"--silent", "-q"});
    line.option("log", "DIR", "write what happens to DIR, for TensorBoard and as CSV and\nJSON lines", log_)
        .completes(kFiles)
        .elsewhere({"--log-dir", "--logdir", "--tensorboard", "--history"});
    line.option("report", "FILE.html", "write curves and how the model came about as a page", report_)
        .completes(kFiles)
        .elsewhere({"--html", "--dashboard", "--page"});
    line.flag("plot", "draw the loss over the epochs: on a terminal while the\ntraining runs, and at the end", plot_)
        .elsewhere({"--chart", "--graph", "--curves", "--curve", "--draw"});
    line.names("losses of a quantity, with options as in huber:delta=0.5 (lengths in standard deviations)",
               train::tabular_loss_names(data::Task::regression));
    line.names("losses of classes, with options as in focal:gamma=3",
               train::tabular_loss_names(data::Task::classification));
    line.names("optimizers, with options as in sgd:momentum=0.95,nesterov=false", train::optimizer_names());
    line.names("schedules, with options as in step:gamma=0.5,step_size=1000", train::schedule_names());
    return line;
  }

  void run() override {
    read_model();
    check();
    OutputFile out(out_ ? *out_ : free_default_output(), {data_, valid_, test_, from_});
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
      print_json(result_to_json(result, folds, out.path()));
    else
      print_result(out.is_standard_output() ? std::cerr : std::cout, result, folds, out);
    if (result.stopped) {
      std::cout.flush();
      throw Interrupted(
          concat("in epoch ", result.model.training.epochs, "; the best so far is saved", how_to_go_on()));
    }
  }

 private:
  void declare_rows(CommandLine& line) {
    line.section("rows");
    line.option("holdout", "PART", "the part of the rows held out to measure with\n(default: 0.2)", options_.holdout)
        .elsewhere({"--test-size", "--validation-split", "--test-split", "--split"});
    line.option("valid", "FILE", "rows to choose the best epoch by, instead of a part", valid_)
        .completes(kFiles)
        .elsewhere({"--validation", "--val", "--dev", "--eval"});
    line.option("test", "FILE", "rows to measure with, instead of holding out a part", test_)
        .completes(kFiles)
        .elsewhere({"--test-file", "--test-data"});
    line.option("folds", "K",
                "measure K models, each on other rows; print means and\nspreads, and save a model of all rows", folds_)
        .elsewhere({"--cv", "--k-fold", "--k-folds", "--cross-validation", "--n-splits"});
    line.option("group", "COLUMN", "rows of one value are held out together; no input", options_.columns.group)
        .elsewhere({"--groups", "--group-column"});
    line.option("order", "COLUMN", "the rows with the largest values are held out, as the\nlatest dates; no input",
                options_.columns.order)
        .elsewhere({"--time-column", "--sort-by"});
    line.option("weight", "COLUMN", "how much each row counts in training; no input", options_.columns.weight)
        .elsewhere({"--sample-weight", "--weights", "--weight-column"});
    line.choice(
            "class-weight", "HOW", "balanced: all classes count the same in training\n(default: equal, all rows do)",
            options_.class_weight, {{"balanced", train::ClassWeight::balanced}, {"equal", train::ClassWeight::equal}})
        .elsewhere({"--class-weights", "--balance"});
  }

  void declare_columns(CommandLine& line) {
    line.section("columns, by names with commas between them; a name with a comma stands in double quotes");
    line.option("only", "COLUMNS", "the inputs (default: all but the target)", options_.columns.only)
        .elsewhere({"--features", "--inputs", "--columns", "--select", "--use"});
    line.option("ignore", "COLUMNS", "no inputs", options_.columns.ignore)
        .elsewhere({"--exclude", "--drop", "--skip", "--drop-columns", "--ignore-columns"});
    line.option("number", "COLUMNS", "quantities; what is no number is missing", options_.columns.number)
        .elsewhere({"--numeric", "--numbers", "--numerical"});
    line.option("category", "COLUMNS", "categories, even if they are numbers", options_.columns.category)
        .elsewhere({"--categorical", "--categories", "--cat", "--nominal"});
    line.option("text", "COLUMNS", "texts, of which the words count", options_.columns.text)
        .elsewhere({"--texts", "--text-column", "--text-columns", "--text-features"});
    line.option("date", "COLUMNS", "dates or times, which become numbers: year, month,\nday, weekday, hour",
                options_.columns.date)
        .elsewhere({"--dates", "--datetime", "--parse-dates", "--time-columns"});
    line.option("id", "COLUMN", "tells the rows apart; no input, and predict\ncarries it over", options_.columns.id)
        .elsewhere({"--id-column", "--index", "--index-col"});
    line.option("missing", "VALUES", "further values that stand for none, besides NA, NULL, ?,\n- and the like",
                missing_)
        .elsewhere({"--na-values", "--na", "--null", "--missing-values", "--nan"});
    csv_.add_to(line);
  }

  void declare_training(CommandLine& line) {
    line.section("training");
    line.option("seed", "N", "another seed, other random choices (default: 0)", options_.seed)
        .elsewhere({"--random-state", "--random-seed"});
    line.option("ensemble", "N", "train N networks and predict by their mean (default: 1)", options_.ensemble)
        .elsewhere({"--n-models", "--num-models", "--bagging", "--members", "--n-estimators"});
    line.option("time", "TIME", "train for at most 60s, 5m, 1h", time_)
        .elsewhere({"--time-limit", "--max-time", "--timeout", "--budget", "--time-budget"});
    line.option("epochs", "N",
                "how often to go through the rows\n"
                "(default: for 4,000 steps, 10 to 200 times; of texts\nalone 10 times)",
                options_.epochs)
        .elsewhere(
            {"--iterations", "--max-iter", "--n-epochs", "--num-epochs", "--max-epochs", "--passes", "--n-iter"});
    line.option("early-stop", "N",
                "stop after N epochs without a better one on rows set\naside to choose the best (default: never)",
                options_.early_stop)
        .elsewhere({"--early-stopping", "--patience", "--early-stopping-rounds"});
    line.option("hidden", "N,N,...",
                "widths of the hidden layers; none for a linear model\n"
                "(default: 64,64; from 500 rows on 128,128, from\n10,000 on 256,256)",
                options_.hidden)
        .elsewhere({"--layers", "--hidden-layers", "--hidden-layer-sizes", "--units", "--hidden-size", "--neurons"});
    line.option(
            "dropout", "PART",
            "the part of the hidden units that a step leaves out\n(default: from 500 rows on 0.3, from 10,000 on 0.2)",
            options_.dropout)
        .elsewhere({"--drop", "--dropout-rate", "--p-drop"});
    line.option("bins", "N",
                "how many ramps between its quantiles each number is\n"
                "shown as, beside itself (default: from 500 rows on 16)",
                options_.bins)
        .elsewhere({"--max-bin", "--n-bins", "--max-bins"});
    line.option("frequencies", "N",
                "how many waves each number is shown as, beside itself\n"
                "(default: from 500 rows on 4)",
                options_.frequencies);
    line.option(
            "loss", "NAME",
            "what to make small, one of those below; it decides whether\na quantity or classes are learnt\n"
            "(default: mse for a quantity, cross_entropy for classes,\nfrom 2,000 rows on with labels smoothed by 0.1)",
            options_.loss)
        .completes(completion_of(
            {train::tabular_loss_names(data::Task::regression), train::tabular_loss_names(data::Task::classification)}))
        .elsewhere({"--objective", "--criterion", "--loss-function", "--task", "--metric", "--problem-type",
                    "--interval", "--prediction-interval", "--quantiles"});
    line.option("optimizer", "NAME", "the rule to train by, one of those below (default: adamw)", options_.optimizer)
        .completes(completion_of({train::optimizer_names()}))
        .elsewhere({"--solver", "--optimiser", "--optim", "--algorithm"});
    line.option("schedule", "NAME",
                "how the rate changes, one of those below\n(default: by the optimizer, most often warmup_cosine)",
                options_.schedule)
        .completes(completion_of({train::schedule_names()}))
        .elsewhere({"--scheduler", "--lr-scheduler", "--lr-schedule"});
    line.option("lr", "RATE", "the highest learning rate (default: by the optimizer and,\nfor adamw, the rows)",
                options_.lr)
        .elsewhere({"--learning-rate", "--eta", "--step-size", "--rate", "--learning-rate-init", "-l"});
    line.option("weight-decay", "X", "how strongly weights are pulled to 0\n(default: for adamw 1500/rows, at most 1)",
                options_.weight_decay)
        .elsewhere({"--l2", "--alpha", "--lambda", "--regularization", "--wd"});
    line.option("batch-size", "N", "rows a step (default: about rows/30, 16 to 256; texts\nalone rows/120)",
                options_.batch_size)
        .elsewhere({"--batch", "--minibatch", "--bs", "--mini-batch-size", "-b"});
    line.threads_option();
    line.choice("on-nan", "HOW",
                "back-off: where the numbers stop being numbers, go on\nfrom the last good weights with half the rate\n"
                "(default: stop, save those and fail)",
                options_.on_nan, {{"stop", train::OnNan::stop}, {"back-off", train::OnNan::back_off}})
        .elsewhere({"--on-diverge", "--terminate-on-nan"});
  }

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
    line.option("from", "MODEL",
                "begin with the weights of MODEL, on other data; what its\ncolumns mean, its target and network stay",
                from_)
        .completes(kFiles)
        .elsewhere({"--init", "--init-model", "--warm-start", "--pretrained", "--finetune", "--base-model"});
  }

  /// The model to begin with, which says much of what is to be done.
  void read_model() {
    if (from_.empty()) return;
    options_.from = &from_model_.emplace(load_model(from_));
    if (target_.empty()) target_ = from_model_->target.name;
  }

  /// A name that nobody chose takes the place of an earlier model alone.
  std::string free_default_output() const {
    std::string path = default_output(data_);
    std::error_code error;
    if (std::filesystem::exists(path, error) && !is_model(path))
      fail(path, ": is there and no model of descent; --out FILE says where to save");
    return path;
  }

  /// What no table can make right.
  void check() {
    if (target_.empty()) throw UsageError("train: --target COLUMN is missing; see descent train --help");
    if (time_) options_.seconds = time_->seconds;
    if (from_model_ &&
        (options_.hidden != std::vector{train::kByRows} || options_.bins || options_.frequencies || options_.dropout))
      throw UsageError(
          "train: --from MODEL says what the network is; --hidden, --dropout, --bins and --frequencies cannot");
    if (!checkpoint_.empty() && !resume_.empty())
      throw UsageError("train: --resume FOLDER saves checkpoints there too; --checkpoint is one folder too many");
    options_.resume = !resume_.empty();
    options_.checkpoint = options_.resume ? resume_ : checkpoint_;
    options_.every = {.epochs = every_.count, .seconds = every_.seconds};
    on_command_line([&] {
      train::check_options(options_);
      data::check_columns(options_.columns, target_);
      csv_.applied_to({});
    });
    if (folds_ && *folds_ < 2) throw UsageError(concat("folds = ", *folds_, " must be at least 2"));
    if (folds_ && !test_.empty())
      throw UsageError("train: --folds and --test are two ways to measure; one can be followed");
    if (json_ && out_ && is_standard_output(*out_))
      throw UsageError("train: --json and --out - both want standard output");
    if (is_standard_output(report_)) throw UsageError("train: --report wants a file, not standard output");
    if (json_ && plot_) throw UsageError("train: --json and --plot both want standard output");
  }

  void read_tables() {
    data::CsvOptions csv = csv_.applied_to(from_model_ ? from_model_->csv_options() : data::CsvOptions());
    if (from_model_) {
      for (const std::string& name : data::named_columns(options_.columns)) csv.only->push_back(name);
    } else {
      csv = data::csv_options_for(options_.columns, target_, csv);
    }
    csv.missing.insert(csv.missing.end(), missing_.begin(), missing_.end());
    table_ = data::read_csv(data_, csv);
    const data::CsvOptions like_the_first = options_like(*table_, csv);
    if (!valid_.empty()) options_.valid = &valid_table_.emplace(data::read_csv(valid_, like_the_first));
    if (!test_.empty()) options_.test = &test_table_.emplace(data::read_csv(test_, like_the_first));
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

  static void save(OutputFile& out, const train::TabularModel& model) {
    out.write_file([&](const std::string& path) { model.save(path); });
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
      options_.on_plan = [](const std::string& text) { std::cerr << printable(text) << '\n'; };
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
      report::write_page(path, result, page_title(), diagnosis ? &*diagnosis : nullptr);
    });
  }

  std::string page_title() const { return concat("Learning ", in_quotes(target_), " from ", data_); }

  void print_result(std::ostream& stream, const train::FitResult& result,
                    const std::optional<train::CrossValidation>& folds, const OutputFile& out) const {
    if (folds) {
      stream << counted(folds->held_out.size(), "fold") << ":\n";
      print_folds(stream, *folds, result.model.target);
    } else if (result.held_out) {
      stream << counted(result.held_out->rows, "row") << (options_.test ? " of " + printable(test_) : " held out")
             << ":\n";
      print_evaluation(stream, *result.held_out, *result.baseline, result.model.target);
    }
    if (plot_) stream << report::plot(result.history, {.width = plot_width()});
    stream << "saved " << (out.is_standard_output() ? "to standard output" : printable(out.path())) << '\n';
  }

  static JsonObject result_to_json(const train::FitResult& result, const std::optional<train::CrossValidation>& folds,
                                   const std::string& out) {
    const train::TrainingRecord& training = result.model.training;
    JsonObject object;
    object.add("model", out)
        .add("target", result.model.target.name)
        .add("task", data::to_string(result.model.target.task))
        .add("training_rows", training.rows)
        .add("epochs", training.epochs)
        .add("seconds", training.seconds)
        .add("networks", std::uint64_t{1 + result.model.others.size()})
        .add("stopped", result.stopped)
        .add("notes", result.model.notes);
    if (folds)
      object.add("cross_validation", to_json(*folds));
    else if (result.held_out)
      object.add(to_json(*result.held_out, *result.baseline, result.model.target));
    return object;
  }

  std::string data_, target_, valid_, test_, checkpoint_, resume_, from_, log_, report_;
  CsvArguments csv_;
  train::FitOptions options_;
  std::optional<Duration> time_;
  std::optional<std::string> out_;
  std::optional<std::int64_t> folds_;
  Interval every_;
  std::optional<train::TabularModel> from_model_;
  std::vector<std::string> missing_;
  bool json_ = false, quiet_ = false, plot_ = false;
  std::optional<data::Table> table_, valid_table_, test_table_;
};

}  // namespace

std::unique_ptr<Command> train_command() { return std::make_unique<Train>(); }

}  // namespace descent::cli
