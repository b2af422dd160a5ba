// The rungs of the ladder: pieces of work that Descent and its peers do alike, each under a name that it has in
// in_pytorch.py and in_jax.py too. A rung is one call of add():
//
//   add("softmax 4096x1024", {.bytes = 8.0 * 4096 * 1024}, [](auto way) {
//     return way([](const Tensor& x) { return softmax(x, 1); }, randn({4096, 1024}));
//   });
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "descent/descent.h"

namespace ladder {

/// One call of what is timed. It takes `steps` steps at once where a user would.
struct Work {
  std::function<void()> call;
  double steps = 1;
};

/// What one step must do at the least: bytes that it reads and writes, multiplications and additions.
struct Cost {
  double bytes = 0, flops = 0;
};

struct Rung {
  std::string name;
  Cost cost;
  std::vector<std::pair<std::string, std::function<Work()>>> ways;
};

inline std::vector<Rung>& rungs() {
  static std::vector<Rung> all;
  return all;
}

/// Op by op.
struct Eager {
  template <class F, class... Tensors>
  Work operator()(F f, Tensors... inputs) const {
    return {[=] { f(inputs...); }};
  }
};

/// As native code.
struct Compiled {
  template <class F, class... Tensors>
  Work operator()(F f, Tensors... inputs) const {
    auto step = std::make_shared<decltype(descent::compile(f))>(descent::compile(f));
    return {[=] { (*step)(inputs...); }};
  }
};

/// As native code, many steps a call.
struct Repeated {
  template <class F, class... Tensors>
  Work operator()(F f, Tensors... inputs) const {
    constexpr int kSteps = 1000;
    auto step = std::make_shared<decltype(descent::compile(f))>(descent::compile(f));
    return {[=] { step->repeat(kSteps, inputs...); }, kSteps};
  }
};

/// `make(way)` prepares the work and returns way(function, its inputs...).
template <class Make>
Rung& add(const std::string& name, Cost cost, Make make) {
  return rungs().emplace_back(
      Rung{name, cost, {{"eager", [=] { return make(Eager()); }}, {"compiled", [=] { return make(Compiled()); }}}});
}

/// Work that only makes sense op by op, such as the backward pass of what is there.
template <class Make>
Rung& add_eager(const std::string& name, Cost cost, Make make) {
  return rungs().emplace_back(Rung{name, cost, {{"eager", [=] { return make(Eager()); }}}});
}

/// A training step so short that a call takes its share of the time.
template <class Make>
Rung& add_short(const std::string& name, Cost cost, Make make) {
  Rung& rung = add(name, cost, make);
  rung.ways.emplace_back("repeated", [=] { return make(Repeated()); });
  return rung;
}

// One for each subject, in a file of its name.
void add_limits();
void add_elementwise();
void add_reductions();
void add_rows();
void add_indexing();
void add_layouts();
void add_products();
void add_networks();
void add_updates();
void add_layers();
void add_models();

}  // namespace ladder
