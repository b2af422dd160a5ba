#include <iostream>

#include "commands.h"
#include "csv_arguments.h"
#include "descent/text.h"
#include "model_input.h"
#include "output.h"

namespace descent::cli {

namespace {

class Evaluate final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "evaluate", "MODEL DATA.csv [options]", "measure a model on rows whose answers are known",
        "Measures MODEL on the rows of DATA.csv (gzip, zstd, zip too; - is standard input), which must hold\n"
        "the column it predicts, beside the simplest guess. Classes: loss, accuracy, balanced accuracy,\n"
        "macro F1, Matthews correlation, Brier score, calibration error, and up to 20 classes ROC AUC,\n"
        "average precision, a confusion matrix, and the precision, recall and F1 of each. A quantity: loss,\n"
        "RMSE, MAE, MAPE, R^2, explained variance, Pearson and Spearman correlation. Columns are matched by\n"
        "name, further ones ignored. Rows without an answer, and of a class the model does not know, are\n"
        "counted and left out.\n");
    line.argument("MODEL", path_);
    line.argument("DATA.csv", data_);
    csv_.add_to(line);
    line.threads_option();
    line.flag("json", "print one JSON object instead", json_);
    declare_verbose(line);
    return line;
  }

  void run() override {
    const train::TabularModel model = load_model(path_);
    const data::Table table = data::read_csv(data_, csv_.applied_to(model.csv_options()));
    const data::Column& target = data::find_column(table, model.target.name);
    const data::KnownRows known = data::known_rows(model.target, table, data::rows_with_value(target));
    std::vector<std::string> notes = table.notes;
    for (std::string& text : data::notes_on_missing(table, target)) notes.push_back(std::move(text));
    if (!known.unknown.empty()) notes.push_back(data::note_on_unknown(table, model.target, known.unknown));
    for (std::string& text : data::notes_on_misfits(model.features, table)) notes.push_back(std::move(text));

    std::vector<data::UnseenCategory> unseen;
    const train::Evaluation evaluation = model.evaluate(table, known.rows, &unseen);
    const train::Evaluation baseline = model.evaluate_baseline(table, known.rows);
    for (const std::string& text : notes) warn(text);
    warn_of_unseen(unseen);

    const std::vector<std::string>& classes = model.target.classes;
    const auto* details = std::get_if<train::ClassificationDetails>(&evaluation.details);
    if (json_) {
      JsonObject object = to_json(evaluation, baseline, model.target);
      if (details) {
        add_classes(object, evaluation, classes);
        object.add("rows_of_unknown_classes", known.unknown.size());
      }
      return print_json(object.add("unseen", to_json(unseen)).add("notes", notes));
    }
    std::cout << counted(evaluation.rows, "row") << ":\n";
    print_evaluation(std::cout, evaluation, baseline, model.target);
    if (details && details->confusion.defined()) {
      std::cout << '\n';
      print_classes(std::cout, evaluation, classes);
    }
  }

 private:
  std::string path_, data_;
  CsvArguments csv_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> evaluate_command() { return std::make_unique<Evaluate>(); }

}  // namespace descent::cli
