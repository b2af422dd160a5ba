#include "descent/report/page.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "descent/data/csv.h"
#include "descent/text.h"
#include "descent/threads.h"
#include "descent/train/recorder.h"
#include "error_of.h"
#include "page_parts.h"
#include "temporary_folder.h"

using namespace descent;
using nlohmann::json;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

train::FitResult fit(const TemporaryFolder& folder, const std::string& one, const std::string& other) {
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i % 10) + ',' + (i % 10 < 5 ? one : other) + '\n';
  std::ofstream(folder.path + "/t.csv") << text;
  train::FitOptions options{.epochs = 3};
  options.on_epoch = [](const train::EpochReport&) {};
  return train::fit_table(data::read_csv(folder.path + "/t.csv"), "y", options);
}

}  // namespace

TEST_CASE("a page has the history, the confusion matrix and how the model came about") {
  const TemporaryFolder folder;
  const train::FitResult result = fit(folder, "no", "yes");
  report::write_page(folder.path + "/p.html", result, {.title = "A title", .command = "descent train 'a b'"});
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  CHECK(data["title"] == "A title");
  CHECK(data["epochs"]["epoch"] == json{1, 2, 3});
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(data["epochs"]["loss"][i] == result.history.epochs[i].loss);
    CHECK(data["epochs"]["held_out_loss"][i] == result.history.epochs[i].held_out_loss);
    CHECK(data["epochs"]["metrics"]["accuracy"][i] == result.history.epochs[i].metric("accuracy"));
  }
  CHECK(data["classes"] == json{"no", "yes"});
  const Tensor confusion = std::get<train::ClassificationDetails>(result.held_out->details).confusion;
  CHECK(data["confusion"] == json{confusion[0].to_vector<std::int64_t>(), confusion[1].to_vector<std::int64_t>()});
  CHECK(data["configuration"][0] == json{"target", "y"});
  CHECK(data["configuration"].back() == json{"command", "descent train 'a b'"});
  const json& machine = data["configuration"][data["configuration"].size() - 3];
  CHECK(machine[0] == "machine");
  CHECK(machine[1].get<std::string>().find(counted(static_cast<std::size_t>(num_threads()), "thread")) !=
        std::string::npos);
}

TEST_CASE("with a diagnosis a page has curves of classes, calibration, mistakes and importance") {
  const TemporaryFolder folder;
  const train::FitResult result = fit(folder, "no", "yes");
  const data::Table table = data::read_csv(folder.path + "/t.csv");
  const train::Diagnosis diagnosis = train::diagnose(result.model, table, result.held_out_rows);
  report::write_page(folder.path + "/p.html", result, {.diagnosis = &diagnosis});
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  const auto& classes = std::get<train::ClassDiagnosis>(diagnosis.of_task);
  const json& curves = data["diagnosis"]["curves"];
  REQUIRE(curves.size() == 1);
  CHECK(curves[0]["class"] == "yes");
  CHECK(curves[0]["roc_auc"] == classes.curves[0].roc_auc);
  CHECK(curves[0]["roc"]["x"] == classes.curves[0].roc.false_positive_rate);
  CHECK(curves[0]["roc"]["threshold"][0] == nullptr);  // infinite
  CHECK(curves[0]["precision_recall"]["y"] == classes.curves[0].precision_recall.precision);
  CHECK(data["diagnosis"]["calibration"]["error"] == classes.expected_calibration_error);
  CHECK(data["diagnosis"]["calibration"]["bins"].size() == 10);
  CHECK(data["diagnosis"]["most_wrong"].size() == classes.most_wrong.size());
  CHECK(data["diagnosis"]["importance"]["columns"][0]["name"] == "x");
  CHECK(data["diagnosis"]["importance"]["score"] == diagnosis.importance.score);
}

TEST_CASE("a page of a million steps, and of many epochs, is below 5 MB and keeps the extremes") {
  const TemporaryFolder folder;
  train::FitResult result = fit(folder, "no", "yes");
  train::Recorder recorder;
  for (int i = 0; i < 1'000'000; ++i) {
    recorder.step(i == 654'321 ? 1e6 : 1.0 / (1 + i % 1000));
    if (i % 20 != 19) continue;
    recorder.epoch(
        {.held_out_loss = i == 123'459 ? 1e-9 : 0.1234567890123 + i, .metrics = {{"accuracy", 1.0 / (3 + i % 101)}}});
    recorder.weights({{"w", result.model.network.state_dict().at("wide.weight")}});
  }
  result.history = recorder.history();
  train::QuantityDiagnosis quantities;
  for (int i = 0; i < 100'000; ++i) {
    quantities.actual.push_back(std::sqrt(i));
    quantities.predicted.push_back(std::sqrt(i + 1));
  }
  const train::Diagnosis diagnosis{.of_task = quantities};
  report::write_page(folder.path + "/p.html", result, {.diagnosis = &diagnosis});
  CHECK(std::filesystem::file_size(folder.path + "/p.html") < 2'000'000);
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  CHECK(data["every"] == 50);
  CHECK(data["epochs"]["epoch"].size() < 1100);
  CHECK(data["epochs"]["epoch"].back() == 50'000);
  const auto is_there = [&](const char* column, double value) {
    for (const json& each : data["epochs"][column])
      if (each == value) return true;
    return false;
  };
  CHECK(is_there("loss", result.history.epochs[654'321 / 20].loss));
  CHECK(is_there("held_out_loss", 1e-9));
  CHECK(data["steps"]["greatest"].size() <= 1024);
  CHECK(data["weights"]["epochs"].size() <= 16);
  CHECK(data["diagnosis"]["quantities"]["rows"] == 100'000);
  CHECK(data["diagnosis"]["quantities"]["actual"].size() == 2000);
  CHECK(data["diagnosis"]["quantities"]["actual"].back() == std::sqrt(99'999));
}

TEST_CASE("what is not known is null, and a model of a quantity has no classes") {
  const TemporaryFolder folder;
  train::FitResult result = fit(folder, "1.5", "2.5");
  CHECK(result.model.target.task == data::Task::regression);
  result.history.epochs[1].held_out_loss = train::EpochRecord::kUnknown;
  report::write_page(folder.path + "/p.html", result);
  const json data = json::parse(data_in(contents(folder.path + "/p.html")));
  CHECK(data["epochs"]["held_out_loss"][1] == nullptr);
  CHECK_FALSE(data.contains("confusion"));
  CHECK(error_of([&] { report::write_page(folder.path + "/none/p.html", result); }) != "");
}

TEST_CASE("names from data cannot end the script that holds them") {
  const TemporaryFolder folder;
  const std::string first = "</script><script>alert(1)</script>", second = "<!--\xE2\x80\xA8{{page.js}}";
  const train::FitResult result = fit(folder, first, second);
  report::write_page(folder.path + "/p.html", result, {.title = "<b>" + second});
  report::write_page(folder.path + "/plain.html", fit(folder, "no", "yes"));
  const std::string page = contents(folder.path + "/p.html"), plain = contents(folder.path + "/plain.html");
  for (const char* part : {"<script", "</script", "<!--", "\xE2\x80\xA8", "<b>"}) {
    CAPTURE(part);
    CHECK(count_of(page, part) == count_of(plain, part));
  }
  const json data = json::parse(data_in(page));
  CHECK(data["title"] == "<b>" + second);
  CHECK(data["classes"] == json{second, first});
}
