// Operands that are transposed, broadcast or put together.
#include "ladder/rung.h"

using namespace descent;

namespace ladder {

void add_layouts() {
  for (const std::int64_t n : {64, 1024, 4096}) {
    const std::string size = concat(' ', n, 'x', n);
    const double bytes = 4.0 * static_cast<double>(n * n);
    const auto square_of = [=] { return randn({n, n}); };
    add("add transposed" + size, {.bytes = 3 * bytes}, [=](auto way) {
      return way([](const Tensor& x, const Tensor& y) { return x + y.t(); }, square_of(), square_of());
    });
    add("copy transposed" + size, {.bytes = 2 * bytes},
        [=](auto way) { return way([](const Tensor& x) { return x.t().contiguous(); }, square_of()); });
    add("add row" + size, {.bytes = 2 * bytes},
        [=](auto way) { return way([](const Tensor& x, const Tensor& y) { return x + y; }, square_of(), randn(n)); });
    add("add column" + size, {.bytes = 2 * bytes}, [=](auto way) {
      return way([](const Tensor& x, const Tensor& y) { return x + y; }, square_of(), randn({n, 1}));
    });
    add("outer sum" + size, {.bytes = bytes}, [=](auto way) {
      return way([](const Tensor& x, const Tensor& y) { return x + y; }, randn({n, 1}), randn(n));
    });
    add("cat" + size, {.bytes = 4 * bytes}, [=](auto way) {
      return way([](const Tensor& x, const Tensor& y) { return cat({x, y}, 1); }, square_of(), square_of());
    });
  }
  add("permute 16x256x6x64", {.bytes = 8.0 * 16 * 256 * 6 * 64}, [](auto way) {
    return way([](const Tensor& x) { return x.permute({0, 2, 1, 3}).contiguous(); }, randn({16, 256, 6, 64}));
  });
}

}  // namespace ladder
