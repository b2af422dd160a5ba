// Runs optimizers' steps as they are, op by op, for comparison with their programs.
#pragma once

#include "core/observer.h"

namespace descent {

/// As long as this lives, no step on this thread runs as a program: somebody watches.
class AsItIs final : public Observer {
 public:
  AsItIs() : before_(set_observer(this)) {}
  ~AsItIs() override { set_observer(before_); }
  AsItIs(const AsItIs&) = delete;
  AsItIs& operator=(const AsItIs&) = delete;

  void applied(const Op&, Inputs, const Attributes&, const Tensor&) override {}
  void changed(const Op&, Inputs, const Attributes&, const Tensor&) override {}

 private:
  Observer* before_;
};

}  // namespace descent
