// A recurrent layer in one direction, as one function.
#pragma once

#include "descent/tensor.h"
#include "kernels/recurrent.h"

namespace descent {

struct RecurrentInputs {
  /// [steps, batch, gates * hidden]: the input multiplied by its weight, and all biases but `bias`.
  Tensor x;
  Tensor weight;   // [gates * hidden, hidden]
  Tensor bias;     // of gru, [hidden]; may be undefined
  Tensor h;        // [batch, hidden]
  Tensor c;        // of lstm, likewise
  Tensor lengths;  // [batch], int64: how long each sequence is; undefined: all steps
};

struct RecurrentOutputs {
  Tensor outputs;  // h after each step, [steps, batch, hidden]
  Tensor h, c;     // the last, [batch, hidden]
};

/// What kernels/recurrent.h says; differentiable to any order. Floating point of one dtype, at least one step.
RecurrentOutputs recurrent(kernels::Cell cell, const RecurrentInputs& inputs, bool reversed = false);

/// The same made of tensor functions, step by step.
RecurrentOutputs recurrent_by_steps(kernels::Cell cell, const RecurrentInputs& inputs, bool reversed = false);

}  // namespace descent
