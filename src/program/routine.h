// A captured step, ready to be run again on the tensors that it was captured with.
#pragma once

#include <span>
#include <vector>

#include "program/capture.h"
#include "program/runner.h"

namespace descent::program {

class Routine {
 public:
  /// `natively`: as native code, if it can be.
  Routine(Captured captured, bool natively);

  /// Whether a run would do what the step would do now: arguments and gradients have the form they had, every question
  /// the answer it had.
  bool fits(std::span<const Tensor> arguments) const;
  /// Runs the program; what the step returned, in new tensors without history.
  std::vector<Tensor> run(std::span<const Tensor> arguments);

  const Program& program() const { return runner_.program(); }

 private:
  // A tensor that a run changes, with what its storage is to be told.
  struct Change {
    int buffer;
    const char* name;
  };

  bool argument_fits(const Tensor& argument, std::size_t index) const;
  bool answers_hold(std::span<const Tensor> arguments) const;
  std::byte* given_data(const Operand& operand) const;
  void set_results();
  Tensor result_of(const Operand& operand) const;

  Captured captured_;
  Runner runner_;
  std::vector<bool> changes_;          // by argument
  std::vector<int> argument_buffers_;  // by argument
  std::vector<Tensor> made_;           // by Buffer::index: the tensors over results, during a run
  std::vector<Change> changed_;
  std::vector<Tensor> grads_;
  std::vector<const Tensor*> arguments_;  // those of a run, gradients included
};

}  // namespace descent::program
