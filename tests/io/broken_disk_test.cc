// Files on a disk that fails at any moment, and on one whose power is cut.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <iostream>
#include <set>
#include <string>

#include "descent/atomic_file.h"
#include "descent/create.h"
#include "descent/data/csv.h"
#include "descent/error.h"
#include "descent/ops.h"
#include "descent/train/checkpoint.h"
#include "descent/train/fit.h"
#include "io/disk.h"
#include "temporary_folder.h"

using namespace descent;
using namespace descent::disk;
namespace fs = std::filesystem;

namespace {

void replace_file(const std::string& path, const std::string& text) {
  AtomicFile file(path);
  file.write(std::string_view(text).substr(0, text.size() / 2));
  file.write(std::string_view(text).substr(text.size() / 2));
  file.commit();
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

/// Calls `check` with what would be left after each change that `action` makes in the folder.
void at_each_change(const std::string& folder, const std::function<void()>& action,
                    const std::function<void(const Contents&)>& check) {
  Watch watch(folder);
  watch.context = const_cast<std::function<void(const Contents&)>*>(&check);
  watch.after_change = [](const Watch::Left& left, void* context) {
    const auto& function = *static_cast<std::function<void(const Contents&)>*>(context);
    function(left.only_synced);
    function(left.names_first);
  };
  action();
}

/// A folder that holds these files.
void fill(const std::string& folder, const Contents& contents) {
  for (const auto& [name, text] : contents) {
    std::ofstream out(folder + "/" + name, std::ios::binary);
    out << text;
  }
}

}  // namespace

TEST_CASE("whichever call fails, a file is whole, and nothing is left beside it" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file", earlier(50'000, 'a'), later(70'000, 'b');
  for (const bool from_then_on : {false, true}) {
    for (const int error : {EIO, ENOSPC, EDQUOT}) {
      int refused = 0, in_place = 0;
      for (long n = 0;; ++n) {
        replace_file(path, earlier);
        REQUIRE(names_in(folder.path) == std::set<std::string>{"file"});
        std::string message;
        {
          Failing failing(n, error, from_then_on);
          try {
            replace_file(path, later);
          } catch (const Error& caught) {
            message = caught.what();
          }
        }
        const std::string found = contents(path);
        if (message.empty() ||
            message.find(": is in place, but its folder could not be made durable: ") != message.npos) {
          REQUIRE(found == later);
          in_place += message.empty() ? 0 : 1;
        } else {
          REQUIRE(message.starts_with(path + ": cannot be written: "));
          REQUIRE(found == earlier);
          ++refused;
        }
        // What could not be removed goes with the next save, above.
        if (!from_then_on) REQUIRE(names_in(folder.path).size() == 1);
        if (!has_failed()) break;
      }
      CHECK(refused >= 4);
      CHECK(in_place >= 1);
    }
  }
}

TEST_CASE("when the power is cut, one version is whole, and after a commit the new one" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file", earlier(5'000, 'a'), later(7'000, 'b');
  replace_file(path, earlier);
  int cuts = 0;
  bool is_committed = false;
  Contents last;
  at_each_change(
      folder.path, [&] { replace_file(path, later); },
      [&](const Contents& left) {
        ++cuts;
        const std::string& found = left.at("file");
        REQUIRE((found == earlier || found == later));
        last = left;
      });
  CHECK(last.at("file") == later);
  CHECK(cuts >= 12);
  static_cast<void>(is_committed);
}

TEST_CASE("when the power is cut, the last checkpoint that was acknowledged loads" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const TemporaryFolder folder;
  double value = 0;
  std::string problems;
  const train::CheckpointOptions options{.on_problem = [&](const std::string& problem) { problems += problem; }};
  train::Checkpoint checkpoint(folder.path, options);
  checkpoint.add("value", value);
  REQUIRE(checkpoint.save());
  double acknowledged = 0;
  int cuts = 0;
  for (int save = 1; save <= 4; ++save) {
    value = save;  // NOLINT(clang-analyzer-deadcode.DeadStores): the checkpoint reads it
    at_each_change(
        folder.path,
        [&] {
          REQUIRE(checkpoint.save(save == 2 ? 0.5 : 1.0));
          acknowledged = save;
        },
        [&](const Contents& left) {
          ++cuts;
          const TemporaryFolder after;
          fill(after.path, left);
          double found = -1;
          train::Checkpoint resumed(after.path, options);
          resumed.add("value", found);
          REQUIRE(resumed.resume());
          REQUIRE(found >= acknowledged);
        });
  }
  CHECK(cuts > 40);
  CHECK(problems == "");
  // The last two, and the best.
  CHECK(names_in(folder.path) == std::set<std::string>{"checkpoint-000000003.safetensors",
                                                       "checkpoint-000000004.safetensors",
                                                       "checkpoint-000000005.safetensors"});
}

TEST_CASE("when the power is cut, a training of a table goes on to the same end" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const data::Table table = data::parse_csv("x,t,y\n1,a,1\n2,b,4\n3,a,9\n4,b,16\n5,c,25\n6,a,36\n7,b,49\n8,c,64\n");
  train::FitOptions options{.hidden = {3}, .loss = "mse", .epochs = 3};
  const StateDict whole = train::fit_table(table, "y", options).model.network.state_dict();
  const TemporaryFolder folder;
  int cuts = 0;
  options.checkpoint = folder.path;
  at_each_change(
      folder.path, [&] { train::fit_table(table, "y", options); },
      [&](const Contents& left) {
        if (++cuts % 3 != 0) return;
        const TemporaryFolder after;
        fill(after.path, left);
        train::FitOptions rest = options;
        rest.checkpoint = after.path;
        rest.resume = true;
        const StateDict end = train::fit_table(table, "y", rest).model.network.state_dict();
        for (const auto& [name, tensor] : whole) REQUIRE(equal(end.at(name), tensor));
      });
  CHECK(cuts > 40);
}

TEST_CASE("a checkpoint that cannot be saved is told, and the earlier ones stay" *
          doctest::skip(!DESCENT_OWNS_THE_DISK)) {
  const TemporaryFolder folder;
  double value = 1;
  std::string problem;
  train::Checkpoint checkpoint(folder.path, {.on_problem = [&](const std::string& text) { problem = text; }});
  checkpoint.add("value", value);
  REQUIRE(checkpoint.save());
  for (long n = 0;; ++n) {
    value = 2;
    bool saved;
    {
      Failing failing(n, ENOSPC, true);
      problem.clear();
      saved = checkpoint.save();
    }
    if (!has_failed()) break;
    REQUIRE((saved || !problem.empty()));
    double found = 0;
    train::Checkpoint resumed(folder.path);
    resumed.add("value", found);
    REQUIRE(resumed.resume());
    REQUIRE(found == (saved ? 2 : found));
    REQUIRE((found == 1 || found == 2));
    value = 1;  // NOLINT(clang-analyzer-deadcode.DeadStores): the checkpoint reads it
    REQUIRE(checkpoint.save());
  }
  CHECK(value == 2);
}

TEST_CASE("no temporary file outlives an orderly exit, nor for long a killed process") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/file";
  const auto in_child = [&](auto end) {
    std::cout << std::flush;
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      AtomicFile file(path);
      file.write("half");
      end();
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
  };
  in_child([] { std::exit(0); });
  CHECK(names_in(folder.path).empty());
  in_child([] { raise(SIGKILL); });
  CHECK(names_in(folder.path).size() == 1);
  {
    // One that is being written stays.
    AtomicFile written(path);
    CHECK(names_in(folder.path).size() == 1);
    AtomicFile(folder.path + "/other").commit();
    CHECK(names_in(folder.path).size() == 2);
    written.write("whole");
    written.commit();
  }
  CHECK(contents(path) == "whole");
  CHECK(names_in(folder.path) == std::set<std::string>{"file", "other"});
  // A child leaves its parent's alone.
  AtomicFile mine(path);
  std::cout << std::flush;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) std::exit(0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  mine.write("mine");
  mine.commit();
  CHECK(contents(path) == "mine");
}

TEST_CASE("a name as long as names may be") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/" + std::string(255, 'n');
  replace_file(path, "text");
  CHECK(contents(path) == "text");
  CHECK_THROWS_WITH_AS(AtomicFile(path + "n"), (path + "n: cannot be written: File name too long").c_str(), Error);
}
