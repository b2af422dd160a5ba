// The same bits on any number of threads and with any vector instruction set that has fused multiply-add.
#include "determinism.h"

namespace descent::distributions {
namespace {

using determinism::Fingerprints;
using Tensors = std::vector<Tensor>;

Fingerprints fingerprints() {
  Fingerprints result;
  for (const DType dtype : {float32, float64}) {
    manual_seed(3);
    const Tensor a = rand({70, 301}, {.dtype = dtype}), b = 0.5 + rand({70, 301}, {.dtype = dtype});
    const auto add = [&](const char* name, Tensor (*f)(const Tensors& in)) {
      determinism::add(result, concat(name, " ", dtype), f, {a, b});
    };
    add("Normal", [](const Tensors& in) { return Normal(in[0], in[1]).rsample(3); });
    add("Laplace", [](const Tensors& in) { return Laplace(in[0], in[1]).rsample(3); });
    add("Categorical", [](const Tensors& in) { return Categorical({.logits = in[0]}).sample(3).to(in[0].dtype()); });
    add("Poisson", [](const Tensors& in) { return Poisson(20 * in[1].detach()).sample(); });
    add("log_prob", [](const Tensors& in) { return Normal(in[0], in[1]).log_prob(in[1]); });
    add("entropy", [](const Tensors& in) { return Categorical({.logits = in[0]}).entropy(); });
    add("kl_divergence", [](const Tensors& in) {
      return kl_divergence(Independent(Normal(in[0], in[1]), 1), Independent(Normal(in[1], in[1] + 1), 1));
    });
  }
  return result;
}

}  // namespace

TEST_CASE("the same bits on any number of threads") { determinism::check_on_threads(fingerprints); }

TEST_CASE("the same bits with any vector instruction set") {
  determinism::check_with_targets(fingerprints(), {"AVX3", "AVX2"});
}

TEST_CASE("print fingerprints" * doctest::skip()) { determinism::print(fingerprints()); }

}  // namespace descent::distributions
