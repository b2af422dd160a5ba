// The n-th allocation of a step fails, once or from then on, for every optimizer and wrapper: the step is taken, or
// there is an exception and everything is as it was before; the training goes on to the same bits.
//
// Every n with DESCENT_EVERY_ALLOCATION=1 (script/break-memory), else some of them.
#include <descent/descent.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "allocation/heap.h"
#include "optim/every_wrapper.h"

using namespace descent;
using namespace descent::heap;

namespace {

constexpr int kSteps = 3;

/// Of a training: the elements of the parameters, then those of the optimizer's state by name.
struct Bits {
  std::vector<std::vector<double>> parameters;
  std::map<std::string, std::vector<double>> state;
};

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

std::string difference(const Bits& a, const Bits& b) {
  for (std::size_t i = 0; i < a.parameters.size(); ++i) {
    if (!same(a.parameters[i], b.parameters[i])) return concat("parameter ", i);
  }
  if (a.state.size() != b.state.size()) return "the names of the state";
  for (const auto& [name, values] : a.state) {
    const auto found = b.state.find(name);
    if (found == b.state.end() || !same(values, found->second)) return name;
  }
  return "";
}

class Training {
 public:
  Training(const OptimizerMaker& maker, bool matrices) {
    manual_seed(5);
    parameters_ = {(randn({3, 4}) * 0.5).requires_grad_(),
                   (randn(matrices ? Dims{4, 2} : Dims{4}) * 0.5).requires_grad_()};
    x_ = randn({6, 3});
    optimizer_ = maker.make(parameters_);
    optimizer_->train();
  }

  void step() {
    optimizer_->step([&] {
      optimizer_->zero_grad();
      const Tensor loss = mean(square(matmul(tanh(matmul(x_, parameters_[0])), parameters_[1]) - 0.3));
      loss.backward();
      return loss;
    });
  }

  Bits bits() const {
    Bits bits;
    for (const Tensor& p : parameters_) bits.parameters.push_back(p.to(float64).to_vector<double>());
    for (const auto& [name, tensor] : optimizer_->state_dict())
      bits.state[name] = tensor.to(float64).to_vector<double>();
    return bits;
  }

 private:
  std::vector<Tensor> parameters_;
  Tensor x_;
  std::unique_ptr<optim::Optimizer> optimizer_;
};

/// On a thread of its own, which keeps no blocks from before.
template <class F>
void on_new_thread(const F& f) {
  std::exception_ptr error;
  std::thread([&] {
    try {
      f();
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
}

/// Whether an allocation failed; what went wrong is added to `problems`.
bool fail_at(const OptimizerMaker& maker, bool matrices, int failing_step, long n, Failures failures,
             const Bits& expected, std::string& problems) {
  bool failed = false;
  on_new_thread([&] {
    const auto problem = [&](const std::string& text) {
      problems += concat("\n", maker.name, ", step ", failing_step, ", allocation ", n,
                         failures == Failures::once ? "" : " and later ones", ": ", text);
    };
    Training training(maker, matrices);
    for (int step = 1; step < failing_step; ++step) training.step();
    const Bits before = training.bits();
    bool threw = false;
    Failing failing(n, failures);
    try {
      training.step();
    } catch (const Error&) {
      threw = true;
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    failing.stop();
    failed = Failing::have_failed();
    if (threw) {
      for (std::size_t i = 0; i < before.parameters.size(); ++i) {
        if (!same(before.parameters[i], training.bits().parameters[i]))
          return problem(concat("parameter ", i, " moved"));
      }
      training.step();
    }
    for (int step = failing_step; step < kSteps; ++step) training.step();
    if (const std::string what = difference(training.bits(), expected); !what.empty())
      problem(concat(threw ? "afterwards" : "without an exception", " other bits of ", what));
  });
  return failed;
}

void break_steps(const OptimizerMaker& maker, bool matrices) {
  const bool every = std::getenv("DESCENT_EVERY_ALLOCATION") != nullptr;
  Bits expected;
  on_new_thread([&] {
    Training training(maker, matrices);
    for (int step = 0; step < kSteps; ++step) training.step();
    expected = training.bits();
  });
  long failures_met = 0;
  std::string problems;
  for (const Failures failures : {Failures::once, Failures::from_then_on}) {
    for (const int step : {1, 2}) {
      // All small n matter; further on, other ones in each program.
      for (long n = 0; fail_at(maker, matrices, step, n, failures, expected, problems); ++failures_met)
        n += every ? 1 : 1 + n / 6;
    }
  }
  INFO(maker.name);
  CHECK(failures_met > 20);
  CHECK(problems == "");
}

}  // namespace

TEST_CASE("steps without memory" * doctest::skip(!DESCENT_OWNS_THE_HEAP)) {
  for (const OptimizerMaker& maker : optimizer_and_wrapper_makers()) break_steps(maker, false);
  const auto muon = [](const std::vector<Tensor>& p) { return std::make_unique<optim::Muon>(p); };
  break_steps({"Muon", muon}, true);
}
