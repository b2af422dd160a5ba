#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "descent/train/fit.h"
#include "terminal.h"

namespace descent::cli {

/// How wide a plot on standard output is: as that, within what can be read.
std::size_t plot_width();

/// "12 s", "3:05 min", "1:02:03 h".
std::string format_time(double seconds);

/// A line of at most `width` characters about an epoch.
std::string progress_text(const train::EpochReport& report, std::size_t width);

/// Shows each epoch on standard error: on a terminal as one line that is drawn again and again, with `plots` below the
/// loss over the epochs, where there is room; line by line elsewhere.
class Progress {
 public:
  explicit Progress(bool plots);
  /// Leaves the latest line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const train::EpochReport& report);
  /// To be called before something else is written there.
  void make_way();

 private:
  bool plots_;
  std::optional<Redrawn> drawing_ = std::nullopt;  // on a terminal
  std::string latest_ = {};                        // on a terminal
  double shown_ = 0;
};

}  // namespace descent::cli
