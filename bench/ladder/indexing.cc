// Elements by their indices, and in order.
#include <algorithm>

#include "ladder/rung.h"

using namespace descent;

namespace ladder {
namespace {

void add_embedding(std::int64_t rows, std::int64_t width) {
  constexpr std::int64_t taken = 4096;
  const std::string name = concat("embedding ", taken, " of ", rows, 'x', width);
  const double bytes = 4.0 * static_cast<double>(taken * width), table = 4.0 * static_cast<double>(rows * width);
  add(name, {.bytes = bytes + std::min(bytes, table)}, [=](auto way) {
    return way([](const Tensor& i, const Tensor& w) { return embedding(i, w); }, randint(rows, {taken}),
               randn({rows, width}));
  });
  add_eager(name + " backward", {.bytes = bytes + table}, [=](auto way) {
    const Tensor weight = randn({rows, width}).requires_grad_(), gradient = randn({taken, width});
    const Tensor out = embedding(randint(rows, {taken}), weight);
    return way([=] { grad({out}, {weight}, {gradient}, {.retain_graph = true}); });
  });
}

}  // namespace

void add_indexing() {
  add_embedding(50'257, 256);
  add_embedding(65, 384);
  constexpr std::int64_t n = 1'048'576;
  add("gather 1048576", {.bytes = 16.0 * n}, [](auto way) {
    return way([](const Tensor& x, const Tensor& i) { return gather(x, 0, i); }, randn(n), randint(n, {n}));
  });
  add("scatter_add 1048576", {.bytes = 20.0 * n}, [](auto way) {
    return way([](const Tensor& x, const Tensor& i, const Tensor& y) { return scatter_add(x, 0, i, y); }, zeros(n),
               randint(n, {n}), randn(n));
  });
  add_eager("sort 1048576", {}, [](auto way) { return way([](const Tensor& x) { sort(x); }, randn(n)); });
  add_eager("topk 10 of 1048576", {.bytes = 4.0 * n},
            [](auto way) { return way([](const Tensor& x) { topk(x, 10); }, randn(n)); });
  add_eager("randn 1048576", {.bytes = 4.0 * n}, [](auto way) { return way([] { randn(n); }); });
  add_eager("rand 1048576", {.bytes = 4.0 * n}, [](auto way) { return way([] { rand(n); }); });
}

}  // namespace ladder
