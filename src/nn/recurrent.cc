#include "descent/nn/recurrent.h"

#include <cmath>

#include "descent/create.h"
#include "descent/functional/dropout.h"
#include "descent/nn/init.h"
#include "descent/ops.h"
#include "functional/recurrent.h"

namespace descent::nn::detail {
namespace {

using kernels::Cell;

Cell cell_of(RecurrentKind kind, Nonlinearity nonlinearity) {
  switch (kind) {
    case RecurrentKind::rnn:
      return nonlinearity == Nonlinearity::tanh ? Cell::rnn_tanh : Cell::rnn_relu;
    case RecurrentKind::lstm:
      return Cell::lstm;
    case RecurrentKind::gru:
      return Cell::gru;
  }
  fail("there is no such kind of recurrent layer");
}

void check_sizes(const char* layer, std::int64_t input_size, std::int64_t hidden_size) {
  if (input_size < 1 || hidden_size < 1) {
    fail(layer, ": input_size = ", input_size, " and hidden_size = ", hidden_size, " must be at least 1");
  }
}

struct Weights {
  const Parameter &ih, &hh, &bias_ih, &bias_hh;
};

// The input of the steps: multiplied by its weight, with the biases. What gru adds inside stands apart.
RecurrentInputs inputs_of(Cell cell, const Tensor& x, const Weights& weights, Tensor h, Tensor c) {
  RecurrentInputs inputs{{}, weights.hh, {}, std::move(h), std::move(c), {}};
  Tensor bias;
  if (weights.bias_ih.defined()) {
    bias = weights.bias_hh;
    if (cell == Cell::gru) {
      const std::int64_t hidden = weights.hh.size(1);
      inputs.bias = narrow(bias, 0, 2 * hidden, hidden);
      bias = cat({narrow(bias, 0, 0, 2 * hidden), zeros(hidden, {.dtype = bias.dtype()})});
    }
    bias = weights.bias_ih + bias;
  }
  inputs.x = linear(x, weights.ih, bias);
  return inputs;
}

void visit_weights(Visitor& visitor, const Path& path, const std::string& suffix, Parameter& ih, Parameter& hh,
                   Parameter& bias_ih, Parameter& bias_hh) {
  const auto meet = [&](const char* name, Parameter& parameter) {
    if (parameter.defined()) visitor.parameter(Path{&path, name + suffix}, parameter);
  };
  meet("weight_ih", ih);
  meet("weight_hh", hh);
  meet("bias_ih", bias_ih);
  meet("bias_hh", bias_hh);
}

Parameter uniform_parameter(const Dims& shape, double bound, DType dtype) {
  Parameter parameter(empty(shape, {.dtype = dtype}));
  init::uniform_(parameter, -bound, bound);
  return parameter;
}

void check_input(const Tensor& x, std::int64_t features, const Tensor& weight) {
  if (x.size(-1) != features) fail("the input has ", x.size(-1), " features, the weight wants ", features);
  if (x.dtype() != weight.dtype()) fail("the input is ", x.dtype(), ", the weight ", weight.dtype());
}

void check_state(const char* name, const Tensor& state, const Dims& wanted) {
  if (!(state.sizes() == wanted)) fail(name, " has shape ", state.sizes(), "; wanted ", wanted);
}

}  // namespace

RecurrentWeights::RecurrentWeights(const char* layer_, RecurrentKind kind_, std::int64_t input_size_,
                                   std::int64_t hidden_size_, const RecurrentOptions& options_)
    : layer(layer_), kind(kind_), input_size(input_size_), hidden_size(hidden_size_), options(options_) {
  check_sizes(layer, input_size, hidden_size);
  if (options.num_layers < 1) fail(layer, ": num_layers = ", options.num_layers, " must be at least 1");
  if (!(options.dropout >= 0 && options.dropout <= 1)) {
    fail(layer, ": dropout = ", options.dropout, " must be at least 0 and at most 1");
  }
  const std::int64_t count = options.bidirectional ? 2 : 1;
  const std::int64_t gates = gates_of(cell_of(kind, options.nonlinearity)) * hidden_size;
  const double bound = 1 / std::sqrt(static_cast<double>(hidden_size));
  for (std::int64_t i = 0; i < options.num_layers * count; ++i) {
    const std::int64_t inputs = i < count ? input_size : count * hidden_size;
    Direction direction;
    direction.weight_ih = uniform_parameter({gates, inputs}, bound, options.dtype);
    direction.weight_hh = uniform_parameter({gates, hidden_size}, bound, options.dtype);
    if (options.bias) {
      direction.bias_ih = uniform_parameter(gates, bound, options.dtype);
      direction.bias_hh = uniform_parameter(gates, bound, options.dtype);
    }
    directions.push_back(std::move(direction));
  }
}

void RecurrentWeights::visit(Visitor& visitor, const Path& path) {
  const std::size_t count = options.bidirectional ? 2 : 1;
  for (std::size_t i = 0; i < directions.size(); ++i) {
    Direction& direction = directions[i];
    visit_weights(visitor, path, concat("_l", i / count, i % count == 1 ? "_reverse" : ""), direction.weight_ih,
                  direction.weight_hh, direction.bias_ih, direction.bias_hh);
  }
}

std::string RecurrentWeights::extra_repr() const {
  std::string text = concat(input_size, ", ", hidden_size);
  if (options.num_layers != 1) text += concat(", num_layers=", options.num_layers);
  if (!options.bias) text += ", bias=False";
  if (options.batch_first) text += ", batch_first=True";
  if (options.dropout != 0) text += ", dropout=" + repr(options.dropout);
  if (options.bidirectional) text += ", bidirectional=True";
  return text;
}

std::pair<Tensor, LSTMState> RecurrentWeights::run(Tensor x, const LSTMState& state, const Tensor& lengths,
                                                   bool training) const {
  const Cell cell = cell_of(kind, options.nonlinearity);
  const std::int64_t count = options.bidirectional ? 2 : 1, batch = x.size(1);
  if (x.size(0) == 0) fail("the sequence has no steps");
  const Dims state_shape = {options.num_layers * count, batch, hidden_size};
  const TensorOptions like = {.dtype = x.dtype()};
  const bool is_lstm = kind == RecurrentKind::lstm;
  if (state.h.defined()) check_state("h", state.h, state_shape);
  if (state.c.defined()) check_state("c", state.c, state_shape);
  const auto first = [&](const Tensor& of, std::int64_t i) {
    return of.defined() ? select(of, 0, i) : zeros({batch, hidden_size}, like);
  };
  std::vector<Tensor> h, c;
  for (std::int64_t i = 0; i < options.num_layers; ++i) {
    std::vector<Tensor> outputs;
    for (std::int64_t d = 0; d < count; ++d) {
      const std::int64_t k = i * count + d;
      const Direction& direction = directions[static_cast<std::size_t>(k)];
      RecurrentInputs inputs =
          inputs_of(cell, x, {direction.weight_ih, direction.weight_hh, direction.bias_ih, direction.bias_hh},
                    first(state.h, k), is_lstm ? first(state.c, k) : Tensor());
      inputs.lengths = lengths;
      const RecurrentOutputs result = recurrent(cell, inputs, d == 1);
      outputs.push_back(result.outputs);
      h.push_back(result.h);
      c.push_back(result.c);
    }
    x = count == 1 ? outputs[0] : cat(outputs, 2);
    if (training && options.dropout > 0 && i + 1 < options.num_layers) x = dropout(x, options.dropout);
  }
  return {x, {stack(h), is_lstm ? stack(c) : Tensor()}};
}

std::pair<Tensor, LSTMState> RecurrentWeights::forward(const Tensor& x, const LSTMState& state, bool training) const
    try {
  if (x.dim() != 2 && x.dim() != 3) {
    fail("the input has shape ", x.sizes(), "; wanted [", options.batch_first ? "batch, steps" : "steps, batch",
         ", features] or [steps, features]");
  }
  check_input(x, input_size, directions[0].weight_ih);
  if (x.dim() == 2) {
    const auto with_batch = [](const Tensor& of) { return of.defined() ? unsqueeze(of, 1) : of; };
    auto [output, last] = run(unsqueeze(x, 1), {with_batch(state.h), with_batch(state.c)}, {}, training);
    return {squeeze(output, 1), {squeeze(last.h, 1), last.c.defined() ? squeeze(last.c, 1) : Tensor()}};
  }
  auto [output, last] = run(options.batch_first ? transpose(x, 0, 1) : x, state, {}, training);
  return {options.batch_first ? transpose(output, 0, 1) : output, last};
} catch (const Error& error) {
  fail_as(layer, error);
}

std::pair<PackedSequence, LSTMState> RecurrentWeights::forward(const PackedSequence& x, const LSTMState& state,
                                                               bool training) const try {
  check_input(x.data, input_size, directions[0].weight_ih);
  auto [padded, lengths] = pad_packed_sequence(x);
  const auto [output, last] = run(padded, state, tensor(lengths), training);
  PackedSequence packed = pack_padded_sequence(output, lengths, {.enforce_sorted = !x.sorted_indices.defined()});
  return {packed, last};
} catch (const Error& error) {
  fail_as(layer, error);
}

CellWeights::CellWeights(const char* layer_, RecurrentKind kind_, std::int64_t input_size, std::int64_t hidden_size,
                         const RecurrentCellOptions& options_)
    : layer(layer_), kind(kind_), options(options_) {
  check_sizes(layer, input_size, hidden_size);
  const std::int64_t gates = gates_of(cell_of(kind, options.nonlinearity)) * hidden_size;
  const double bound = 1 / std::sqrt(static_cast<double>(hidden_size));
  weight_ih = uniform_parameter({gates, input_size}, bound, options.dtype);
  weight_hh = uniform_parameter({gates, hidden_size}, bound, options.dtype);
  if (!options.bias) return;
  bias_ih = uniform_parameter(gates, bound, options.dtype);
  bias_hh = uniform_parameter(gates, bound, options.dtype);
}

void CellWeights::visit(Visitor& visitor, const Path& path) {
  visit_weights(visitor, path, "", weight_ih, weight_hh, bias_ih, bias_hh);
}

std::string CellWeights::extra_repr() const {
  return concat(weight_ih.size(1), ", ", weight_hh.size(1), options.bias ? "" : ", bias=False");
}

LSTMState CellWeights::forward(const Tensor& x, const LSTMState& state) const try {
  if (x.dim() != 1 && x.dim() != 2) {
    fail("the input has shape ", x.sizes(), "; wanted [batch, features] or [features]");
  }
  check_input(x, weight_ih.size(1), weight_ih);
  const bool has_batch = x.dim() == 2;
  const std::int64_t batch = has_batch ? x.size(0) : 1, hidden = weight_hh.size(1);
  const auto first = [&](const char* name, const Tensor& of) {
    if (!of.defined()) return zeros({batch, hidden}, {.dtype = x.dtype()});
    check_state(name, of, has_batch ? Dims{batch, hidden} : Dims{hidden});
    return has_batch ? of : unsqueeze(of, 0);
  };
  const Cell cell = cell_of(kind, options.nonlinearity);
  const bool is_lstm = kind == RecurrentKind::lstm;
  const Tensor step = unsqueeze(has_batch ? x : unsqueeze(x, 0), 0);
  const RecurrentOutputs result =
      recurrent(cell, inputs_of(cell, step, {weight_ih, weight_hh, bias_ih, bias_hh}, first("h", state.h),
                                is_lstm ? first("c", state.c) : Tensor()));
  if (has_batch) return {result.h, result.c};
  return {squeeze(result.h, 0), is_lstm ? squeeze(result.c, 0) : Tensor()};
} catch (const Error& error) {
  fail_as(layer, error);
}

}  // namespace descent::nn::detail
