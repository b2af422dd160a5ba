#pragma once

#include <cstddef>
#include <string>

#include "descent/train/fit.h"

namespace descent::cli {

/// The columns of the terminal that a file descriptor leads to; 80 if it leads to none.
std::size_t terminal_width(int file);
/// How wide a plot on standard output is: as that, within what can be read.
std::size_t plot_width();

/// A line of at most `width` characters about an epoch.
std::string progress_text(const train::EpochReport& report, std::size_t width);

/// Shows each epoch on standard error: as one line that is rewritten on a terminal, line by line elsewhere.
class ProgressLine {
 public:
  ProgressLine();
  /// Ends the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const train::EpochReport& report);

 private:
  bool terminal_;
  bool open_ = false;
  double shown_ = -1;
};

}  // namespace descent::cli
