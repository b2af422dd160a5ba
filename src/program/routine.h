// A captured step, ready to be run again on the tensors that it was captured with.
#pragma once

#include <vector>

#include "program/capture.h"
#include "program/runner.h"

namespace descent::program {

class Routine {
 public:
  /// `natively`, `keeps_memory`: see Runner.
  Routine(Captured captured, bool natively, bool keeps_memory);

  /// Runs the program up to `count` times, as long as it does what the step would do: arguments and gradients have the
  /// form they had, every question the answer it had. How often it did; if at all, `results` becomes what the step
  /// returned last, tensors without history that nobody else has.
  std::int64_t run(Inputs arguments, std::int64_t count, std::vector<Tensor>& results);

  const Program& program() const { return runner_.program(); }
  /// What it was captured as.
  const Captured& captured() const { return captured_; }
  /// Whether the number that a question is about is one of a given tensor, and is now no less than what it is compared
  /// with.
  bool is_past(const Answer& answer) const {
    return buffer_of(answer.number).kind == Buffer::Kind::given &&
           answer_to(Question::Kind::at_least, answer.number.dtype, given_data(answer.number), answer.other, 0);
  }

 private:
  // An Answer, as it is asked about before each run.
  struct Asked {
    const std::byte* number;  // a given tensor's; null: that of `argument`
    double other;
    std::int64_t ahead;
    std::int64_t offset;
    int argument;
    DType dtype;
    Question::Kind kind;
    bool answer;
  };
  // The same of the commonest question: whether an option is a number.
  struct AskedOption {
    const double* option;
    double other;
    bool answer;
  };
  // A given tensor or an argument that a run changes, with what its storage is to be told.
  struct Change {
    int buffer;
    const char* name;
    Storage* storage;  // a given tensor's; null: that of the argument
  };
  // The tensor over a result buffer.
  struct Made {
    int buffer;
    const Operand* operand;  // the first result in it
    bool is_all;             // which is the whole buffer, seen row-major: most have but one
    const Tensor* grad;      // what it is kept as, and nothing else; null: no gradient
    Tensor tensor;           // if it is not large, kept between runs
  };
  // A gradient that a run leaves, or takes away.
  struct Left {
    Tensor* grad;
    const Tensor* whole;    // what it becomes; null: `part`
    const Operand* result;  // of which that is a view; null: none is left
    Tensor part;
  };

  void plan_results();
  void plan_changes();
  const Buffer& buffer_of(const Operand& operand) const {
    return program().buffers[static_cast<std::size_t>(operand.buffer)];
  }
  bool fits(Inputs arguments);
  bool state_fits() const;
  bool argument_fits(const Tensor& argument, std::size_t index) const;
  bool answers_hold(Inputs arguments) const;
  std::byte* given_data(const Operand& operand) const;
  bool is_free(const Made& made) const;
  void add_gradients();
  void make_results();
  void make(Made& made);
  Tensor view_of(const Operand& operand) const;
  Tensor result(std::size_t index) const;
  void leave_changes();

  Captured captured_;
  Runner runner_;
  std::vector<Asked> asked_;
  std::vector<AskedOption> asked_options_;
  std::vector<bool> changes_;          // by argument
  bool changes_arguments_ = false;     // any
  bool takes_gradients_;               // behind the step's arguments
  std::vector<int> argument_buffers_;  // by argument
  std::vector<Made> made_;
  std::vector<Made*> large_;          // which are not kept
  std::vector<const Tensor*> whole_;  // by result: the tensor that it is, rather than a part of one; else null
  std::vector<const Slot*> slots_;    // which must be as they were
  std::vector<Left> left_;
  bool leaves_parts_ = false;
  bool is_pure_;     // a run hangs on its arguments, and leaves results, and nothing else
  bool runs_on_;     // a run leaves nothing that the next one would have to see
  bool asks_again_;  // a run may change an answer
  std::vector<Change> changed_;
  std::vector<const Tensor*> with_gradients_;  // the arguments of a run, where some are gradients
  Inputs arguments_;                           // of a run, gradients included
};

}  // namespace descent::program
