// Recurrent layers: a state goes from step to step of a sequence. Formulas, names of parameters and their starting
// values (uniform on +-1 / sqrt(hidden_size)) are PyTorch's.
//
//   nn::LSTM lstm(28, 64, {.num_layers = 2, .batch_first = true});
//   auto [output, state] = lstm(x);           // x [N, L, 28], output [N, L, 64], state.h and state.c [2, N, 64]
//   auto next = lstm(more, state);
//
// x is [L, N, input_size], or [N, L, input_size] if batch_first, or [L, input_size] without a batch, or a
// PackedSequence. The output holds the last layer's state after each step, [L, N, D hidden_size] with D directions side
// by side; the states come, and go, as [D num_layers, N, hidden_size]. Without one at the start it is 0.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "descent/nn/module.h"
#include "descent/nn/packed_sequence.h"

namespace descent {
namespace DESCENT_EXPORT nn {

enum class Nonlinearity : std::uint8_t { tanh, relu };

struct RecurrentOptions {
  std::int64_t num_layers = 1;
  /// Of nn::RNN; the others have their own.
  Nonlinearity nonlinearity = Nonlinearity::tanh;
  bool bias = true;
  bool batch_first = false;
  /// While training, of the outputs of all layers but the last.
  double dropout = 0;
  bool bidirectional = false;
  DType dtype = float32;
};

/// What h and c of an LSTM are.
struct LSTMState {
  Tensor h, c;
  /// For hooks.
  std::vector<Tensor> tensors() const { return {h, c}; }
};

namespace detail {

enum class RecurrentKind : std::uint8_t { rnn, lstm, gru };

/// The weights of all layers and directions, by PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0,
/// weight_ih_l0_reverse, ..., weight_ih_l1, ...
struct RecurrentWeights {
  struct Direction {
    Parameter weight_ih, weight_hh, bias_ih, bias_hh;
  };
  RecurrentWeights(const char* layer, RecurrentKind kind, std::int64_t input_size, std::int64_t hidden_size,
                   const RecurrentOptions& options);
  void visit(Visitor& visitor, const Path& path);
  std::string extra_repr() const;

  std::pair<Tensor, LSTMState> forward(const Tensor& x, const LSTMState& state, bool training) const;
  std::pair<PackedSequence, LSTMState> forward(const PackedSequence& x, const LSTMState& state, bool training) const;

  const char* layer;
  RecurrentKind kind;
  std::int64_t input_size, hidden_size;
  RecurrentOptions options;
  std::vector<Direction> directions;  // of the first layer, then of the next, ...

 private:
  // `lengths` undefined: all steps.
  std::pair<Tensor, LSTMState> run(Tensor x, const LSTMState& state, const Tensor& lengths, bool training) const;
};

/// RNN and GRU.
template <class Self, RecurrentKind kind>
class Recurrent : public Module<Self> {
 public:
  Recurrent(const char* name, std::int64_t input_size, std::int64_t hidden_size, const RecurrentOptions& options)
      : weights_(name, kind, input_size, hidden_size, options) {}

  /// The output and the last state.
  std::pair<Tensor, Tensor> forward(const Tensor& x, const Tensor& h = {}) const {
    auto [output, state] = weights_.forward(x, {h, {}}, training);
    return {output, state.h};
  }
  std::pair<PackedSequence, Tensor> forward(const PackedSequence& x, const Tensor& h = {}) const {
    auto [output, state] = weights_.forward(x, {h, {}}, training);
    return {output, state.h};
  }
  void visit(Visitor& visitor, const Path& path) { weights_.visit(visitor, path); }
  std::string extra_repr() const { return weights_.extra_repr(); }

  Flag training = true;

