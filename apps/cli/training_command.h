// What the commands that train a model of a table have in common.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "commands.h"
#include "csv_arguments.h"
#include "descent/json.h"
#include "descent/train.h"
#include "output_file.h"

namespace descent::cli {

class TrainingCommand : public Command {
 protected:
  /// DATA.csv, --target and --out.
  void declare_data(CommandLine& line);
  /// --time, which is kept in `time_`.
  void declare_time(CommandLine& line, const std::string& help);
  void declare_rows(CommandLine& line);
  void declare_columns(CommandLine& line);
  /// What goes into `options_` but the columns.
  void declare_training(CommandLine& line);
  void declare_from(CommandLine& line);
  /// Lists of losses, optimizers and schedules.
  static void declare_names(CommandLine& line);
  /// --json and --quiet.
  void declare_messages(CommandLine& line);

  /// The model to begin with, which says much of what is to be done.
  void read_model();
  /// What no table can make right.
  void check_training(const std::string& command) const;
  /// That of --out, or of a name made of that of the data.
  OutputFile output() const;
  void read_tables();

  /// What will be done, on the standard error.
  static void print_plan(const std::string& text);
  static void save(OutputFile& out, const train::TabularModel& model);
  /// How the model does on the rows held out, if there are such.
  void print_held_out(std::ostream& stream, const train::FitResult& result) const;
  static void print_saved(std::ostream& stream, const OutputFile& out);
  static JsonObject training_to_json(const train::FitResult& result, const OutputFile& out);

  std::string data_, target_, valid_, test_, from_;
  CsvArguments csv_;
  train::FitOptions options_;
  std::optional<std::string> out_;
  std::optional<Duration> time_;
  std::optional<train::TabularModel> from_model_;
  std::vector<std::string> missing_;
  bool json_ = false, quiet_ = false;
  std::optional<data::Table> table_, valid_table_, test_table_;

 private:
  /// A name that nobody chose takes the place of an earlier model alone.
  std::string free_default_output() const;
};

}  // namespace descent::cli
