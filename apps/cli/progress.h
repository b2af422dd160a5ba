#pragma once

#include "descent/train/fit.h"

namespace descent::cli {

/// Shows each epoch on standard error: as one line that is rewritten on a terminal, line by line elsewhere.
class Progress {
 public:
  Progress();
  /// Ends the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const train::EpochReport& report);

 private:
  bool terminal_;
  bool open_ = false;
  double shown_ = -1;
};

}  // namespace descent::cli
