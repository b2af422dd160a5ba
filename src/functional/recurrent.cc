#include "functional/recurrent.h"

#include <vector>

#include "core/apply.h"
#include "core/elements.h"
#include "core/pointers.h"
#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

using kernels::Cell;

inline namespace compute {

// index: the cell; flag: reversed; set: which of bias, c and lengths are there. Inputs, of what `recurrent_planes` and
// `recurrent_gradient` have in common: weight, h, and those.
struct Operands {
  Operands(Inputs inputs, const Attributes& attributes, const Dims& x_sizes) {
    for (const Tensor* input : inputs) kept.push_back(row_major(*input));
    layer.cell = static_cast<Cell>(attributes.index);
    layer.dtype = inputs[0]->impl()->dtype;
    layer.steps = x_sizes[0];
    layer.batch = x_sizes[1];
    layer.hidden = inputs[0]->impl()->sizes[1];
    layer.reversed = attributes.flag;
    layer.weight = kept[0].impl()->data;
    layer.h = kept[1].impl()->data;
    std::size_t next = 2;
    const auto optional = [&](int which) -> const void* {
      return attributes.set.contains(which) ? kept[next++].impl()->data : nullptr;
    };
    layer.bias = optional(0);
    layer.c = optional(1);
    layer.lengths = static_cast<const std::int64_t*>(optional(2));
  }
  std::vector<Tensor> kept;
  kernels::Recurrence layer;
};

}  // namespace compute

// Inputs: x and the operands. Gives all planes.
constexpr Op kPlanes = {
    .name = "recurrent",
    .compute =
        [](Inputs inputs, const Attributes& attributes, Output& out) {
          const Tensor x = row_major(*inputs[0]);
          const Operands operands(inputs.subspan(1), attributes, x.impl()->sizes);
          const kernels::Recurrence& layer = operands.layer;
          const TensorImpl& result =
              out.make({kernels::planes_of(layer.cell) * layer.steps, layer.batch, layer.hidden}, layer.dtype);
          kernels::recurrent(layer, x.impl()->data, result.data);
        },
    .multiply_adds = [](Inputs inputs, const Attributes&,
                        const TensorImpl&) { return inputs[0]->impl()->numel * inputs[1]->impl()->sizes[1]; },
    .gradients = {}};

// Inputs: the planes, the gradient of the view of them that was given out, and the operands. Gives, one after another,
// the gradients of x, of gru's u, of h and of lstm's c.
constexpr Op kGradient = {
    .name = "recurrent_gradient",
    .compute =
        [](Inputs inputs, const Attributes& attributes, Output& out) {
          const Tensor planes = row_major(*inputs[0]), gradient = row_major(*inputs[1]);
          Dims sizes = gradient.impl()->sizes;
          const bool is_lstm = static_cast<Cell>(attributes.index) == Cell::lstm;
          if (is_lstm) --sizes[0];
          const Operands operands(inputs.subspan(2), attributes, sizes);
          const kernels::Recurrence& layer = operands.layer;
          const std::int64_t state = layer.batch * layer.hidden, all = layer.steps * state;
          const std::int64_t of_x = all * kernels::gates_of(layer.cell), of_u = layer.cell == Cell::gru ? of_x : 0;
          const TensorImpl& result = out.make({of_x + of_u + (is_lstm ? 2 : 1) * state}, layer.dtype);
          const auto size = static_cast<std::int64_t>(size_of(layer.dtype));
          const auto at = [size](std::byte* data, std::int64_t element) { return data + element * size; };
          std::byte* const g = gradient.impl()->data;
          // The last c stands before all of h, or behind.
          const bool c_first = is_lstm && !layer.reversed;
          kernels::recurrent_backward(layer, planes.impl()->data, c_first ? at(g, state) : g,
                                      is_lstm ? (c_first ? g : at(g, all)) : nullptr, result.data,
                                      of_u > 0 ? at(result.data, of_x) : nullptr, at(result.data, of_x + of_u),
                                      is_lstm ? at(result.data, of_x + of_u + state) : nullptr);
        },
    .gradients = {}};

struct Split {
  std::int64_t steps, first_step;  // of all of h, in the view that is given out
  std::int64_t begin;              // of the view among the planes
  std::int64_t last_c, last_h;     // in the view
};

