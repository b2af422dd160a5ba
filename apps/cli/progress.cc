#include "progress.h"

#include <unistd.h>

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

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (open_) std::cerr << '\n';
}

void ProgressLine::show(const train::EpochReport& report) {
  // Ten times a second is as fast as anyone reads.
  const bool last = report.seconds_left <= 0;
  if (terminal_ && !last && report.seconds - shown_ < 0.1 && shown_ >= 0) return;
  shown_ = report.seconds;
  char text[160];
  std::snprintf(text, sizeof text, "epoch %*lld/%lld  loss %-9.4g %s %s  rate %.2e  %s left",
                static_cast<int>(std::to_string(report.epochs).size()), static_cast<long long>(report.epoch),
                static_cast<long long>(report.epochs), report.loss, report.part, headline(report.metrics).c_str(),
                report.lr, format_time(report.seconds_left).c_str());
  // Back to the first column, the line, and the rest of what stood there cleared.
  if (terminal_)
    std::cerr << '\r' << text << "\x1b[K" << std::flush;
  else
    std::cerr << text << '\n';
  open_ = terminal_;
}

}  // namespace descent::cli
