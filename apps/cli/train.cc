#include <filesystem>
#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "descent/text.h"
#include "output.h"
#include "progress.h"

namespace descent::cli {

namespace {

/// "tables/iris.csv.gz" gives "iris.safetensors", in the folder one is in.
std::string default_output(const std::string& data) {
  if (data == "-") return "model.safetensors";
  std::filesystem::path name = std::filesystem::path(data).filename();
  if (name.extension() == ".gz") name = name.stem();
  return name.stem().string() + ".safetensors";
}

void print_result(const train::FitResult& result, const std::string& out) {
  if (result.held_out) {
    std::cout << counted(result.held_out->rows, "row") << " held out:\n";
    print_evaluation(std::cout, *result.held_out, *result.baseline, result.model.target);
  }
  std::cout << "saved " << out << '\n';
}

nlohmann::ordered_json result_to_json(const train::FitResult& result, const std::string& out) {
  const train::TrainingRecord& training = result.model.training;
  nlohmann::ordered_json object{{"model", out},
                                {"target", result.model.target.name},
                                {"task", data::to_string(result.model.target.task)},
                                {"training_rows", training.rows},
                                {"epochs", training.epochs},
                                {"seconds", training.seconds}};
  if (result.held_out) object.update(to_json(*result.held_out, *result.baseline, result.model.target));
  return object;
}

}  // namespace

void train(const std::vector<std::string>& words) {
  std::string data, target, out;
  train::FitOptions options;
  std::optional<Duration> time;
  bool json = false, quiet = false;

  CommandLine line("train", "DATA.csv --target COLUMN [options]",
                   "Learns to predict COLUMN from the other columns of DATA.csv (gzip too; - is standard input), says\n"
                   "how well it does on rows held out, and saves the model.\n"
                   "\n"
                   "Text, or few different whole numbers, are taken for classes, other numbers for a quantity. Text\n"
                   "columns become categories, missing values are filled in, numbers are standardised; all of it is\n"
                   "learnt from the training rows and kept in the model.\n");
  line.argument("DATA.csv", data);
  line.option("target", "COLUMN", "the column to predict", target);
  line.option("out", "FILE", "where to save the model (default: DATA.safetensors, here)", out);
  line.option("holdout", "PART", "the part of the rows held out to measure with (default: 0.2)", options.holdout);
  line.option("seed", "N", "another seed, other random choices (default: 0)", options.seed);
  line.option("time", "TIME", "train for at most 60s, 5m, 1h", time);
  line.option("epochs", "N", "how often to go through the rows\n(default: for 4,000 steps, 20 to 200 times)",
              options.epochs);
  line.option("hidden", "N,N,...", "widths of the hidden layers (default: 64,64);\nnone for a linear model",
              options.hidden);
  line.option("loss", "NAME",
              "what to make small, one of those below\n(default: mse for a quantity, cross_entropy for classes)",
              options.loss);
  line.option("optimizer", "NAME", "the rule to train by, one of those below (default: adamw)", options.optimizer);
  line.option("schedule", "NAME",
              "how the rate changes, one of those below\n(default: by the optimizer, most often warmup_cosine)",
              options.schedule);
  line.option("lr", "RATE", "the highest learning rate (default: by the optimizer)", options.lr);
  line.option("weight-decay", "X", "how strongly weights are pulled to 0\n(default: for adamw 1500/rows, at most 1)",
              options.weight_decay);
  line.option("batch-size", "N", "rows a step (default: about rows/30, 16 to 256)", options.batch_size);
  line.threads_option();
  line.flag("json", "print one JSON object instead", json);
  line.flag("quiet", "no progress", quiet);
  line.names("losses of a quantity, with options as in huber:delta=0.5 (lengths in standard deviations)",
             train::tabular_loss_names(data::Task::regression));
  line.names("losses of classes, with options as in focal:gamma=3",
             train::tabular_loss_names(data::Task::classification));
  line.names("optimizers, with options as in sgd:momentum=0.95,nesterov=false", train::optimizer_names());
  line.names("schedules, with options as in step:gamma=0.5,step_size=1000", train::schedule_names());
  if (!line.parse(words)) return;
  if (target.empty()) throw UsageError("train: --target COLUMN is missing; see descent train --help");
  if (time) options.seconds = time->seconds;
  on_command_line([&] { train::check_options(options); });
  if (out.empty()) out = default_output(data);

  check_output(out, data);
  const data::Table table = data::read_csv(data);
  const train::FitResult result = [&] {
    ProgressLine progress;
    if (!quiet) {
      options.on_note = [](const std::string& note) { std::cerr << note << '\n'; };
      options.on_epoch = [&](const train::EpochReport& report) { progress.show(report); };
    }
    return train::fit_table(table, target, options);
  }();
  result.model.save(out);

  if (json)
    print_json(result_to_json(result, out));
  else
    print_result(result, out);
}

}  // namespace descent::cli
