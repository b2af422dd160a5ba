// Which ops a test program met: with DESCENT_OPS_MET=FILE in the environment, a line for each op that the program has,
// "NAME differentiable|plain recorded|applied|unmet", is added to FILE at the end. tests/op_coverage.py reads it.
#include <cstdlib>
#include <fstream>
#include <set>

#include "core/observer.h"

namespace descent {
namespace {

class Witness final : public Observer {
 public:
  Witness() {
    if (file_) set_observer(this);
  }
  ~Witness() override {
    if (!file_) return;
    std::ofstream out(file_, std::ios::app);
    OpList::for_each([&](const Op& op) {
      const bool differentiable = op.gradients[0].rule || op.gradients[1].rule || op.gradients[2].rule ||
                                  op.gradient_of_each || op.gradient_of_all;
      out << op.name << (differentiable ? " differentiable" : " plain")
          << (recorded_.contains(&op)  ? " recorded"
              : applied_.contains(&op) ? " applied"
                                       : " unmet")
          << '\n';
    });
  }

  void applied(const Op& op, Inputs, const Attributes&, const Tensor& result) override {
    (result.requires_grad() ? recorded_ : applied_).insert(&op);
  }
  void changed(const Op& op, Inputs, const Attributes&, const Tensor&) override { applied_.insert(&op); }

 private:
  const char* file_ = std::getenv("DESCENT_OPS_MET");
  std::set<const Op*> applied_, recorded_;
};

Witness witness;

}  // namespace
}  // namespace descent
