// Where a walk over data is: what a training that was stopped needs to go on in the middle of an epoch.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "descent/export.h"
#include "descent/generator.h"
#include "descent/state_dict.h"

namespace descent {
namespace DESCENT_EXPORT data {

/// How many epochs of batches are over, and how many batches of the one under way were handed out. The order of an
/// epoch is not kept but drawn again, from the generator as it was when the epoch began.
class EpochPlace {
 public:
  struct Progress {
    std::int64_t position = 0;  // of the batch to be handed out next
    bool is_over = false;
  };

  /// An epoch begins, with draws from `generator` as it is now. What it has done it writes into the result, whose
  /// position says with which batch it begins.
  std::shared_ptr<Progress> begin(const Generator& generator);
  /// How many are over.
  std::int64_t epoch() const { return over_ + (latest_ && latest_->is_over ? 1 : 0); }

  /// How many batches of the epoch under way, or of the one that the next goes on with, are done.
  std::int64_t position() const { return is_under_way() ? latest_->position : resume_at_; }

  /// "epoch" and "position" (int64), and the generator's state at the beginning of the epoch under way, or now if there
  /// is none, under "generator.".
  StateDict state_dict(const Generator& generator) const;
  /// The next epoch to begin goes on where that one was. An Error that begins with `what` leaves everything as it was.
  void load_state_dict(const std::string& what, const StateDict& state, std::int64_t batches, Generator& generator);

 private:
  bool is_under_way() const { return latest_ && !latest_->is_over; }

  std::int64_t over_ = 0;  // but for the latest
  std::shared_ptr<Progress> latest_;
  Generator::State at_begin_;  // of the latest
  std::int64_t resume_at_ = 0;
};

}  // namespace data
}  // namespace descent
