// The network behind the command line.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "descent/data/sparse_rows.h"
#include "descent/nn/linear.h"
#include "descent/nn/module.h"
#include "descent/nn/sequential.h"
#include "descent/train/number_encoding.h"

namespace descent {
namespace DESCENT_EXPORT train {

enum class NetworkActivation : std::uint8_t { silu, gelu };
const char* to_string(NetworkActivation activation);

struct NetworkShape {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  /// The widths of the hidden layers; none leaves a linear model.
  std::vector<std::int64_t> hidden = {};
  /// How many terms of texts there are (data::TextTerms).
  std::int64_t terms = 0;
  NetworkActivation activation = NetworkActivation::silu;
  /// What the hidden layers' inputs are held to; 0: they come as they are.
  double clip = 0;
  /// Which inputs are numbers, the others being 0 or 1, and what else is made of each of them (NumberEncoding).
  std::vector<std::int64_t> numbers = {};
  std::int64_t bins = 0;
  std::int64_t frequencies = 0;
  /// The part of the hidden layers' outputs that is 0 in a step of training.
  double dropout = 0;

  NumberEncodingShape encoding() const { return {std::ssize(numbers), bins, frequencies}; }
};

/// "linear", or the hidden layers and what they see: "128, 128 (gelu), dropout 0.3, inputs clipped at 3, 16 ramps and 4
/// waves a number".
std::string describe(const NetworkShape& shape);

/// A straight line and a bend beside it (wide and deep: Cheng et al., arXiv:1606.07792):
///
///   y = wide(x) + deep([c, encoding(numbers of c)])
///   c = x / sqrt(1 + (x / clip)^2)
///   deep = Linear, activation, Dropout, ..., Linear
///
/// `wide` and the last layer of `deep` start at 0, so that training begins at the linear model and bends as the data
/// ask for it. [N, inputs] to [N, outputs]; a single output is squeezed: [N]. With texts t, sparse rows of a column a
/// term, the sum of their terms' weights, which start at 0, is added:
///
///   y = wide(x) + deep([c, encoding(numbers of c)]) + t texts
class Network final : public nn::Module<Network> {
 public:
  explicit Network(const NetworkShape& shape);
  /// `of_texts` [N, outputs]: what of_texts() says; undefined for none.
  Tensor forward(const Tensor& x, const Tensor& of_texts = {}) const;
  /// What each hidden layer hands to its activation, [N, width].
  std::vector<Tensor> before_activations(const Tensor& x) const;
  /// t texts; undefined for a network without terms. An Error for a column there is none of.
  Tensor of_texts(const data::SparseRows& rows) const;
  /// From now on forward() says the `divisor`-th part of what it did, by smaller weights.
  void divide_outputs(double divisor);
  /// Sets the ramps of the encoding by inputs x, [N, inputs].
  void learn_bins(const Tensor& x);
  auto members() {
    return nn::members("wide", wide, "encoding", encoding, "deep", deep, "texts", texts, "clip", clip, "numbers",
                       numbers);
  }

  nn::Linear wide;
  NumberEncoding encoding;
  nn::Sequential deep;
  nn::Parameter texts;  // [terms, outputs]; undefined without

 private:
  Tensor clipped(const Tensor& x) const;
  /// [c, encoding(numbers of c)]
  Tensor seen_by_deep(const Tensor& x) const;
  Tensor numbers_of(const Tensor& c) const;

  double clip;
  Tensor numbers;  // positions of those that are encoded; undefined for none
};

/// The names and shapes of what the state dict of such a network holds, without making one.
std::map<std::string, Dims> state_shapes(const NetworkShape& shape);

}  // namespace train
}  // namespace descent
