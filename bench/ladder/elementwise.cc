// Functions of each element.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

struct Unary {
  const char* name;
  Tensor (*f)(const Tensor& x);
};
struct Binary {
  const char* name;
  Tensor (*f)(const Tensor& x, const Tensor& y);
};

constexpr Unary kUnary[] = {
    {"relu", [](const Tensor& x) { return relu(x); }},
    {"scale", [](const Tensor& x) { return x * 3; }},
    {"sqrt abs", [](const Tensor& x) { return sqrt(abs(x)); }},
    {"exp", [](const Tensor& x) { return exp(x); }},
    {"log abs", [](const Tensor& x) { return log(abs(x)); }},
    {"sin", [](const Tensor& x) { return sin(x); }},
    {"tanh", [](const Tensor& x) { return tanh(x); }},
    {"sigmoid", [](const Tensor& x) { return sigmoid(x); }},
    {"gelu", [](const Tensor& x) { return gelu(x); }},
    {"softplus", [](const Tensor& x) { return softplus(x); }},
};
constexpr Binary kBinary[] = {
    {"add", [](const Tensor& x, const Tensor& y) { return x + y; }},
    {"multiply", [](const Tensor& x, const Tensor& y) { return x * y; }},
    {"divide", [](const Tensor& x, const Tensor& y) { return x / y; }},
    {"maximum", [](const Tensor& x, const Tensor& y) { return maximum(x, y); }},
    {"where", [](const Tensor& x, const Tensor& y) { return where(x > y, x, y); }},
};

}  // namespace

void add_elementwise() {
  for (const std::int64_t n : {std::int64_t{64}, std::int64_t{65'536}, std::int64_t{16'777'216}}) {
    const std::string size = concat(' ', n);
    for (const Unary& each : kUnary)
      add(each.name + size, {.bytes = 8.0 * static_cast<double>(n)}, [=](auto way) { return way(each.f, randn(n)); });
    for (const Binary& each : kBinary)
      add(each.name + size, {.bytes = 12.0 * static_cast<double>(n)},
          [=](auto way) { return way(each.f, randn(n), randn(n)); });
  }
  for (const char* name : {"exp", "log abs", "sin", "tanh", "sigmoid", "gelu"}) {
    for (const Unary& each : kUnary) {
      if (each.name != std::string_view(name)) continue;
      constexpr std::int64_t n = 1'048'576;
      add(concat(name, " float64 ", n), {.bytes = 16.0 * n},
          [=](auto way) { return way(each.f, randn(n, {.dtype = float64})); });
    }
  }
}

}  // namespace ladder
