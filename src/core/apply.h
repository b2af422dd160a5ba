// The one way through which every op goes: nothing else makes or changes elements of tensors, but for values that the
// host brings (host.h).
#pragma once

#include <initializer_list>

#include "core/op.h"

namespace descent {

class Observer;
class HistoryListener;

/// op(inputs): dtypes resolved, shapes broadcast, computed, recorded for gradients, shown to an observer.
Tensor apply(const Op& op, Inputs inputs, const Attributes& attributes);

template <const Op& op>
Tensor apply(Inputs inputs, const Attributes& attributes = kNoAttributes) {
  static_cast<void>(&kListed<op>);
  return apply(op, inputs, attributes);
}
template <const Op& op>
Tensor apply(std::initializer_list<const Tensor*> inputs, const Attributes& attributes = kNoAttributes) {
  return apply<op>(Inputs(inputs.begin(), inputs.size()), attributes);
}

/// target = op(inputs), written into the storage of `target` (which may be one of the inputs), for an op that is
/// elementwise or writes. `name` is the function that its user called. An error where that would make a gradient wrong.
void apply_in_place(const char* name, const Op& op, const Tensor& target, Inputs inputs, const Attributes& attributes);

template <const Op& op>
void apply_in_place(const char* name, const Tensor& target, std::initializer_list<const Tensor*> inputs,
                    const Attributes& attributes = kNoAttributes) {
  static_cast<void>(&kListed<op>);
  apply_in_place(name, op, target, Inputs(inputs.begin(), inputs.size()), attributes);
}

/// Has an op that writes fill `fresh`, a tensor just made, of which nobody else knows.
void write_new(const Op& op, const Tensor& fresh, Inputs inputs, const Attributes& attributes);

template <const Op& op>
void write_new(const Tensor& fresh, std::initializer_list<const Tensor*> inputs,
               const Attributes& attributes = kNoAttributes) {
  static_cast<void>(&kListed<op>);
  write_new(op, fresh, Inputs(inputs.begin(), inputs.size()), attributes);
}

/// For who repeats a step: has `op` computed into `out`, a result of the form that it gives for such inputs. An op that
/// is elementwise or writes may do so into one of them, or into memory that it shares with some. Nothing is checked,
/// recorded or shown. `finish`: for an op that hands out tiles.
void run_into(const char* name, const Op& op, Inputs inputs, const Attributes& attributes, TensorImpl& out,
              const kernels::Finish* finish = nullptr);

/// In a handler: throws what was caught again, and names `op` where it is that there was no memory.
[[noreturn]] void rethrow_naming(const char* op);

/// An Error unless `target` may be changed in place by `name`: it has no history, or recording is off.
void check_change(const char* name, const Tensor& target);

/// What hangs on the thread that applies.
struct ApplyMode {
  bool records = true;                  // history, for gradients
  const Op* computing = nullptr;        // what runs now
  Observer* observer = nullptr;         // observer.h
  HistoryListener* listener = nullptr;  // history.h
};
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ApplyMode apply_mode;

}  // namespace descent
