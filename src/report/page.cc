#include "descent/report/page.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <variant>

#include "descent/atomic_file.h"
#include "descent/report/remarks.h"
#include "report/configuration.h"
#include "report/page/assets.h"
#include "report/page/filled.h"

namespace descent::report {

namespace {

using nlohmann::ordered_json;
using train::EpochRecord;

ordered_json column_of(const train::History& history, double EpochRecord::*member) {
  ordered_json column = ordered_json::array();
  for (const EpochRecord& epoch : history.epochs) column.push_back(epoch.*member);
  return column;
}

ordered_json epochs_of(const train::History& history) {
  ordered_json epochs{{"epoch", ordered_json::array()},
                      {"loss", column_of(history, &EpochRecord::loss)},
                      {"held_out_loss", column_of(history, &EpochRecord::held_out_loss)},
                      {"lr", column_of(history, &EpochRecord::lr)},
                      {"gradient_norm", column_of(history, &EpochRecord::gradient_norm)},
                      {"metrics", ordered_json::object()}};
  for (const EpochRecord& epoch : history.epochs) epochs["epoch"].push_back(epoch.epoch);
  for (const std::string& name : history.metric_names()) {
    ordered_json column = ordered_json::array();
    for (const EpochRecord& epoch : history.epochs) column.push_back(epoch.metric(name));
    epochs["metrics"][name] = std::move(column);
  }
  return epochs;
}

std::string data_of(const train::FitResult& result, const std::string& title) {
  ordered_json data{{"title", title}, {"configuration", ordered_json::array()}};
  for (const auto& [option, value] : configuration_of(result.model)) data["configuration"].push_back({option, value});
  data["epochs"] = epochs_of(result.history);
  data["remarks"] = remarks(result);
  if (!result.held_out) return in_script(data);
  const auto* details = std::get_if<train::ClassificationDetails>(&result.held_out->details);
  if (details && details->confusion.defined()) {
    data["classes"] = result.model.target.classes;
    for (std::int64_t i = 0; i < details->confusion.size(0); ++i)
      data["confusion"].push_back(details->confusion[i].to_vector<std::int64_t>());
  }
  return in_script(data);
}

}  // namespace

void write_page(const std::string& path, const train::FitResult& result, const std::string& title) {
  write_whole(path, filled(kPage, {{"uplot.css", kUPlotStyle},
                                   {"page.css", kPageStyle},
                                   {"data", data_of(result, title)},
                                   {"uplot.licence", kUPlotLicence},
                                   {"uplot.js", kUPlotScript},
                                   {"page.js", kPageScript}}));
}

}  // namespace descent::report
