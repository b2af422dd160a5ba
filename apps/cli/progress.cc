#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <utility>
#include <vector>

#include "descent/report/plot.h"
#include "descent/text.h"
#include "output.h"

namespace descent::cli {

namespace {

/// None where there is no room, and before there is a line to be drawn.
std::vector<std::string> plot_lines(const train::History& history, TerminalSize room) {
  // Beside the rows of the plot: its title, axis, numbers and names, the line of the epoch, and one of before.
  constexpr std::size_t kOtherRows = 6, kLeastRows = 4, kMostRows = 12, kLeastColumns = 30, kMostColumns = 100;
  std::vector<std::string> lines;
  if (history.epochs.size() < 2 || room.rows < kOtherRows + kLeastRows || room.columns < kLeastColumns) return lines;
  std::istringstream plot(report::plot(
      history, {.width = std::min(room.columns, kMostColumns), .height = std::min(room.rows - kOtherRows, kMostRows)}));
  for (std::string line; std::getline(plot, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::size_t plot_width() { return std::clamp<std::size_t>(terminal_size(STDOUT_FILENO).columns, 40, 100); }

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

std::string progress_text(const train::EpochReport& report, std::size_t width) {
  const auto text_of = [&](auto... values) {
    char text[160];
    std::snprintf(text, sizeof text, values...);
    return std::string(text);
  };
  // From what tells most to what tells least, as many as there is room for.
  const std::string network =
      report.networks == 1 ? "" : concat("network ", report.network, '/', report.networks, "  ");
  const std::string parts[] = {
      network + text_of("epoch %*lld/%lld", static_cast<int>(std::to_string(report.epochs).size()),
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

Progress::Progress(bool plots) : plots_(plots) {
  if (Redrawn::is_possible()) drawing_.emplace();
}

Progress::~Progress() {
  if (latest_.empty()) return;
  drawing_->draw({latest_});
  std::cerr << '\n';
}

void Progress::show(const train::EpochReport& report) {
  if (!drawing_) {
    std::cerr << progress_text(report, 1000) << '\n';
    return;
  }
  // As often as anyone reads, or looks.
  const double pause = plots_ ? 0.25 : 0.1;
  const bool last = report.seconds_left <= 0;
  // With another network the time begins anew.
  if (!last && !latest_.empty() && report.seconds >= shown_ && report.seconds < shown_ + pause) return;
  shown_ = report.seconds;
  const TerminalSize room = Redrawn::room();
  latest_ = progress_text(report, room.columns);
  std::vector<std::string> lines;
  if (plots_) lines = plot_lines(*report.history, room);
  lines.push_back(latest_);
  drawing_->draw(std::move(lines));
}

void Progress::make_way() {
  if (drawing_) drawing_->clear();
}

}  // namespace descent::cli
