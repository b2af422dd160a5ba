// A captured step, ready to be run again on the tensors that it was captured with.
#pragma once

#include <span>
#include <vector>

#include "program/capture.h"
#include "program/runner.h"

namespace descent::program {

class Routine {
 public:
  /// `natively`, `keeps_memory`: see Runner.
  Routine(Captured captured, bool natively, bool keeps_memory);

  /// Whether a run would do what the step would do now: arguments and gradients have the form they had, every question
  /// the answer it had.
  bool fits(std::span<const Tensor> arguments) const;
  /// Runs the program, which fits, up to `count` times, as long as it does; how often it did. `results` becomes what
  /// the step returned last, tensors without history that nobody else has.
  std::int64_t run(std::span<const Tensor> arguments, std::int64_t count, std::vector<Tensor>& results);

  const Program& program() const { return runner_.program(); }
  /// What it was captured as.
  const Captured& captured() const { return captured_; }
  /// Whether the number that a question is about is one of a given tensor, and 1 or more now.
  bool is_at_least_one(const Answer& answer) const {
    return program().buffers[static_cast<std::size_t>(answer.number.buffer)].kind == Buffer::Kind::given &&
           answer_to(Question::Kind::at_least, answer.number.dtype, given_data(answer.number), 1, 0);
  }

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
  bool is_free(const Tensor& made, const Slot* slot) const;
  Tensor result_of(const Operand& operand) const;

  Captured captured_;
  Runner runner_;
  std::vector<const std::byte*> asked_;  // by answer: the number, if it is a given tensor's
  std::vector<bool> changes_;            // by argument
  std::vector<int> argument_buffers_;    // by argument
  std::vector<Tensor> made_;             // by Buffer::index: the tensors over results; small ones are kept between runs
  std::vector<const Slot*> kept_in_;     // by Buffer::index: the slot whose gradient a result is
  std::vector<bool> is_set_;             // by Buffer::index: for the run that goes on
  std::vector<Tensor> grads_;
  bool runs_on_;     // a run leaves nothing that the next one would have to see
  bool asks_again_;  // a run may change an answer
  std::vector<Change> changed_;
  std::vector<const Tensor*> arguments_;  // those of a run, gradients included
};

}  // namespace descent::program
