#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "descent/text.h"
#include "output.h"

namespace descent::cli {

namespace {

std::int64_t parameter_count(const train::TabularModel& model) {
  std::int64_t count = 0;
  for (const auto& parameter : model.network.parameters()) count += parameter.numel();
  return count;
}

/// `texts`, joined by commas, and cut where they get many.
std::string join(const std::vector<std::string>& texts) {
  std::string result;
  for (std::size_t i = 0; i < texts.size() && i < 20; ++i) result += (i == 0 ? "" : ", ") + texts[i];
  return texts.size() > 20 ? concat(result, ", ... ", texts.size(), " in all") : result;
}

void print(const train::TabularModel& model) {
  const data::Target& target = model.target;
  const train::TrainingRecord& training = model.training;
  std::cout << "target     " << target.name << ": " << data::to_string(target.task);
  if (target.task == data::Task::classification)
    std::cout << ", classes " << join(target.classes) << '\n';
  else
    std::cout << concat(
        target.link == data::Link::log1p ? ", log(1 + y) of mean " : ", mean ", target.mean,
        target.link == data::Link::log ? ", predicted by its logarithm" : concat(", standard deviation ", target.scale),
        '\n');
  std::cout << "network    " << counted(static_cast<std::size_t>(model.shape.inputs), "input") << ", ";
  if (model.shape.hidden.empty()) {
    std::cout << "linear";
  } else {
    std::cout << "hidden layers of";
    for (const std::int64_t width : model.shape.hidden) std::cout << ' ' << width;
  }
  std::cout << ", " << counted(static_cast<std::size_t>(model.shape.outputs), "output") << ", "
            << parameter_count(model) << " parameters\n";
  std::cout << concat("training   ", counted(training.rows, "row"), ", ",
                      counted(static_cast<std::size_t>(training.epochs), "epoch"), " of batches of ",
                      training.batch_size, ", ", training.loss, ", ", training.optimizer, " at ", training.lr, ", ",
                      training.schedule, ", weight decay ", training.weight_decay, ", seed ", training.seed, '\n');
  std::cout << "columns\n";
  for (const data::Feature& feature : model.features.columns) {
    std::cout << "  " << feature.name << ": ";
    if (feature.numeric)
      std::cout << concat("number, mean ", feature.mean, ", standard deviation ", feature.scale);
    else
      std::cout << "text, " << join(feature.categories);
    std::cout << (feature.missing_indicator ? "; may be missing\n" : "\n");
  }
}

nlohmann::ordered_json model_to_json(const train::TabularModel& model) {
  using nlohmann::ordered_json;
  const data::Target& target = model.target;
  const train::TrainingRecord& training = model.training;
  ordered_json columns = ordered_json::array();
  for (const data::Feature& feature : model.features.columns) {
    ordered_json column{{"name", feature.name}};
    if (feature.numeric) {
      column["mean"] = feature.mean;
      column["scale"] = feature.scale;
    } else {
      column["categories"] = feature.categories;
    }
    column["missing_indicator"] = feature.missing_indicator;
    columns.push_back(std::move(column));
  }
  ordered_json object{{"target", target.name}, {"task", data::to_string(target.task)}};
  if (target.task == data::Task::classification)
    object["classes"] = target.classes;
  else
    object.update({{"mean", target.mean}, {"scale", target.scale}, {"link", data::to_string(target.link)}});
  object["inputs"] = model.shape.inputs;
  object["hidden"] = model.shape.hidden;
  object["outputs"] = model.shape.outputs;
  object["parameters"] = parameter_count(model);
  object["columns"] = std::move(columns);
  object["training"] = {{"rows", training.rows},
                        {"epochs", training.epochs},
                        {"batch_size", training.batch_size},
                        {"loss", training.loss},
                        {"optimizer", training.optimizer},
                        {"schedule", training.schedule},
                        {"lr", training.lr},
                        {"weight_decay", training.weight_decay},
                        {"seed", training.seed}};
  return object;
}

}  // namespace

void info(const std::vector<std::string>& words) {
  std::string path;
  bool json = false;
  CommandLine line(
      "info", "MODEL [options]",
      "Says what is inside MODEL: the column it predicts, the columns it needs, the network, and how it was\n"
      "trained.\n");
  line.argument("MODEL", path);
  line.flag("json", "print one JSON object instead", json);
  if (!line.parse(words)) return;
  const train::TabularModel model = train::TabularModel::load(path);
  if (json)
    print_json(model_to_json(model));
  else
    print(model);
}

}  // namespace descent::cli
