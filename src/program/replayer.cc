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

// Who watches wants to see the step's own ops.
bool is_watched() { return apply_mode.observer != nullptr; }

}  // namespace

std::vector<Tensor>& Replayer::run(Inputs arguments, std::int64_t count, Step step) {
  do {
    const bool may_run = !is_watched() && !routines_.empty();
    std::int64_t taken = may_run ? routines_.front()->run(arguments, count, results_) : 0;
    if (taken > 0) [[likely]] {
      latest_ran_ = true;
      runs_ += taken;
    } else {
      taken = run_another(arguments, count, step);
    }
    count -= taken;
  } while (count > 0);
  return results_;
}

// With a program that is not the first, and is then, or as it is.
[[gnu::noinline]] std::int64_t Replayer::run_another(Inputs arguments, std::int64_t count, Step step) {
  for (std::size_t i = 1; i < routines_.size() && !is_watched(); ++i) {
    const std::int64_t taken = routines_[i]->run(arguments, count, results_);
    if (taken == 0) continue;
    runs_ += taken;
    std::rotate(routines_.begin(), routines_.begin() + static_cast<std::ptrdiff_t>(i),
                routines_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    latest_ran_ = true;
    return taken;
  }
  run_step(arguments, step);
  return 1;
}

void Replayer::run_step(Inputs arguments, Step step) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TensorImpl& argument = impl_of(*arguments[i], "compile");
    if (!argument.history) continue;
    fail("compile: argument ", i, " of shape ", argument.sizes, " was made by ", arguments[i]->made_by(),
         ", of which a gradient would have to know; detach() it, or make it within the function");
  }
  results_ = gave_up_ || is_watched() ? step(arguments) : capture(arguments, step);
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
