#include "program/replayer.h"

#include <algorithm>

namespace descent::program {
namespace {

constexpr std::size_t kMostRoutines = 16;

// A step that is captured more often than its programs run is better run as it is.
constexpr std::int64_t kCapturesToJudge = 32;

}  // namespace

std::vector<Tensor> Replayer::run(std::span<const Tensor> arguments, Step step) {
  // Who watches wants to see the step's own ops.
  if (gave_up_ || apply_mode.observer) return step(arguments);
  const auto routine = std::find_if(routines_.begin(), routines_.end(),
                                    [&](const auto& candidate) { return candidate->fits(arguments); });
  if (routine == routines_.end()) return capture(arguments, step);
  if (routine != routines_.begin()) std::rotate(routines_.begin(), routine, routine + 1);
  latest_ran_ = true;
  ++runs_;
  return routines_.front()->run(arguments);
}

std::vector<Tensor> Replayer::capture(std::span<const Tensor> arguments, Step step) {
  if (refusal_ == Capture::Refusal::waits && ++captures_ > kCapturesToJudge && captures_ > runs_) {
    gave_up_ = true;
    routines_.clear();
    return step(arguments);
  }
  Capture capture(arguments, refusal_);
  std::vector<Tensor> results = step(arguments);
  latest_ran_ = false;
  try {
    auto routine = std::make_unique<Routine>(capture.finish(results));
    if (routines_.size() == kMostRoutines) routines_.pop_back();
    routines_.insert(routines_.begin(), std::move(routine));
    latest_ran_ = true;
  } catch (const Error&) {
    if (refusal_ == Capture::Refusal::throws) throw;
    gave_up_ = true;
  }
  return results;
}

}  // namespace descent::program
