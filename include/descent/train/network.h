#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "descent/data/sparse_rows.h"
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
  /// How many terms of texts there are (data::TextTerms).
  std::int64_t terms = 0;
};

/// A straight line and a bend beside it (wide and deep: Cheng et al., arXiv:1606.07792):
///
///   y = wide(x) + deep(x),   deep = Linear, silu, Linear, silu, ..., Linear
///
/// `wide` and the last layer of `deep` start at 0, so that training begins at the linear model and bends as the data
/// ask for it. [N, inputs] to [N, outputs]; a single output is squeezed: [N]. With texts t, sparse rows of a column a
/// term, the sum of their terms' weights, which start at 0, is added:
///
///   y = wide(x) + deep(x) + t texts
class Network final : public nn::Module<Network> {
 public:
  explicit Network(const NetworkShape& shape);
  /// `of_texts` [N, outputs]: what of_texts() says; undefined for none.
  Tensor forward(const Tensor& x, const Tensor& of_texts = {}) const;
  /// t texts; undefined for a network without terms. An Error for a column there is none of.
  Tensor of_texts(const data::SparseRows& rows) const;
  auto members() { return nn::members("wide", wide, "deep", deep, "texts", texts); }

  nn::Linear wide;
  nn::Sequential deep;
  nn::Parameter texts;  // [terms, outputs]; undefined without
};

/// The names and shapes of what the state dict of such a network holds, without making one.
std::map<std::string, Dims> state_shapes(const NetworkShape& shape);

}  // namespace train
}  // namespace descent
