// Ops that can be composed of others: what their own kernels give has the bits of that.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string>

#include "core/observer.h"
#include "descent/descent.h"

using namespace descent;

namespace {

/// Sees parts alone.
class TakesApart final : public Observer {
 public:
  bool takes_apart(const Op&, Inputs) override { return true; }
  void applied(const Op& op, Inputs, const Attributes&, const Tensor&) override { CHECK(!op.compose); }
};

std::string bits_of(const Tensor& x) {
  const Tensor rows = x.detach().contiguous();
  std::string bits(static_cast<std::size_t>(rows.numel()) * size_of(rows.dtype()), 0);
  dispatch(rows.dtype(), [&](auto zero) { std::memcpy(bits.data(), rows.data<decltype(zero)>(), bits.size()); });
  return bits;
}

/// The bits of f(x) and of its gradient.
std::pair<std::string, std::string> bits_of(const std::function<Tensor(const Tensor&)>& f, const Tensor& values) {
  const Tensor x = values.clone().requires_grad_();
  const Tensor y = f(x);
  const Tensor weights = linspace(-1, 2, y.numel(), {.dtype = y.dtype()}).reshape(y.sizes());
  return {bits_of(y), bits_of(grad({y}, {x}, {weights})[0])};
}

void check_parts(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  CAPTURE(x.sizes());
  CAPTURE(x.dtype());
  const auto whole = bits_of(f, x);
  TakesApart watcher;
  const WithObserver watched(&watcher);
  const auto parts = bits_of(f, x);
  CHECK(whole.first == parts.first);
  CHECK(whole.second == parts.second);
}

Tensor cross_entropy_of(const Tensor& x) {
  return cross_entropy(x, arange(x.size(0)) % x.size(1), {.reduction = Reduction::none});
}

}  // namespace

TEST_CASE("what is composed of parts has the bits of its own kernel") {
  manual_seed(0);
  for (const DType dtype : {float32, float64}) {
    for (const std::int64_t n : {1, 2, 5, 16, 17, 33, 64, 65, 200, 1024, 1025, 5003}) {
      const Tensor x = randn({7, n}, {.dtype = dtype}) * 8;
      const Tensor extreme = where(x > 9, std::numeric_limits<double>::infinity(), x * 1e3);
      const Tensor equal = where(x > 0, 0.0, -0.0).to(dtype);
      for (const Tensor& values : {x, extreme, equal}) {
        check_parts([](const Tensor& in) { return softmax(in, 1); }, values);
        check_parts([](const Tensor& in) { return log_softmax(in, 1); }, values);
        check_parts(cross_entropy_of, values);
        check_parts([](const Tensor& in) { return norm(in, 2, 1); }, values);
        check_parts([](const Tensor& in) { return norm(in, 2, 0); }, values);
        check_parts([](const Tensor& in) { return norm(in); }, values);
      }
    }
  }
}
