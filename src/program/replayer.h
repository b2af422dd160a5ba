// Has a step captured while it runs, and its program run from then on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "descent/function_ref.h"
#include "program/routine.h"

namespace descent::program {

class Replayer {
 public:
  using Step = FunctionRef<std::vector<Tensor>(Inputs)>;

  /// What to do about a step that cannot be repeated: an Error, or to run it as it is, now and later.
  /// `natively`: whether programs are compiled to native code, which takes a compiler some tenths of a second.
  Replayer(Capture::Refusal refusal, bool natively) : refusal_(refusal), natively_(natively) {}

  /// Takes `count` >= 1 steps: runs the program that fits, or `step`, which is captured then. What the last returned,
  /// without history, until the next call. An Error if an argument has a history.
  std::vector<Tensor>& run(Inputs arguments, std::int64_t count, Step step);

  /// The program of the latest run, as text; empty: it ran as it is.
  std::string program() const { return latest() ? to_string(latest()->program()) : ""; }
  /// That program with what it was captured with; null: there is none.
  const Routine* latest() const { return latest_ran_ && !routines_.empty() ? routines_.front().get() : nullptr; }

 private:
  std::int64_t run_another(Inputs arguments, std::int64_t count, Step step);
  void run_step(Inputs arguments, Step step);
  std::vector<Tensor> capture(Inputs arguments, Step step);

  const Capture::Refusal refusal_;
  const bool natively_;
  std::vector<std::unique_ptr<Routine>> routines_;  // the latest first
  bool latest_ran_ = false;
  bool gave_up_ = false;
  int refusals_ = 0;  // since a capture went well
  std::int64_t captures_ = 0;
  std::int64_t runs_ = 0;
  std::vector<Tensor> results_;
};

}  // namespace descent::program