Split split_of(Cell cell, std::int64_t steps, bool reversed) {
  if (cell != Cell::lstm) return {steps, 0, 0, -1, reversed ? 0 : steps - 1};
  if (reversed) return {steps, 0, 0, steps, 0};
  return {steps, 1, steps - 1, 0, steps};
}

RecurrentOutputs outputs_of(Cell cell, const Tensor& view, const Split& split) {
  RecurrentOutputs result;
  result.outputs = narrow(view, 0, split.first_step, split.steps);
  result.h = select(view, 0, split.last_h);
  if (cell == Cell::lstm) result.c = select(view, 0, split.last_c);
  return result;
}

// What is given out of the steps' results, as the kernel lays it.
Tensor joined(Cell cell, const RecurrentOutputs& by_steps, bool reversed) {
  if (cell != Cell::lstm) return by_steps.outputs;
  const Tensor c = unsqueeze(by_steps.c, 0);
  return reversed ? cat({by_steps.outputs, c}) : cat({c, by_steps.outputs});
}

// The inputs in a list, and back.
std::vector<Tensor> listed(const RecurrentInputs& inputs) {
  std::vector<Tensor> list{inputs.x, inputs.weight, inputs.h};
  for (const Tensor* optional : {&inputs.bias, &inputs.c, &inputs.lengths}) {
    if (optional->defined()) list.push_back(*optional);
  }
  return list;
}

RecurrentInputs unlisted(const std::vector<Tensor>& list, DimSet which) {
  RecurrentInputs inputs{list[0], list[1], {}, list[2], {}, {}};
  std::size_t next = 3;
  if (which.contains(0)) inputs.bias = list[next++];
  if (which.contains(1)) inputs.c = list[next++];
  if (which.contains(2)) inputs.lengths = list[next++];
  return inputs;
}

// Of recurrent's result with respect to its inputs, from the kernel.
std::vector<Tensor> gradients_of(const Attributes& attributes, const RecurrentInputs& in, const Tensor& planes,
                                 const Tensor& gradient) {
  const Cell cell = static_cast<Cell>(attributes.index);
  const std::int64_t batch = in.h.size(0), hidden = in.h.size(1), steps = in.x.size(0), gates = in.x.size(2);
  std::vector<Tensor> operands = listed(in);
  operands[0] = gradient;
  operands.insert(operands.begin(), planes);
  const Tensor all = apply<kGradient>(pointers_to(operands), attributes);
  std::int64_t next = 0;
  const auto take = [&](const Dims& shape) {
    const std::int64_t count = numel_of(shape);
    next += count;
    return reshape(narrow(all, 0, next - count, count), shape);
  };
  const Tensor of_x = take(in.x.sizes());
  const Tensor of_u = cell == Cell::gru ? take(in.x.sizes()) : of_x;
  const Tensor of_h = take({batch, hidden});
  const Tensor of_c = cell == Cell::lstm ? take({batch, hidden}) : Tensor();

  // u = weight h of the step before, the first of them given.
  const std::int64_t begin = cell == Cell::lstm && !attributes.flag ? steps : 0,
                     first = attributes.flag ? steps - 1 : 0;
  const Tensor h = narrow(planes, 0, begin + (attributes.flag ? 1 : 0), steps - 1);
  const Tensor of_later_u = narrow(of_u, 0, attributes.flag ? 0 : 1, steps - 1);
  const auto product = [&](const Tensor& of, const Tensor& states) {
    return matmul(reshape(of, {-1, gates}).t(), reshape(states, {-1, hidden}));
  };
  Tensor of_weight = product(select(of_u, 0, first), in.h);
  if (steps > 1) of_weight = of_weight + product(of_later_u, h);

  std::vector<Tensor> result{of_x, of_weight, of_h};
  if (in.bias.defined()) result.push_back(sum(narrow(of_u, 2, gates - hidden, hidden), {0, 1}));
  if (in.c.defined()) result.push_back(of_c);
  if (in.lengths.defined()) result.emplace_back();
  return result;
}

}  // namespace

