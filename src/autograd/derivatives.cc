#include "descent/derivatives.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "descent/autograd.h"
#include "descent/create.h"
#include "descent/ops.h"

namespace descent {
namespace {

using detail::ListFunction;
using Tensors = std::vector<Tensor>;

// A tensor of the same elements that only the function to be called will know; what is computed from it leads back to
// `input` where that is asked for.
Tensor own_input(const Tensor& input, bool create_graph) {
  if (create_graph && input.requires_grad()) return expand(input, input.sizes());
  return input.detach().requires_grad_();
}

// A function at a point, recorded. While one lives, what is computed is recorded.
struct Evaluation {
  Evaluation(const ListFunction& f, const Tensors& inputs, bool create_graph) {
    for (const Tensor& input : inputs) at.push_back(own_input(input, create_graph));
    outputs = f(at);
  }

  const EnableGrad enable = {};
  Tensors at, outputs;
};

struct PassOptions {
  bool retain_graph = false;
  bool create_graph = false;
  bool strict = false;
};

// The gradients of the outputs, each from its start, with respect to `at`; zeros, unless `strict`, where there are
// none.
Tensors pass_back(const Tensors& outputs, const Tensors& starts, const Tensors& at, PassOptions options) {
  Tensors roots, of_roots, result(at.size());
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (outputs[o].requires_grad()) {
      roots.push_back(outputs[o]);
      of_roots.push_back(starts[o]);
    } else if (options.strict) {
      fail("output ", o, " of shape ", outputs[o].sizes(), " does not depend on the inputs");
    }
  }
  if (!roots.empty()) {
    result = grad(roots, at, of_roots,
                  {.retain_graph = options.retain_graph, .create_graph = options.create_graph, .allow_unused = true});
  }
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (result[i].defined()) continue;
    if (options.strict) fail("the outputs do not depend on input ", i, " of shape ", at[i].sizes());
    result[i] = zeros_like(at[i].detach());
  }
  return result;
}

Tensors without_history(Tensors tensors) {
  for (Tensor& tensor : tensors) tensor = tensor.detach();
  return tensors;
}

// The vector of a product, one tensor for each of `like`, which are what `role` says.
Tensors vector_like(const Tensors& v, const Tensors& like, const char* role) {
  if (v.empty() && like.size() == 1 && like[0].numel() == 1) return {ones_like(like[0].detach())};
  if (v.size() != like.size()) fail("wants ", like.size(), " tensors v, one for each ", role, ", not ", v.size());
  Tensors result;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (!(v[i].sizes() == like[i].sizes()))
      fail("v has shape ", v[i].sizes(), ", ", role, " ", i, " has ", like[i].sizes());
    result.push_back(v[i].to(like[i].dtype()));
  }
  return result;
}

// Zeros of the shape of `like`, with a one at element e.
Tensor unit_like(const Tensor& like, std::int64_t e) {
  const Tensor unit = zeros(like.numel(), {.dtype = like.dtype()});
  unit.select(0, e).fill_(1);
  return unit.reshape(like.sizes());
}

Dims joined(const Dims& a, const Dims& b) {
  Dims result = a;
  for (const std::int64_t size : b) result.push_back(size);
  return result;
}

// `parts`, of which there are as many as `shape` says, along a new dimension `dim`.
Tensor stacked(const Tensors& parts, std::int64_t dim, const Dims& shape, DType dtype) {
  return parts.empty() ? zeros(shape, {.dtype = dtype}) : stack(parts, dim).reshape(shape);
}

// The starts of a backward pass, and its gradients as functions of these: linear ones, by the matrix J^T.
struct Transposed {
  Tensors starts, gradients;
};

Transposed transposed(const Evaluation& f, bool strict) {
  Transposed result;
  for (const Tensor& output : f.outputs) {
    result.starts.push_back(zeros_like(output.detach()));
    if (is_floating_point(output.dtype())) result.starts.back().requires_grad_();
  }
  result.gradients = pass_back(f.outputs, result.starts, f.at, {.create_graph = true, .strict = strict});
  return result;
}

