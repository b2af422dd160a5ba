// Who watches the funnel: what a step does, as plain data, in the order in which it does it.
#pragma once

#include <functional>

#include "core/apply.h"
#include "core/host.h"

namespace descent {

/// Sees every op that passes the funnel on its thread, and every value that crosses between tensors and the host; of
/// what it has not seen made, a number (TensorImpl::is_number) is a constant, and anything else was there before. An
/// Error thrown here reaches whoever called the op or reads.
class Observer {
 public:
  virtual ~Observer() = default;
  /// An op that can be composed of others (Op::compose) is going to be applied; whether it is to see those instead.
  virtual bool takes_apart(const Op& /*op*/, Inputs /*inputs*/) { return false; }
  /// All of those were applied, and gave `result`.
  virtual void taken_apart(const Op& /*op*/, Inputs /*inputs*/, const Attributes& /*attributes*/,
                           const Tensor& /*result*/) {}
  /// `result`, a new tensor, was computed from the inputs, which have the dtypes that the op wants.
  virtual void applied(const Op& /*op*/, Inputs /*inputs*/, const Attributes& /*attributes*/,
                       const Tensor& /*result*/) {}
  /// Elements of `target`, which may be one of the inputs, were overwritten with what the op made of the inputs as they
  /// were before.
  virtual void changed(const Op& /*op*/, Inputs /*inputs*/, const Attributes& /*attributes*/,
                       const Tensor& /*target*/) {}
  /// The host is going to read elements of `tensor`; `what` is the function that its user called.
  virtual void read(const Tensor& /*tensor*/, const char* /*what*/) {}
  /// The host writes elements of `tensor`, now.
  virtual void wrote(const Tensor& /*tensor*/) {}
  /// What the host does next hangs on a number.
  virtual void asked(const Question& /*question*/, bool /*answer*/) {}
  /// What it does next holds as long as `holds()` does.
  virtual void assumed(const std::function<bool()>& /*holds*/) {}
  /// The gradient that `leaf` keeps is going to be looked at.
  virtual void grad_read(TensorImpl& /*leaf*/) {}
  /// It is going to be replaced by another, or by none.
  virtual void grad_replaced(TensorImpl& /*leaf*/) {}
};

/// Makes `observer` (null: none) the one of this thread; gives the one before. While it is there, an op that applies
/// another while it computes is an error.
Observer* set_observer(Observer* observer);

/// As long as this lives, `observer` is the one of this thread. Null: nobody watches, and what is made was there
/// before, to whoever watches around it.
class WithObserver {
 public:
  explicit WithObserver(Observer* observer) : before_(set_observer(observer)) {}
  ~WithObserver() { set_observer(before_); }
  WithObserver(const WithObserver&) = delete;
  WithObserver& operator=(const WithObserver&) = delete;

 private:
  Observer* before_;
};

/// For the funnel: an op computes as long as this lives. Only an observer needs to know.
class Computing {
 public:
  explicit Computing(const Op& op) {
    if (apply_mode.observer) [[unlikely]]
      apply_mode.computing = &op;
  }
  ~Computing() {
    if (apply_mode.observer) [[unlikely]]
      apply_mode.computing = nullptr;
  }
  Computing(const Computing&) = delete;
  Computing& operator=(const Computing&) = delete;
};

void show_result_to_observer(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result);
void show_change_to_observer(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target);

/// For the funnel: tells the observer, if there is one.
inline void show_result(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& result) {
  if (apply_mode.observer) [[unlikely]]
    show_result_to_observer(op, inputs, attributes, result);
}
inline void show_change(const Op& op, Inputs inputs, const Attributes& attributes, const Tensor& target) {
  if (apply_mode.observer) [[unlikely]]
    show_change_to_observer(op, inputs, attributes, target);
}

/// For who keeps gradients: the same.
inline void show_grad_read(TensorImpl& leaf) {
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->grad_read(leaf);
}
inline void show_grad_replaced(TensorImpl& leaf) {
  if (apply_mode.observer) [[unlikely]]
    apply_mode.observer->grad_replaced(leaf);
}

}  // namespace descent
