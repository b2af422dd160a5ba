// A terminal to run the built command in: what it shows, from the bytes that come.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "command_folder.h"

/// Text, ends of lines, and the movements that the command makes; anything else fails the test. A line that is too long
/// is broken, and when the width changes all are broken anew, as most terminals do.
class Screen {
 public:
  Screen(std::size_t columns, std::size_t rows) : columns_(columns), height_(rows) {}

  void write(std::string_view bytes) {
    input_ += bytes;
    while (take_one()) {
    }
  }
  void resize(std::size_t columns, std::size_t rows) {
    std::vector<Row> before = std::move(rows_);
    const std::size_t at_row = row_, at_column = column_;
    rows_.assign(1, {});
    columns_ = columns;
    height_ = rows;
    row_ = column_ = 0;
    for (std::size_t i = 0, row = 0, column = 0; i < before.size(); ++i) {
      for (std::size_t k = 0; k <= before[i].cells.size(); ++k) {
        if (i == at_row && k == at_column) row = row_, column = column_;
        if (k < before[i].cells.size()) put(before[i].cells[k]);
      }
      if (i + 1 < before.size() && !before[i].goes_on) next_row(false), column_ = 0;
      if (i + 1 == before.size()) row_ = row, column_ = column;
    }
  }

  /// All lines, those that have left the screen included; without blanks at their ends, and without empty ones at the
  /// end.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines(1);
    for (const Row& row : rows_) {
      for (const std::string& cell : row.cells) lines.back() += cell;
      if (row.goes_on) continue;
      lines.back().erase(lines.back().find_last_not_of(' ') + 1);
      lines.emplace_back();
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }
  /// What the lines were whenever the cursor was about to go up.
  const std::vector<std::vector<std::string>>& frames() const { return frames_; }

 private:
  struct Row {
    std::vector<std::string> cells = {};
    bool goes_on = false;  // in the next row, where the line was broken
  };

  bool take_one() {
    if (input_.empty()) return false;
    const auto first = static_cast<unsigned char>(input_[0]);
    if (first == '\x1b') return take_sequence();
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (input_.size() < length) return false;
    const std::string character = take(length);
    if (character == "\r") {
      column_ = 0;
    } else if (character == "\n") {
      next_row(false);
    } else {
      CAPTURE(character);
      const bool is_control = length == 1 && (first < ' ' || first == 0x7F);
      CHECK_FALSE((is_control || (first == 0xC2 && character < "\xC2\xA0") || character == "\xE2\x80\xAE"));
      put(character);
    }
    return true;
  }
  bool take_sequence() {
    const std::size_t end = input_.find_first_not_of("[0123456789", 1);
    if (end == std::string::npos) return false;
    const std::string sequence = take(end + 1);
    CAPTURE(sequence.substr(1));
    if (sequence == "\x1b[K" || sequence == "\x1b[J") {
      rows_[row_].cells.resize(std::min(rows_[row_].cells.size(), column_));
      rows_[row_].goes_on = false;
      if (sequence == "\x1b[J") std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(row_) + 1, rows_.end(), Row());
    } else {
      REQUIRE(sequence.back() == 'A');
      frames_.push_back(lines());
      const std::size_t top = rows_.size() - std::min(rows_.size(), height_);
      row_ -= std::min<std::size_t>(std::stoul(sequence.substr(2)), row_ - top);
    }
    return true;
  }
  std::string take(std::size_t length) {
    const std::string taken = input_.substr(0, length);
    input_.erase(0, length);
    return taken;
  }
  void put(const std::string& character) {
    if (column_ == columns_) next_row(true);
    Row& row = rows_[row_];
    row.cells.resize(std::max(row.cells.size(), column_ + 1), " ");
    row.cells[column_++] = character;
  }
  void next_row(bool goes_on) {
    rows_[row_].goes_on = goes_on;
    if (goes_on) column_ = 0;
    if (++row_ == rows_.size()) rows_.emplace_back();
  }

  std::size_t columns_, height_;
  std::vector<Row> rows_ = std::vector<Row>(1);
  std::size_t row_ = 0, column_ = 0;
  std::string input_;
  std::vector<std::vector<std::string>> frames_;
};

/// A line for the shell in a terminal of its own, which says "before" first.
class CommandInTerminal {
 public:
  CommandInTerminal(const Folder& folder, const std::string& command, unsigned short columns, unsigned short rows)
      : screen(columns, rows) {
    winsize size{rows, columns, 0, 0};
    termios modes = usual_modes();
    process_ = ::forkpty(&terminal_, nullptr, &modes, &size);
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      const std::string line = "cd '" + folder.file("") + "' && echo before && " + command;
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~CommandInTerminal() {
    ::close(terminal_);
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  CommandInTerminal(const CommandInTerminal&) = delete;
  CommandInTerminal& operator=(const CommandInTerminal&) = delete;

  /// Until there are so many frames.
  void wait_for_frames(std::size_t count) {
    while (screen.frames().size() < count) REQUIRE(read_some());
  }
  void resize(unsigned short columns, unsigned short rows) {
    winsize size{rows, columns, 0, 0};
    REQUIRE(::ioctl(terminal_, TIOCSWINSZ, &size) == 0);
    screen.resize(columns, rows);
  }
  void press_control_c() { REQUIRE(::write(terminal_, "\x03", 1) == 1); }
  /// Stops the command, and lets it go on when the shell has said something.
  void interrupt_by(const std::string& said) {
    REQUIRE(::kill(process_, SIGSTOP) == 0);
    int status = 0;
    REQUIRE(::waitpid(process_, &status, WUNTRACED) == process_);
    REQUIRE(WIFSTOPPED(status));
    for (pollfd end{terminal_, POLLIN, 0}; ::poll(&end, 1, 0) > 0;) REQUIRE(read_some());
    screen.write("\r\n" + said + "\r\n");
    REQUIRE(::kill(process_, SIGCONT) == 0);
  }
  /// Waits for its end: its exit status.
  int finish() {
    while (read_some()) {
    }
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  Screen screen;

 private:
  /// But that a Ctrl-C does not drop what is on its way.
  static termios usual_modes() {
    int ends[2];
    REQUIRE(::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0);
    termios modes{};
    REQUIRE(::tcgetattr(ends[1], &modes) == 0);
    for (const int end : ends) ::close(end);
    modes.c_lflag |= NOFLSH;
    return modes;
  }
  bool read_some() {
    char bytes[4096];
    const ssize_t count = ::read(terminal_, bytes, sizeof bytes);
    if (count > 0) screen.write({bytes, static_cast<std::size_t>(count)});
    return count > 0;
  }

  int terminal_ = -1;
  pid_t process_ = -1;
};
