#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <utility>

#include "descent/error.h"
#include "descent/report/text_table.h"

namespace descent::cli {

namespace {

/// Whether the process was stopped (Ctrl-Z) and goes on: the shell has written since.
volatile std::sig_atomic_t was_stopped = 0;

void (*set_on_continuing(void (*action)(int)))(int) {
  struct sigaction wanted {
  }, before{};
  wanted.sa_handler = action;
  wanted.sa_flags = SA_RESTART;
  ::sigaction(SIGCONT, &wanted, &before);
  return before.sa_handler;
}

/// A terminal may echo a ^C behind the last line, which must not begin another one.
constexpr std::size_t kRoomForEcho = 2;

bool is_in_background() {
  const pid_t foreground = ::tcgetpgrp(STDERR_FILENO);
  return foreground >= 0 && foreground != ::getpgrp();
}

void cut(std::string& text, std::size_t columns) {
  while (report::text_width(text) > columns) text.pop_back();
}

}  // namespace

TerminalSize terminal_size(int file) {
  winsize size{};
  TerminalSize result;
  if (::ioctl(file, TIOCGWINSZ, &size) != 0) return result;
  if (size.ws_col > 0) result.columns = size.ws_col;
  if (size.ws_row > 0) result.rows = size.ws_row;
  return result;
}

bool Redrawn::is_possible() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && !(kind && std::string_view(kind) == "dumb");
}

Redrawn::Redrawn() : on_continuing_before_(set_on_continuing([](int) { was_stopped = 1; })) {}

Redrawn::~Redrawn() { set_on_continuing(on_continuing_before_); }

TerminalSize Redrawn::room() {
  TerminalSize size = terminal_size(STDERR_FILENO);
  size.columns -= std::min(size.columns - 1, kRoomForEcho + 1);
  return size;
}

void Redrawn::draw(std::vector<std::string> lines) {
  std::string frame = back_to_first();
  if (is_in_background()) return;
  const std::size_t columns = room().columns;
  for (std::string& line : lines) {
    cut(line, columns);
    // Over what stood there rather than after it was cleared, which would flicker.
    frame += concat(widths_.empty() ? "" : "\n", line, "\x1b[K");
    widths_.push_back(report::text_width(line));
  }
  std::cerr << frame << "\x1b[J" << std::flush;
}

void Redrawn::clear() {
  if (widths_.empty()) return;
  const std::string back = back_to_first();
  if (!is_in_background()) std::cerr << back << "\x1b[J" << std::flush;
}

std::string Redrawn::back_to_first() {
  const std::vector<std::size_t> widths = std::exchange(widths_, {});
  if (std::exchange(was_stopped, 0) != 0) return "";
  // Where the terminal has become narrower, it has broken the lines anew.
  const std::size_t columns = terminal_size(STDERR_FILENO).columns;
  std::size_t rows = 0;
  for (const std::size_t each : widths) rows += std::max<std::size_t>(1, (each + columns - 1) / columns);
  return rows > 1 ? concat("\r\x1b[", rows - 1, "A") : "\r";
}

}  // namespace descent::cli
