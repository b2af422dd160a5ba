// A step written down as it passes the funnel, and done again from what was written.
#pragma once

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "core/observer.h"
#include "descent/grad_mode.h"

namespace descent {

class Recorder final : public Observer {
 public:
  Recorder() : before_(set_observer(this)) {}
  ~Recorder() override { stop(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void stop() {
    if (std::exchange(watches_, false)) set_observer(before_);
  }

  void applied(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) override {
    instructions_.push_back({&op, handles(inputs), attributes, result, false});
  }
  void changed(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target) override {
    instructions_.push_back({&op, handles(inputs), attributes, target, true});
  }
  void read(const Tensor&, const char* what) override { reads.insert(what); }
  void wrote(const Tensor&) override { ++writes; }
  void asked(const Question&, bool) override { ++questions; }

  std::size_t size() const { return instructions_.size(); }

  /// Spoils everything that the step computed, and computes it again, op by op, where it was.
  void replay() const {
    const NoGrad no_grad;
    for (const Instruction& step : instructions_) {
      if (computes(step)) std::memset(step.result.impl()->data, 0xAB, extent(*step.result.impl()));
    }
    for (const Instruction& step : instructions_) {
      std::vector<const Tensor*> inputs;
      for (const Tensor& input : step.inputs) inputs.push_back(&input);
      if (step.op->kind != Kind::view) run_into(step.op->name, *step.op, inputs, step.attributes, *step.result.impl());
    }
  }

  std::set<std::string> reads;
  int writes = 0;
  int questions = 0;

 private:
  struct Instruction {
    const Op* op;
    std::vector<Tensor> inputs;
    Attributes attributes;
    Tensor result;
    bool in_place;
  };

  static std::vector<Tensor> handles(Inputs inputs) {
    std::vector<Tensor> tensors;
    for (const Tensor* input : inputs) tensors.push_back(*input);
    return tensors;
  }
  static bool computes(const Instruction& step) { return !step.in_place && step.op->kind != Kind::view; }
  /// Bytes from the first element to the end of the last.
  static std::size_t extent(const TensorImpl& impl) {
    if (impl.numel == 0) return 0;
    std::int64_t last = 0;
    for (int d = 0; d < impl.sizes.size(); ++d) last += (impl.sizes[d] - 1) * impl.strides[d];
    return static_cast<std::size_t>(last + 1) * size_of(impl.dtype);
  }

  Observer* before_;
  bool watches_ = true;
  std::vector<Instruction> instructions_;
};

}  // namespace descent
