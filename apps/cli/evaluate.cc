#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "descent/text.h"
#include "output.h"

namespace descent::cli {

void evaluate(const std::vector<std::string>& words) {
  std::string path, data;
  bool json = false;
  CommandLine line(
      "evaluate", "MODEL DATA.csv [options]",
      "Measures MODEL on the rows of DATA.csv (gzip too; - is standard input), which must hold the column\n"
      "it predicts, beside the simplest guess. Classes: loss, accuracy, balanced accuracy, macro F1,\n"
      "Matthews correlation, Brier score, calibration error, and up to 20 classes ROC AUC, average\n"
      "precision, a confusion matrix, and the precision, recall and F1 of each. A quantity: loss, RMSE,\n"
      "MAE, MAPE, R^2, explained variance, Pearson and Spearman correlation. Columns are matched by name,\n"
      "further ones ignored.\n");
  line.argument("MODEL", path);
  line.argument("DATA.csv", data);
  line.threads_option();
  line.flag("json", "print one JSON object instead", json);
  if (!line.parse(words)) return;

  const train::TabularModel model = train::TabularModel::load(path);
  const data::Table table = data::read_csv(data, model.csv_options());
  const data::Rows rows = data::rows_with_value(data::find_column(table, model.target.name));
  if (rows.size() < table.rows)
    std::cerr << "descent: warning: " << data::rows_left_out(table.rows - rows.size(), model.target.name) << '\n';
  std::vector<data::UnseenCategory> unseen;
  const train::Evaluation evaluation = model.evaluate(table, rows, &unseen);
  const train::Evaluation baseline = model.evaluate_baseline(table, rows);
  warn_of_unseen(unseen);

  const std::vector<std::string>& classes = model.target.classes;
  const auto* details = std::get_if<train::ClassificationDetails>(&evaluation.details);
  const bool few_classes = details && details->confusion.defined();
  if (json) {
    nlohmann::ordered_json object = to_json(evaluation, baseline, model.target);
    if (details) add_classes(object, evaluation, classes);
    object["unseen"] = to_json(unseen);
    print_json(object);
    return;
  }
  std::cout << counted(evaluation.rows, "row") << ":\n";
  print_evaluation(std::cout, evaluation, baseline, model.target);
  if (few_classes) {
    std::cout << '\n';
    print_classes(std::cout, evaluation, classes);
  }
}

}  // namespace descent::cli
