#include "training_command.h"

#include <filesystem>
#include <iostream>

#include "descent/text.h"
#include "model_input.h"
#include "output.h"

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

}  // namespace

void TrainingCommand::declare_data(CommandLine& line) {
  line.argument("DATA.csv", data_);
  line.option("target", "COLUMN", "the column to predict", target_)
      .elsewhere({"--label", "--label-column", "--response", "--outcome", "--y", "-t", "-y"});
  line.option("out", "FILE", "where to save the model, - for standard output\n(default: DATA.safetensors, here)", out_)
      .completes(kFiles)
      .elsewhere({"--output", "--save", "--model", "--output-file", "-o"});
}

void TrainingCommand::declare_time(CommandLine& line, const std::string& help) {
  line.option("time", "TIME", help, time_)
      .elsewhere({"--time-limit", "--max-time", "--timeout", "--budget", "--time-budget"});
}

void TrainingCommand::declare_rows(CommandLine& line) {
  line.section("rows");
  line.option("holdout", "PART", "the part of the rows held out to measure with\n(default: 0.2)", options_.holdout)
      .elsewhere({"--test-size", "--validation-split", "--test-split", "--split"});
  line.option("valid", "FILE", "rows to choose the best epoch by, instead of a part", valid_)
      .completes(kFiles)
      .elsewhere({"--validation", "--val", "--dev", "--eval"});
  line.option("test", "FILE", "rows to measure with, instead of holding out a part", test_)
      .completes(kFiles)
      .elsewhere({"--test-file", "--test-data"});
  line.option("group", "COLUMN", "rows of one value are held out together; no input", options_.columns.group)
      .elsewhere({"--groups", "--group-column"});
  line.option("order", "COLUMN", "the rows with the largest values are held out, as the\nlatest dates; no input",
              options_.columns.order)
      .elsewhere({"--time-column", "--sort-by"});
  line.option("weight", "COLUMN", "how much each row counts in training; no input", options_.columns.weight)
      .elsewhere({"--sample-weight", "--weights", "--weight-column"});
  line.choice("class-weight", "HOW", "balanced: all classes count the same in training\n(default: equal, all rows do)",
              options_.class_weight, {{"balanced", train::ClassWeight::balanced}, {"equal", train::ClassWeight::equal}})
      .elsewhere({"--class-weights", "--balance"});
}

void TrainingCommand::declare_columns(CommandLine& line) {
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
  line.option("missing", "VALUES", "further values that stand for none, besides NA, NULL, ?,\n- and the like", missing_)
      .elsewhere({"--na-values", "--na", "--null", "--missing-values", "--nan"});
  csv_.add_to(line);
}

void TrainingCommand::declare_training(CommandLine& line) {
  line.section("training");
  line.option("seed", "N", "another seed, other random choices (default: 0)", options_.seed)
      .elsewhere({"--random-state", "--random-seed"});
  line.option("epochs", "N",
              "how often to go through the rows\n"
              "(default: for 4,000 steps, 10 to 200 times; of texts\nalone 10 times)",
              options_.epochs)
      .elsewhere({"--iterations", "--max-iter", "--n-epochs", "--num-epochs", "--max-epochs", "--passes", "--n-iter"});
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
  line.option("loss", "NAME",
              "what to make small, one of those below; it decides whether\na quantity or classes are learnt\n"
              "(default: mse for a quantity, cross_entropy for classes,\nwhose labels are smoothed by 0.1 from 2,000 "
              "rows on)",
              options_.loss)
      .completes(completion_of(
          {train::tabular_loss_names(data::Task::regression), train::tabular_loss_names(data::Task::classification)}))
      .elsewhere({"--objective", "--criterion", "--loss-function", "--task", "--metric", "--problem-type", "--interval",
                  "--prediction-interval", "--quantiles"});
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

void TrainingCommand::declare_from(CommandLine& line) {
  line.option("from", "MODEL",
              "begin with the weights of MODEL, on other data; what its\ncolumns mean, its target and network stay",
              from_)
      .completes(kFiles)
      .elsewhere({"--init", "--init-model", "--warm-start", "--pretrained", "--finetune", "--base-model"});
}

void TrainingCommand::declare_names(CommandLine& line) {
  line.names("losses of a quantity, with options as in huber:delta=0.5 (lengths in standard deviations)",
             train::tabular_loss_names(data::Task::regression));
  line.names("losses of classes, with options as in focal:gamma=3",
             train::tabular_loss_names(data::Task::classification));
  line.names("optimizers, with options as in sgd:momentum=0.95,nesterov=false", train::optimizer_names());
  line.names("schedules, with options as in step:gamma=0.5,step_size=1000", train::schedule_names());
}

void TrainingCommand::declare_messages(CommandLine& line) {
  line.section("messages");
  line.flag("json", "print one JSON object instead", json_);
  line.flag("quiet", "no progress; notes and warnings are shown", quiet_).elsewhere({"--silent", "-q"});
  declare_verbose(line);
}

void TrainingCommand::read_model() {
  if (from_.empty()) return;
  options_.from = &from_model_.emplace(load_model(from_));
  if (target_.empty()) target_ = from_model_->target.name;
}

std::string TrainingCommand::free_default_output() const {
  std::string path = default_output(data_);
  std::error_code error;
  if (std::filesystem::exists(path, error) && !is_model(path))
    fail(path, ": is there and no model of descent; --out FILE says where to save");
  return path;
}

void TrainingCommand::read_tables() {
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

void TrainingCommand::check_training(const std::string& command) const {
  if (target_.empty())
    throw UsageError(concat(command, ": --target COLUMN is missing; see descent ", command, " --help"));
  if (from_model_ &&
      (options_.hidden != std::vector{train::kByRows} || options_.bins || options_.frequencies || options_.dropout))
    throw UsageError(concat(
        command, ": --from MODEL says what the network is; --hidden, --dropout, --bins and --frequencies cannot"));
  on_command_line([&] {
    train::check_options(options_);
    data::check_columns(options_.columns, target_);
    csv_.applied_to({});
  });
  if (json_ && out_ && is_standard_output(*out_))
    throw UsageError(concat(command, ": --json and --out - both want standard output"));
}

OutputFile TrainingCommand::output() const {
  return {out_ ? *out_ : free_default_output(), {data_, valid_, test_, from_}};
}

void TrainingCommand::print_plan(const std::string& text) { std::cerr << printable(text) << '\n'; }

void TrainingCommand::save(OutputFile& out, const train::TabularModel& model) {
  out.write_file([&](const std::string& path) { model.save(path); });
}

void TrainingCommand::print_held_out(std::ostream& stream, const train::FitResult& result) const {
  if (!result.held_out) return;
  stream << counted(result.held_out->rows, "row") << (options_.test ? " of " + printable(test_) : " held out") << ":\n";
  print_evaluation(stream, *result.held_out, *result.baseline, result.model.target);
}

void TrainingCommand::print_saved(std::ostream& stream, const OutputFile& out) {
  stream << "saved " << (out.is_standard_output() ? "to standard output" : printable(out.path())) << '\n';
}

JsonObject TrainingCommand::training_to_json(const train::FitResult& result, const OutputFile& out) {
  const train::TrainingRecord& training = result.model.training;
  return JsonObject()
      .add("model", out.path())
      .add("target", result.model.target.name)
      .add("task", data::to_string(result.model.target.task))
      .add("training_rows", training.rows)
      .add("epochs", training.epochs)
      .add("seconds", training.seconds)
      .add("networks", std::uint64_t{1 + result.model.others.size()})
      .add("stopped", result.stopped)
      .add("notes", result.model.notes);
}

}  // namespace descent::cli
