// What takes a row of a matrix as a whole: softmax, normalisation, cross-entropy.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

/// The gradients of f by its inputs, of a forward pass that is there already.
template <class F>
void add_backward(const std::string& name, Cost cost, F f, const std::vector<Dims>& shapes) {
  add_eager(name + " backward", cost, [=](auto way) {
    std::vector<Tensor> inputs;
    for (const Dims& shape : shapes) inputs.push_back(randn(shape).requires_grad_());
    const Tensor out = f(inputs), gradient = randn(out.sizes());
    return way([=] { grad({out}, inputs, {gradient}, {.retain_graph = true}); });
  });
}

void add_rows_of(std::int64_t rows, std::int64_t columns) {
  const std::string size = concat(' ', rows, 'x', columns);
  const double bytes = 4.0 * static_cast<double>(rows * columns);
  const Dims shape = {rows, columns}, width = {columns};
  const auto normed = [=](const Tensor& x, const Tensor& weight, const Tensor& bias) {
    return layer_norm(x, {columns}, weight, bias);
  };
  const auto rms = [=](const Tensor& x, const Tensor& weight) { return rms_norm(x, {columns}, weight); };
  add("softmax" + size, {.bytes = 2 * bytes},
      [=](auto way) { return way([](const Tensor& x) { return softmax(x, 1); }, randn(shape)); });
  add("log softmax" + size, {.bytes = 2 * bytes},
      [=](auto way) { return way([](const Tensor& x) { return log_softmax(x, 1); }, randn(shape)); });
  add("layer norm" + size, {.bytes = 2 * bytes},
      [=](auto way) { return way(normed, randn(shape), randn(width), randn(width)); });
  add("rms norm" + size, {.bytes = 2 * bytes}, [=](auto way) { return way(rms, randn(shape), randn(width)); });
  add_backward("softmax" + size, {.bytes = 3 * bytes}, [](const auto& in) { return softmax(in[0], 1); }, {shape});
  add_backward("log softmax" + size, {.bytes = 3 * bytes}, [](const auto& in) { return log_softmax(in[0], 1); },
               {shape});
  add_backward("layer norm" + size, {.bytes = 3 * bytes}, [=](const auto& in) { return normed(in[0], in[1], in[2]); },
               {shape, width, width});
  add_backward("rms norm" + size, {.bytes = 3 * bytes}, [=](const auto& in) { return rms(in[0], in[1]); },
               {shape, width});
}

void add_gelu_norm_residual(std::int64_t rows) {
  add(concat("gelu, layer norm, residual ", rows, "x1000"), {.bytes = 8000.0 * static_cast<double>(rows)},
      [=](auto way) {
        return way([](const Tensor& x, const Tensor& weight,
                      const Tensor& bias) { return x + gelu(layer_norm(x, {1000}, weight, bias)); },
                   randn({rows, 1000}), ones(1000), zeros(1000));
      });
}

void add_cross_entropy(std::int64_t rows, std::int64_t classes) {
  const std::string size = concat(' ', rows, 'x', classes);
  add("cross-entropy" + size, {.bytes = 4.0 * static_cast<double>(rows * classes)}, [=](auto way) {
    return way([](const Tensor& x, const Tensor& y) { return cross_entropy(x, y); }, randn({rows, classes}),
               randint(classes, {rows}));
  });
  add_eager("cross-entropy, both passes" + size, {.bytes = 12.0 * static_cast<double>(rows * classes)}, [=](auto way) {
    const Tensor x = randn({rows, classes}).requires_grad_(), y = randint(classes, {rows});
    return way([=] { grad({cross_entropy(x, y)}, {x}); });
  });
}

}  // namespace

void add_rows() {
  add_rows_of(64, 64);
  add_rows_of(4096, 384);
  add_rows_of(4096, 1024);
  add_gelu_norm_residual(1000);
  add_gelu_norm_residual(25'000);
  add_cross_entropy(64, 10);
  add_cross_entropy(1024, 50'257);
}

}  // namespace ladder
