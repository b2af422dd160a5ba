#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "commands.h"
#include "csv_arguments.h"
#include "descent/ops.h"
#include "descent/text.h"
#include "model_input.h"
#include "output.h"
#include "output_file.h"
#include "prediction_writer.h"

namespace descent::cli {

namespace {

/// How many numbers a model's answers may have at once: it bounds the memory.
constexpr std::size_t kNumbersAtOnce = std::size_t{1} << 20;

/// What is to be told once all rows are read.
class Remarks {
 public:
  explicit Remarks(std::vector<std::string> notes) : notes_(std::move(notes)) {}

  void add(const std::vector<data::MisfitCount>& more) { add_to(misfits_, more, &data::MisfitCount::count); }
  void add(const std::vector<data::UnseenCategory>& more) { add_to(unseen_, more, &data::UnseenCategory::rows); }

  const std::vector<data::UnseenCategory>& unseen() const { return unseen_; }
  std::vector<std::string> notes() const {
    std::vector<std::string> notes = notes_;
    for (const data::MisfitCount& misfits : misfits_) notes.push_back(note_on(misfits));
    return notes;
  }

 private:
  /// Counts of one column are one.
  template <class OfColumn, class Count>
  static void add_to(std::vector<OfColumn>& all, const std::vector<OfColumn>& more, Count OfColumn::*count) {
    for (const OfColumn& of_column : more) {
      const auto same = std::ranges::find(all, of_column.column, &OfColumn::column);
      if (same == all.end())
        all.push_back(of_column);
      else
        (*same).*count += of_column.*count;
    }
  }

  std::vector<std::string> notes_;
  std::vector<data::MisfitCount> misfits_;
  std::vector<data::UnseenCategory> unseen_;
};

std::vector<std::string> ids_of(const data::Column& column, const data::Rows& rows) {
  std::vector<std::string> ids;
  for (const std::size_t row : rows) {
    if (!column.numeric) {
      ids.emplace_back(column.text(row));
    } else {
      ids.push_back(column.missing(row) ? "" : exactly(column.numbers[row]));
    }
  }
  return ids;
}

/// An Error that names the line of the first prediction that is no number to rely on.
void check_finite(const data::Table& table, const data::Rows& rows, const std::vector<double>& values) {
  const auto found = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
  if (found == values.end()) return;
  const auto place = static_cast<std::size_t>(found - values.begin());
  fail(table.source, ':', table.line_of(rows[place / (values.size() / rows.size())]), ": the prediction is ", *found);
}

/// Predicts for the rows of a table, some at a time.
void predict_rows(const train::TabularModel& model, const data::Table& table, const std::string& id,
                  PredictionWriter& writer, Remarks& remarks) {
  remarks.add(data::count_misfits(model.features, table));
  const bool classifies = model.target.task == data::Task::classification;
  const std::size_t at_once = std::max<std::size_t>(kNumbersAtOnce / static_cast<std::size_t>(model.target.width()), 1);
  for (std::size_t begin = 0; begin < table.rows; begin += at_once) {
    data::Rows rows;
    for (std::size_t row = begin; row < std::min(begin + at_once, table.rows); ++row) rows.push_back(row);
    train::Predictions predictions = model.predict(table, rows);
    Answers answers{.values = predictions.values.to_vector<double>()};
    check_finite(table, rows, answers.values);
    if (classifies) answers.classes = argmax(predictions.values, 1).to_vector<std::int64_t>();
    for (const Tensor& companions : {predictions.deviations, predictions.intervals})
      if (companions.defined()) answers.companions = companions.to_vector<double>();
    check_finite(table, rows, answers.companions);
    if (!id.empty()) answers.ids = ids_of(data::find_column(table, id), rows);
    writer.write(answers);
    remarks.add(predictions.unseen);
  }
}

class Predict final : public Command {
 public:
  CommandLine line() override {
    CommandLine line(
        "predict", "MODEL DATA.csv [options]", "predict for rows whose answers are not",
        "Writes what MODEL predicts for each row of DATA.csv (gzip, zstd, zip too; - is standard input) as a\n"
        "CSV file: the class and the probability of each, or the value, with its standard deviation if the\n"
        "loss was gaussian_nll, with a lower and an upper bound if it was interval. Columns are matched by\n"
        "name, further ones ignored; the column it predicts need not be there. A category never seen in\n"
        "training counts as none of the known ones; a warning says how many there were. Of a pipe, each row is\n"
        "answered as it comes.\n");
    line.argument("MODEL", path_);
    line.argument("DATA.csv", data_);
    line.option("id", "COLUMN",
                "a column of DATA.csv to carry over, first (default: what\n--id was in training, if it is there)", id_)
        .elsewhere({"--id-column", "--index", "--keep"});
    line.option("out", "FILE", "where to write (default: standard output)", out_)
        .completes(kFiles)
        .elsewhere({"--output", "-o"});
    csv_.add_to(line);
    line.threads_option();
    line.flag("json", "write one JSON object instead", json_);
    declare_verbose(line);
    return line;
  }

  void run() override {
    OutputFile out(out_.value_or("-"), {data_, path_});
    const train::TabularModel model = load_model(path_);
    data::CsvReader reader(data_, options_for(model));
    // Whether the columns are there is told before any answer is.
    const data::Table& columns = reader.empty_table();
    data::encode_features(model.features, columns, {});
    if (!id_.empty()) data::find_column(columns, id_);
    const std::string id = id_.empty() && columns.find(model.id) ? model.id : id_;

    const Sink sink = [&](std::string_view text) { out.write(text); };
    const auto writer = json_ ? json_prediction_writer(model, id, sink) : csv_prediction_writer(model, id, sink);
    Remarks remarks(columns.notes);
    // Nothing is written of a table whose first rows cannot be read.
    std::optional<data::Table> table = reader.next();
    writer->begin();
    for (; table; table = reader.next()) predict_rows(model, *table, id, *writer, remarks);
    writer->end(remarks.unseen(), remarks.notes());
    out.finish();
    for (const std::string& text : remarks.notes()) warn(text);
    warn_of_unseen(remarks.unseen());
  }

 private:
  /// To read what the model needs, and the id.
  data::CsvOptions options_for(const train::TabularModel& model) const {
    data::CsvOptions options = csv_.applied_to(model.csv_options(false));
    const std::string& id = id_.empty() ? model.id : id_;
    if (id.empty()) return options;
    // It keeps its leading zeros, unless the network needs its number.
    const auto& columns = model.features.columns;
    if (std::none_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == id; }))
      options.text_columns.push_back(id);
    options.only->push_back(id);
    return options;
  }

  std::string path_, data_, id_;
  std::optional<std::string> out_;
  CsvArguments csv_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> predict_command() { return std::make_unique<Predict>(); }

}  // namespace descent::cli
