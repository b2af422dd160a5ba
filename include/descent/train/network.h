#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "descent/nn/linear.h"
#include "descent/nn/module.h"
#include "descent/nn/sequential.h"

namespace descent {
namespace DESCENT_EXPORT train {

struct NetworkShape {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  /// The widths of the hidden layers; none leaves a linear model.
  std::vector<std::int64_t> hidden = {};
};

/// A straight line and a bend beside it (wide and deep: Cheng et al., arXiv:1606.07792):
///
///   y = wide(x) + deep(x),   deep = Linear, silu, Linear, silu, ..., Linear
///
/// `wide` and the last layer of `deep` start at 0, so that training begins at the linear model and bends as the data
/// ask for it. [N, inputs] to [N, outputs]; a single output is squeezed: [N].
class Network final : public nn::Module<Network> {
 public:
  explicit Network(const NetworkShape& shape);
  Tensor forward(const Tensor& x) const;
  auto members() { return nn::members("wide", wide, "deep", deep); }

  nn::Linear wide;
  nn::Sequential deep;
};

/// The names and shapes of what the state dict of such a network holds, without making one.
std::map<std::string, Dims> state_shapes(const NetworkShape& shape);

}  // namespace train
}  // namespace descent
