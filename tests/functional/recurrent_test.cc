// Recurrent layers as one op beside the same made of tensor functions. tests/nn/recurrent_test.cc compares with
// PyTorch.
#include "functional/recurrent.h"

#include <optional>

#include "ops/gradients.h"
#include "program/when_compiled.h"

namespace descent {
namespace {

using gradients::spread;
using kernels::Cell;

const std::pair<const char*, Cell> kCells[] = {
    {"rnn_tanh", Cell::rnn_tanh}, {"rnn_relu", Cell::rnn_relu}, {"lstm", Cell::lstm}, {"gru", Cell::gru}};

// x, weight, h, bias, c of sequences of 4 steps, 3 of them, of width 2.
std::vector<Tensor> inputs_of(Cell cell) {
  const std::int64_t gates = kernels::gates_of(cell) * 2;
  return {spread({4, 3, gates}, -1, 1), spread({gates, 2}, -1, 1, 0.7), spread({3, 2}, -1, 1, 0.2),
          spread({2}, -1, 1, 0.5), spread({3, 2}, -1, 1, 0.9)};
}

// All that comes out, in one.
Tensor joined(Cell cell, const std::vector<Tensor>& in, bool reversed, bool with_lengths, bool by_steps) {
  RecurrentInputs inputs{in[0], in[1], {}, in[2], {}, {}};
  if (cell == Cell::gru) inputs.bias = in[3];
  if (cell == Cell::lstm) inputs.c = in[4];
  if (with_lengths) inputs.lengths = tensor({2, 4, 1});
  const RecurrentOutputs out =
      by_steps ? recurrent_by_steps(cell, inputs, reversed) : recurrent(cell, inputs, reversed);
  std::vector<Tensor> parts{out.outputs, unsqueeze(out.h, 0) * 2};
  if (out.c.defined()) parts.push_back(unsqueeze(out.c, 0) * 3);
  return cat(parts);
}

}  // namespace

TEST_CASE("gradients of recurrent layers") {
  for (const auto& named : kCells) {
    for (const bool reversed : {false, true}) {
      for (const bool with_lengths : {false, true}) {
        const Cell cell = named.second;
        std::vector<Tensor> inputs = inputs_of(cell);
        gradients::check(
            named.first,
            [=](const std::vector<Tensor>& in) {
              // Those that the cell does not have count for nothing.
              return joined(cell, in, reversed, with_lengths, false).sum() + 0 * (in[3].sum() + in[4].sum());
            },
            inputs);
      }
    }
  }
}

TEST_CASE("a recurrent layer is what its steps are") {
  for (const auto& named : kCells) {
    CAPTURE(named.first);
    for (const bool reversed : {false, true}) {
      for (const bool with_lengths : {false, true}) {
        const std::vector<Tensor> inputs = inputs_of(named.second);
        for (const Tensor& input : inputs) input.requires_grad_();
        const auto value_and_gradients = [&](bool by_steps) {
          const Tensor value = joined(named.second, inputs, reversed, with_lengths, by_steps);
          std::vector<Tensor> result = grad({sum(value * spread(value.sizes()))}, inputs, {}, {.allow_unused = true});
          result.push_back(value);
          return result;
        };
        const std::vector<Tensor> at_once = value_and_gradients(false), step_by_step = value_and_gradients(true);
        for (std::size_t i = 0; i < at_once.size(); ++i) {
          CAPTURE(i);
          CHECK(at_once[i].defined() == step_by_step[i].defined());
          if (at_once[i].defined()) CHECK(allclose(at_once[i], step_by_step[i], 1e-12, 1e-13));
        }
      }
    }
  }
}

TEST_CASE("recurrent layers, compiled") {
  for (const auto& named : kCells) {
    const Cell cell = named.second;
    CAPTURE(named.first);
    std::vector<Tensor> inputs = inputs_of(cell);
    for (const Tensor& input : inputs) input.requires_grad_();
    const auto f = with_gradients([=](const std::vector<Tensor>& in) {
      return std::vector<Tensor>{joined(cell, in, false, false, false) + 0 * (in[3].sum() + in[4].sum())};
    });
    CHECK(difference_when_compiled(f, inputs, {.native = false}) == "");
  }
}

}  // namespace descent
