// What a network is made of and what a call of it takes.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "descent/function_ref.h"
#include "descent/nn/module.h"

namespace descent {
namespace DESCENT_EXPORT nn {

struct LayerSummary {
  std::string name;  // dotted; "" for the module that was asked
  std::string type;
  int depth = 0;                   // how many modules are around it
  std::vector<Dims> outputs;       // of its last call; none if it was not called
  std::int64_t parameters = 0;     // its own, without those of modules inside it; of shared ones the first has them
  std::int64_t trainable = 0;      // of these, those that require gradients
  std::int64_t output_bytes = 0;   // of all calls
  std::int64_t multiply_adds = 0;  // of all calls, in products of matrices, convolutions and attention of its own
};

struct Summary {
  std::vector<LayerSummary> layers;  // in order of declaration, each before those inside it

  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::int64_t parameter_bytes = 0;  // of parameters and buffers
  std::int64_t output_bytes = 0;     // of all layers that have none inside: what a training step keeps, roughly
  std::int64_t multiply_adds = 0;
};

/// A table: layers indented by depth, output shapes, parameters, multiply-adds; the totals below.
std::ostream& operator<<(std::ostream& out, const Summary& summary);

namespace detail {
/// `call` calls the module.
Summary summarize(ModuleRef module, FunctionRef<void()> call);
}  // namespace detail

/// Calls the module once with these inputs, in eval mode and without gradients (train mode comes back as it was), and
/// says what it saw: std::cout << nn::summary(net, zeros({64, 1, 28, 28})).
template <class M, class... Inputs>
Summary summary(M& module, const Inputs&... inputs) {
  return detail::summarize(module.module_ref(), [&] { module(inputs...); });
}

}  // namespace nn
}  // namespace descent
