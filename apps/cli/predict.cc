#include <iostream>
#include <sstream>

#include "commands.h"
#include "descent/ops.h"
#include "model_input.h"
#include "output.h"
#include "output_file.h"

namespace descent::cli {

namespace {

/// What to predict, and for which rows.
struct Answers {
  const train::TabularModel& model;
  const data::Column* id;  // null: none
  std::size_t rows;
  train::Predictions predictions;
  /// The predictions' values, and the classes that are most probable.
  std::vector<double> values;
  std::vector<std::int64_t> classes;
  /// Of a model that gives them.
  std::vector<double> deviations;
  /// What is to be said of the table.
  std::vector<std::string> notes;

  bool classification() const { return model.target.task == data::Task::classification; }
  double probability(std::size_t row, std::size_t c) const { return values[row * model.target.classes.size() + c]; }
  const std::string& class_name(std::size_t row) const {
    return model.target.classes[static_cast<std::size_t>(classes[row])];
  }
};

void write_csv(std::ostream& out, const Answers& answers) {
  data::CsvWriter csv(out);
  if (answers.id) csv.field(answers.id->name);
  csv.field("prediction");
  if (answers.classification())
    for (const std::string& name : answers.model.target.classes) csv.field("probability " + name);
  const bool deviations = answers.predictions.deviations.defined();
  if (deviations) csv.field("standard deviation");
  csv.end_row();
  for (std::size_t row = 0; row < answers.rows; ++row) {
    if (answers.id) {
      if (answers.id->numeric)
        csv.field(answers.id->numbers[row]);
      else
        csv.field(answers.id->text(row));
    }
    if (answers.classification()) {
      csv.field(answers.class_name(row));
      for (std::size_t c = 0; c < answers.model.target.classes.size(); ++c)
        csv.field(static_cast<float>(answers.probability(row, c)));
    } else {
      csv.field(static_cast<float>(answers.values[row]));
      if (deviations) csv.field(static_cast<float>(answers.deviations[row]));
    }
    csv.end_row();
  }
}

void write_json(std::ostream& out, const Answers& answers) {
  using nlohmann::ordered_json;
  ordered_json object{{"target", answers.model.target.name}, {"rows", answers.rows}};
  if (answers.id) {
    ordered_json ids = ordered_json::array();
    for (std::size_t row = 0; row < answers.rows; ++row) {
      if (answers.id->numeric)
        ids.push_back(answers.id->numbers[row]);
      else
        ids.push_back(answers.id->text(row));
    }
    object["id"] = std::move(ids);
  }
  ordered_json predictions = ordered_json::array();
  for (std::size_t row = 0; row < answers.rows; ++row) {
    if (answers.classification())
      predictions.push_back(answers.class_name(row));
    else
      predictions.push_back(answers.values[row]);
  }
  object["predictions"] = std::move(predictions);
  if (answers.predictions.deviations.defined()) object["standard_deviations"] = answers.deviations;
  if (answers.classification()) {
    object["classes"] = answers.model.target.classes;
    ordered_json probabilities = ordered_json::array();
    for (std::size_t row = 0; row < answers.rows; ++row) {
      ordered_json of_row = ordered_json::array();
      for (std::size_t c = 0; c < answers.model.target.classes.size(); ++c)
        of_row.push_back(answers.probability(row, c));
      probabilities.push_back(std::move(of_row));
    }
    object["probabilities"] = std::move(probabilities);
  }
  object["unseen"] = to_json(answers.predictions.unseen);
  object["notes"] = answers.notes;
  out << object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

class Predict final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "predict", "MODEL DATA.csv [options]", "predict for rows whose answers are not",
        "Writes what MODEL predicts for each row of DATA.csv (gzip too; - is standard input) as a CSV file:\n"
        "the class and the probability of each, or the value, and its standard deviation if the loss was\n"
        "gaussian_nll. Columns are matched by name, further ones ignored; the column it predicts need not be\n"
        "there. A category never seen in training counts as none of the known ones; a warning says how many\n"
        "there were.\n");
    line.argument("MODEL", path_);
    line.argument("DATA.csv", data_);
    line.option("id", "COLUMN",
                "a column of DATA.csv to carry over, first (default: what\n--id was in training, if it is there)", id_)
        .elsewhere({"--id-column", "--index", "--keep"});
    line.option("out", "FILE", "where to write (default: standard output)", out_)
        .completes(kFiles)
        .elsewhere({"--output", "-o"});
    line.threads_option();
    line.flag("json", "write one JSON object instead", json_);
    return line;
  }

  void run() override {
    const OutputFile out(out_.empty() ? "-" : out_, {data_, path_});
    const train::TabularModel model = load_model(path_);
    const bool asked = !id_.empty();
    if (!asked) id_ = model.id;
    data::CsvOptions csv_options = model.csv_options();
    // An id keeps its leading zeros, unless the network needs its number.
    const auto& columns = model.features.columns;
    if (!id_.empty() && std::none_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == id_; }))
      csv_options.text_columns.push_back(id_);
    const data::Table table = data::read_csv(data_, csv_options);

    const data::Column* id = asked ? &data::find_column(table, id_) : table.find(id_);
    Answers answers{model, id, table.rows, model.predict(table, data::all_rows(table.rows)), {}, {}, {}, table.notes};
    for (std::string& text : data::notes_on_misfits(model.features, table)) answers.notes.push_back(std::move(text));
    answers.values = answers.predictions.values.to_vector<double>();
    if (answers.predictions.deviations.defined())
      answers.deviations = answers.predictions.deviations.to_vector<double>();
    if (answers.classification()) answers.classes = argmax(answers.predictions.values, 1).to_vector<std::int64_t>();
    for (const std::string& text : answers.notes) warn(text);
    warn_of_unseen(answers.predictions.unseen);

    std::ostringstream text;
    if (json_)
      write_json(text, answers);
    else
      write_csv(text, answers);
    out.write(text.view());
  }

 private:
  std::string path_, data_, id_, out_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> predict_command() { return std::make_unique<Predict>(); }

}  // namespace descent::cli
