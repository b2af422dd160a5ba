// Sums and what resembles them.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {

void add_reductions() {
  for (const std::int64_t n : {std::int64_t{64}, std::int64_t{65'536}, std::int64_t{16'777'216}}) {
    const Cost read = {.bytes = 4.0 * static_cast<double>(n)};
    const std::string size = concat(' ', n);
    add("sum" + size, read, [=](auto way) { return way([](const Tensor& x) { return sum(x); }, randn(n)); });
    add("amax" + size, read, [=](auto way) { return way([](const Tensor& x) { return amax(x); }, randn(n)); });
    add("argmax" + size, read, [=](auto way) { return way([](const Tensor& x) { return argmax(x); }, randn(n)); });
    add("norm" + size, read,
        [=](auto way) { return way([](const Tensor& x) { return linalg::vector_norm(x); }, randn(n)); });
    add("variance" + size, read, [=](auto way) { return way([](const Tensor& x) { return var(x); }, randn(n)); });
    add("cumsum" + size, {.bytes = 8.0 * static_cast<double>(n)},
        [=](auto way) { return way([](const Tensor& x) { return cumsum(x, 0); }, randn(n)); });
  }
  const Cost read = {.bytes = 4.0 * 4096 * 1024};
  add("sum of rows 4096x1024", read, [](auto way) {
    return way([](const Tensor& x) { return sum(x, 1); }, randn({4096, 1024}));
  });
  add("sum of columns 4096x1024", read, [](auto way) {
    return way([](const Tensor& x) { return sum(x, 0); }, randn({4096, 1024}));
  });
  add("amax of columns 4096x1024", read, [](auto way) {
    return way([](const Tensor& x) { return amax(x, 0); }, randn({4096, 1024}));
  });
  add("mean of channels 64x64x32x32", {.bytes = 4.0 * 64 * 64 * 32 * 32}, [](auto way) {
    return way([](const Tensor& x) { return mean(x, {0, 2, 3}); }, randn({64, 64, 32, 32}));
  });
}

}  // namespace ladder