// J v, by output.
Tensors product_with(const Transposed& f, const Tensors& v, PassOptions options) {
  options.strict = false;  // transposed() has seen to it
  Tensors starts = f.starts, result;
  std::erase_if(starts, [](const Tensor& start) { return !start.requires_grad(); });
  const Tensors found = pass_back(f.gradients, v, starts, options);
  auto next = found.begin();
  for (const Tensor& start : f.starts) result.push_back(start.requires_grad() ? *next++ : start);
  return result;
}

// By output and input, [shape of the output..., shape of the input...].
std::vector<Tensors> jacobian_by_rows(const Evaluation& f, PassOptions options) {
  options.retain_graph = true;
  std::vector<Tensors> result;
  for (const Tensor& output : f.outputs) {
    std::vector<Tensors> rows(f.at.size());
    for (std::int64_t e = 0; e < output.numel(); ++e) {
      const Tensors row = pass_back({output}, {unit_like(output.detach(), e)}, f.at, options);
      for (std::size_t i = 0; i < row.size(); ++i) rows[i].push_back(row[i]);
    }
    Tensors& blocks = result.emplace_back();
    for (std::size_t i = 0; i < f.at.size(); ++i)
      blocks.push_back(stacked(rows[i], 0, joined(output.sizes(), f.at[i].sizes()), f.at[i].dtype()));
  }
  return result;
}

std::vector<Tensors> jacobian_by_columns(const Evaluation& f, PassOptions options) {
  const Transposed back = transposed(f, options.strict);
  options.retain_graph = true;
  std::vector<Tensors> result(f.outputs.size());
  for (std::size_t i = 0; i < f.at.size(); ++i) {
    std::vector<Tensors> columns(f.outputs.size());
    for (std::int64_t e = 0; e < f.at[i].numel(); ++e) {
      Tensors v;
      for (const Tensor& input : f.at) v.push_back(zeros_like(input.detach()));
      v[i] = unit_like(f.at[i].detach(), e);
      const Tensors column = product_with(back, v, options);
      for (std::size_t o = 0; o < column.size(); ++o) columns[o].push_back(column[o]);
    }
    for (std::size_t o = 0; o < f.outputs.size(); ++o) {
      const Dims shape = joined(f.outputs[o].sizes(), f.at[i].sizes());
      result[o].push_back(stacked(columns[o], -1, shape, f.at[i].dtype()));
    }
  }
  return result;
}

void check_scalar(const Tensors& outputs) {
  if (outputs.size() != 1 || outputs[0].numel() != 1) {
    if (outputs.size() != 1) fail("the function gives ", outputs.size(), " tensors; wanted one number");
    fail("the function gives a tensor of shape ", outputs[0].sizes(), "; wanted one number");
  }
}

// The gradient of a function that gives one number, as a function.
ListFunction gradient_of(const ListFunction& f, bool strict) {
  return [&f, strict](const Tensors& at) {
    const Tensors outputs = f(at);
    check_scalar(outputs);
    return pass_back(outputs, {ones_like(outputs[0].detach())}, at, {.create_graph = true, .strict = strict});
  };
}

}  // namespace

