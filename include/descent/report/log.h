#pragma once

#include <string>

#include "descent/report/event_file.h"
#include "descent/train/fit.h"
#include "descent/train/history.h"

namespace descent {
namespace DESCENT_EXPORT report {

/// A folder with all that is known of a training: while it runs an event file, which TensorBoard shows as it grows, and
/// at its end the files of history_file.h, "epochs.csv", "steps.csv" and "history.jsonl".
///
/// The tags of the event file are "loss/training", "loss/held-out", "metrics/NAME", "rate" and "gradient norm", of
/// which TensorBoard's step is the epoch, and "steps/loss" and "steps/rate", at the last step of each bucket.
class Log {
 public:
  /// An Error if the folder holds a log already, or cannot be written.
  explicit Log(std::string folder);
  /// The same Error before there is a log, as far as it can be foreseen: for programs that do something else first.
  static void check(const std::string& folder);

  /// An epoch is over.
  void epoch(const train::EpochRecord& record);
  /// The training is over. Call one of these, once. That of a result adds how the model came about, as the file
  /// "configuration.json", an object of texts, and as the text "configuration", and histograms of its weights,
  /// "weights/NAME", at the end and at the epochs that the history has.
  void finish(const train::History& history);
  void finish(const train::FitResult& result);

  /// To write further events to, such as histograms of weights.
  EventFile& events() { return events_; }

 private:
  std::string folder_;
  EventFile events_;
};

}  // namespace report
}  // namespace descent