 private:
  RecurrentWeights weights_;
};

}  // namespace detail

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu (Elman, Cognitive Science 14, 1990).
class RNN final : public detail::Recurrent<RNN, detail::RecurrentKind::rnn> {
 public:
  RNN(std::int64_t input_size, std::int64_t hidden_size, const RecurrentOptions& options = {})
      : Recurrent("RNN", input_size, hidden_size, options) {}
};

/// r, z = sigmoid(W_i x + b_i + W_h h + b_h), each with its own third of the weights;
/// n = tanh(W_in x + b_in + r (W_hn h + b_hn));  h' = (1 - z) n + z h (Cho et al., arXiv:1406.1078).
class GRU final : public detail::Recurrent<GRU, detail::RecurrentKind::gru> {
 public:
  GRU(std::int64_t input_size, std::int64_t hidden_size, const RecurrentOptions& options = {})
      : Recurrent("GRU", input_size, hidden_size, options) {}
};

/// i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of W_i x + b_i + W_h h + b_h, each with its own quarter of the weights;
/// c' = f c + i g;  h' = o tanh(c') (Hochreiter and Schmidhuber, Neural Computation 9, 1997; with forget gates).
class LSTM final : public Module<LSTM> {
 public:
  LSTM(std::int64_t input_size, std::int64_t hidden_size, const RecurrentOptions& options = {})
      : weights_("LSTM", detail::RecurrentKind::lstm, input_size, hidden_size, options) {}

  /// The output and the last state.
  std::pair<Tensor, LSTMState> forward(const Tensor& x, const LSTMState& state = {}) const {
    return weights_.forward(x, state, training);
  }
  std::pair<PackedSequence, LSTMState> forward(const PackedSequence& x, const LSTMState& state = {}) const {
    return weights_.forward(x, state, training);
  }
  void visit(Visitor& visitor, const Path& path) { weights_.visit(visitor, path); }
  std::string extra_repr() const { return weights_.extra_repr(); }

  Flag training = true;

 private:
  detail::RecurrentWeights weights_;
};

struct RecurrentCellOptions {
  bool bias = true;
  /// Of nn::RNNCell.
  Nonlinearity nonlinearity = Nonlinearity::tanh;
  DType dtype = float32;
};

namespace detail {

/// The weights of one step.
struct CellWeights {
  CellWeights(const char* layer, RecurrentKind kind, std::int64_t input_size, std::int64_t hidden_size,
              const RecurrentCellOptions& options);
  /// [N, input_size] and [N, hidden_size], or without N.
  LSTMState forward(const Tensor& x, const LSTMState& state) const;
  void visit(Visitor& visitor, const Path& path);
  std::string extra_repr() const;

  const char* layer;
  RecurrentKind kind;
  RecurrentCellOptions options;
  Parameter weight_ih, weight_hh, bias_ih, bias_hh;
};

template <class Self, RecurrentKind kind>
class RecurrentCell : public Module<Self> {
 public:
  RecurrentCell(const char* name, std::int64_t input_size, std::int64_t hidden_size,
                const RecurrentCellOptions& options)
      : weights_(name, kind, input_size, hidden_size, options) {}
  /// The next h; without one, of 0.
  Tensor forward(const Tensor& x, const Tensor& h = {}) const { return weights_.forward(x, {h, {}}).h; }
  void visit(Visitor& visitor, const Path& path) { weights_.visit(visitor, path); }
  std::string extra_repr() const { return weights_.extra_repr(); }

 private:
  CellWeights weights_;
};

}  // namespace detail

/// One step of an RNN: x [N, input_size] or [input_size], h likewise. Parameters weight_ih, weight_hh, bias_ih,
/// bias_hh.
class RNNCell final : public detail::RecurrentCell<RNNCell, detail::RecurrentKind::rnn> {
 public:
  RNNCell(std::int64_t input_size, std::int64_t hidden_size, const RecurrentCellOptions& options = {})
      : RecurrentCell("RNNCell", input_size, hidden_size, options) {}
};

/// One step of a GRU.
class GRUCell final : public detail::RecurrentCell<GRUCell, detail::RecurrentKind::gru> {
 public:
  GRUCell(std::int64_t input_size, std::int64_t hidden_size, const RecurrentCellOptions& options = {})
      : RecurrentCell("GRUCell", input_size, hidden_size, options) {}
};

/// One step of an LSTM.
class LSTMCell final : public Module<LSTMCell> {
 public:
  LSTMCell(std::int64_t input_size, std::int64_t hidden_size, const RecurrentCellOptions& options = {})
      : weights_("LSTMCell", detail::RecurrentKind::lstm, input_size, hidden_size, options) {}
  LSTMState forward(const Tensor& x, const LSTMState& state = {}) const { return weights_.forward(x, state); }
  void visit(Visitor& visitor, const Path& path) { weights_.visit(visitor, path); }
  std::string extra_repr() const { return weights_.extra_repr(); }

 private:
  detail::CellWeights weights_;
};

}  // namespace nn
}  // namespace descent