namespace detail {

ValueAndProduct<Tensors, Tensors> vjp(const ListFunction& f, const Tensors& inputs, const Tensors& v,
                                      DerivativeOptions options) try {
  const Evaluation at(f, inputs, options.create_graph);
  const Tensors starts = vector_like(v, at.outputs, "output");
  Tensors product =
      pass_back(at.outputs, starts, at.at, {.create_graph = options.create_graph, .strict = options.strict});
  return {options.create_graph ? at.outputs : without_history(at.outputs), std::move(product)};
} catch (const Error& error) {
  fail_as("vjp", error);
}

ValueAndProduct<Tensors, Tensors> jvp(const ListFunction& f, const Tensors& inputs, const Tensors& v,
                                      DerivativeOptions options) try {
  const Evaluation at(f, inputs, options.create_graph);
  const Tensors along = vector_like(v, at.at, "input");
  Tensors product = product_with(transposed(at, options.strict), along, {.create_graph = options.create_graph});
  return {options.create_graph ? at.outputs : without_history(at.outputs), std::move(product)};
} catch (const Error& error) {
  fail_as("jvp", error);
}

ValueAndProduct<Tensors, Tensors> hvp(const char* name, const ListFunction& f, const Tensors& inputs, const Tensors& v,
                                      DerivativeOptions options) try {
  Tensors value;
  const ListFunction kept = [&](const Tensors& at) { return value = f(at); };
  const Evaluation gradient(gradient_of(kept, options.strict), inputs, options.create_graph);
  const Tensors along = vector_like(v, gradient.at, "input");
  Tensors product =
      pass_back(gradient.outputs, along, gradient.at, {.create_graph = options.create_graph, .strict = options.strict});
  return {options.create_graph ? value : without_history(value), std::move(product)};
} catch (const Error& error) {
  fail_as(name, error);
}

std::vector<Tensors> jacobian(const ListFunction& f, const Tensors& inputs, JacobianOptions options) try {
  const Evaluation at(f, inputs, options.create_graph);
  const PassOptions pass = {.create_graph = options.create_graph, .strict = options.strict};
  return options.strategy == Strategy::reverse_mode ? jacobian_by_rows(at, pass) : jacobian_by_columns(at, pass);
} catch (const Error& error) {
  fail_as("jacobian", error);
}

std::vector<Tensors> hessian(const ListFunction& f, const Tensors& inputs, DerivativeOptions options) try {
  const Evaluation gradient(gradient_of(f, options.strict), inputs, options.create_graph);
  return jacobian_by_rows(gradient, {.create_graph = options.create_graph, .strict = options.strict});
} catch (const Error& error) {
  fail_as("hessian", error);
}

GradientAndValue<Tensors> grad_and_value(const ListFunction& f, const Tensors& arguments,
                                         const std::vector<std::int64_t>& argnums) try {
  const bool create_graph =
      is_grad_enabled() &&
      std::any_of(arguments.begin(), arguments.end(), [](const Tensor& argument) { return argument.requires_grad(); });
  const EnableGrad enable;
  Tensors at = arguments, wanted;
  for (const std::int64_t argnum : argnums) {
    if (argnum < 0 || argnum >= static_cast<std::int64_t>(arguments.size()))
      fail("there is no argument ", argnum, " among ", arguments.size());
    Tensor& argument = at[static_cast<std::size_t>(argnum)];
    wanted.push_back(argument = own_input(argument, create_graph));
  }
  const Tensors value = f(at);
  check_scalar(value);
  Tensors gradient = pass_back(value, {ones_like(value[0].detach())}, wanted, {.create_graph = create_graph});
  return {std::move(gradient), create_graph ? value[0] : value[0].detach()};
} catch (const Error& error) {
  fail_as("grad", error);
}

}  // namespace detail

Tensor batch_jacobian(const std::function<Tensor(const Tensor&)>& f, const Tensor& x, DerivativeOptions options) try {
  const Evaluation at([&f](const Tensors& in) { return Tensors{f(in[0])}; }, {x}, options.create_graph);
  const Tensor& y = at.outputs[0];
  if (x.dim() == 0 || y.dim() == 0 || x.size(0) != y.size(0)) {
    fail("wants a batch, and as many samples of f(x) as of x; the shapes are ", x.sizes(), " and ", y.sizes());
  }
  Dims of_sample = x.sizes();
  of_sample.erase(0);
  const std::int64_t batch = x.size(0), elements = batch == 0 ? 0 : y.numel() / batch;
  Tensors rows;
  for (std::int64_t e = 0; e < elements; ++e) {
    const Tensor start = zeros({batch, elements}, {.dtype = y.dtype()});
    start.select(1, e).fill_(1);
    rows.push_back(
        pass_back({y}, {start.reshape(y.sizes())}, at.at,
                  {.retain_graph = true, .create_graph = options.create_graph, .strict = options.strict})[0]);
  }
  return stacked(rows, 1, joined(y.sizes(), of_sample), x.dtype());
} catch (const Error& error) {
  fail_as("batch_jacobian", error);
}

}  // namespace descent
