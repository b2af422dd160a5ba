// What the command draws and logs.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "command_folder.h"

TEST_CASE("--plot draws the loss below the metrics, in plain lines") {
  const Folder folder;
  const Outcome outcome = folder.run("train " + kData + "iris.csv --target species --epochs 20 --quiet --plot");
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(outcome.out.find("\nloss\n") != std::string::npos);
  CHECK(outcome.out.find(" epoch ") != std::string::npos);
  CHECK(outcome.out.find("⠒⠒ training   o held-out\nsaved iris.safetensors\n") != std::string::npos);
  CHECK(outcome.out.find('\x1b') == std::string::npos);
  check_refusal(folder, "train " + kData + "iris.csv --target species --json --plot",
                "train: --json and --plot both want standard output", 2);
}

TEST_CASE("--log leaves a folder of what happened, under --quiet too, and overwrites none") {
  const Folder folder;
  const std::string train = "train " + kData + "iris.csv --target species --epochs 5 --quiet --log runs/1 --out m";
  REQUIRE(folder.run(train).status == 0);
  const std::string epochs = contents(folder.file("runs/1/epochs.csv"));
  CHECK(epochs.starts_with("epoch,step,loss,held_out_loss,lr,gradient_norm,seconds,accuracy,f1_macro\n1,8,"));
  CHECK(count_lines(epochs) == 6);
  CHECK(count_lines(contents(folder.file("runs/1/steps.csv"))) == 41);
  const std::string lines = contents(folder.file("runs/1/history.jsonl"));
  CHECK(count_lines(lines) == 45);
  CHECK(nlohmann::json::parse(lines.substr(0, lines.find('\n')))["metrics"]["accuracy"].is_number());

  const Outcome again = folder.run(train);
  CHECK(again.status == 1);
  CHECK(again.err.starts_with("descent: runs/1: holds the log of an earlier training, events.out.tfevents."));
  CHECK(contents(folder.file("runs/1/epochs.csv")) == epochs);
  // Before the folds are measured, and before the table is read.
  const Outcome folds = folder.run("train nothing.csv --target y --folds 3 --log runs/1");
  CHECK(folds.status == 1);
  CHECK(folds.err.starts_with("descent: runs/1: holds the log of an earlier training, events.out.tfevents."));
  check_refusal(folder, "train nothing.csv --target y --log m/log", "m/log: cannot be made: m is no folder");
  check_refusal(folder, "train nothing.csv --target y --log runs/2",
                "nothing.csv: cannot be opened: No such file or directory");
  CHECK_FALSE(folder.has("runs/2"));
}

TEST_CASE("--report writes a page, and is found to be writable before the training") {
  const Folder folder;
  const std::string train = "train " + kData + "iris.csv --target species --epochs 3 --quiet --out m --report ";
  CHECK(folder.run(train + "run.html").status == 0);
  const std::string page = contents(folder.file("run.html"));
  CHECK(page.starts_with("<!doctype html>\n"));
  CHECK(page.find("\"classes\":[\"setosa\",\"versicolor\",\"virginica\"]") != std::string::npos);
  CHECK(page.find("[\"command\",\"descent train ") != std::string::npos);
  CHECK(folder.run(train + "none/run.html").status == 1);
  check_refusal(folder, train + "-", "train: --report wants a file, not standard output", 2);
}

TEST_CASE("report compares trainings by their logs") {
  const Folder folder;
  const std::string train = "train " + kData + "iris.csv --target species --quiet --out m --epochs ";
  REQUIRE(folder.run(train + "4 --log a").status == 0);
  REQUIRE(folder.run(train + "3 --log b --optimizer sgd --hidden none").status == 0);
  const Outcome outcome = folder.run("report a b --out compared.html");
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(outcome.out.find("\nepochs ") != std::string::npos);
  CHECK(outcome.out.find("\nnetwork ") != std::string::npos);
  CHECK(outcome.out.find(" linear\noptimizer ") != std::string::npos);
  CHECK(outcome.out.ends_with("\nsaved compared.html\n"));
  CHECK(contents(folder.file("compared.html")).starts_with("<!doctype html>\n"));
  CHECK(folder.run("report a").out.find("saved") == std::string::npos);
  check_refusal(folder, "report a c", "c: there is no such folder");
  check_refusal(folder, "report m", "m: is no folder with a log; a model keeps no history, train with --log FOLDER");
  check_refusal(folder, "report", "report: LOG is missing; see descent report --help", 2);
  check_refusal(folder, "report a --out -", "report: --out wants a file, not standard output", 2);
  CHECK(folder.run("completion zsh").out.find("'*:LOG:_files'") != std::string::npos);
}

TEST_CASE("show draws schedules, losses and optimizers by name") {
  const Folder folder;
  const Outcome cosine = folder.run("show cosine");
  CHECK(cosine.status == 0);
  CHECK(cosine.out.starts_with("cosine: the learning rate, of 1\n        1 ┤⠉⠉"));
  CHECK(folder.run("show huber:delta=0.5").out.starts_with("huber:delta=0.5: the loss of a row\n1.375 ┤"));
  CHECK(folder.run("show adam").out.starts_with("adam: 100 steps over (x^2 + 10 y^2) / 2 at rate 0.5, from 28 to "));
  CHECK(folder.run("show --help").out.find("warmup_cosine") != std::string::npos);
  check_refusal(folder, "show cosin", "there is no schedule, loss or optimizer 'cosin'; did you mean 'cosine'?", 2);
}
