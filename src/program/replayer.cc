#include "program/replayer.h"

#include <algorithm>
#include <new>

#include "core/pointers.h"

namespace descent::program {
namespace {

constexpr std::size_t kMostRoutines = 16;

// A step that is captured more often than its programs run is better run as it is.
constexpr std::int64_t kCapturesToJudge = 32;
constexpr int kMostRefusals = 3;  // in a row

// The same elements as a tensor of its own, so that what the step does with an argument is told from what it does with
// a tensor that it knows already, though they be one and the same this time.
Tensor renamed(const TensorImpl& argument) {
  TensorImpl* impl = make_view(argument, argument.data, argument.sizes, argument.strides);
  impl->is_number = argument.is_number;
  Tensor tensor = Tensor::adopt(impl);
  if (argument.requires_grad) tensor.requires_grad_();
  return tensor;
}

}  // namespace

std::vector<Tensor>& Replayer::run(Inputs arguments, std::int64_t count, Step step) {
  while (count > 0) {
    if (Routine* const routine = fitting(arguments)) {
      latest_ran_ = true;
      const std::int64_t taken = routine->run(arguments, count, results_);
      runs_ += taken;
      count -= taken;
    } else {
      run_step(arguments, step);
      --count;
    }
  }
  return results_;
}

// The routine to run, which is the first then.
inline Routine* Replayer::fitting(Inputs arguments) {
  // Who watches wants to see the step's own ops.
  if (apply_mode.observer || routines_.empty()) return nullptr;
  return routines_.front()->fits(arguments) ? routines_.front().get() : fitting_behind_first(arguments);
}

[[gnu::noinline]] Routine* Replayer::fitting_behind_first(Inputs arguments) {
  const auto routine = std::find_if(routines_.begin() + 1, routines_.end(),
                                    [&](const auto& candidate) { return candidate->fits(arguments); });
  if (routine == routines_.end()) return nullptr;
  std::rotate(routines_.begin(), routine, routine + 1);
  return routines_.front().get();
}

[[gnu::noinline]] void Replayer::run_step(Inputs arguments, Step step) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TensorImpl& argument = impl_of(*arguments[i], "compile");
    if (!argument.history) continue;
    fail("compile: argument ", i, " of shape ", argument.sizes, " was made by ", arguments[i]->made_by(),
         ", of which a gradient would have to know; detach() it, or make it within the function");
  }
  results_ = gave_up_ || apply_mode.observer ? step(arguments) : capture(arguments, step);
}

std::vector<Tensor> Replayer::capture(Inputs arguments, Step step) {
  if (refusal_ == Capture::Refusal::waits && ++captures_ > kCapturesToJudge && captures_ > runs_) {
    gave_up_ = true;
    routines_.clear();
    return step(arguments);
  }
  std::vector<Tensor> named;
  for (const Tensor* argument : arguments) named.push_back(renamed(*argument->impl()));
  Capture capture(named, refusal_);
  std::vector<Tensor> results = step(pointers_to(named));
  latest_ran_ = false;
  try {
    auto routine = std::make_unique<Routine>(capture.finish(results), natively_, refusal_ == Capture::Refusal::throws);
    if (routines_.size() == kMostRoutines) routines_.pop_back();
    routines_.insert(routines_.begin(), std::move(routine));
    latest_ran_ = true;
    refusals_ = 0;
  } catch (const NotRepeatable&) {
    if (refusal_ == Capture::Refusal::throws) throw;
    gave_up_ = ++refusals_ == kMostRefusals;
    if (gave_up_) routines_.clear();
  } catch (const OutOfMemory&) {  // the step was taken all the same
  } catch (const std::bad_alloc&) {
  }
  return results;
}

}  // namespace descent::program
