#include "output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

namespace descent::cli {

namespace {

using nlohmann::ordered_json;

std::string format(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

/// Characters as a terminal counts them, roughly: bytes of UTF-8 that begin one.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string left(const std::string& text, std::size_t columns) {
  return text + std::string(columns - std::min(columns, width(text)), ' ');
}

std::string right(const std::string& text, std::size_t columns) {
  return std::string(columns - std::min(columns, width(text)), ' ') + text;
}

/// The metrics of a task: their names for people, their keys in JSON, their values.
struct Figure {
  const char* name;
  const char* key;
  double value;
};
std::vector<Figure> figures(const train::Metrics& metrics) {
  std::vector<Figure> result = {{"loss", "loss", metrics.loss}};
  if (const auto* classification = std::get_if<train::ClassificationMetrics>(&metrics.of_task)) {
    result.push_back({"accuracy", "accuracy", classification->accuracy});
  } else {
    const auto& regression = std::get<train::RegressionMetrics>(metrics.of_task);
    result.push_back({"RMSE", "rmse", regression.rmse});
    result.push_back({"MAE", "mae", regression.mae});
    result.push_back({"R^2", "r2", regression.r2});
  }
  return result;
}

}  // namespace

std::string headline(const train::Metrics& metrics) {
  const Figure figure = figures(metrics).back();
  char text[64];
  std::snprintf(text, sizeof text, "%s %.4f", figure.name, figure.value);
  return text;
}

void print_metrics(std::ostream& out, const train::Metrics& metrics, const train::Metrics* baseline) {
  const bool classes = std::holds_alternative<train::ClassificationMetrics>(metrics.of_task);
  if (baseline) out << "           model      " << (classes ? "commonest class" : "mean") << '\n';
  const std::vector<Figure> own = figures(metrics);
  const std::vector<Figure> other = baseline ? figures(*baseline) : std::vector<Figure>();
  for (std::size_t i = 0; i < own.size(); ++i) {
    out << left(own[i].name, 11) << (baseline ? left(format(own[i].value), 11) : format(own[i].value));
    if (baseline) out << format(other[i].value);
    out << '\n';
  }
}

void print_confusion(std::ostream& out, const train::ClassificationMetrics& metrics,
                     const std::vector<std::string>& classes) {
  std::size_t column = 5, first = 18;
  for (const std::string& name : classes) column = std::max(column, width(name)), first = std::max(first, width(name));
  out << left("actual \\ predicted", first);
  for (const std::string& name : classes) out << "  " << right(name, column);
  out << '\n';
  for (std::size_t i = 0; i < classes.size(); ++i) {
    out << left(classes[i], first);
    for (const std::int64_t count : metrics.confusion[i]) out << "  " << right(std::to_string(count), column);
    out << '\n';
  }
}

ordered_json to_json(const train::Metrics& metrics) {
  ordered_json result{{"rows", metrics.rows}};
  for (const Figure& figure : figures(metrics)) result[figure.key] = figure.value;
  return result;
}

void print_json(const ordered_json& object) {
  std::cout << object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

void warn_of_unseen(const std::vector<data::UnseenCategory>& unseen) {
  for (const data::UnseenCategory& category : unseen)
    std::cerr << concat("descent: warning: column ", in_quotes(category.column), ": ", category.rows,
                        category.rows == 1 ? " row holds" : " rows hold",
                        " a category never seen in training, such as ", in_quotes(category.example), '\n');
}

ordered_json to_json(const std::vector<data::UnseenCategory>& unseen) {
  ordered_json result = ordered_json::array();
  for (const data::UnseenCategory& category : unseen)
    result.push_back({{"column", category.column}, {"rows", category.rows}, {"example", category.example}});
  return result;
}

void check_output(const std::string& path, const std::string& input) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::equivalent(path, input, error)) fail(path, ": is the input; nothing was overwritten");
  const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : ".";
  if (!fs::is_directory(folder, error)) fail(path, ": there is no folder ", in_quotes(folder.string()));
  if (fs::is_directory(path, error)) fail(path, ": is a folder");
  if (access(folder.c_str(), W_OK) != 0) fail(path, ": the folder ", in_quotes(folder.string()), " cannot be written");
}

}  // namespace descent::cli
