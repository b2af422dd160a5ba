#pragma once

#include "descent/train/fit.h"

namespace descent::cli {

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
