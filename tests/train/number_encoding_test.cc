#include "descent/train/number_encoding.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "descent/descent.h"
#include "descent/train.h"

using namespace descent;
using train::NumberEncoding;

TEST_CASE("ramps run from quantile to quantile, or from value to value where few differ") {
  NumberEncoding encoding({.numbers = 4, .bins = 2});
  // Quartiles of a continuous number, a number of three values, of two, of one.
  encoding.learn_bins(
      tensor({0, 0, 5, 7, 1, 1, 5, 7, 2, 4, 6, 7, 3, 4, 6, 7, 10, 4, 6, 7}).to(float32).reshape({5, 4}));
  CHECK(equal(encoding.starts, tensor({0.0F, 2.0F, 0.0F, 1.0F, 5.0F, 0.0F, 0.0F, 0.0F}).reshape({4, 2})));
  CHECK(equal(encoding.slopes, tensor({0.5F, 0.125F, 1.0F, 1 / 3.0F, 1.0F, 0.0F, 0.0F, 0.0F}).reshape({4, 2})));
  const Tensor x = tensor({-1.0F, 0.5F, 5.25F, 7.0F, 6.0F, 2.5F, 9.0F, 1e30F}).reshape({2, 4});
  CHECK(equal(encoding(x), tensor({0.0F, 0.0F, 0.5F, 0.0F, 0.25F, 0.0F, 0.0F, 0.0F,  //
                                   1.0F, 0.5F, 1.0F, 0.5F, 1.0F, 0.0F, 0.0F, 0.0F})
                               .reshape({2, 8})));
}

TEST_CASE("values that are nearly one make no ramp that is too steep") {
  NumberEncoding encoding({.numbers = 1, .bins = 4});
  const float tiny = std::numeric_limits<float>::denorm_min();
  encoding.learn_bins(tensor({0.0F, tiny, 2 * tiny, 1.0F}).reshape({4, 1}));
  CHECK(equal(encoding.slopes, tensor({1.0F, 0.0F, 0.0F, 0.0F}).reshape({1, 4})));
}

TEST_CASE("waves are cosines of learnt frequencies, behind the ramps") {
  manual_seed(1);
  NumberEncoding encoding({.numbers = 2, .bins = 1, .frequencies = 3});
  CHECK(encoding.parameters().size() == 2);
  encoding.learn_bins(tensor({0.0F, 0.0F, 1.0F, 2.0F}).reshape({2, 2}));
  const Tensor x = tensor({0.25F, -1.5F}).reshape({1, 2});
  const std::vector<float> encoded = encoding(x).to_vector<float>();
  REQUIRE(encoded.size() == 8);
  CHECK(encoded[0] == 0.25F);
  CHECK(encoded[1] == 0.0F);
  for (std::int64_t i = 0; i < 2; ++i)
    for (std::int64_t k = 0; k < 3; ++k) {
      const double frequency = encoding.frequencies[i][k].item(), phase = encoding.phases[i][k].item();
      CHECK(std::fabs(phase) <= 3.1416);
      const double wave = std::cos(2 * 3.14159265358979 * frequency * x[0][i].item() + phase);
      CHECK(encoded[static_cast<std::size_t>(2 + 3 * i + k)] == doctest::Approx(wave).epsilon(1e-5));
    }
}

TEST_CASE("gradients of the encoding") {
  manual_seed(2);
  NumberEncoding encoding({.numbers = 2, .bins = 3, .frequencies = 2});
  encoding.learn_bins(randn({20, 2}));
  encoding.to(float64);
  const Tensor x = randn({5, 2}, {.dtype = float64});
  check_grads([&](const std::vector<Tensor>& inputs) { return encoding(inputs[0]); }, {x});
}

TEST_CASE("a network sees clipped inputs and their encoding, its straight line the inputs as they are") {
  manual_seed(3);
  train::Network network({.inputs = 3,
                          .outputs = 1,
                          .hidden = {4},
                          .activation = train::NetworkActivation::gelu,
                          .clip = 3,
                          .numbers = {0, 2},
                          .bins = 2,
                          .frequencies = 1});
  network.learn_bins(randn({50, 3}));
  const NoGrad no_grad;
  network.wide.weight.fill_(0.5);
  auto& last = network.deep.at<nn::Linear>(2);
  last.weight.fill_(2.0);
  const Tensor x = randn({6, 3}) * 4.0;
  const Tensor c = x / sqrt(x * x / 9.0 + 1.0);
  const Tensor seen = cat({c, network.encoding(index_select(c, 1, tensor({0, 2})))}, 1);
  const Tensor bend = gelu(network.deep.at<nn::Linear>(0)(seen)).sum(1) * 2.0;
  CHECK(allclose(network(x), x.sum(1) * 0.5 + bend, 1e-5, 1e-5));
}
