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
        "predict m a.jsonl --json --out new"s, "evaluate m a.jsonl --json"s, "info m --json"s}) {
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
        std::filesystem::remove(folder.file("new"));
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
    std::filesystem::remove(folder.file("new"));
  }
  CHECK((contents(folder.file("m")) == model));
}
