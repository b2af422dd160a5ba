// Matrix products.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

Tensor product(const Tensor& a, const Tensor& b) { return matmul(a, b); }

void add_product(std::int64_t m, std::int64_t k, std::int64_t n) {
  add(concat("matmul ", m, 'x', k, " by ", k, 'x', n), {.flops = 2.0 * static_cast<double>(m * k * n)}, [=](auto way) {
    return way(product, randn({m, k}), randn({k, n}));
  });
}

void add_linear(std::int64_t rows, std::int64_t in, std::int64_t out) {
  add(concat("linear and relu ", rows, ' ', in, " to ", out), {.flops = 2.0 * static_cast<double>(rows * in * out)},
      [=](auto way) {
        return way(
            [](const Tensor& x, const Tensor& weight, const Tensor& bias) { return relu(linear(x, weight, bias)); },
            randn({rows, in}), randn({out, in}), randn(out));
      });
}

}  // namespace

void add_products() {
  for (const std::int64_t n : {8, 32, 64, 128, 256, 512, 1024, 2048, 4096}) add_product(n, n, n);
  add_product(100'000, 16, 16);  // tall
  add_product(16, 4096, 4096);   // wide
  add_product(1, 1024, 1024);
  add_product(1024, 1024, 1);
  add_product(32, 65'536, 32);  // deep
  constexpr std::int64_t n = 1024, tokens = 4096, width = 384;
  add("matmul transposed 1024x1024 by 1024x1024 transposed", {.flops = 2.0 * n * n * n}, [](auto way) {
    return way([](const Tensor& a, const Tensor& b) { return matmul(a.t(), b.t()); }, randn({n, n}), randn({n, n}));
  });
  add("matmul 1536x4096 transposed by 4096x384", {.flops = 2.0 * tokens * width * 4 * width}, [](auto way) {
    return way([](const Tensor& a, const Tensor& b) { return matmul(a.t(), b); }, randn({tokens, 4 * width}),
               randn({tokens, width}));
  });
  add("bmm 256 of 16x16", {.flops = 2.0 * 256 * 16 * 16 * 16}, [](auto way) {
    return way(product, randn({256, 16, 16}), randn({256, 16, 16}));
  });
  add("bmm 96 of 256x64 by 64x256", {.flops = 2.0 * 96 * 256 * 64 * 256}, [](auto way) {
    return way(product, randn({96, 256, 64}), randn({96, 64, 256}));
  });
  add_linear(1, 784, 256);
  add_linear(64, 784, 256);
  add_linear(1024, 784, 256);
  add_linear(4096, 384, 1536);
}

}  // namespace ladder
