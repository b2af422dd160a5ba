#include "core/observer.h"

#include <utility>

namespace descent {
namespace {

void refuse_nesting(const Op& op) {
  if (apply_mode.computing) fail(apply_mode.computing->name, ": applies ", op.name, " while it computes");
}

}  // namespace

Observer* set_observer(Observer* observer) { return std::exchange(apply_mode.observer, observer); }

void show_result_to_observer(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) {
  refuse_nesting(op);
  apply_mode.observer->applied(op, inputs, attributes, result);
}

void show_change_to_observer(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target) {
  refuse_nesting(op);
  apply_mode.observer->changed(op, inputs, attributes, target);
}

}  // namespace descent
