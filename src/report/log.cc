#include "descent/report/log.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "descent/atomic_file.h"
#include "descent/json.h"
#include "descent/report/history_file.h"
#include "report/configuration.h"

namespace descent::report {

namespace {

namespace fs = std::filesystem;

/// The folder itself, or the nearest one above it that is there.
fs::path nearest_folder(const std::string& folder) {
  std::error_code error;
  fs::path path = folder;
  while (path.has_relative_path() && !fs::exists(path, error)) path = path.parent_path();
  return path.empty() ? "." : path;
}

}  // namespace

void Log::check(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().filename().string().starts_with("events.out.tfevents."))
      fail(folder, ": holds the log of an earlier training, ", entry.path().filename().string(),
           "; name another folder");
  const fs::path nearest = nearest_folder(folder);
  if (!fs::is_directory(nearest, error)) fail(folder, ": cannot be made: ", nearest.string(), " is no folder");
  if (::access(nearest.c_str(), W_OK | X_OK) != 0) fail(folder, ": cannot be written: ", std::strerror(errno));
}

Log::Log(std::string folder) : folder_((check(folder), std::move(folder))), events_(folder_) {}

void Log::epoch(const train::EpochRecord& record) {
  const auto add = [&](const std::string& tag, double value) {
    if (!std::isnan(value)) events_.scalar(tag, record.epoch, value);
  };
  add("loss/training", record.loss);
  add("loss/held-out", record.held_out_loss);
  for (const auto& [name, value] : record.metrics) add("metrics/" + name, value);
  add("rate", record.lr);
  add("gradient norm", record.gradient_norm);
  events_.flush();
}

void Log::finish(const train::History& history) {
  const auto add = [&](const char* tag, const train::Curve& curve) {
    std::int64_t last = -1;
    for (const train::Curve::Bucket& bucket : curve.buckets()) {
      last += bucket.steps;
      events_.scalar(tag, last, bucket.mean);
    }
  };
  add("steps/loss", history.loss);
  add("steps/rate", history.lr);
  events_.flush();
  const auto file = [&](const char* name) { return (fs::path(folder_) / name).string(); };
  write_csv(file("epochs.csv"), history);
  write_steps_csv(file("steps.csv"), history);
  write_json_lines(file("history.jsonl"), history);
}

void Log::finish(const train::FitResult& result) {
  // Markdown: a table, in which a bar would end a cell.
  std::string text = "| option | value |\n| --- | --- |\n";
  for (const auto& [option, value] : configuration_of(result.model)) {
    text += concat("| ", option, " | ");
    for (const char c : value) text += c == '|' ? std::string("\\|") : std::string(1, c);
    text += " |\n";
  }
  events_.text("configuration", 0, text);
  JsonObject options;
  for (const auto& [option, value] : configuration_of(result.model)) options.add(option, value);
  write_whole((fs::path(folder_) / "configuration.json").string(), json_text(options) + '\n');
  // At the end stand the weights that the model has, which need not be those of its last epoch.
  const std::int64_t end = result.model.training.epochs;
  for (const auto& [epoch, tensors] : result.history.weights.records()) {
    if (epoch >= end) break;
    for (const auto& [name, histogram] : tensors) events_.histogram("weights/" + name, epoch, histogram);
  }
  for (const auto& [name, weight] : result.model.network.named_parameters())
    events_.histogram("weights/" + name, end, weight);
  finish(result.history);
}

}  // namespace descent::report
