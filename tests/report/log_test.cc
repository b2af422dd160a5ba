#include "descent/report/log.h"

#include <doctest/doctest.h>

#include <limits>
#include <map>
#include <string>

#include "descent/create.h"
#include "descent/report/history_file.h"
#include "error_of.h"
#include "temporary_folder.h"

using namespace descent;
using train::History;

namespace {

History small_history() {
  History history;
  for (const double loss : {4.0, 2.0, 1.0, std::numeric_limits<double>::infinity()}) history.loss.add(loss);
  history.epochs = {
      {.epoch = 1, .step = 2, .loss = 3, .held_out_loss = 3.5, .seconds = 0.25, .metrics = {{"a,b", 0.5}}},
      {.epoch = 2, .step = 4, .loss = 0.1, .lr = 1e-5, .gradient_norm = 2, .seconds = 0.5}};
  return history;
}

/// The only event file in a folder.
std::string events_in(const std::string& folder) {
  std::string path;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("events.out.tfevents.")) continue;
    CHECK(path == "");
    path = entry.path();
  }
  return contents(path);
}

}  // namespace

TEST_CASE("a history as CSV") {
  const TemporaryFolder folder;
  report::write_csv(folder.path + "/e.csv", small_history());
  CHECK(contents(folder.path + "/e.csv") ==
        "epoch,step,loss,held_out_loss,lr,gradient_norm,seconds,\"a,b\"\n"
        "1,2,3,3.5,,,0.25,0.5\n"
        "2,4,0.1,,1e-05,2,0.5,\n");
  report::write_steps_csv(folder.path + "/s.csv", small_history());
  CHECK(contents(folder.path + "/s.csv") ==
        "first_step,steps,loss,least_loss,greatest_loss,lr\n"
        "0,1,4,4,4,\n1,1,2,2,2,\n2,1,1,1,1,\n3,1,inf,inf,inf,\n");
}

TEST_CASE("a history as JSON lines") {
  const TemporaryFolder folder;
  report::write_json_lines(folder.path + "/h.jsonl", small_history());
  const std::string text = contents(folder.path + "/h.jsonl");
  CHECK(
      text.starts_with("{\"epoch\":1,\"step\":2,\"loss\":3.0,\"held_out_loss\":3.5,\"lr\":null,\"gradient_norm\":null,"
                       "\"seconds\":0.25,\"metrics\":{\"a,b\":0.5}}\n{\"epoch\":2,"));
  CHECK(
      text.ends_with("{\"first_step\":3,\"steps\":1,\"loss\":null,\"least_loss\":null,\"greatest_loss\":null,"
                     "\"lr\":null}\n"));
}

TEST_CASE("a history that cannot be written") {
  CHECK(error_of([] { report::write_csv("/dev/null/x.csv", small_history()); }).starts_with("/dev/null/x.csv: "));
  CHECK(error_of([] { report::Log("/dev/null/log"); }) == "/dev/null/log: cannot be made: /dev/null is no folder");
}

TEST_CASE("an event file begins with its version, in a record whose checksums are TensorFlow's") {
  const TemporaryFolder folder;
  { report::EventFile(folder.path); }
  const std::string events = events_in(folder.path);
  // The message: wall time, step 0, file_version; that the checksums are right, TensorBoard says (check_events.py).
  REQUIRE(events.size() == 8 + 4 + 26 + 4);
  CHECK(events.substr(0, 12) == std::string("\x1a\0\0\0\0\0\0\0", 8) + events.substr(8, 4));
  CHECK(events.substr(12, 1) == "\x09");
  CHECK(events.substr(21, 17) == std::string("\x10\0\x1a\x0d"
                                             "brain.Event:2",
                                             17));
}

TEST_CASE("each event file of a folder is another") {
  const TemporaryFolder folder;
  const report::EventFile one(folder.path), other(folder.path);
  CHECK(one.path() != other.path());
}

TEST_CASE("a log grows while the training runs, and has all of it at the end") {
  const TemporaryFolder folder;
  const std::string path = folder.path + "/runs/first";
  const History history = small_history();
  report::Log log(path);
  const std::size_t before = events_in(path).size();
  log.epoch(history.epochs[0]);
  const std::string events = events_in(path);
  CHECK(events.size() > before);
  CHECK(events.find("loss/held-out") != std::string::npos);
  CHECK(events.find("gradient norm") == std::string::npos);  // not known
  log.epoch(history.epochs[1]);
  log.finish(history);
  CHECK(events_in(path).find("gradient norm") != std::string::npos);
  CHECK(contents(path + "/epochs.csv").starts_with("epoch,step,"));
  CHECK(contents(path + "/steps.csv").starts_with("first_step,"));
  CHECK(contents(path + "/history.jsonl").starts_with("{\"epoch\":1,"));

  const std::string name = std::filesystem::path(log.events().path()).filename();
  CHECK(error_of([&] { report::Log{path}; }) ==
        path + ": holds the log of an earlier training, " + name + "; name another folder");
}

TEST_CASE("a histogram leaves out what is not finite") {
  const TemporaryFolder folder;
  report::EventFile file(folder.path);
  const std::size_t before = std::filesystem::file_size(file.path());
  file.histogram("none", 1, full({3}, std::numeric_limits<double>::infinity()));
  file.flush();
  CHECK(std::filesystem::file_size(file.path()) == before);
  file.histogram("one", 1, tensor({2.0, 2.0, std::numeric_limits<double>::quiet_NaN()}));
  file.flush();
  // One bucket: its limit 2 holds two elements.
  const std::string events = contents(file.path());
  const double limit = 2;
  const std::string number(reinterpret_cast<const char*>(&limit), sizeof limit);
  CHECK(events.find("\x32\x08" + number + "\x3a\x08" + number) != std::string::npos);
}
