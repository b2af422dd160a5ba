#include "progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "output.h"

namespace descent::cli {

namespace {

/// "12 s", "3:05 min", "1:02:03 h".
std::string format_time(double seconds) {
  const auto s = static_cast<long long>(std::ceil(seconds));
  char text[40];
  if (s < 60)
    std::snprintf(text, sizeof text, "%lld s", s);
  else if (s < 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld min", s / 60, s % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld h", s / 3600, s / 60 % 60, s % 60);
  return text;
}

}  // namespace

std::size_t terminal_width(int file) {
  winsize size{};
  return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::size_t plot_width() { return std::clamp<std::size_t>(terminal_width(STDOUT_FILENO), 40, 100); }

std::string progress_text(const train::EpochReport& report, std::size_t width) {
  const auto text_of = [&](auto... values) {
    char text[160];
    std::snprintf(text, sizeof text, values...);
    return std::string(text);
  };
  // From what tells most to what tells least, as many as there is room for.
  const std::string parts[] = {
      text_of("epoch %*lld/%lld", static_cast<int>(std::to_string(report.epochs).size()),
              static_cast<long long>(report.epoch), static_cast<long long>(report.epochs)),
      text_of("  loss %-9.4g", report.loss), text_of(" %s %s", report.part, headline(report.metrics).c_str()),
      text_of("  rate %.2e", report.lr), text_of("  %s left", format_time(report.seconds_left).c_str())};
  std::string line;
  for (const std::string& part : parts) {
    if (line.size() + part.size() > width) break;
    line += part;
  }
  return line.empty() ? parts[0].substr(0, width) : line;
}

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (open_) std::cerr << '\n';
}

void ProgressLine::show(const train::EpochReport& report) {
  // Ten times a second is as fast as anyone reads.
  const bool last = report.seconds_left <= 0;
  if (terminal_ && !last && report.seconds - shown_ < 0.1 && shown_ >= 0) return;
  shown_ = report.seconds;
  // Back to the first column, the line, and the rest of what stood there cleared.
  if (terminal_)
    std::cerr << '\r' << progress_text(report, terminal_width(STDERR_FILENO) - 1) << "\x1b[K" << std::flush;
  else
    std::cerr << progress_text(report, 1000) << '\n';
  open_ = terminal_;
}

}  // namespace descent::cli
