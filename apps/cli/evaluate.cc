#include <iostream>

#include "command_line.h"
#include "commands.h"
#include "output.h"

namespace descent::cli {

namespace {

constexpr std::size_t kMostClassesShown = 20;

}  // namespace

void evaluate(const std::vector<std::string>& words) {
  std::string path, data;
  bool json = false;
  CommandLine line(
      "evaluate", "MODEL DATA.csv [options]",
      "Measures MODEL on the rows of DATA.csv (gzip too; - is standard input), which must hold the column\n"
      "it predicts: loss and accuracy, with a confusion matrix up to 20 classes; or loss, RMSE, MAE and\n"
      "R^2. Columns are matched by name, further ones ignored.\n");
  line.argument("MODEL", path);
  line.argument("DATA.csv", data);
  line.flag("json", "print one JSON object instead", json);
  if (!line.parse(words)) return;

  const train::TabularModel model = train::TabularModel::load(path);
  const data::Table table = data::read_csv(data, model.csv_options());
  const data::Rows rows = data::rows_with_value(data::find_column(table, model.target.name));
  if (rows.size() < table.rows)
    std::cerr << "descent: warning: " << table.rows - rows.size() << " rows without a value of "
              << in_quotes(model.target.name) << " are left out\n";
  std::vector<data::UnseenCategory> unseen;
  const train::Metrics metrics = model.evaluate(table, rows, &unseen);
  const train::Metrics baseline = model.evaluate_baseline(table, rows);
  warn_of_unseen(unseen);

  const auto* classification = std::get_if<train::ClassificationMetrics>(&metrics.of_task);
  if (json) {
    nlohmann::ordered_json object = to_json(metrics);
    object["baseline"] = to_json(baseline);
    if (classification) {
      object["classes"] = model.target.classes;
      if (model.target.classes.size() <= kMostClassesShown) object["confusion"] = classification->confusion;
    }
    object["unseen"] = to_json(unseen);
    print_json(object);
    return;
  }
  std::cout << metrics.rows << " rows:\n";
  print_metrics(std::cout, metrics, &baseline);
  if (classification && model.target.classes.size() <= kMostClassesShown) {
    std::cout << '\n';
    print_confusion(std::cout, *classification, model.target.classes);
  }
}

}  // namespace descent::cli
