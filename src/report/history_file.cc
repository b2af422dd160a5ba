#include "descent/report/history_file.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "data/json_value.h"
#include "descent/atomic_file.h"
#include "descent/create.h"
#include "descent/data/csv.h"
#include "descent/json.h"

namespace descent::report {

namespace {

using data::JsonValue;
using train::Curve;
using train::EpochRecord;
using train::History;
using train::kEpochNumbers;

const JsonValue& member(const JsonValue& object, std::string_view name) {
  const JsonValue* value = object.find(name);
  if (value == nullptr) fail(in_quotes(name), " is missing");
  return *value;
}

/// What is not known is null.
double number_of(const JsonValue& object, std::string_view name) {
  const JsonValue& value = member(object, name);
  if (value.kind == JsonValue::Kind::null) return EpochRecord::kUnknown;
  if (!value.is_number()) fail(in_quotes(name), " is no number");
  return value.real;
}

std::int64_t count_of(const JsonValue& object, std::string_view name) {
  const JsonValue& value = member(object, name);
  if (value.kind != JsonValue::Kind::integer) fail(in_quotes(name), " is no whole number");
  return value.integer;
}

EpochRecord epoch_of(const JsonValue& object) {
  EpochRecord epoch{.epoch = count_of(object, "epoch"), .step = count_of(object, "step")};
  for (const auto& [name, number] : kEpochNumbers) epoch.*number = number_of(object, name);
  const JsonValue& metrics = member(object, "metrics");
  for (const std::string_view name : metrics.names) epoch.metrics.emplace_back(name, number_of(metrics, name));
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
  out.exceptions(std::ios::badbit);  // it would cut its text short where there is no memory
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
  out.exceptions(std::ios::badbit);  // it would cut its text short where there is no memory
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
  for (const EpochRecord& epoch : history.epochs) {
    JsonObject object, metrics;
    object.add("epoch", epoch.epoch).add("step", epoch.step);
    for (const auto& [name, number] : kEpochNumbers) object.add(name, epoch.*number);
    for (const auto& [name, value] : epoch.metrics) metrics.add(name, value);
    out += json_text(object.add("metrics", metrics)) + '\n';
  }
  for (const StepsRow& row : rows_of_steps(history)) {
    JsonObject object;
    object.add("first_step", row.first).add("steps", row.steps);
    for (const auto& [name, value] : row.numbers) object.add(name, value);
    out += json_text(object) + '\n';
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
    const std::optional<JsonValue> object = data::parse_json(line);
    if (!object) fail(path, ':', count, ": is not JSON");
    try {
      if (object->find("epoch")) {
        history.epochs.push_back(epoch_of(*object));
        continue;
      }
      const double rate = number_of(*object, "lr");
      const auto steps = static_cast<double>(count_of(*object, "steps"));
      losses.insert(losses.end(), {steps, number_of(*object, "loss"), number_of(*object, "least_loss"),
                                   number_of(*object, "greatest_loss")});
      if (!std::isnan(rate)) rates.insert(rates.end(), {steps, rate, rate, rate});
    } catch (const OutOfMemory&) {
      throw;
    } catch (const Error& error) {
      fail(path, ':', count, ": is no line of a history: ", error.what());
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
