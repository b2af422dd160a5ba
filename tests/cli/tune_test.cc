// descent tune, as its user meets it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "running_command.h"

namespace {

using nlohmann::json;

const std::string kTune = "tune '" + kData + "iris.csv' --target species ";

/// What stands behind "to train it again: descent ".
std::string command_in(const std::string& out) {
  const std::string before = "to train it again: descent ";
  const std::size_t start = out.find(before);
  REQUIRE(start != std::string::npos);
  return out.substr(start + before.size(), out.find('\n', start) - start - before.size());
}

}  // namespace

TEST_CASE("tune saves the model that the command it prints trains") {
  const Folder folder;
  // A rate that is far too low, so that others are better.
  const std::string given =
      "--optimizer sgd:momentum=0,nesterov=false --epochs 9 --seed 2 --ignore 'petal length (cm)' ";
  const Outcome outcome = folder.run(kTune + given + "--trials 5 --out tuned");
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err ==
        "classification, since 'species' holds text\n"
        "120 rows to train, 30 held out to measure\n");
  CHECK(outcome.out.find("5 choices tried, 2 for a third of the epochs, 1 for all\n") == 0);
  CHECK(outcome.out.find("\n(the defaults)") != std::string::npos);
  CHECK(outcome.out.find("\n30 rows held out:\n") != std::string::npos);
  CHECK(outcome.out.ends_with("\nsaved tuned\n"));

  const std::string command = command_in(outcome.out);
  CHECK(command.find(
            "--optimizer sgd:momentum=0,nesterov=false --epochs 9 --seed 2 --ignore 'petal length (cm)' --out tuned") !=
        std::string::npos);
  CHECK(command.find("--trials") == std::string::npos);
  const std::string tuned = contents(folder.file("tuned"));
  const Outcome again = folder.run(command + " --quiet");
  REQUIRE(again.status == 0);
  CHECK((contents(folder.file("tuned")) == tuned));
  CHECK(outcome.out.find(again.out.substr(0, again.out.find("saved"))) != std::string::npos);
}

TEST_CASE("tune --json") {
  const Folder folder;
  const Outcome outcome = folder.run(kTune + "--epochs 3 --trials 4 --lr 0.01 --json --quiet");
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(folder.has("iris.safetensors"));
  const json result = json::parse(outcome.out);
  CHECK(result["model"] == "iris.safetensors");
  CHECK(result["rows"] == 30);
  CHECK(result["search_stopped"] == false);
  REQUIRE(result["trials"].size() == 5);
  const json& defaults = result["trials"][0];
  CHECK(defaults["options"] == json::object());
  CHECK(defaults["rungs"] == 3);
  CHECK(defaults["epochs"] == 3);
  for (const json& trial : result["trials"]) {
    CHECK(trial["loss"].is_number());
    CHECK_FALSE(trial["options"].contains("lr"));
    if (trial["rungs"] == 3) CHECK(result["trials"][result["best_trial"].get<int>()]["loss"] <= trial["loss"]);
  }
  CHECK(result["command"].get<std::string>().find(" --epochs 3 --lr 0.01") != std::string::npos);
}

TEST_CASE("tune says what makes no sense") {
  const Folder folder;
  check_refusal(folder, "tune a.csv", "tune: --target COLUMN is missing; see descent tune --help", 2);
  check_refusal(folder, kTune + "--time 5s --trials 3", "tune: --time and --trials both say when to end; one can", 2);
  check_refusal(folder, kTune + "--trials 0", "trials = 0 must be at least 1 and at most 10000", 2);
  check_refusal(folder, kTune + "--time 0s", "time = 0 must be above 0", 2);
  check_refusal(folder, kTune + "--lr 0", "lr = 0 must be above 0", 2);
  check_refusal(folder, kTune + "--n-trials 3", "tune: there is no option '--n-trials'; here it is '--trials'", 2);
  check_refusal(folder, kTune + "--timeout 3", "tune: there is no option '--timeout'; here it is '--time'", 2);
  check_refusal(folder, kTune + "--json --out -", "tune: --json and --out - both want standard output", 2);
}

TEST_CASE("a signal ends a search with the best so far") {
  const Folder folder;
  RunningCommand search(folder,
                        {"tune", kData + "iris.csv", "--target", "species", "--epochs", "100000000", "--out", "m"});
  search.wait_for("held out to measure");
  search.send(SIGINT);
  CHECK(search.finish() == 130);
  CHECK(search.err().ends_with("descent: stopped by SIGINT: after 1 trial; the best so far is saved\n"));
  CHECK(folder.run("info m").status == 0);
}
