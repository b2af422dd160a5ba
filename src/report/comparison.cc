#include "descent/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include "data/json_value.h"
#include "descent/atomic_file.h"
#include "descent/report/history_file.h"
#include "descent/report/text_table.h"
#include "descent/text.h"
#include "report/page/assets.h"
#include "report/page_data.h"
#include "report/page_text.h"

namespace descent::report {

namespace {

namespace fs = std::filesystem;
using data::JsonValue;
using train::EpochRecord;

std::vector<std::pair<std::string, std::string>> read_configuration(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::pair<std::string, std::string>> configuration;
  if (!file) return configuration;
  const auto options = data::parse_json(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!options || options->kind != JsonValue::Kind::object) fail(path, ": is no object of options");
  for (const std::string_view option : options->names) {
    const JsonValue* value = options->find(option);
    if (value->kind != JsonValue::Kind::text) fail(path, ": ", in_quotes(option), " is no text");
    configuration.emplace_back(option, value->text);
  }
  return configuration;
}

/// What f(run) gives of each.
template <class F>
ComparedNumber number_of_each(std::string name, const std::vector<Run>& runs, const F& f) {
  ComparedNumber number{std::move(name), {}};
  for (const Run& run : runs) number.values.push_back(f(run));
  return number;
}

/// The last value of a column, and the best one; nothing if no run has it.
void add_column(std::vector<ComparedNumber>& numbers, const std::vector<Run>& runs, const std::string& name,
                bool less_is_better, const std::function<double(const EpochRecord&)>& value_of) {
  const auto at_end = number_of_each(name + " at the end", runs, [&](const Run& run) {
    return run.history.epochs.empty() ? EpochRecord::kUnknown : value_of(run.history.epochs.back());
  });
  const auto best = number_of_each((less_is_better ? "least " : "greatest ") + name, runs, [&](const Run& run) {
    double found = EpochRecord::kUnknown;
    for (const EpochRecord& epoch : run.history.epochs) {
      const double value = value_of(epoch);
      if (std::isnan(found) || (less_is_better ? value < found : value > found)) found = value;
    }
    return found;
  });
  if (std::all_of(best.values.begin(), best.values.end(), [](double value) { return std::isnan(value); })) return;
  numbers.push_back(at_end);
  numbers.push_back(best);
}

/// Adds what is not there yet.
void add_new(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

Run read_run(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) fail(folder, ": there is no such folder");
  if (!fs::is_directory(folder, error))
    fail(folder, ": is no folder with a log; a model keeps no history, train with --log FOLDER");
  const std::string history = (fs::path(folder) / "history.jsonl").string();
  if (!fs::exists(history, error)) {
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().filename().string().starts_with("events.out.tfevents."))
        fail(folder, ": holds the log of a training that did not come to its end; history.jsonl is missing");
    fail(folder, ": holds no log: history.jsonl is missing");
  }
  return {folder, read_json_lines(history), read_configuration((fs::path(folder) / "configuration.json").string())};
}

std::vector<ComparedNumber> compare_numbers(const std::vector<Run>& runs) {
  std::vector<ComparedNumber> numbers = {
      number_of_each("epochs", runs, [](const Run& run) { return static_cast<double>(run.history.epochs.size()); }),
      number_of_each("steps", runs, [](const Run& run) { return static_cast<double>(run.history.loss.steps()); }),
      number_of_each("seconds", runs, [](const Run& run) {
        return run.history.epochs.empty() ? EpochRecord::kUnknown : run.history.epochs.back().seconds;
      })};
  add_column(numbers, runs, "training loss", true, [](const EpochRecord& epoch) { return epoch.loss; });
  add_column(numbers, runs, "held-out loss", true, [](const EpochRecord& epoch) { return epoch.held_out_loss; });
  std::vector<std::string> metrics;
  for (const Run& run : runs)
    for (const std::string& name : run.history.metric_names()) add_new(metrics, name);
  for (const std::string& name : metrics)
    add_column(numbers, runs, name, name == "rmse" || name == "mae",
               [&](const EpochRecord& epoch) { return epoch.metric(name); });
  return numbers;
}

std::vector<ComparedOption> compare_options(const std::vector<Run>& runs) {
  std::vector<std::string> names;
  for (const Run& run : runs)
    for (const auto& [name, value] : run.configuration)
      if (name != "epochs" && name != "seconds") add_new(names, name);
  std::vector<ComparedOption> options;
  for (const std::string& name : names) {
    ComparedOption option{name, {}};
    for (const Run& run : runs) {
      const auto found = std::find_if(run.configuration.begin(), run.configuration.end(),
                                      [&](const auto& each) { return each.first == name; });
      option.values.push_back(found == run.configuration.end() ? "" : found->second);
    }
    if (std::adjacent_find(option.values.begin(), option.values.end(), std::not_equal_to<>()) != option.values.end())
      options.push_back(std::move(option));
  }
  return options;
}

std::string comparison(const std::vector<Run>& runs) {
  std::vector<std::vector<std::string>> rows = {{""}};
  for (const Run& run : runs) rows[0].push_back(printable(run.name));
  for (const auto& [name, values] : compare_numbers(runs)) {
    rows.push_back({printable(name)});
    for (const double value : values) rows.back().push_back(std::isnan(value) ? "-" : concat(value));
  }
  for (const auto& [name, values] : compare_options(runs)) {
    rows.push_back({printable(name)});
    for (const std::string& value : values) rows.back().push_back(value.empty() ? "-" : printable(value));
  }
  return text_table(rows);
}

void write_comparison(const std::string& path, const std::vector<Run>& runs, const std::string& title) {
  std::vector<JsonObject> histories, numbers, options;
  for (const Run& run : runs) histories.push_back(history_to_json(run.history).add("name", run.name));
  for (const auto& [name, values] : compare_numbers(runs))
    numbers.push_back(JsonObject().add("name", name).add("values", values));
  for (const auto& [name, values] : compare_options(runs))
    options.push_back(JsonObject().add("name", name).add("values", values));
  const JsonObject data =
      JsonObject().add("title", title).add("runs", histories).add("numbers", numbers).add("options", options);
  write_whole(path, page_of_curves(data, kComparisonPage, kComparisonScript));
}

}  // namespace descent::report
