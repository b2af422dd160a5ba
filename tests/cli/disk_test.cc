// The command on a disk that fails at any moment.
//
// Every call of a training with DESCENT_EVERY_CALL (script/break-disk), else every seventh.
#include "io/disk.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "failing_command.h"

namespace {

namespace fs = std::filesystem;

void check_no_temporary_files(const Folder& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder.file("")))
    CHECK_FALSE(entry.path().filename().string().starts_with(".descent-"));
}

}  // namespace

TEST_CASE("whichever call on the disk fails, a training's model and checkpoints are whole" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const Folder folder;
  folder.write("a.csv", "x,t,y\n1,a,1\n2,b,4\n3,a,9\n4,b,16\n5,c,25\n6,a,36\n");
  const std::string train = "train a.csv --target y --loss mse --hidden 4 --epochs 3 --quiet";
  REQUIRE(folder.run("train a.csv --target y --quiet --epochs 1 --out earlier").status == 0);
  REQUIRE(folder.run(train + " --out whole").status == 0);
  const std::string earlier = contents(folder.file("earlier")), whole = contents(folder.file("whole"));
  long count = 0;
  REQUIRE(run_with_failing_call(folder, DESCENT_FAILING_DISK, train + " --checkpoint run --out m", 0, false, &count)
              .status == 0);
  REQUIRE(count > 20);
  CHECK((contents(folder.file("m")) == whole));
  const long step = std::getenv("DESCENT_EVERY_CALL") ? 1 : 7;
  for (const bool goes_on : {false, true}) {
    for (long failing = 1; failing <= count; failing += step) {
      CAPTURE(failing);
      CAPTURE(goes_on);
      fs::remove_all(folder.file("run"));
      folder.write("m", earlier);
      const Outcome outcome =
          run_with_failing_call(folder, DESCENT_FAILING_DISK, train + " --checkpoint run --out m", failing, goes_on);
      CAPTURE(outcome.err);
      REQUIRE((outcome.status == 0 || outcome.status == 1));
      const std::string model = contents(folder.file("m"));
      const bool is_in_place = outcome.err.find("descent: m: is in place") != std::string::npos;
      CHECK((model == (outcome.status == 0 || is_in_place ? whole : earlier)));
      if (outcome.status == 1) CHECK(outcome.err.find("No space left on device") != std::string::npos);
      check_no_temporary_files(folder);
      // What there is of checkpoints is whole: the training goes on from it, to the same end.
      const std::string go_on = fs::exists(folder.file("run")) ? " --resume run" : "";
      const Outcome resumed = folder.run(train + go_on + " --out m");
      CAPTURE(resumed.err);
      REQUIRE(resumed.status == 0);
      CHECK((contents(folder.file("m")) == whole));
    }
  }
}

TEST_CASE("whichever call on the disk fails, predictions are whole" * doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const Folder folder;
  folder.write("a.csv", "x,y\n1,1\n2,4\n3,9\n4,16\n5,25\n6,36\n");
  REQUIRE(folder.run("train a.csv --target y --loss mse --hidden 4 --epochs 1 --quiet --out m").status == 0);
  long count = 0;
  REQUIRE(run_with_failing_call(folder, DESCENT_FAILING_DISK, "predict m a.csv --out p", 0, false, &count).status == 0);
  REQUIRE(count > 4);
  const std::string whole = contents(folder.file("p"));
  for (const bool goes_on : {false, true}) {
    for (long failing = 1; failing <= count; ++failing) {
      CAPTURE(failing);
      CAPTURE(goes_on);
      folder.write("p", "precious");
      const Outcome outcome =
          run_with_failing_call(folder, DESCENT_FAILING_DISK, "predict m a.csv --out p", failing, goes_on);
      CAPTURE(outcome.err);
      REQUIRE((outcome.status == 0 || outcome.status == 1));
      const bool is_in_place = outcome.err.find("is in place") != std::string::npos;
      CHECK((contents(folder.file("p")) == (outcome.status == 0 || is_in_place ? whole : "precious")));
      check_no_temporary_files(folder);
    }
  }
}
