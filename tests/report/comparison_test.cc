#include "descent/report/comparison.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "descent/report/history_file.h"
#include "descent/report/log.h"
#include "error_of.h"
#include "page_parts.h"
#include "temporary_folder.h"

using namespace descent;
using nlohmann::json;

namespace {

report::Run run_of(const std::string& name, const std::vector<double>& losses) {
  report::Run run{.name = name};
  for (const double loss : losses) {
    run.history.loss.add(loss);
    run.history.lr.add(0.5);
    run.history.epochs.push_back({.epoch = static_cast<std::int64_t>(run.history.epochs.size()) + 1,
                                  .loss = loss,
                                  .seconds = 2,
                                  .metrics = {{"accuracy", 1 / loss}}});
  }
  return run;
}

const report::ComparedNumber& number_of(const std::vector<report::ComparedNumber>& numbers, const std::string& name) {
  for (const report::ComparedNumber& number : numbers)
    if (number.name == name) return number;
  FAIL("there is no " << name);
  return numbers.front();
}

}  // namespace

TEST_CASE("a history is read from JSON lines as it was written") {
  const TemporaryFolder folder;
  train::History history = run_of("", {4, 2, 1}).history;
  for (int i = 0; i < 5000; ++i) history.loss.add(i == 3000 ? std::nan("") : i % 7);
  history.epochs[1].held_out_loss = 2.5;
  history.epochs[2].metrics = {};
  report::write_json_lines(folder.path + "/h.jsonl", history);
  const train::History read = report::read_json_lines(folder.path + "/h.jsonl");
  REQUIRE(read.epochs.size() == 3);
  CHECK(read.epochs[1].held_out_loss == 2.5);
  CHECK(std::isnan(read.epochs[0].held_out_loss));
  CHECK(read.epochs[0].metrics == history.epochs[0].metrics);
  CHECK(read.epochs[2].metrics.empty());
  CHECK(read.loss.steps() == 5003);
  CHECK(read.loss.width() == history.loss.width());
  CHECK(read.loss.buckets()[3].greatest == history.loss.buckets()[3].greatest);
  CHECK(read.lr.steps() == 0);  // of other steps than the loss

  using namespace std::string_literals;
  for (const auto& [line, what] :
       {std::pair{"{"s, "is not JSON"s},
        {"[]", "is no line of a history: 'lr' is missing"},
        {"{\"epoch\":1}", "is no line of a history: 'step' is missing"},
        {"{\"epoch\":\"1\"}", "is no line of a history: 'epoch' is no whole number"},
        {"{\"first_step\":0,\"steps\":1,\"lr\":\"1\"}", "is no line of a history: 'lr' is no number"}}) {
    std::ofstream(folder.path + "/bad.jsonl") << "{\"first_step\":0,\"steps\":1,\"loss\":1,\"least_loss\":1,"
                                              << "\"greatest_loss\":1,\"lr\":null}\n"
                                              << line << '\n';
    CHECK(error_of([&] { report::read_json_lines(folder.path + "/bad.jsonl"); }) ==
          folder.path + "/bad.jsonl:2: " + what);
  }
  std::ofstream(folder.path + "/bad.jsonl") << "{\"first_step\":0,\"steps\":-3,\"loss\":1,\"least_loss\":1,"
                                            << "\"greatest_loss\":1,\"lr\":null}\n";
  CHECK(error_of([&] { report::read_json_lines(folder.path + "/bad.jsonl"); }) ==
        folder.path + "/bad.jsonl: Curve: load_state_dict: bucket 0 has -3 steps, where the width is 1");
}

TEST_CASE("a run is read from its log, and what is no log is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/run";
  {
    report::Log log(path);
    CHECK(error_of([&] { report::read_run(path); }) ==
          path + ": holds the log of a training that did not come to its end; history.jsonl is missing");
    log.finish(run_of("", {4, 2}).history);
  }
  CHECK(report::read_run(path).history.epochs[1].loss == 2);
  CHECK(report::read_run(path).name == path);
  CHECK(report::read_run(path).configuration.empty());
  std::ofstream(path + "/configuration.json") << "{\"rate\": \"0.1\"}";
  CHECK(report::read_run(path).configuration == std::vector<std::pair<std::string, std::string>>{{"rate", "0.1"}});
  std::ofstream(path + "/configuration.json") << "{\"rate\": 1}";
  CHECK(error_of([&] { report::read_run(path); }) == path + "/configuration.json: 'rate' is no text");
  std::ofstream(path + "/configuration.json") << "[]";
  CHECK(error_of([&] { report::read_run(path); }) == path + "/configuration.json: is no object of options");
  CHECK(error_of([&] { report::read_run(folder.path); }) == folder.path + ": holds no log: history.jsonl is missing");
  CHECK(error_of([&] { report::read_run(path + "/no"); }) == path + "/no: there is no such folder");
  CHECK(error_of([&] { report::read_run(path + "/steps.csv"); }) ==
        path + "/steps.csv: is no folder with a log; a model keeps no history, train with --log FOLDER");
}

TEST_CASE("runs are compared by their numbers and the options that differ") {
  std::vector<report::Run> runs = {run_of("first", {4, 1, 2}), run_of("\x1b[31msecond", {8, 4})};
  runs[0].configuration = {{"optimizer", "sgd"}, {"rate", "0.1"}, {"seconds", "1"}};
  runs[1].configuration = {{"optimizer", "sgd"}, {"rate", "0.2"}, {"seconds", "2"}, {"momentum", "0.9"}};
  runs[1].history.epochs[0].metrics.emplace_back("rmse", 3);
  const auto numbers = report::compare_numbers(runs);
  CHECK(number_of(numbers, "epochs").values == std::vector<double>{3, 2});
  CHECK(number_of(numbers, "training loss at the end").values == std::vector<double>{2, 4});
  CHECK(number_of(numbers, "least training loss").values == std::vector<double>{1, 4});
  CHECK(number_of(numbers, "greatest accuracy").values == std::vector<double>{1, 0.25});
  CHECK(std::isnan(number_of(numbers, "least rmse").values[0]));
  CHECK(number_of(numbers, "least rmse").values[1] == 3);
  for (const report::ComparedNumber& number : numbers) CHECK(number.name.find("held-out") == std::string::npos);

  const auto options = report::compare_options(runs);
  REQUIRE(options.size() == 2);
  CHECK(options[0].name == "rate");
  CHECK(options[0].values == std::vector<std::string>{"0.1", "0.2"});
  CHECK(options[1].values == std::vector<std::string>{"", "0.9"});

  const std::string text = report::comparison(runs);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\nleast training loss           1               4\n") != std::string::npos);
  CHECK(text.ends_with("\nmomentum                      -             0.9\n"));
}

TEST_CASE("a comparison as a page") {
  const TemporaryFolder folder;
  const std::string hostile = "</script><script>alert(1)</script>";
  report::write_comparison(folder.path + "/c.html", {run_of(hostile, {4, 2}), run_of("b", {8})}, "A title");
  const std::string page = contents(folder.path + "/c.html");
  CHECK(page.find(hostile) == std::string::npos);
  const json data = json::parse(data_in(page));
  CHECK(data["title"] == "A title");
  CHECK(data["runs"][0]["name"] == hostile);
  CHECK(data["runs"][0]["epochs"]["loss"] == json{4, 2});
  CHECK(data["runs"][1]["steps"]["loss"] == json{8});
  CHECK(data["numbers"][0] == json{{"name", "epochs"}, {"values", {2, 1}}});
  CHECK(data["options"] == json::array());
}
