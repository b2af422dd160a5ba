#include "descent/report/history_file.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "descent/atomic_file.h"
#include "descent/create.h"
#include "descent/data/csv.h"

namespace descent::report {

namespace {

using nlohmann::ordered_json;
using train::Curve;
using train::EpochRecord;
using train::History;
using train::kEpochNumbers;

double number_of(const ordered_json& object, const char* name) {
  const ordered_json& value = object.at(name);
  return value.is_null() ? EpochRecord::kUnknown : value.get<double>();
}

EpochRecord epoch_of(const ordered_json& object) {
  EpochRecord epoch{.epoch = object.at("epoch").get<std::int64_t>(), .step = object.at("step").get<std::int64_t>()};
  for (const auto& [name, number] : kEpochNumbers) epoch.*number = number_of(object, name);
  for (const auto& [name, value] : object.at("metrics").items())
    epoch.metrics.emplace_back(name, value.is_null() ? EpochRecord::kUnknown : value.get<double>());
  return epoch;
}

/// The curve of these buckets: rows of steps, mean, least and greatest.
Curve curve_of(const std::vector<double>& buckets) {
  Curve curve;
  if (buckets.empty()) return curve;
  const auto steps = static_cast<std::uint64_t>(std::clamp(buckets[0], 1.0, 0x1p62));
  const auto count = static_cast<std::int64_t>(buckets.size() / 4);
  curve.load_state_dict({{"width", full({}, static_cast<std::int64_t>(std::bit_ceil(steps)))},
                         {"buckets", tensor(buckets, {.dtype = float64}).reshape({count, 4})}});
  return curve;
}

/// The numbers that a bucket is told by, with their names.
struct StepsRow {
  std::int64_t first, steps;
  std::vector<std::pair<std::string, double>> numbers;
};

std::vector<StepsRow> rows_of_steps(const History& history) {
  std::vector<StepsRow> rows;
  const auto losses = history.loss.buckets(), rates = history.lr.buckets();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double rate = rates.size() == losses.size() ? rates[i].mean : EpochRecord::kUnknown;
    rows.push_back({static_cast<std::int64_t>(i) * history.loss.width(),
                    losses[i].steps,
                    {{"loss", losses[i].mean},
                     {"least_loss", losses[i].least},
                     {"greatest_loss", losses[i].greatest},
                     {"lr", rate}}});
  }
  return rows;
}

}  // namespace

void write_csv(const std::string& path, const History& history) {
  std::ostringstream out;
  data::CsvWriter csv(out);
  const std::vector<std::string> metrics = history.metric_names();
  csv.field("epoch").field("step");
  for (const auto& [name, number] : kEpochNumbers) csv.field(name);
  for (const std::string& name : metrics) csv.field(name);
  csv.end_row();
  for (const EpochRecord& epoch : history.epochs) {
    csv.field(std::to_string(epoch.epoch)).field(std::to_string(epoch.step));
    for (const auto& [name, number] : kEpochNumbers) csv.field(epoch.*number);
    for (const std::string& name : metrics) csv.field(epoch.metric(name));
    csv.end_row();
  }
  write_whole(path, out.str());
}

void write_steps_csv(const std::string& path, const History& history) {
  std::ostringstream out;
  data::CsvWriter csv(out);
  for (const char* name : {"first_step", "steps", "loss", "least_loss", "greatest_loss", "lr"}) csv.field(name);
  csv.end_row();
  for (const StepsRow& row : rows_of_steps(history)) {
    csv.field(std::to_string(row.first)).field(std::to_string(row.steps));
    for (const auto& [name, value] : row.numbers) csv.field(value);
    csv.end_row();
  }
  write_whole(path, out.str());
}

void write_json_lines(const std::string& path, const History& history) {
  std::string out;
  const auto add = [&](const ordered_json& object) {
    // What is not UTF-8 in a name is replaced; NaN and infinities are null.
    out += object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
  };
  for (const EpochRecord& epoch : history.epochs) {
    ordered_json object{{"epoch", epoch.epoch}, {"step", epoch.step}};
    for (const auto& [name, number] : kEpochNumbers) object[name] = epoch.*number;
    object["metrics"] = ordered_json::object();
    for (const auto& [name, value] : epoch.metrics) object["metrics"][name] = value;
    add(object);
  }
  for (const StepsRow& row : rows_of_steps(history)) {
    ordered_json object{{"first_step", row.first}, {"steps", row.steps}};
    for (const auto& [name, value] : row.numbers) object[name] = value;
    add(object);
  }
  write_whole(path, out);
}

History read_json_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path, ": cannot be opened: ", std::strerror(errno));
  History history;
  std::vector<double> losses, rates;
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    ++count;
    try {
      const ordered_json object = ordered_json::parse(line);
      if (object.contains("epoch")) {
        history.epochs.push_back(epoch_of(object));
        continue;
      }
      const double steps = object.at("steps").get<double>(), rate = number_of(object, "lr");
      losses.insert(losses.end(), {steps, number_of(object, "loss"), number_of(object, "least_loss"),
                                   number_of(object, "greatest_loss")});
      if (!std::isnan(rate)) rates.insert(rates.end(), {steps, rate, rate, rate});
    } catch (const ordered_json::exception&) {
      fail(path, ':', count, ": is no line of a history");
    }
  }
  if (file.bad()) fail(path, ": cannot be read");
  try {
    history.loss = curve_of(losses);
    if (rates.size() == losses.size()) history.lr = curve_of(rates);
  } catch (const OutOfMemory&) {
    throw;
  } catch (const Error& error) {
    fail(path, ": ", error.what());
  }
  return history;
}

}  // namespace descent::report
