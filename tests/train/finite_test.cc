#include "descent/train/finite.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "descent/descent.h"
#include "error_of.h"

using namespace descent;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What check_step says of these, after the gradient of sum(weight * by).
std::string cause(const Tensor& weight, const Tensor& by, double loss) {
  const Tensor p = weight.clone().requires_grad_();
  optim::SGD optimizer({p}, {.lr = 0.25});
  sum(p * by).backward();
  try {
    train::check_step(7, loss, optimizer);
  } catch (const train::NotFinite& error) {
    CHECK(error.step() == 7);
    CHECK(error.learning_rate() == 0.25);
    const std::string start = "the loss is not finite any more at step 7, with a learning rate of 0.25; ";
    CHECK(std::string(error.what()).starts_with(start));
    return std::string(error.what()).substr(start.size());
  }
  return "none";
}

}  // namespace

TEST_CASE("a step whose loss is not finite says why, as far as one can tell") {
  const Tensor good = ones({2, 3});
  CHECK(cause(good, good, 1e30) == "none");
  CHECK(cause(tensor({{1., 2.}, {3., kInfinity}}), ones({2, 2}), kNan) ==
        "parameter 0 of shape [2, 2] holds inf at [1, 1]: the learning rate is too high, or gradients want clipping");
  CHECK(cause(tensor({-3e18, 1.}), ones({2}), kInfinity) ==
        "parameter 0 of shape [2] has grown to 3e+18: the learning rate is too high");
  CHECK(cause(good, tensor({1., kNan, 1.}), -kInfinity) ==
        "all weights are finite, but the gradient of parameter 0 of shape [2, 3] holds nan at [0, 1]: look for a log "
        "or a division of 0, and for inputs that are not finite");
  CHECK(cause(good, good, kNan) ==
        "weights and gradients are finite: look for inputs or targets of this batch that are not");
}

TEST_CASE("tensors that are not finite") {
  CHECK(error_of([] { train::check_finite("net", {{"a", ones({2})}, {"n", full({}, std::int64_t{3})}}); }) == "");
  CHECK(error_of([] {
          train::check_finite("net", {{"a", ones({2})}, {"b.weight", tensor({{1., 2.}, {-kInfinity, kNan}})}});
        }) == "net: b.weight holds -inf at [1, 0]");
  CHECK(error_of([] {
          train::check_finite("net", {{"half", tensor({1., kNan}).to(float16)}});
        }) == "net: half holds nan at [1]");
  CHECK(error_of([] { train::check_finite("net", {{"none", zeros({0, 3})}}); }) == "");
}

TEST_CASE("an epoch ends at the first step whose loss is not finite") {
  manual_seed(1);
  nn::Linear model(1, 1);
  optim::SGD optimizer(model.parameters(), {.lr = 1e30});
  data::Batches batches(ones({40, 1}) * 3, ones({40, 1}), 4);
  try {
    train::train_epoch(
        model, [](const Tensor& a, const Tensor& b) { return mse_loss(a, b); }, optimizer, batches);
    FAIL("nobody saw it");
  } catch (const train::NotFinite& error) {
    CHECK(error.step() >= 1);
    CHECK(error.step() < 9);
    CHECK(error.learning_rate() == 1e30);
  }
}
