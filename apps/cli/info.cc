#include <iostream>

#include "commands.h"
#include "descent/text.h"
#include "descent/train/strongest_terms.h"
#include "model_input.h"
#include "output.h"

namespace descent::cli {

namespace {

std::int64_t parameter_count(const train::TabularModel& model) {
  std::int64_t count = 0;
  for (const auto& parameter : model.network.parameters()) count += parameter.numel();
  return count * (1 + std::ssize(model.others));
}

/// `texts`, joined by commas, and cut where they get many.
std::string join(const std::vector<std::string>& texts) {
  std::string result;
  for (std::size_t i = 0; i < texts.size() && i < 20; ++i) result += (i == 0 ? "" : ", ") + printable(texts[i]);
  return texts.size() > 20 ? concat(result, ", ... ", texts.size(), " in all") : result;
}

/// "4665 words and runs of 2 words, ...".
std::string describe(const data::TextTerms& texts) {
  const data::NgramOptions& ngrams = texts.ngrams;
  std::string result = counted(texts.terms.size(), "term") + ": words";
  if (ngrams.words > 1) result += concat(", runs of up to ", ngrams.words, " words");
  if (ngrams.most_characters > 0)
    result += concat(", runs of ", ngrams.least_characters, " to ", ngrams.most_characters, " characters");
  return result;
}

/// How many classes are shown of many.
constexpr std::size_t kClassesShown = 20;

void print_terms(const train::TabularModel& model) {
  std::string_view column;
  std::size_t shown = 0;
  for (const train::StrongestTerms& of_class : train::strongest_terms(model)) {
    if (column != of_class.column) {
      std::cout << "strongest words of " << printable(of_class.column) << '\n';
      shown = 0;
    }
    column = of_class.column;
    if (++shown > kClassesShown) continue;
    std::vector<std::string> terms;
    for (const auto& [term, weight] : of_class.terms) terms.push_back(term);
    std::cout << "  " << printable(of_class.outcome) << ": " << join(terms) << '\n';
  }
}

void print(const train::TabularModel& model) {
  const data::Target& target = model.target;
  const train::TrainingRecord& training = model.training;
  std::cout << "target     " << printable(target.name) << ": " << data::to_string(target.task);
  if (target.task == data::Task::classification)
    std::cout << ", classes " << join(target.classes) << '\n';
  else
    std::cout << concat(
        target.link == data::Link::log1p ? ", log(1 + y) of mean " : ", mean ", target.mean,
        target.link == data::Link::log ? ", predicted by its logarithm" : concat(", standard deviation ", target.scale),
        '\n');
  const train::NetworkShape& shape = model.shape;
  std::cout << "network    "
            << (model.others.empty() ? "" : concat("the mean of ", 1 + model.others.size(), ", each of "))
            << counted(static_cast<std::size_t>(shape.inputs), "input") << ", "
            << (shape.hidden.empty() ? "" : "hidden layers of ") << describe(shape);
  std::cout << ", " << counted(static_cast<std::size_t>(model.shape.outputs), "output") << ", "
            << parameter_count(model) << " parameters\n";
  std::cout << concat(
      "training   ", counted(training.rows, "row"), ", ", counted(static_cast<std::size_t>(training.epochs), "epoch"),
      " of batches of ", training.batch_size, ", ", training.loss, ", ", training.optimizer, " at ", training.lr, ", ",
      training.schedule, ", weight decay ", training.weight_decay, ", seed ", training.seed,
      training.temperature == 1 ? "" : concat(", calibrated by temperature ", training.temperature), '\n');
  std::cout << "columns\n";
  for (const data::Feature& feature : model.features.columns) {
    std::cout << "  " << printable(feature.name) << ": ";
    if (feature.part) std::cout << data::to_string(*feature.part) << " of dates, ";
    if (feature.numeric)
      std::cout << concat("number, mean ", feature.mean, ", standard deviation ", feature.scale);
    else if (feature.texts)
      std::cout << "texts, " << describe(*feature.texts);
    else
      std::cout << "text, " << join(feature.categories);
    std::cout << (feature.missing_indicator ? "; may be missing\n" : "\n");
  }
  print_terms(model);
  if (model.notes.empty()) return;
  std::cout << "notes\n";
  for (const std::string& note : model.notes) std::cout << "  " << printable(note) << '\n';
}

JsonObject feature_to_json(const data::Feature& feature) {
  JsonObject column;
  column.add("name", feature.name);
  if (feature.part) column.add("part", data::to_string(*feature.part));
  if (feature.numeric)
    column.add("mean", feature.mean).add("scale", feature.scale);
  else if (feature.texts)
    column.add("terms", std::uint64_t{feature.texts->terms.size()});
  else
    column.add("categories", feature.categories);
  return column.add("missing_indicator", feature.missing_indicator);
}

std::vector<JsonObject> terms_to_json(const train::TabularModel& model) {
  std::vector<JsonObject> lists;
  for (const train::StrongestTerms& of_class : train::strongest_terms(model)) {
    std::vector<JsonObject> terms;
    for (const auto& [term, weight] : of_class.terms)
      terms.push_back(JsonObject().add("term", term).add("weight", weight));
    lists.push_back(JsonObject().add("column", of_class.column).add("outcome", of_class.outcome).add("terms", terms));
  }
  return lists;
}

JsonObject training_to_json(const train::TrainingRecord& training) {
  return JsonObject()
      .add("rows", training.rows)
      .add("epochs", training.epochs)
      .add("batch_size", training.batch_size)
      .add("loss", training.loss)
      .add("optimizer", training.optimizer)
      .add("schedule", training.schedule)
      .add("lr", training.lr)
      .add("weight_decay", training.weight_decay)
      .add("seed", training.seed)
      .add("temperature", training.temperature);
}

JsonObject model_to_json(const train::TabularModel& model) {
  const data::Target& target = model.target;
  JsonObject object;
  object.add("target", target.name).add("task", data::to_string(target.task));
  if (target.task == data::Task::classification)
    object.add("classes", target.classes);
  else
    object.add("mean", target.mean).add("scale", target.scale).add("link", data::to_string(target.link));
  std::vector<JsonObject> columns;
  for (const data::Feature& feature : model.features.columns) columns.push_back(feature_to_json(feature));
  object.add("inputs", model.shape.inputs)
      .add("hidden", model.shape.hidden)
      .add("activation", to_string(model.shape.activation))
      .add("dropout", model.shape.dropout)
      .add("clip", model.shape.clip)
      .add("bins", model.shape.bins)
      .add("frequencies", model.shape.frequencies)
      .add("outputs", model.shape.outputs)
      .add("networks", std::uint64_t{1 + model.others.size()})
      .add("parameters", parameter_count(model))
      .add("columns", columns)
      .add("training", training_to_json(model.training))
      .add("missing", model.missing);
  if (!model.id.empty()) object.add("id", model.id);
  if (model.shape.terms > 0) object.add("strongest_terms", terms_to_json(model));
  return object.add("notes", model.notes);
}

class Info final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "info", "MODEL [options]", "say what is inside a model file",
        "Says what is inside MODEL: the column it predicts, the columns it needs, the network, how it was\n"
        "trained, the strongest words of texts, and what was taken for granted then.\n");
    line.argument("MODEL", path_);
    line.flag("json", "print one JSON object instead", json_);
    return line;
  }

  void run() override {
    const train::TabularModel model = load_model(path_);
    if (json_)
      print_json(model_to_json(model));
    else
      print(model);
  }

 private:
  std::string path_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> info_command() { return std::make_unique<Info>(); }

}  // namespace descent::cli
