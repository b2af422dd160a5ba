// Signals that ask a training to end.
#pragma once

#include <string>

#include "descent/error.h"

namespace descent::cli {

/// While one lives, the first SIGINT, SIGTERM or SIGHUP only leaves word, for a training to end after its step; the
/// second ends the process at once. A signal that was ignored when the process began (nohup) stays so. There is one at
/// a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Whether there was one.
  static bool is_asked();
};

/// While one lives, a SIGINT, SIGTERM or SIGHUP that ends the process removes a file before: `path` must outlive this,
/// with its characters where they are. One at a time; beside an Interruption it does nothing.
class RemovedAtSignal {
 public:
  explicit RemovedAtSignal(const std::string& path);
  ~RemovedAtSignal();
  RemovedAtSignal(const RemovedAtSignal&) = delete;
  RemovedAtSignal& operator=(const RemovedAtSignal&) = delete;
};

/// A command that a signal ended in an orderly way: the message says what was reached.
class Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& what);

  /// 128 and the signal's number, as shells have it: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP.
  int status() const { return status_; }

 private:
  int status_;
};

/// From now on, what cannot be written is an error of the write: not the death of the process, for a pipe that nobody
/// reads (SIGPIPE) or a file that is too large (SIGXFSZ).
void make_failed_writes_errors();

}  // namespace descent::cli
