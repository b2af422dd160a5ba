// descent race.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "command_folder.h"

using nlohmann::json;

TEST_CASE("race prints a table and who is trapped, and writes a page") {
  const Folder folder;
  const Outcome outcome = folder.run(
      "race two_valleys --optimizer sgd:lr=0.05,momentum=0,nesterov=false --optimizer sgd:lr=0.05 --steps 200 "
      "--to 0.001 --out race.html");
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(
      outcome.out.starts_with("racer                                  steps to 0.001  seconds to 0.001  final loss\n"
                              "sgd:lr=0.05,momentum=0,nesterov=false               -                 -        2.25\n"
                              "sgd:lr=0.05                                        "));
  CHECK(outcome.out.find("\n\nsgd:lr=0.05,momentum=0,nesterov=false is trapped in the valley at -1; the deepest is "
                         "2.25 lower.\n") != std::string::npos);
  CHECK(outcome.out.find("\nsgd:lr=0.05 gets out of the valley at -1, where it began, and ") != std::string::npos);
  CHECK(outcome.out.ends_with("\nwrote race.html\n"));
  CHECK(contents(folder.file("race.html")).starts_with("<!doctype html>\n"));
}

TEST_CASE("race --json has each run, the same each time but for the seconds") {
  const Folder folder;
  const std::string words = "race rosenbrock --optimizer adam:lr=0.1,schedule=cosine --steps 30 --seeds 2 --json";
  json first = json::parse(folder.run(words).out), second = json::parse(folder.run(words).out);
  CHECK(first["track"] == "rosenbrock");
  CHECK(first["to"] == 0.01);
  json& racer = first["racers"][0];
  CHECK(racer["name"] == "adam:lr=0.1,schedule=cosine");
  CHECK(racer["lr"] == 0.1);
  CHECK(racer["schedule"] == "cosine");
  CHECK(racer["reached"] == 0);
  CHECK(racer["steps_to"] == nullptr);
  REQUIRE(racer["runs"].size() == 2);
  CHECK(racer["runs"][1]["outcome"] == "on_its_way");
  for (std::size_t seed = 0; seed < 2; ++seed) {
    racer["runs"][seed].erase("seconds");
    second["racers"][0]["runs"][seed].erase("seconds");
  }
  CHECK(first == second);
}

TEST_CASE("race runs over a table") {
  const Folder folder;
  const Outcome outcome = folder.run("race --data " + kData +
                                     "iris.csv --target species --optimizer adam --optimizer sgd:lr=1e30 --epochs 4 "
                                     "--to 1e9 --seeds 2 --json");
  CHECK(outcome.status == 0);
  const json racers = json::parse(outcome.out)["racers"];
  CHECK(racers[0]["reached"] == 2);
  CHECK(racers[0]["steps_to"] == 8);
  CHECK(racers[0]["runs"][0]["outcome"] == "over");
  CHECK(racers[1]["runs"][0]["outcome"] == "diverged");
  CHECK(racers[1]["final_loss"] == nullptr);
}

TEST_CASE("a page of a race over a table shows where the weights went") {
  const Folder folder;
  const Outcome outcome = folder.run(
      "race --data " + kData + "iris.csv --target species --optimizer adam --optimizer sgd --epochs 4 --out r.html");
  CHECK(outcome.status == 0);
  const std::string page = contents(folder.file("r.html"));
  CHECK(page.find("Where the weights went") != std::string::npos);
  CHECK(page.find("\"kind\":\"surface\"") != std::string::npos);
}

TEST_CASE("race --preset tunes a rate for each optimizer and task") {
  const Folder folder;
  const Outcome outcome =
      folder.run("race --preset time-to-target --data " + kData + " --epochs 1 --seeds 1 --json --out p.html");
  CHECK(outcome.status == 0);
  const json tasks = json::parse(outcome.out)["tasks"];
  REQUIRE(tasks.size() == 5);
  CHECK(tasks[0]["file"] == "iris.csv");
  CHECK(tasks[4]["track"] == "digit");
  for (const json& task : tasks) {
    CHECK(task["to"].is_number());
    CHECK(task["racers"].size() == 6);
    CHECK(task["racers"][0]["name"].get<std::string>().starts_with("sgd:lr="));
  }
  CHECK(folder.has("p.html"));
  CHECK(folder.run("race --preset time-to-target --data .").err.find("iris.csv: cannot be opened") !=
        std::string::npos);
}

TEST_CASE("what makes no race") {
  const Folder folder;
  const auto refuse = [&](const std::string& words, const std::string& message) {
    check_refusal(folder, "race " + words, message, 2);
  };
  refuse("--optimizer adam", "race: what to race over is missing: FUNCTION, --data or --preset");
  refuse("beale", "race: --optimizer NAME is missing; see descent race --help");
  refuse("beal --optimizer adam", "there is no function 'beal'; did you mean 'beale'?");
  refuse("beale --optimizer adm", "there is no optimizer 'adm'; did you mean 'adam'?");
  refuse("beale --optimizer adam:lr=fast", "'adam:lr=fast': lr = 'fast' is not a number");
  refuse("beale --optimizer adam --steps 0", "steps = 0 must be at least 1");
  refuse("beale --optimizer adam --epochs 2", "race: over a function --steps counts, not --epochs");
  refuse("beale --optimizer adam --target y", "race: --target is a column of --data DATA.csv");
  refuse("beale --optimizer adam --data t.csv",
         "race: FUNCTION, --data and --preset are three tracks; one can be raced over");
  refuse("--data t.csv --optimizer adam", "race: --target COLUMN is missing");
  refuse("--data t.csv --target y --steps 3 --optimizer adam", "race: over a table --epochs counts, not --steps");
  refuse("--preset time-to-target", "race: --preset wants --data FOLDER, where its tables are");
  refuse("--preset time-to-target --data . --optimizer adam", "race: --preset says who takes part; --optimizer cannot");
  refuse("--preset time-to-target --data . --to 1", "race: --preset says the losses to be reached; --to cannot");
  refuse("--preset fast --data .", "--preset: 'fast' is none of time-to-target");
  refuse("beale --optimizer adam --out -", "race: --out wants a file, not standard output");
  refuse("beale rosenbrock --optimizer adam", "race: 'rosenbrock' is one argument too many");
  refuse("beale --steps 3 --steps 4", "race: --steps is given twice");
  check_refusal(folder, "race --data nothing.csv --target y --optimizer adam",
                "nothing.csv: cannot be opened: No such file or directory");
}
