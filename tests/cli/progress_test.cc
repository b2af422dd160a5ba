// What a training shows on a terminal.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "command_folder.h"
#include "screen.h"

namespace {

using Lines = std::vector<std::string>;

std::size_t characters(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// From the first line that begins so, to the end.
Lines from(const Lines& lines, const std::string& beginning) {
  return {std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.starts_with(beginning); }),
          lines.end()};
}

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Standard output goes to the file "out".
std::string training(const std::string& arguments) { return "exec '" DESCENT_CLI "' train " + arguments + " >out"; }
std::string training_on_iris(const std::string& options) {
  return training("'" + kData + "iris.csv' --target species --out m " + options);
}

bool is_plotted(const Lines& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.ends_with("o held-out"); });
}

}  // namespace

TEST_CASE("on a terminal the line of epochs fits its width") {
  const Folder folder;
  for (const unsigned short columns : {30, 60, 200}) {
    CAPTURE(columns);
    CommandInTerminal train(folder, training_on_iris("--epochs 3"), columns, 24);
    CHECK(train.finish() == 0);
    const Lines shown = train.screen.lines();
    CHECK(shown.size() > 2);
    CHECK(shown.front() == "before");
    CHECK(shown.back().starts_with("epoch 3/3"));
    CHECK(characters(shown.back()) < columns);
    CHECK(shown.back().ends_with(" left") == (columns == 200));
    CHECK(train.screen.frames().empty());
  }
}

