// Recurrent layers over whole sequences: at each step a state and an input become the next state.
#pragma once

#include <cstdint>

#include "descent/dtype.h"

namespace descent::kernels {

/// What a step makes of the previous state h (and c, the cell's own), where u = weight h, and x is the input, already
/// multiplied by its weight, with all biases added but b:
///   rnn_tanh, rnn_relu   h' = tanh(x + u), relu(x + u)
///   lstm                 i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of the quarters of x + u
///                        c' = f c + i g;  h' = o tanh(c')
///   gru                  r, z = sigmoid of the first two thirds of x + u;  q = the last of u, plus b
///                        n = tanh(x + r q);  h' = n + z (h - n)
enum class Cell : std::uint8_t { rnn_tanh, rnn_relu, lstm, gru };

/// How many times the width of h a row of x is.
constexpr std::int64_t gates_of(Cell cell) { return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1; }
/// How many values of the width of h a step computes, each a plane of the result.
constexpr std::int64_t planes_of(Cell cell) { return cell == Cell::lstm ? 6 : cell == Cell::gru ? 5 : 1; }

/// A layer over a batch of sequences. Operands are contiguous, float32 or float64.
struct Recurrence {
  Cell cell;
  DType dtype;
  std::int64_t steps, batch, hidden;
  bool reversed;  // from the last step to the first
  const std::int64_t*
      lengths;         // [batch]: a sequence's state stays as it is in steps from its length on; null: none ends
  const void* weight;  // [gates * hidden, hidden]
  const void* bias;    // b, [hidden], or null
  const void* h;       // the first state, [batch, hidden]
  const void* c;       // of lstm, likewise

  /// Where plane k of a forward pass begins, in steps of [batch, hidden]. All of h and the last c are neighbours, so
  /// that one view takes both: c lies before h or, in a reversed sequence, after it.
  std::int64_t plane(std::int64_t k) const {
    const bool swaps = cell == Cell::lstm && !reversed && k < 2;
    return (swaps ? 1 - k : k) * steps;
  }
};

/// planes[planes_of(cell) * steps, batch, hidden]: h, c, i, f, g, o of lstm; h, r, z, n, q of gru; h of rnn, from
/// x[steps, batch, gates * hidden].
void recurrent(const Recurrence& layer, const void* x, void* planes);

/// Its gradient: from that of h, [steps, batch, hidden], and of the last c, [batch, hidden] (null: 0), the gradients of
/// x and, of gru, of u as x: both [steps, batch, gates * hidden]; of the first h, and of the first c.
void recurrent_backward(const Recurrence& layer, const void* planes, const void* gradient_h, const void* gradient_c,
                        void* gradient_x, void* gradient_u, void* gradient_first_h, void* gradient_first_c);

}  // namespace descent::kernels