RecurrentOutputs recurrent(Cell cell, const RecurrentInputs& inputs, bool reversed) {
  const DType given = inputs.x.dtype(), dtype = computed_dtype(given);
  if (dtype != given) {
    const auto to = [](const Tensor& x, DType dtype) { return x.defined() ? x.to(dtype) : x; };
    const RecurrentOutputs wide = recurrent(cell,
                                            {to(inputs.x, dtype), to(inputs.weight, dtype), to(inputs.bias, dtype),
                                             to(inputs.h, dtype), to(inputs.c, dtype), inputs.lengths},
                                            reversed);
    return {to(wide.outputs, given), to(wide.h, given), to(wide.c, given)};
  }
  Attributes attributes;
  attributes.index = static_cast<std::int64_t>(cell);
  attributes.flag = reversed;
  if (inputs.bias.defined()) attributes.set.insert(0);
  if (inputs.c.defined()) attributes.set.insert(1);
  if (inputs.lengths.defined()) attributes.set.insert(2);
  const Split split = split_of(cell, inputs.x.size(0), reversed);

  const auto forward = [=](Context& context, const std::vector<Tensor>& list) {
    const Tensor planes = apply<kPlanes>(pointers_to(list), attributes);
    std::vector<Tensor> saved = list;
    saved.push_back(planes);
    context.save(std::move(saved));
    return narrow(planes, 0, split.begin, split.steps + (cell == Cell::lstm ? 1 : 0));
  };
  const auto backward = [=](const Context& context, const Tensor& gradient) -> std::vector<Tensor> {
    const std::vector<Tensor>& saved = context.saved();
    std::vector<Tensor> list(saved.begin(), saved.end() - 1);
    if (!is_grad_enabled()) return gradients_of(attributes, unlisted(list, attributes.set), saved.back(), gradient);
    // To be differentiated again: the gradient of the same made of tensor functions.
    const Tensor again = joined(cell, recurrent_by_steps(cell, unlisted(list, attributes.set), reversed), reversed);
    std::vector<Tensor> wanted;
    for (const Tensor& input : list) {
      if (input.requires_grad()) wanted.push_back(input);
    }
    const std::vector<Tensor> found = grad({again}, wanted, {gradient}, {.create_graph = true});
    std::vector<Tensor> result(list.size());
    for (std::size_t i = 0, next = 0; i < list.size(); ++i) {
      if (list[i].requires_grad()) result[i] = found[next++];
    }
    return result;
  };
  const Tensor view = custom_function("recurrent", forward, backward)(listed(inputs));
  return outputs_of(cell, view, split);
}

RecurrentOutputs recurrent_by_steps(Cell cell, const RecurrentInputs& in, bool reversed) {
  const std::int64_t steps = in.x.size(0), hidden = in.weight.size(1);
  Tensor h = in.h, c = in.c;
  std::vector<Tensor> outputs(static_cast<std::size_t>(steps));
  for (std::int64_t s = 0; s < steps; ++s) {
    const std::int64_t t = reversed ? steps - 1 - s : s;
    const Tensor x = select(in.x, 0, t), u = linear(h, in.weight);
    const auto gate = [hidden](const Tensor& of, std::int64_t k) { return narrow(of, 1, k * hidden, hidden); };
    Tensor next_h, next_c;
    switch (cell) {
      case Cell::rnn_tanh:
        next_h = tanh(x + u);
        break;
      case Cell::rnn_relu:
        next_h = relu(x + u);
        break;
      case Cell::lstm: {
        const Tensor sums = x + u;
        next_c = sigmoid(gate(sums, 1)) * c + sigmoid(gate(sums, 0)) * tanh(gate(sums, 2));
        next_h = sigmoid(gate(sums, 3)) * tanh(next_c);
        break;
      }
      case Cell::gru: {
        const Tensor r = sigmoid(gate(x, 0) + gate(u, 0)), z = sigmoid(gate(x, 1) + gate(u, 1));
        const Tensor q = in.bias.defined() ? gate(u, 2) + in.bias : gate(u, 2);
        const Tensor n = tanh(gate(x, 2) + r * q);
        next_h = n + z * (h - n);
        break;
      }
    }
    if (in.lengths.defined()) {
      const Tensor goes_on = unsqueeze(in.lengths > t, 1);
      next_h = where(goes_on, next_h, h);
      if (c.defined()) next_c = where(goes_on, next_c, c);
    }
    h = next_h;
    c = next_c;
    outputs[static_cast<std::size_t>(t)] = h;
  }
  return {stack(outputs), h, c};
}

}  // namespace descent
