// The command where there is no memory.
//
// Every allocation of each with DESCENT_EVERY_ALLOCATION (script/break-memory), else about thirty of them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <regex>
#include <string>

#include "allocation/heap.h"
#include "failing_command.h"

using namespace std::string_literals;

namespace {

std::string without_seconds(const std::string& json) {
  return std::regex_replace(json, std::regex("\"seconds\":[^,]*"), "");
}

void remove_outputs(const Folder& folder) {
  for (const char* name : {"new", "page", "log"}) std::filesystem::remove_all(folder.file(name));
}

const std::regex kCost("took [0-9.]+ s of processor time, and ([0-9.]+) MB of memory at its peak\n");

/// What --verbose says, in MB.
double peak_of(const Outcome& outcome) {
  std::smatch found;
  REQUIRE(std::regex_search(outcome.err, found, kCost));
  return std::stod(found[1]);
}

}  // namespace

TEST_CASE("a command that finds no memory says so, and leaves what was there" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Folder folder;
  folder.write("a.csv", "x,t,y\n1,a,1\n2,b,4\n3,a,9\n4,b,16\n5,c,25\n6,a,36\n");
  const std::string train = "train a.csv --target y --loss mse --hidden 4 --epochs 1 --quiet --out ";
  REQUIRE(folder.run(train + "m").status == 0);
  const std::string model = contents(folder.file("m"));
  folder.write("a.jsonl",
               "{\"x\":1,\"t\":\"a\",\"y\":1}\n{\"x\":2.5,\"t\":null,\"y\":4}\n{\"x\":3,\"t\":\"b\",\"y\":9}\n");
  for (const std::string& command :
       {train + "new", "predict m a.csv --out new"s, "evaluate m a.csv"s, "info m"s, train + "new --json",
        "predict m a.jsonl --json --out new"s, "evaluate m a.jsonl --json"s, "info m --json"s,
        train + "new --report page --log log"}) {
    CAPTURE(command);
    long count = 0;
    const Outcome whole = run_with_failing_call(folder, DESCENT_FAILING_HEAP, command, 0, false, &count);
    REQUIRE(whole.status == 0);
    REQUIRE(count > 100);
    const std::string written = contents(folder.file("new"));
    const long step = std::getenv("DESCENT_EVERY_ALLOCATION") ? 1 : count / 15;
    for (const bool goes_on : {false, true}) {
      for (long failing = 1; failing <= count; failing += step) {
        CAPTURE(failing);
        CAPTURE(goes_on);
        remove_outputs(folder);
        const Outcome outcome = run_with_failing_call(folder, DESCENT_FAILING_HEAP, command, failing, goes_on);
        CAPTURE(outcome.err);
        REQUIRE((outcome.status == 0 || outcome.status == 1));
        if (outcome.status == 0) CHECK(without_seconds(outcome.out) == without_seconds(whole.out));
        // A file is whole or not there.
        if (folder.has("new")) CHECK((contents(folder.file("new")) == written));
        for (const auto& entry : std::filesystem::directory_iterator(folder.file("")))
          CHECK_FALSE(entry.path().filename().string().starts_with(".descent-"));
      }
    }
    remove_outputs(folder);
  }
  CHECK((contents(folder.file("m")) == model));
}

TEST_CASE("--verbose says what a command took") {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  const Outcome trained = folder.run("train a.csv --target y --epochs 1 --quiet --verbose --out m");
  CHECK(trained.status == 0);
  CHECK(peak_of(trained) > 1);
  CHECK(peak_of(folder.run("predict m a.csv --verbose")) < 1000);
  CHECK(peak_of(folder.run("evaluate m a.csv --verbose")) < 1000);
  // It is said, too, of what went wrong.
  const Outcome failed = folder.run("train a.csv --target none --verbose");
  CHECK(failed.status == 1);
  CHECK(peak_of(failed) > 1);
  CHECK_FALSE(std::regex_search(folder.run("predict m a.csv").err, kCost));
}

TEST_CASE("a table that needs more memory than there is to train with is refused before the training" *
          doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Folder folder;
  std::string text = "a,b,c,y\n";
  for (int row = 0; row < 200'000; ++row)
    text += descent::concat('a', row % 250, ",b", row / 3 % 250, ",c", row / 7 % 250, ',', row % 10, '\n');
  folder.write("wide.csv", text);
  const Outcome outcome = folder.run("train wide.csv --target y --quiet --out m", "ulimit -v 500000 &&");
  CHECK(outcome.status == 1);
  const std::string begin =
      "descent: wide.csv: 200000 rows of 750 inputs take 600 MB of memory; there are 512, of which ";
  CHECK(outcome.err.find(begin) != std::string::npos);
  CHECK_FALSE(folder.has("m"));
}

TEST_CASE("of thousands of classes, predictions take memory that does not grow with the rows" *
          doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  const Folder folder;
  const auto table_of = [](int rows) {
    std::string text = "x,y\n";
    for (int row = 0; row < rows; ++row) text += descent::concat(row % 7, ",class ", row % 5000, '\n');
    return text;
  };
  folder.write("a.csv", table_of(20'000));
  folder.write("few.csv", table_of(500));
  folder.write("many.csv", table_of(3000));
  REQUIRE(folder.run("train a.csv --target y --epochs 1 --hidden none --holdout 0 --quiet --out m").status == 0);
  const auto peak_with = [&](const std::string& data) {
    const Outcome outcome = folder.run("predict m " + data + " --verbose --out /dev/null");
    REQUIRE(outcome.status == 0);
    return peak_of(outcome);
  };
  // 2,500 rows of 5,000 probabilities are 100 MB as numbers alone.
  CHECK(peak_with("many.csv") < peak_with("few.csv") + 10);
}