TEST_CASE("--plot draws the loss while the training runs, and takes it away") {
  const Folder folder;
  // Its names would like to be more than text.
  std::string text = "x\x1b[31m,\xE2\x80\xAEy\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i % 7) + (i % 7 < 4 ? ",a\x07\x1b[2J\n" : ",b\xC2\x9B\n");
  folder.write("a.csv", text);
  // As wide as a plot that goes into a file.
  CommandInTerminal train(folder, training("a.csv --target '\xE2\x80\xAEy' --epochs 30 --plot --out m"), 83, 24);
  CHECK(train.finish() == 0);
  const Lines shown = train.screen.lines();
  CHECK(shown.front() == "before");
  CHECK(shown.back().starts_with("epoch 30/30  loss "));
  CHECK(from(shown, "loss").empty());
  REQUIRE_FALSE(train.screen.frames().empty());
  const Lines last = from(train.screen.frames().back(), "loss");
  REQUIRE(last.size() > 5);
  CHECK(last.back() == shown.back());
  // What is drawn at the end is what is printed below the metrics.
  Lines printed = lines_of(contents(folder.file("out")));
  printed.erase(printed.begin(), std::find(printed.begin(), printed.end(), last.front()));
  REQUIRE(printed.size() == last.size());
  CHECK(Lines(printed.begin(), printed.end() - 1) == Lines(last.begin(), last.end() - 1));
  for (const Lines& frame : train.screen.frames()) {
    // What was there before stays.
    CHECK(Lines(frame.begin(), frame.begin() + 3) == Lines(shown.begin(), shown.begin() + 3));
    CHECK(is_plotted(frame));
  }
}

TEST_CASE("where a terminal has no room for a plot it has the line of the epoch") {
  const Folder folder;
  const auto frames = [&](unsigned short columns, unsigned short rows) {
    CommandInTerminal train(folder, training_on_iris("--epochs 9 --plot"), columns, rows);
    CHECK(train.finish() == 0);
    CHECK(train.screen.lines().back().starts_with("epoch 9/9"));
    return train.screen.frames();
  };
  CHECK(frames(32, 24).empty());
  CHECK(frames(80, 9).empty());
  const auto smallest = frames(33, 10);
  REQUIRE_FALSE(smallest.empty());
  const Lines plot = from(smallest.back(), "loss");
  CHECK(plot.size() == 9);
  for (const std::string& line : plot) CHECK(characters(line) <= 30);
}

TEST_CASE("a plot outlives changes of the terminal's size, and is gone after Ctrl-C") {
  const Folder folder;
  CommandInTerminal train(folder, training_on_iris("--epochs 1000000 --plot"), 120, 50);
  const auto check_frames = [&](std::size_t from_frame, std::size_t columns) {
    for (std::size_t i = from_frame; i < train.screen.frames().size(); ++i) {
      const Lines frame = train.screen.frames()[i], plot = from(frame, "loss");
      CHECK(frame.front() == "before");
      CHECK(std::count_if(frame.begin(), frame.end(), [](const auto& line) { return line.starts_with("loss"); }) == 1);
      CHECK(plot.back().starts_with("epoch "));
      for (const std::string& line : plot) CHECK(characters(line) < columns);
    }
  };
  train.wait_for_frames(2);
  check_frames(0, 120);
  for (const unsigned short columns : {50, 140, 60}) {
    const std::size_t so_far = train.screen.frames().size();
    train.resize(columns, 50);
    // The first frame that ends may have been drawn for the size of before.
    train.wait_for_frames(so_far + 3);
    check_frames(so_far + 2, columns);
  }
  train.press_control_c();
  CHECK(train.finish() == 130);
  const Lines shown = train.screen.lines();
  CHECK(shown.front() == "before");
  CHECK(from(shown, "loss").empty());
  REQUIRE(shown.size() > 2);
  CHECK(shown[shown.size() - 2].starts_with("epoch "));
  CHECK(shown.back().starts_with("descent: stopped by SIGINT: in epoch "));
  CHECK_FALSE(is_plotted(shown));
}

TEST_CASE("a training that was stopped draws below what the shell said meanwhile" *
          doctest::skip(!kHandlersAreSignals)) {
  const Folder folder;
  CommandInTerminal train(folder, training_on_iris("--epochs 1000000 --plot"), 120, 50);
  train.wait_for_frames(1);
  train.interrupt_by("what the shell says");
  train.wait_for_frames(train.screen.frames().size() + 3);
  const Lines frame = train.screen.frames().back(), since = from(frame, "what the shell says");
  CHECK(frame.front() == "before");
  REQUIRE_FALSE(since.empty());
  CHECK(std::count_if(since.begin(), since.end(), [](const auto& line) { return line.starts_with("loss"); }) == 1);
  CHECK(since.back().starts_with("epoch "));
  train.press_control_c();
  CHECK(train.finish() == 130);
  CHECK(from(from(train.screen.lines(), "what the shell says"), "loss").empty());
}

TEST_CASE("in the background, or on a terminal that moves no cursor, nothing is drawn") {
  const Folder folder;
  const std::string train = training_on_iris("--epochs 9 --plot");
  CommandInTerminal background(folder, "set -m; (" + train + ") & wait $!", 80, 24);
  CHECK(background.finish() == 0);
  CHECK(background.screen.frames().empty());
  CHECK(from(background.screen.lines(), "epoch").empty());
  CommandInTerminal dumb(folder, "TERM=dumb; " + train, 80, 24);
  CHECK(dumb.finish() == 0);
  CHECK(dumb.screen.frames().empty());
  CHECK(from(dumb.screen.lines(), "epoch").size() == 9);
}

TEST_CASE("notes and errors stand on lines of their own") {
  const Folder folder;
  const std::string train = diverging_training(folder) + "--out m --plot ";
  CommandInTerminal fails(folder, training(train), 200, 30);
  CHECK(fails.finish() == 1);
  const Lines failed = fails.screen.lines();
  REQUIRE(failed.size() > 2);
  CHECK(failed[failed.size() - 2].starts_with("epoch "));
  CHECK(failed.back().starts_with("descent: epoch 6: the loss is not finite any more at step "));
  CHECK(from(failed, "loss").empty());
  CommandInTerminal goes_on(folder, training(train + "--on-nan back-off"), 200, 30);
  CHECK(goes_on.finish() == 0);
  const Lines gone_on = goes_on.screen.lines();
  CHECK(gone_on.back().starts_with("epoch 30/30"));
  CHECK(from(gone_on, "descent: note: epoch 6: the numbers were not finite any more; ").size() >= 2);
  CHECK(from(gone_on, "loss").empty());
}
